using System.Buffers.Binary;
using EvoNas.Networks;

namespace EvoNas.Torch.Data;

/// <summary>The IDX format of MNIST: two zero bytes, type 8 (unsigned byte), the number of dimensions, each side as a
/// big-endian int32, then the values.</summary>
static class IdxFile
{
    public static ImageSet ReadSet(string imagesPath, string labelsPath, Shape shape, int classes)
    {
        var (images, labels) = (DataFile.Read(imagesPath), DataFile.Read(labelsPath));
        var imageSides = Sides(imagesPath, images, dimensions: 3);
        var labelSides = Sides(labelsPath, labels, dimensions: 1);
        if (imageSides[1] != shape.Sides[0] || imageSides[2] != shape.Sides[1])
            throw DataFile.Bad(
                imagesPath,
                $"images of {shape.Sides[0]}×{shape.Sides[1]}",
                $"{imageSides[1]}×{imageSides[2]}"
            );
        if (imageSides[0] != labelSides[0])
            throw DataFile.Bad(
                labelsPath,
                $"{imageSides[0]} labels, one per image of '{Path.GetFileName(imagesPath)}'",
                $"{labelSides[0]}"
            );
        CheckLabels(labelsPath, labels.AsSpan(8), classes);
        // One channel: channels first and channels last are the same bytes.
        return new(shape, images.AsMemory(16), labels.AsMemory(8));
    }

    public static void CheckLabels(string path, ReadOnlySpan<byte> labels, int classes)
    {
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] >= classes)
                throw DataFile.Bad(path, $"labels of 0 to {classes - 1}", $"{labels[i]} at index {i}");
    }

    static int[] Sides(string path, byte[] content, int dimensions)
    {
        var header = 4 + 4 * dimensions;
        if (content.Length < header)
            throw DataFile.Bad(path, $"a header of {header} bytes", $"{content.Length} bytes in all");
        var (expected, magic) = (0x0800 + dimensions, BinaryPrimitives.ReadInt32BigEndian(content));
        if (magic != expected)
            throw DataFile.Bad(path, $"the magic number 0x{expected:x8}", $"0x{magic:x8}");
        var sides = new int[dimensions];
        var (size, valid) = (1L, true);
        for (var i = 0; i < dimensions; i++)
        {
            sides[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + 4 * i));
            valid &= sides[i] is > 0 and < 1 << 28;
            size = valid ? Math.Min(size * sides[i], 1L << 32) : 0;
        }
        if (!valid || size != content.Length - header)
            throw DataFile.Bad(
                path,
                $"{string.Join("×", sides)} values after the header",
                $"{content.Length - header}"
            );
        return sides;
    }
}
