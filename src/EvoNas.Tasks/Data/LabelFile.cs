namespace EvoNas.Tasks.Data;

/// <summary>Labels of a mask or of a volume.</summary>
/// <param name="Shape">Length of each axis, slowest first.</param>
/// <param name="Spacing">Distance of neighbours along each axis: millimetres, or 1 for pixels.</param>
/// <param name="Labels">Last axis fastest.</param>
sealed record LabelImage((int A, int B, int C) Shape, (double A, double B, double C) Spacing, ushort[] Labels);

/// <summary>Reads files of labels: PNG masks and NIfTI volumes.</summary>
static class LabelFile
{
    /// <summary>Endings of files that are read.</summary>
    public static readonly string[] Endings = [".png", ".nii", ".nii.gz", ".hdr", ".hdr.gz"];

    /// <summary>The name without what it ends with.</summary>
    public static string Stem(string name) =>
        Endings
            .OrderByDescending(static ending => ending.Length)
            .FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            is { } ending
            ? name[..^ending.Length]
            : name;

    /// <summary>Reads a truth and its prediction, and brings both to one orientation.</summary>
    /// <exception cref="RequestException">One is unreadable, or they lie on different grids.</exception>
    public static (LabelImage Truth, LabelImage Prediction) ReadPair(string truth, string prediction)
    {
        if (truth.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            var (first, second) = (MaskFile.Read(truth), MaskFile.Read(prediction));
            return first.Width == second.Width && first.Height == second.Height
                ? (Flat(first), Flat(second))
                : throw new RequestException(
                    $"'{prediction}' has the size {second.Width} x {second.Height}; "
                        + $"'{truth}' has {first.Width} x {first.Height}.",
                    "Scale the prediction to the size of the truth."
                );
        }
        var (one, other) = (NiftiFile.Read(truth).ToRas(), NiftiFile.Read(prediction).ToRas());
        return one.SharesGridWith(other)
            ? (Deep(truth, one), Deep(prediction, other))
            : throw new RequestException(
                $"'{prediction}' lies on another grid ({string.Join(" x ", other.Shape)} voxels) than "
                    + $"'{truth}' ({string.Join(" x ", one.Shape)}), also when both are turned to RAS.",
                "Resample the prediction to the truth's grid."
            );
    }

    static LabelImage Flat(LabelMask mask) => new((1, mask.Height, mask.Width), (1, 1, 1), mask.Labels);

    static LabelImage Deep(string path, Volume volume) =>
        new(
            (volume.Shape[2], volume.Shape[1], volume.Shape[0]),
            (volume.Spacing[2], volume.Spacing[1], volume.Spacing[0]),
            volume.ToLabels(path)
        );
}
