using System.Text;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>A mask as COCO stores it: lengths of runs down the columns, background first.</summary>
/// <remarks>Source: cocodataset/cocoapi 8c9bcc3, <c>maskApi.c</c>; the same polygons give the same pixels.</remarks>
sealed class CocoMask
{
    CocoMask(int height, int width, uint[] counts) => (Height, Width, Counts) = (height, width, counts);

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Lengths of the runs; their sum is Height · Width.</summary>
    public uint[] Counts { get; }

    /// <summary>Pixels of the foreground.</summary>
    public long Area
    {
        get
        {
            var area = 0L;
            for (var i = 1; i < Counts.Length; i += 2)
                area += Counts[i];
            return area;
        }
    }

    /// <summary>The smallest box around the foreground; all 0 without one.</summary>
    public Box Bounds
    {
        get
        {
            var (left, top, right, bottom) = (Width, Height, -1, -1);
            var end = 0L;
            for (var i = 0; i < Counts.Length; i++)
            {
                var start = end;
                end += Counts[i];
                if (i % 2 == 0 || start == end)
                    continue;
                var (first, last) = ((int)(start / Height), (int)((end - 1) / Height));
                (left, right) = (Math.Min(left, first), Math.Max(right, last));
                // A run over two columns or more has the last row of one and the first of the next.
                top = first < last ? 0 : Math.Min(top, (int)(start % Height));
                bottom = first < last ? Height - 1 : Math.Max(bottom, (int)((end - 1) % Height));
            }
            return right < 0 ? default : new(left, top, right - left + 1, bottom - top + 1);
        }
    }

    /// <summary>From runs that a file holds.</summary>
    /// <returns>Null if the runs do not fill the image.</returns>
    public static CocoMask? OfCounts(int height, int width, uint[] counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return height > 0 && width > 0 && sum == (long)height * width ? new(height, width, counts) : null;
    }

    /// <summary>From the text form: six bits a character, five of them of the number, differences from the third run
    /// on.</summary>
    /// <returns>Null if the text is no such form, or its runs do not fill the image.</returns>
    public static CocoMask? OfText(int height, int width, string text)
    {
        var counts = new List<uint>();
        for (var at = 0; at < text.Length; )
        {
            var (value, shift, more) = (0L, 0, true);
            while (more)
            {
                if (at == text.Length || text[at] is < '0' or > 'o' || shift > 30)
                    return null;
                var bits = text[at++] - 48;
                value |= (long)(bits & 0x1f) << shift;
                shift += 5;
                more = (bits & 0x20) != 0;
                if (!more && (bits & 0x10) != 0)
                    value |= -1L << shift;
            }
            if (counts.Count > 2)
                value += counts[^2];
            if (value is < 0 or > int.MaxValue)
                return null;
            counts.Add((uint)value);
        }
        return OfCounts(height, width, [.. counts]);
    }

    /// <summary>The union of polygons, each x, y, x, y … of at least three corners.</summary>
    public static CocoMask OfPolygons(int height, int width, IEnumerable<double[]> polygons)
    {
        var parts = polygons.Select(polygon => OfPolygon(height, width, polygon)).ToArray();
        if (parts.Length == 1)
            return parts[0];
        var union = new byte[height * width];
        foreach (var part in parts)
            part.Fill(union, transposed: true);
        return OfColumns(height, width, union);
    }

    /// <summary>One byte a pixel, row by row; 1 is foreground.</summary>
    public byte[] ToBitmap()
    {
        var bitmap = new byte[Height * Width];
        Fill(bitmap, transposed: false);
        return bitmap;
    }

    /// <summary>The text form.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Counts.Length; i++)
        {
            var value = (long)Counts[i] - (i > 2 ? Counts[i - 2] : 0);
            for (var more = true; more; )
            {
                var bits = (int)(value & 0x1f);
                value >>= 5;
                more = (bits & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)(48 + (more ? bits | 0x20 : bits)));
            }
        }
        return text.ToString();
    }

    void Fill(byte[] bitmap, bool transposed)
    {
        var at = 0;
        for (var i = 0; i < Counts.Length; i++)
        {
            var end = at + (int)Counts[i];
            if (i % 2 == 1)
                for (var p = at; p < end; p++)
                    bitmap[transposed ? p : p % Height * Width + p / Height] = 1;
            at = end;
        }
    }

    static CocoMask OfColumns(int height, int width, byte[] columns)
    {
        var counts = new List<uint>();
        var (value, run) = ((byte)0, 0u);
        foreach (var pixel in columns)
        {
            if (pixel != value)
            {
                counts.Add(run);
                (value, run) = (pixel, 0);
            }
            run++;
        }
        counts.Add(run);
        return new(height, width, [.. counts]);
    }

    // The boundary is walked on a grid five times as fine; where it crosses a column's middle, a run ends.
    static CocoMask OfPolygon(int height, int width, double[] polygon)
    {
        const double Scale = 5;
        var corners = polygon.Length / 2;
        // Far beyond the image a corner is as good as at its border; this bounds the walk.
        int Fine(double value, int side) => (int)(Scale * Math.Clamp(value, -side - 1.0, 2.0 * side + 1) + .5);
        List<(int U, int V)> walk = [];
        for (var j = 0; j < corners; j++)
        {
            var next = (j + 1) % corners;
            var (xs, ys) = (Fine(polygon[2 * j], width), Fine(polygon[2 * j + 1], height));
            var (xe, ye) = (Fine(polygon[2 * next], width), Fine(polygon[2 * next + 1], height));
            var (dx, dy) = (Math.Abs(xe - xs), Math.Abs(ys - ye));
            var flip = (dx >= dy && xs > xe) || (dx < dy && ys > ye);
            if (flip)
                (xs, xe, ys, ye) = (xe, xs, ye, ys);
            var slope =
                dx == 0 && dy == 0 ? 0
                : dx >= dy ? (double)(ye - ys) / dx
                : (double)(xe - xs) / dy;
            var length = Math.Max(dx, dy);
            for (var d = 0; d <= length; d++)
            {
                var t = flip ? length - d : d;
                walk.Add(dx >= dy ? (t + xs, (int)(ys + slope * t + .5)) : ((int)(xs + slope * t + .5), t + ys));
            }
        }
        List<uint> ends = [];
        for (var j = 1; j < walk.Count; j++)
        {
            var ((u, v), (before, beforeV)) = (walk[j], walk[j - 1]);
            if (u == before)
                continue;
            var x = ((u < before ? u : u - 1) + .5) / Scale - .5;
            if (Math.Floor(x) != x || x < 0 || x > width - 1)
                continue;
            var y = Math.Ceiling(Math.Clamp((Math.Min(v, beforeV) + .5) / Scale - .5, 0, height));
            ends.Add((uint)((int)x * height + (int)y));
        }
        ends.Add((uint)(height * width));
        ends.Sort();
        for (var (j, last) = (0, 0u); j < ends.Count; j++)
            (ends[j], last) = (ends[j] - last, ends[j]);
        // A run of length 0 joins its neighbours.
        List<uint> counts = [ends[0]];
        for (var j = 1; j < ends.Count; )
            if (ends[j] > 0)
                counts.Add(ends[j++]);
            else if (++j < ends.Count)
                counts[^1] += ends[j++];
        return new(height, width, [.. counts]);
    }
}
