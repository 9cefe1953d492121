namespace EvoNas.Reports.Proxies;

/// <summary>Spearman's rank correlation ρ of two rows of numbers; equal numbers share the mean of their
/// ranks.</summary>
/// <remarks>Source: Spearman 1904, <i>The proof and measurement of association between two things</i>.</remarks>
static class Spearman
{
    /// <summary>ρ, in [−1, 1].</summary>
    /// <param name="ours">Numbers.</param>
    /// <param name="theirs">As many.</param>
    /// <returns>Null where there are fewer than two, or all numbers of a row are the same.</returns>
    public static double? Of(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        if (ours.Count != theirs.Count)
            throw new ArgumentException($"{ours.Count} and {theirs.Count} numbers.", nameof(theirs));
        if (ours.Count < 2)
            return null;
        var (x, y) = (Ranks(ours), Ranks(theirs));
        var mean = (ours.Count + 1) / 2.0;
        var (covariance, ofX, ofY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            covariance += (x[i] - mean) * (y[i] - mean);
            ofX += (x[i] - mean) * (x[i] - mean);
            ofY += (y[i] - mean) * (y[i] - mean);
        }
        // Ranks are halves of whole numbers: sums of them are exact.
        return ofX == 0 || ofY == 0 ? null : Math.Clamp(covariance / Math.Sqrt(ofX * ofY), -1, 1);
    }

    static double[] Ranks(IReadOnlyList<double> numbers)
    {
        var order = Enumerable.Range(0, numbers.Count).OrderBy(i => numbers[i]).ToArray();
        var ranks = new double[numbers.Count];
        for (var from = 0; from < order.Length; )
        {
            var to = from + 1;
            while (to < order.Length && numbers[order[to]] == numbers[order[from]])
                to++;
            for (var i = from; i < to; i++)
                ranks[order[i]] = (from + 1 + to) / 2.0;
            from = to;
        }
        return ranks;
    }
}
