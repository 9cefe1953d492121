using System.Buffers.Binary;
using System.IO.Compression;

namespace EvoNas.Tasks.Data;

/// <summary>A PNG as it is stored: palette indices stay indices, 16 bits stay 16 bits.</summary>
/// <remarks>Source: ISO/IEC 15948. All depths, colour types, filters and Adam7. Masks need what libraries for pictures
/// throw away, which is why this reader is our own.</remarks>
sealed class PngImage
{
    /// <summary>The first eight bytes of each file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    // Start and step of the seven passes of Adam7.
    static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    static readonly (int X, int Y, int StepX, int StepY)[] OnePass = [(0, 0, 1, 1)];

    readonly int _depth;
    readonly int _colour;
    readonly int _channels;
    readonly ushort[] _samples;
    readonly byte[] _palette;

    PngImage(int width, int height, int depth, int colour, ushort[] samples, byte[] palette)
    {
        (Width, Height, _depth, _colour, _samples, _palette) = (width, height, depth, colour, samples, palette);
        _channels = Channels(colour);
    }

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Whether it has one value a pixel: gray, or an index of a palette.</summary>
    public bool IsIndexed => _colour is 0 or 3 or 4;

    /// <summary>The value or palette index of each pixel, row by row.</summary>
    /// <exception cref="InvalidOperationException">It has colours: see <see cref="IsIndexed"/>.</exception>
    public ushort[] ToLabels()
    {
        if (!IsIndexed)
            throw new InvalidOperationException("A picture in colours has no labels.");
        if (_channels == 1)
            return _samples;
        var labels = new ushort[Width * Height];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = _samples[i * _channels];
        return labels;
    }

    /// <summary>Red, green, blue of each pixel, 8 bits, row by row.</summary>
    public byte[] ToRgb()
    {
        var rgb = new byte[Width * Height * 3];
        var top = (1 << Math.Min(_depth, 8)) - 1;
        byte Eight(ushort sample) => (byte)(_depth == 16 ? sample >> 8 : sample * 255 / top);
        for (var i = 0; i < Width * Height; i++)
        {
            var (from, to) = (i * _channels, i * 3);
            if (_colour == 3)
            {
                var entry = _samples[from] * 3;
                if (entry + 3 <= _palette.Length)
                    _palette.AsSpan(entry, 3).CopyTo(rgb.AsSpan(to));
            }
            else if (_channels >= 3)
                for (var c = 0; c < 3; c++)
                    rgb[to + c] = Eight(_samples[from + c]);
            else
                rgb.AsSpan(to, 3).Fill(Eight(_samples[from]));
        }
        return rgb;
    }

    /// <summary>Reads the head only.</summary>
    public static PictureHead Measure(string path, ReadOnlySpan<byte> png)
    {
        var orientation = 1;
        foreach (var (kind, data) in Chunks(path, png, untilPixels: true))
            if (kind == "eXIf")
                orientation = Orientation.Read(png[data]);
        var (width, height, _, _, _) = Head(path, png);
        return new(width, height, orientation);
    }

    /// <summary>Reads the pixels.</summary>
    /// <exception cref="RequestException">It is damaged or truncated.</exception>
    public static PngImage Read(string path, ReadOnlySpan<byte> png)
    {
        var (width, height, depth, colour, interlaced) = Head(path, png);
        var (palette, packed) = (Array.Empty<byte>(), new MemoryStream());
        foreach (var (kind, data) in Chunks(path, png, untilPixels: false))
            if (kind == "PLTE")
                palette = png[data].ToArray();
            else if (kind == "IDAT")
                packed.Write(png[data]);
        packed.Position = 0;
        var samples = new ushort[(long)width * height * Channels(colour)];
        using var rows = new ZLibStream(packed, CompressionMode.Decompress);
        foreach (var pass in interlaced ? Adam7 : OnePass)
            ReadPass(path, rows, pass, (width, height), depth, Channels(colour), samples);
        return new(width, height, depth, colour, samples, palette);
    }

