using System.Buffers.Binary;
using System.IO.Compression;

namespace EvoNas.Reports.Drawings;

/// <summary>Writes an image as a PNG file.</summary>
/// <remarks>Source: W3C Recommendation, <i>Portable Network Graphics (PNG) Specification</i>; 8 bits a value, RGB, no
/// filter.</remarks>
static class PngFile
{
    static readonly uint[] Remainders =
    [
        .. Enumerable
            .Range(0, 256)
            .Select(value =>
                Enumerable
                    .Range(0, 8)
                    .Aggregate((uint)value, (rest, _) => (rest & 1) == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1)
            ),
    ];

    /// <summary>The file's content.</summary>
    /// <param name="pixels">[height, width, 3], rows from above.</param>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Span<byte> head = stackalloc byte[13];
        head.Clear();
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], height);
        (head[8], head[9]) = (8, 2); // Bits a value, RGB.
        Chunk(file, "IHDR"u8, head);
        Chunk(file, "IDAT"u8, Compressed(pixels, 3 * width));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    // Each row begins with the number of its filter.
    static byte[] Compressed(ReadOnlySpan<byte> pixels, int row)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            for (var at = 0; at < pixels.Length; at += row)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(at, row));
            }
        return packed.ToArray();
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(type);
        file.Write(content);
        var rest = 0xFFFF_FFFF;
        foreach (var value in type)
            rest = Remainders[(byte)(rest ^ value)] ^ (rest >> 8);
        foreach (var value in content)
            rest = Remainders[(byte)(rest ^ value)] ^ (rest >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~rest);
        file.Write(number);
    }
}
