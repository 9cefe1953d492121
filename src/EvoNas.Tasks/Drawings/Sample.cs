using System.Globalization;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Pictures;

namespace EvoNas.Tasks.Drawings;

/// <summary>A shape over a picture.</summary>
/// <param name="Corners">In pixels of the picture.</param>
/// <param name="Colour">Number of its colour; <see cref="White"/>: white.</param>
/// <param name="Label">What stands beside it.</param>
/// <param name="Dashed">Of data: it does not count, a crowd or difficult. Of predictions: it is the truth.</param>
readonly record struct SampleShape((double X, double Y)[] Corners, int Colour, string Label, bool Dashed)
{
    /// <summary>The colour of what has no class.</summary>
    public const int White = -1;

    /// <summary>A box, in pixels of the picture.</summary>
    public static SampleShape OfBox(
        double left,
        double top,
        double right,
        double bottom,
        int colour,
        string label,
        bool dashed
    ) => new([(left, top), (right, top), (right, bottom), (left, bottom)], colour, label, dashed);
}

/// <summary>A picture of a page of samples.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">Red, green, blue of each pixel.</param>
/// <param name="Shapes">What is drawn over it.</param>
sealed record Sample(string Title, int Width, int Height, byte[] Rgb, SampleShape[] Shapes)
{
    const int SideMax = 512,
        PredictionSideMax = 256;

    static readonly (byte Red, byte Green, byte Blue)[] Palette =
    [
        (230, 25, 75),
        (60, 180, 75),
        (255, 225, 25),
        (0, 130, 200),
        (245, 130, 48),
        (145, 30, 180),
        (70, 240, 240),
        (240, 50, 230),
        (210, 245, 60),
        (250, 190, 212),
        (0, 128, 128),
        (170, 110, 40),
    ];

    /// <summary>A colour by number.</summary>
    public static (byte Red, byte Green, byte Blue) Colour(int number) =>
        number == SampleShape.White ? (byte.MaxValue, byte.MaxValue, byte.MaxValue) : Palette[number % Palette.Length];

    /// <summary>A picture with its boxes.</summary>
    public static Sample OfBoxes(LabelledPicture picture, IReadOnlyList<string> classes)
    {
        var (small, scale) = Scaled(PictureFile.Read(picture.Path));
        return new(
            Path.GetFileName(picture.Path),
            small.Width,
            small.Height,
            small.Rgb,
            [
                .. picture.Boxes.Select(one =>
                    SampleShape.OfBox(
                        one.Box.X * scale,
                        one.Box.Y * scale,
                        one.Box.Right * scale,
                        one.Box.Bottom * scale,
                        one.Class,
                        classes[one.Class],
                        one.Crowd
                    )
                ),
            ]
        );
    }

    /// <summary>A picture of a class.</summary>
    public static Sample OfPicture(string path, string name)
    {
        var (small, _) = Scaled(PictureFile.Read(path));
        return new(name, small.Width, small.Height, small.Rgb, []);
    }

    /// <summary>A picture with its mask over it.</summary>
    public static Sample OfMask(MaskedPicture pair)
    {
        var (picture, mask) = (PictureFile.Read(pair.Picture), MaskFile.Read(pair.Mask));
        if ((picture.Width, picture.Height) == (mask.Width, mask.Height))
            for (var i = 0; i < mask.Labels.Length; i++)
                Tint(picture.Rgb, i, mask.Labels[i]);
        var (small, _) = Scaled(picture);
        return new(Path.GetFileName(pair.Picture), small.Width, small.Height, small.Rgb, []);
    }

