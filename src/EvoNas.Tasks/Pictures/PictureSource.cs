using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Pictures;

/// <summary>Where a picture lies in its square, and how large it was.</summary>
/// <param name="Id">Its id in the data set.</param>
/// <param name="Width">Pixels of the original, upright.</param>
/// <param name="Height">Pixels of the original, upright.</param>
/// <param name="FitWidth">Columns of the square that it takes, from the left.</param>
/// <param name="FitHeight">Rows of the square that it takes, from the top.</param>
readonly record struct PictureFrame(long Id, int Width, int Height, int FitWidth, int FitHeight)
{
    /// <summary>Columns of the square for a column of the original.</summary>
    public double ScaleX => (double)FitWidth / Width;

    /// <summary>Rows of the square for a row of the original.</summary>
    public double ScaleY => (double)FitHeight / Height;
}

/// <summary>Square colour pictures of one side, with what is labelled in them.</summary>
interface IPictureSource
{
    /// <summary>Of each picture, in pixels.</summary>
    int Side { get; }

    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Where a picture lies in its square.</summary>
    PictureFrame FrameOf(int index);

    /// <summary>Copies side·side·3 bytes: row by row, red, green and blue.</summary>
    void CopyPixels(int index, Span<byte> into);

    /// <summary>Copies side·side labels; 255 where nothing is labelled.</summary>
    void CopyLabels(int index, Span<byte> into);

    /// <summary>The objects of a picture, in pixels of the original.</summary>
    IReadOnlyList<LabelledBox> BoxesOf(int index);

    /// <summary>What results call a picture.</summary>
    string NameOf(int index);

    /// <summary>The class of a whole picture.</summary>
    int ClassOf(int index);

    /// <summary>The labels of the original's pixels, row by row; empty where they are those of the square.</summary>
    ReadOnlySpan<byte> OriginalLabels(int index);
}

static class PictureSources
{
    /// <summary>A picture's side·side·3 bytes: row by row, red, green and blue.</summary>
    public static byte[] PixelsOf(this IPictureSource source, int index)
    {
        var pixels = new byte[source.Side * source.Side * 3];
        source.CopyPixels(index, pixels);
        return pixels;
    }
}

/// <summary>Copies one sample.</summary>
delegate void CopySample(int index, Span<byte> into);
