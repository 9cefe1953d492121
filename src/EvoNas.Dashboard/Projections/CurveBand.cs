using EvoNas.Genetics;

namespace EvoNas.Dashboard.Projections;

/// <summary>Quantiles of the learning curves after each epoch, from a sample of bounded size.</summary>
/// <remarks>Source: Vitter 1985, <i>Random sampling with a reservoir</i>, algorithm R. Chance comes from the birth, so
/// that a fold gives the same sample every time.</remarks>
sealed class CurveBand
{
    // Quantiles of 1,024 values are exact to about three hundredths of a rank.
    const int SampleMax = 1024,
        EpochsMax = 4096;

    readonly List<(List<double> Sample, long Count)> _epochs = [];

    /// <summary>Curves that were added.</summary>
    public long Count { get; private set; }

    public int Epochs => _epochs.Count;

    /// <summary>Adds the curve of a candidate that was trained to the end.</summary>
    public void Add(long birth, Sequence<double> curve)
    {
        if (curve.Count == 0)
            return;
        Count++;
        var random = SeededRandom.For(0, new BirthNumber(birth));
        for (var epoch = 0; epoch < Math.Min(curve.Count, EpochsMax); epoch++)
        {
            if (epoch == _epochs.Count)
                _epochs.Add(([], 0));
            var (sample, count) = _epochs[epoch];
            if (sample.Count < SampleMax)
                sample.Add(curve[epoch]);
            else if (random.Below((int)Math.Min(int.MaxValue, count + 1)) is var place and < SampleMax)
                sample[place] = curve[epoch];
            _epochs[epoch] = (sample, count + 1);
        }
    }

    /// <summary>How many curves reach an epoch, and their quantiles there.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="shares">In [0, 1], ascending.</param>
    public (long Count, double[] Quantiles) At(int epoch, ReadOnlySpan<double> shares)
    {
        var (sample, count) = _epochs[epoch];
        double[] sorted = [.. sample.Order()];
        var quantiles = new double[shares.Length];
        for (var i = 0; i < quantiles.Length; i++)
            quantiles[i] = Quantile.Of(sorted, shares[i]);
        return (count, quantiles);
    }
}

static class Quantile
{
    /// <summary>The quantile of sorted numbers, between two of them by their distance (type 7 of Hyndman and Fan
    /// 1996).</summary>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length
            ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below])
            : sorted[below];
    }
}
