namespace EvoNas.Tasks.Metrics;

/// <summary>Overlap of two label volumes, 2·|P ∩ T| / (|P| + |T|).</summary>
/// <remarks>As MONAI's <c>DiceMetric</c> does: a case whose truth lacks a class has no value for it, and leaves the
/// means. nnU-Net counts such a case as 0 where something is predicted.</remarks>
static class Dice
{
    /// <summary>Dice of one label.</summary>
    /// <returns>In [0, 1]; null if the truth has no such voxel.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? Of(ReadOnlySpan<ushort> truth, ReadOnlySpan<ushort> prediction, int label)
    {
        if (truth.Length != prediction.Length)
            throw new ArgumentException($"{truth.Length} true labels and {prediction.Length} predicted ones.");
        long inTruth = 0,
            inPrediction = 0,
            inBoth = 0;
        for (var i = 0; i < truth.Length; i++)
        {
            var (t, p) = (truth[i] == label ? 1 : 0, prediction[i] == label ? 1 : 0);
            inTruth += t;
            inPrediction += p;
            inBoth += t & p;
        }
        return inTruth == 0 ? null : 2.0 * inBoth / (inTruth + inPrediction);
    }

    /// <summary>Mean over the values that there are; null if there is none.</summary>
    public static double? Mean(IEnumerable<double?> values) => values.Average();
}
