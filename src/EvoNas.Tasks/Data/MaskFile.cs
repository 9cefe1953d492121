using System.Collections.Frozen;

namespace EvoNas.Tasks.Data;

/// <summary>A label a pixel.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Labels">Row by row.</param>
sealed record LabelMask(int Width, int Height, ushort[] Labels);

/// <summary>Which label a colour stands for, for masks that are stored in colours.</summary>
sealed class ColourTable(IReadOnlyDictionary<(byte Red, byte Green, byte Blue), ushort> labels)
{
    readonly FrozenDictionary<(byte Red, byte Green, byte Blue), ushort> _labels = labels.ToFrozenDictionary();

    /// <summary>The label of a colour; null if the table has none.</summary>
    public ushort? this[byte red, byte green, byte blue] =>
        _labels.TryGetValue((red, green, blue), out var label) ? label : null;
}

/// <summary>Reads masks of labels: PNG of gray values or palette indices.</summary>
static class MaskFile
{
    /// <summary>Reads a mask.</summary>
    /// <param name="path">The file.</param>
    /// <param name="colours">For masks in colours; null: these are refused.</param>
    /// <exception cref="RequestException">It is no PNG, is damaged, or has a colour without a label.</exception>
    public static LabelMask Read(string path, ColourTable? colours = null)
    {
        using var file = MappedFile.Open(path);
        return Read(path, file.Bytes, colours);
    }

    /// <summary>Reads a mask from memory.</summary>
    public static LabelMask Read(string path, ReadOnlySpan<byte> bytes, ColourTable? colours = null)
    {
        if (bytes.IsEmpty)
            throw new RequestException($"'{path}' is empty; a mask was expected.");
        if (JpegFile.IsJpeg(bytes))
            throw new RequestException(
                $"'{path}' is a JPEG: its compression changes labels, so it cannot hold a mask.",
                "Save the masks as PNG, from their source."
            );
        if (!PictureFile.IsPng(bytes))
            throw new RequestException($"'{path}' is not an image that can hold a mask: PNG was expected.");
        var head = PngImage.Measure(path, bytes);
        if ((long)head.StoredWidth * head.StoredHeight > PictureFile.PixelsMax)
            throw new RequestException(
                $"'{path}' is too large: {head.StoredWidth} x {head.StoredHeight} pixels; "
                    + $"at most {PictureFile.PixelsMax} can be read."
            );
        var png = PngImage.Read(path, bytes);
        return Orientation.Upright(head, png.IsIndexed ? png.ToLabels() : Named(path, png, colours));
    }

    static ushort[] Named(string path, PngImage png, ColourTable? colours)
    {
        if (colours is null)
            throw new RequestException(
                $"'{path}' has colours, not labels: what they mean is not known.",
                "Save the masks as PNG with a palette or in gray, or give a table of colours."
            );
        var (rgb, labels) = (png.ToRgb(), new ushort[png.Width * png.Height]);
        for (var i = 0; i < labels.Length; i++)
            labels[i] =
                colours[rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]]
                ?? throw new RequestException(
                    $"'{path}', pixel ({i % png.Width}, {i / png.Width}): the colour "
                        + $"({rgb[3 * i]}, {rgb[3 * i + 1]}, {rgb[3 * i + 2]}) is not in the table of colours."
                );
        return labels;
    }
}