    static void ReadPass(
        string path,
        Stream rows,
        (int X, int Y, int StepX, int StepY) pass,
        (int Width, int Height) size,
        int depth,
        int channels,
        ushort[] samples
    )
    {
        var columns = (size.Width - pass.X + pass.StepX - 1) / pass.StepX;
        var lines = (size.Height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (columns <= 0 || lines <= 0)
            return;
        var length = (columns * channels * depth + 7) / 8;
        var reach = Math.Max(1, channels * depth / 8);
        // The filter's byte stands before the row.
        var (row, above) = (new byte[length + 1], new byte[length + 1]);
        for (var line = 0; line < lines; line++)
        {
            try
            {
                rows.ReadExactly(row);
            }
            catch (EndOfStreamException)
            {
                throw new RequestException($"'{path}' is truncated: row {line} of {lines} is missing.");
            }
            catch (InvalidDataException error)
            {
                throw PictureFile.Damaged(path, error.Message.TrimEnd('.'));
            }
            if (!Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), reach))
                throw PictureFile.Damaged(path, $"row {line} has the filter {row[0]}, which PNG does not have");
            var y = pass.Y + line * pass.StepY;
            for (var column = 0; column < columns; column++)
            {
                var to = (y * size.Width + pass.X + column * pass.StepX) * channels;
                for (var c = 0; c < channels; c++)
                    samples[to + c] = Sample(row, column * channels + c, depth);
            }
            (row, above) = (above, row);
        }
    }

    static ushort Sample(byte[] row, int index, int depth) =>
        depth switch
        {
            8 => row[1 + index],
            16 => (ushort)(row[1 + 2 * index] << 8 | row[2 + 2 * index]),
            _ => (ushort)(row[1 + index * depth / 8] >> (8 - depth - index * depth % 8) & ((1 << depth) - 1)),
        };

    static bool Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int reach)
    {
        switch (filter)
        {
            case 0:
                return true;
            case 1:
                for (var i = reach; i < row.Length; i++)
                    row[i] += row[i - reach];
                return true;
            case 2:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                return true;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < reach ? 0 : row[i - reach]) + above[i]) / 2);
                return true;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    int left = i < reach ? 0 : row[i - reach],
                        up = above[i],
                        corner = i < reach ? 0 : above[i - reach];
                    var (toLeft, toUp) = (Math.Abs(up - corner), Math.Abs(left - corner));
                    var toCorner = Math.Abs(left + up - 2 * corner);
                    row[i] += (byte)(
                        toLeft <= toUp && toLeft <= toCorner ? left
                        : toUp <= toCorner ? up
                        : corner
                    );
                }
                return true;
            default:
                return false;
        }
    }

    static int Channels(int colour) =>
        colour switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };

    static (int Width, int Height, int Depth, int Colour, bool Interlaced) Head(string path, ReadOnlySpan<byte> png)
    {
        if (png.Length < 33 || !png.Slice(12, 4).SequenceEqual("IHDR"u8))
            throw new RequestException($"'{path}' is truncated: it has no whole PNG head.");
        var width = BinaryPrimitives.ReadUInt32BigEndian(png[16..]);
        var height = BinaryPrimitives.ReadUInt32BigEndian(png[20..]);
        var (depth, colour, interlace) = (png[24], png[25], png[28]);
        var fits = colour switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || !fits || interlace > 1)
            throw PictureFile.Damaged(path, $"its head says {width} x {height}, depth {depth}, colour type {colour}");
        return ((int)width, (int)height, depth, colour, interlace == 1);
    }

    /// <summary>Kinds and places of the chunks, each checked.</summary>
    static List<(string Kind, Range Data)> Chunks(string path, ReadOnlySpan<byte> png, bool untilPixels)
    {
        List<(string, Range)> chunks = [];
        for (var at = Signature.Length; ; )
        {
            if (png.Length - at < 12)
                throw new RequestException($"'{path}' is truncated: its end marker is missing.");
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            var kind = System.Text.Encoding.Latin1.GetString(png.Slice(at + 4, 4));
            if (untilPixels && kind is "IDAT")
                return chunks;
            if (length > png.Length - at - 12)
                throw new RequestException($"'{path}' is truncated: chunk {kind} has {length} bytes.");
            var data = at + 8;
            var end = data + (int)length;
            var whole = Crc32.Of(png[(at + 4)..end]) == BinaryPrimitives.ReadUInt32BigEndian(png[end..]);
            // What a chunk in lower case says, a reader may do without.
            if (!whole && char.IsUpper(kind[0]))
                throw PictureFile.Damaged(path, $"the checksum of chunk {kind} is wrong");
            if (whole)
                chunks.Add((kind, data..end));
            if (kind == "IEND")
                return chunks;
            at = end + 4;
        }
    }
}
