using System.IO.Compression;

namespace EvoNas.Tasks.Data;

/// <summary>Writes labels as NIfTI-1, on the grid of the volume that they belong to.</summary>
static class NiftiLabels
{
    const int Offset = 352;
    const short UInt16 = 512;

    /// <summary>Writes a file; packed where the name ends with .gz.</summary>
    /// <param name="path">The file.</param>
    /// <param name="grid">Shape and place; its values play no part.</param>
    /// <param name="labels">First axis fastest.</param>
    public static void Write(string path, Volume grid, ReadOnlySpan<ushort> labels)
    {
        if (labels.Length != grid.Voxels)
            throw new ArgumentException($"{labels.Length} labels for {grid.Voxels} voxels.");
        using var file = File.Create(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionLevel.Fastest)
            : file;
        content.Write(Head(grid));
        var bytes = new byte[labels.Length * 2];
        for (var i = 0; i < labels.Length; i++)
            BitConverter.TryWriteBytes(bytes.AsSpan(2 * i), labels[i]);
        content.Write(bytes);
    }

    static byte[] Head(Volume grid)
    {
        var head = new byte[Offset];
        void Short(int at, int value) => BitConverter.TryWriteBytes(head.AsSpan(at), (short)value);
        void Real(int at, double value) => BitConverter.TryWriteBytes(head.AsSpan(at), (float)value);
        BitConverter.TryWriteBytes(head, 348);
        Short(40, 3);
        for (var axis = 1; axis <= 7; axis++)
            Short(40 + 2 * axis, axis <= 3 ? grid.Shape[axis - 1] : 1);
        Short(70, UInt16);
        Short(72, 16);
        Real(76, 1);
        for (var axis = 0; axis < 3; axis++)
            Real(80 + 4 * axis, grid.Spacing[axis]);
        Real(108, Offset);
        Real(112, 1);
        head[123] = 2; // Millimetres.
        Short(254, 1);
        for (var row = 0; row < 3; row++)
        for (var column = 0; column < 4; column++)
            Real(280 + 16 * row + 4 * column, grid.Affine[row, column]);
        "n+1\0"u8.CopyTo(head.AsSpan(344));
        return head;
    }
}