    /// <summary>The slices through the middle of what is labelled, across each axis.</summary>
    /// <param name="name">Of the volume.</param>
    /// <param name="image">The values.</param>
    /// <param name="labels">Tint the voxels, first axis fastest.</param>
    /// <param name="truth">The labels in whose middle the slices lie; null: <paramref name="labels"/>.</param>
    public static IEnumerable<Sample> OfVolume(string name, Volume image, ushort[] labels, ushort[]? truth = null)
    {
        int[] shape = image.Shape;
        int[] strides = [1, shape[0], shape[0] * shape[1]];
        var middle = Middle(truth ?? labels, shape);
        var sorted = image.Values.Order().ToArray();
        var (black, white) = (sorted[sorted.Length / 100], sorted[^(1 + sorted.Length / 100)]);
        foreach (var (title, across, u, v) in new[] { ("axial", 2, 0, 1), ("coronal", 1, 0, 2), ("sagittal", 0, 1, 2) })
        {
            var (width, height) = (shape[u], shape[v]);
            var rgb = new byte[width * height * 3];
            for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                // Up and front are drawn upward.
                var from = middle[across] * strides[across] + x * strides[u] + (height - 1 - y) * strides[v];
                var level = white > black ? (image.Values[from] - black) / (white - black) : 0;
                rgb.AsSpan((y * width + x) * 3, 3).Fill((byte)(255 * Math.Clamp(level, 0, 1)));
                Tint(rgb, y * width + x, labels[from]);
            }
            yield return new($"{name}, {title} slice {middle[across]}", width, height, rgb, []);
        }
    }

    /// <summary>The part of a square picture that is no padding, at most 256 pixels wide and high.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="square">Side·side·3 bytes: row by row, red, green and blue.</param>
    /// <param name="frame">Where the picture lies in its square.</param>
    /// <param name="labels">Tints the pixels: side·side labels; empty: none.</param>
    /// <param name="shapes">In pixels of the square.</param>
    public static Sample OfSquare(
        string title,
        ReadOnlySpan<byte> square,
        PictureFrame frame,
        ReadOnlySpan<byte> labels,
        IEnumerable<SampleShape> shapes
    )
    {
        var side = (int)Math.Sqrt(square.Length / 3);
        var rgb = new byte[frame.FitWidth * frame.FitHeight * 3];
        for (var y = 0; y < frame.FitHeight; y++)
        {
            square.Slice(y * side * 3, frame.FitWidth * 3).CopyTo(rgb.AsSpan(y * frame.FitWidth * 3));
            for (var x = 0; !labels.IsEmpty && x < frame.FitWidth; x++)
                Tint(rgb, y * frame.FitWidth + x, labels[y * side + x]);
        }
        var (small, scale) = Scaled(new(frame.FitWidth, frame.FitHeight, rgb), PredictionSideMax);
        return new(
            title,
            small.Width,
            small.Height,
            small.Rgb,
            [
                .. shapes.Select(shape =>
                    shape with
                    {
                        Corners = Array.ConvertAll(shape.Corners, at => (at.X * scale, at.Y * scale)),
                    }
                ),
            ]
        );
    }

    /// <summary>A lidar frame from above: x to the right, y upward.</summary>
    /// <param name="frame">Points, and the objects that are drawn in the colours of their classes.</param>
    /// <param name="range">What is drawn of it at most, along x and y, in m.</param>
    /// <param name="truths">Objects that are drawn white and dashed.</param>
    public static Sample OfFrame(
        LabelledFrame frame,
        (double Min, double Max)[] range,
        IReadOnlyList<LidarTruth>? truths = null
    )
    {
        var (xs, ys) = (Occupied(frame, range, 0), Occupied(frame, range, 1));
        var scale = SideMax / Math.Max(xs.Max - xs.Min, ys.Max - ys.Min);
        var (width, height) = ((int)((xs.Max - xs.Min) * scale), (int)((ys.Max - ys.Min) * scale));
        var rgb = new byte[width * height * 3];
        (double X, double Y) Place(double x, double y) => ((x - xs.Min) * scale, (ys.Max - y) * scale);
        (double X, double Y)[] Placed(Box3 box) => [.. Outline(box).Select(corner => Place(corner.X, corner.Y))];
        for (var p = 0; p < frame.Points.Values.Length; p += frame.Points.Columns)
        {
            var (x, y) = Place(frame.Points.Values[p], frame.Points.Values[p + 1]);
            if (x >= 0 && x < width && y >= 0 && y < height)
                rgb.AsSpan(((int)y * width + (int)x) * 3, 3).Fill(200);
        }
        var classes = frame.Objects.Select(static one => one.Class).Distinct().Order(StringComparer.Ordinal).ToArray();
        return new(
            frame.Name,
            width,
            height,
            rgb,
            [
                .. (truths ?? []).Select(one => new SampleShape(Placed(one.Box), SampleShape.White, "", true)),
                .. frame.Objects.Select(one => new SampleShape(
                    Placed(one.Box),
                    Array.IndexOf(classes, one.Class),
                    truths is null
                        ? one.Class
                        : string.Create(CultureInfo.InvariantCulture, $"{one.Class} {one.Score:0.00}"),
                    false
                )),
            ]
        );
    }

    // The part of the range that echoes and boxes take: a street of 50 m would be lost in one of 150 m.
    static (double Min, double Max) Occupied(LabelledFrame frame, (double Min, double Max)[] range, int axis)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var p = 0; p < frame.Points.Values.Length; p += frame.Points.Columns)
            if (Holds(range[0], frame.Points.Values[p]) && Holds(range[1], frame.Points.Values[p + 1]))
                Take(frame.Points.Values[p + axis]);
        foreach (var one in frame.Objects)
            if (Holds(range[0], one.Box.X) && Holds(range[1], one.Box.Y))
                Take(axis == 0 ? one.Box.X : one.Box.Y);
        const double Around = 4; // m: about half of a vehicle, and its name.
        return min > max
            ? range[axis]
            : (Math.Max(range[axis].Min, min - Around), Math.Min(range[axis].Max, max + Around));

        void Take(double at) => (min, max) = (Math.Min(min, at), Math.Max(max, at));

        static bool Holds((double Min, double Max) side, double at) => at >= side.Min && at <= side.Max;
    }

    // With a corner more in the middle of the front, so that the heading shows.
    static (double X, double Y)[] Outline(Box3 box)
    {
        var (sin, cos) = Math.SinCos(box.Heading);
        (double X, double Y) Corner(double along, double across) =>
            (
                box.X + cos * along * box.Length / 2 - sin * across * box.Width / 2,
                box.Y + sin * along * box.Length / 2 + cos * across * box.Width / 2
            );
        return [Corner(-1, -1), Corner(1, -1), Corner(1.4, 0), Corner(1, 1), Corner(-1, 1)];
    }

    static int[] Middle(ushort[] labels, int[] shape)
    {
        long x = 0,
            y = 0,
            z = 0,
            count = 0;
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != 0)
            {
                x += i % shape[0];
                y += i / shape[0] % shape[1];
                z += i / (shape[0] * shape[1]);
                count++;
            }
        return count == 0
            ? [shape[0] / 2, shape[1] / 2, shape[2] / 2]
            : [(int)(x / count), (int)(y / count), (int)(z / count)];
    }

    static void Tint(byte[] rgb, int pixel, int label)
    {
        if (label == 0)
            return;
        var (red, green, blue) = label == 255 ? ((byte)255, (byte)255, (byte)255) : Colour(label - 1);
        rgb[3 * pixel] = (byte)((rgb[3 * pixel] + red) / 2);
        rgb[3 * pixel + 1] = (byte)((rgb[3 * pixel + 1] + green) / 2);
        rgb[3 * pixel + 2] = (byte)((rgb[3 * pixel + 2] + blue) / 2);
    }

    // Means of the pixels that fall into one.
    static (Picture Small, double Scale) Scaled(Picture picture, int sideMax = SideMax)
    {
        var step = (Math.Max(picture.Width, picture.Height) + sideMax - 1) / sideMax;
        if (step <= 1)
            return (picture, 1);
        var (width, height) = (Math.Max(picture.Width / step, 1), Math.Max(picture.Height / step, 1));
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var c = 0; c < 3; c++)
        {
            var (sum, count) = (0, 0);
            for (var v = y * step; v < Math.Min((y + 1) * step, picture.Height); v++)
            for (var u = x * step; u < Math.Min((x + 1) * step, picture.Width); u++, count++)
                sum += picture.Rgb[(v * picture.Width + u) * 3 + c];
            rgb[(y * width + x) * 3 + c] = (byte)(sum / Math.Max(count, 1));
        }
        return (new(width, height, rgb), 1.0 / step);
    }
}
