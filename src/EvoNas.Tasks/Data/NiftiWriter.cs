using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace EvoNas.Tasks.Data;

/// <summary>Writes NIfTI-1 volumes, <c>.nii</c> or <c>.nii.gz</c>.</summary>
static class NiftiWriter
{
    // The header, and four bytes that say that no extension follows.
    const int DataOffset = 352;

    const short Bytes = 2,
        Floats = 16,
        Aligned = 2;

    const byte Millimetres = 2;

    /// <summary>Writes the values of an image.</summary>
    /// <param name="path">Ends with .nii or .nii.gz.</param>
    /// <param name="image">Of three axes.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Volume image) =>
        Write(path, image, Floats, MemoryMarshal.AsBytes(image.Values.AsSpan()));

    /// <summary>Writes labels on the grid of an image.</summary>
    /// <param name="path">Ends with .nii or .nii.gz.</param>
    /// <param name="grid">Whose shape and place they have; its values are not written.</param>
    /// <param name="labels">First axis fastest.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, Volume grid, byte[] labels) => Write(path, grid, Bytes, labels);

    static void Write(string path, Volume grid, short type, ReadOnlySpan<byte> values)
    {
        var head = new byte[DataOffset];
        void Short(int at, int value) =>
            BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(at), checked((short)value));
        void Real(int at, double value) => BinaryPrimitives.WriteSingleLittleEndian(head.AsSpan(at), (float)value);
        BinaryPrimitives.WriteInt32LittleEndian(head, 348);
        Short(40, 3);
        Real(76, 1);
        for (var axis = 0; axis < 3; axis++)
        {
            Short(42 + 2 * axis, grid.Shape[axis]);
            Real(80 + 4 * axis, grid.Spacing[axis]);
        }
        Short(70, type);
        Short(72, type == Bytes ? 8 : 32);
        Real(108, DataOffset);
        Real(112, 1);
        head[123] = Millimetres;
        Short(254, Aligned);
        for (var row = 0; row < 3; row++)
        for (var column = 0; column < 4; column++)
            Real(280 + 4 * (4 * row + column), grid.Affine[row, column]);
        "n+1"u8.CopyTo(head.AsSpan(344));
        using var file = File.Create(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
        content.Write(head);
        content.Write(values);
    }
}
