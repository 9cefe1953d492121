using System.Buffers.Binary;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>EXIF's orientation: how a stored picture must be turned to stand upright.</summary>
static class Orientation
{
    const ushort Tag = 0x0112;

    /// <summary>The tag of a TIFF structure, which starts with II or MM.</summary>
    /// <returns>1 to 8; 1 where there is none, or where the structure is damaged: cameras and editors write many that
    /// are.</returns>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8)
            return 1;
        var little = tiff.StartsWith("II"u8);
        if (!little && !tiff.StartsWith("MM"u8))
            return 1;
        ushort Short(ReadOnlySpan<byte> at) =>
            little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);
        var directory = little
            ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..])
            : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
            return 1;
        var entries = Short(tiff[(int)directory..]);
        for (var i = 0; i < entries; i++)
        {
            var at = (int)directory + 2 + 12 * i;
            if (at + 12 > tiff.Length)
                return 1;
            if (Short(tiff[at..]) == Tag)
                return Short(tiff[(at + 8)..]) is >= 1 and <= 8 and var value ? value : 1;
        }
        return 1;
    }

    /// <summary>Turns a stored picture upright.</summary>
    public static Picture Upright(PictureHead head, byte[] rgb) =>
        head.Orientation == 1 ? new(head.Width, head.Height, rgb) : new(head.Width, head.Height, Turned(head, rgb, 3));

    /// <summary>Turns a stored mask upright.</summary>
    public static LabelMask Upright(PictureHead head, ushort[] labels) =>
        new(head.Width, head.Height, head.Orientation == 1 ? labels : Turned(head, labels, 1));

    /// <summary>Turns a box of stored pixels upright.</summary>
    public static Box Upright(PictureHead head, Box box)
    {
        var (width, height) = (head.StoredWidth, head.StoredHeight);
        return head.Orientation switch
        {
            2 => box with { X = width - box.Right },
            3 => box with { X = width - box.Right, Y = height - box.Bottom },
            4 => box with { Y = height - box.Bottom },
            5 => new(box.Y, box.X, box.Height, box.Width),
            6 => new(height - box.Bottom, box.X, box.Height, box.Width),
            7 => new(height - box.Bottom, width - box.Right, box.Height, box.Width),
            8 => new(box.Y, width - box.Right, box.Height, box.Width),
            _ => box,
        };
    }

    static T[] Turned<T>(PictureHead head, T[] stored, int channels)
    {
        var (width, height) = (head.StoredWidth, head.StoredHeight);
        var turned = new T[stored.Length];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var (toX, toY) = head.Orientation switch
            {
                2 => (width - 1 - x, y),
                3 => (width - 1 - x, height - 1 - y),
                4 => (x, height - 1 - y),
                5 => (y, x),
                6 => (height - 1 - y, x),
                7 => (height - 1 - y, width - 1 - x),
                8 => (y, width - 1 - x),
                _ => (x, y),
            };
            for (var c = 0; c < channels; c++)
                turned[(toY * head.Width + toX) * channels + c] = stored[(y * width + x) * channels + c];
        }
        return turned;
    }
}
