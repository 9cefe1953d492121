namespace EvoNas.Reports.Surveys;

/// <summary>Weights that give all spaces the same distribution of cost, so that a space is not better only because its
/// networks are larger.</summary>
/// <remarks>Source: Radosavovic et al. 2019, arXiv:1905.13214, §3.3: the range of the cost is cut into bins, and a
/// network in a bin of m networks weighs 1/m. We cut the range that all spaces have in common, in equal factors, and
/// leave out the bins in which a space has no network: what is not there cannot be weighed up.</remarks>
static class CostControl
{
    /// <summary>Bins, where there are enough networks.</summary>
    public const int BinsMax = 10;

    // Fewer networks a bin, and the weights of a few decide.
    const int NetworksABin = 5;

    /// <summary>The weights of the networks of each space.</summary>
    /// <param name="costs">Of each space's networks, positive; NaN where it is not known, which weighs
    /// nothing.</param>
    /// <param name="bins">Bins that were used.</param>
    /// <returns>Each space's weights sum to 1; null where the spaces have no bin in common.</returns>
    public static double[][]? Weights(IReadOnlyList<double[]> costs, out int bins)
    {
        bins = 0;
        var known = costs.Select(one => one.Where(cost => cost > 0).ToArray()).ToArray();
        if (known.Length == 0 || known.Any(one => one.Length == 0))
            return null;
        var (low, high) = (known.Max(one => one.Min()), known.Min(one => one.Max()));
        if (low > high)
            return null;
        var wanted = Math.Clamp(known.Min(one => one.Length) / NetworksABin, 1, BinsMax);
        var binOf = costs.Select(one => one.Select(cost => Bin(cost, low, high, wanted)).ToArray()).ToArray();
        var counts = binOf
            .Select(one => Enumerable.Range(0, wanted).Select(bin => one.Count(own => own == bin)).ToArray())
            .ToArray();
        var common = Enumerable.Range(0, wanted).Where(bin => counts.All(one => one[bin] > 0)).ToHashSet();
        bins = common.Count;
        return common.Count == 0
            ? null
            :
            [
                .. binOf.Select(
                    (one, space) =>
                        one.Select(bin => common.Contains(bin) ? 1.0 / (common.Count * counts[space][bin]) : 0)
                            .ToArray()
                ),
            ];
    }

    static int Bin(double cost, double low, double high, int bins) =>
        !(cost >= low && cost <= high) ? -1
        : low == high ? 0
        : Math.Min(bins - 1, (int)(Math.Log(cost / low) / Math.Log(high / low) * bins));
}
