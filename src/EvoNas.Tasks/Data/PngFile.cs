using System.Buffers.Binary;
using System.IO.Compression;

namespace EvoNas.Tasks.Data;

/// <summary>Writes PNG: masks that other programs read, and pictures of pages.</summary>
static class PngFile
{
    const byte Gray = 0;
    const byte Colours = 2;

    /// <summary>A mask, 8 bits where these suffice and 16 otherwise.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="labels">A label a pixel, row by row.</param>
    public static byte[] Labels(int width, int height, ReadOnlySpan<ushort> labels)
    {
        var wide = labels.ContainsAnyExceptInRange((ushort)0, (ushort)255);
        var size = wide ? 2 : 1;
        var rows = new byte[height * (width * size + 1)];
        for (int y = 0, to = 0; y < height; y++)
        {
            to++;
            for (var x = 0; x < width; x++)
            {
                var label = labels[y * width + x];
                if (wide)
                    rows[to++] = (byte)(label >> 8);
                rows[to++] = (byte)label;
            }
        }
        return File(width, height, wide ? (byte)16 : (byte)8, Gray, rows);
    }

    /// <summary>A picture.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="rgb">Red, green, blue of each pixel, row by row.</param>
    public static byte[] Rgb(int width, int height, ReadOnlySpan<byte> rgb)
    {
        var rows = new byte[height * (width * 3 + 1)];
        for (var y = 0; y < height; y++)
            rgb.Slice(y * width * 3, width * 3).CopyTo(rows.AsSpan(y * (width * 3 + 1) + 1));
        return File(width, height, 8, Colours, rows);
    }

    static byte[] File(int width, int height, byte depth, byte colour, byte[] rows)
    {
        using var file = new MemoryStream();
        file.Write(PngImage.Signature);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], height);
        (head[8], head[9]) = (depth, colour);
        Chunk(file, "IHDR"u8, head);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(rows);
        Chunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] chunk = [.. kind, .. data];
        file.Write(chunk);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(chunk));
        file.Write(number);
    }
}
