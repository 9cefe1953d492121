using StbImageSharp;

namespace EvoNas.Tasks.Data;

/// <summary>A colour picture, upright.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Rgb">Red, green, blue of each pixel, row by row.</param>
sealed record Picture(int Width, int Height, byte[] Rgb);

/// <summary>What the head of a picture's file says.</summary>
/// <param name="StoredWidth">Pixels of a stored row.</param>
/// <param name="StoredHeight">Stored rows.</param>
/// <param name="Orientation">EXIF's tag 0x0112, 1 to 8; 1 where there is none.</param>
readonly record struct PictureHead(int StoredWidth, int StoredHeight, int Orientation)
{
    /// <summary>Width of the upright picture.</summary>
    public int Width => Orientation >= 5 ? StoredHeight : StoredWidth;

    /// <summary>Height of the upright picture.</summary>
    public int Height => Orientation >= 5 ? StoredWidth : StoredHeight;
}

/// <summary>Reads pictures: JPEG through the system's libturbojpeg where it has one, PNG by our own reader, the rest of
/// them through StbImageSharp.</summary>
static class PictureFile
{
    /// <summary>What a photograph never reaches and a decompression bomb does.</summary>
    public const long PixelsMax = 178_000_000;

    /// <summary>Endings of files that are read.</summary>
    public static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp"];

    /// <summary>Reads a picture and turns it upright. Alpha is dropped; 16 bits become 8.</summary>
    /// <exception cref="RequestException">It is missing, empty, damaged, truncated, too large or no image.</exception>
    public static Picture Read(string path)
    {
        using var file = MappedFile.Open(path);
        return Read(path, file.Bytes);
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="path">What errors call it.</param>
    /// <param name="bytes">Content of the file.</param>
    public static Picture Read(string path, ReadOnlySpan<byte> bytes)
    {
        var head = Measure(path, bytes);
        var rgb =
            IsPng(bytes) ? PngImage.Read(path, bytes).ToRgb()
            : JpegFile.IsJpeg(bytes) ? JpegFile.Read(path, bytes)
            : Bitmap(path, bytes).Data;
        return Orientation.Upright(head, rgb);
    }

    /// <summary>Reads the head only.</summary>
    /// <exception cref="RequestException">It is no picture, or too large.</exception>
    public static PictureHead Measure(string path)
    {
        using var file = MappedFile.Open(path);
        return Measure(path, file.Bytes);
    }

    /// <summary>Whether the content is PNG, whatever the name says.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngImage.Signature);

    static PictureHead Measure(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw new RequestException($"'{path}' is empty; a picture was expected.");
        var head =
            IsPng(bytes) ? PngImage.Measure(path, bytes)
            : JpegFile.IsJpeg(bytes) ? JpegFile.Measure(path, bytes)
            : IsBitmap(bytes) ? MeasureBitmap(path, bytes)
            : throw new RequestException($"'{path}' is not an image that can be read: JPEG, PNG or BMP was expected.");
        if ((long)head.StoredWidth * head.StoredHeight > PixelsMax)
            throw new RequestException(
                $"'{path}' is too large: {head.StoredWidth} x {head.StoredHeight} pixels; "
                    + $"at most {PixelsMax} can be read."
            );
        return head;
    }

    static bool IsBitmap(ReadOnlySpan<byte> bytes) => bytes.StartsWith("BM"u8) && bytes.Length > 26;

    static PictureHead MeasureBitmap(string path, ReadOnlySpan<byte> bytes)
    {
        var (width, height) = (BitConverter.ToInt32(bytes[18..]), BitConverter.ToInt32(bytes[22..]));
        // A negative height says that the upper row comes first.
        return width > 0 && height != 0 && height != int.MinValue
            ? new(width, Math.Abs(height), 1)
            : throw Damaged(path, "its size is not positive");
    }

    static ImageResult Bitmap(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return ImageResult.FromMemory(bytes.ToArray(), ColorComponents.RedGreenBlue);
        }
        catch (Exception error) when (error is InvalidOperationException or IndexOutOfRangeException or IOException)
        {
            throw Damaged(path, error.Message);
        }
    }

    /// <summary>The one shape of errors about damaged pictures.</summary>
    public static RequestException Damaged(string path, string what) => new($"'{path}' is damaged: {what}.");
}
