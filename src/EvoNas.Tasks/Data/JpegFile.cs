using System.Buffers.Binary;
using StbImageSharp;

namespace EvoNas.Tasks.Data;

/// <summary>Reads JPEG pictures.</summary>
static class JpegFile
{
    /// <summary>Debian's name of the library without which CMYK cannot be read.</summary>
    public const string Package = "libturbojpeg0";

    /// <summary>Whether the content is JPEG, whatever the name says.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <summary>Reads the head only.</summary>
    public static PictureHead Measure(string path, ReadOnlySpan<byte> jpeg)
    {
        var frame = Frame(path, jpeg);
        return new(frame.Width, frame.Height, frame.Orientation);
    }

    /// <summary>Reads the pixels as they are stored, not turned.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="jpeg">Content of the file.</param>
    /// <param name="managed">Whether to leave out libturbojpeg.</param>
    /// <exception cref="RequestException">It is truncated or damaged, or has four components and there is no
    /// libturbojpeg.</exception>
    public static byte[] Read(string path, ReadOnlySpan<byte> jpeg, bool managed = false)
    {
        var frame = Frame(path, jpeg);
        if (!EndsWell(jpeg[frame.Scan..]))
            throw new RequestException($"'{path}' is truncated: its end marker is missing.");
        if (!managed && TurboJpeg.IsThere)
            return TurboJpeg.Read(path, jpeg, frame.Width, frame.Height, frame.Components == 4);
        if (frame.Components == 4)
            throw new RequestException(
                $"'{path}' has four colours (CMYK), which need libturbojpeg.",
                $"Install it: apt-get install {Package}. Or convert the picture to RGB."
            );
        try
        {
            return ImageResult.FromMemory(jpeg.ToArray(), ColorComponents.RedGreenBlue).Data;
        }
        catch (Exception error) when (error is InvalidOperationException or IndexOutOfRangeException or IOException)
        {
            throw PictureFile.Damaged(path, error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Walks over the segments before the first scan.</summary>
    static (int Width, int Height, int Components, int Orientation, int Scan) Frame(
        string path,
        ReadOnlySpan<byte> jpeg
    )
    {
        var (width, height, components, orientation) = (0, 0, 0, 1);
        for (var at = 2; ; )
        {
            while (at < jpeg.Length && jpeg[at] == 0xFF && at + 1 < jpeg.Length && jpeg[at + 1] == 0xFF)
                at++;
            if (at + 4 > jpeg.Length)
                throw new RequestException($"'{path}' is truncated: it ends before its pixels.");
            if (jpeg[at] != 0xFF)
                throw PictureFile.Damaged(path, $"a marker was expected at byte {at}");
            var marker = jpeg[at + 1];
            // Markers without content.
            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
                continue;
            }
            if (marker == 0xD9)
                throw PictureFile.Damaged(path, "it ends before its pixels");
            var length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
                throw new RequestException($"'{path}' is truncated: it ends before its pixels.");
            var data = jpeg.Slice(at + 4, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && data.Length >= 6)
                (height, width, components) = (
                    BinaryPrimitives.ReadUInt16BigEndian(data[1..]),
                    BinaryPrimitives.ReadUInt16BigEndian(data[3..]),
                    data[5]
                );
            else if (marker == 0xE1 && data.StartsWith("Exif\0\0"u8))
                orientation = Orientation.Read(data[6..]);
            at += 2 + length;
            if (marker != 0xDA)
                continue;
            if (width == 0 || height == 0 || components is not (1 or 3 or 4))
                throw PictureFile.Damaged(path, $"its head says {width} x {height}, {components} components");
            return (width, height, components, orientation, at);
        }
    }

    // In the coded pixels 0xFF stands before 0 or a restart marker only.
    static bool EndsWell(ReadOnlySpan<byte> scans)
    {
        while (scans.IndexOf((byte)0xFF) is var at and >= 0 && at + 1 < scans.Length)
        {
            if (scans[at + 1] == 0xD9)
                return true;
            scans = scans[(at + (scans[at + 1] == 0xFF ? 1 : 2))..];
        }
        return false;
    }
}
