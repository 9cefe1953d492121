namespace EvoNas.Reports.Pages;

/// <summary>What the mutations of one decision gained: fitness of the child less that of its parent.</summary>
/// <param name="Decision">The decision's id.</param>
/// <param name="Count">Children whose parent and who themselves have a score.</param>
/// <param name="Improved">Those that are fitter than their parent.</param>
/// <param name="Mean">The mean gain.</param>
/// <param name="HalfWidth">Half of the 95 % interval of the mean, by Student's t; null below three children.</param>
/// <param name="Best">The largest gain.</param>
sealed record MutationGain(string Decision, int Count, int Improved, double Mean, double? HalfWidth, double Best)
{
    const int CountMin = 3;

    /// <summary>All decisions that were mutated, the most often tried first.</summary>
    public static IReadOnlyList<MutationGain> Of(ReportedSearch search) =>
        [
            .. search
                .Everyone.Where(one => one.Born.Change is not null)
                .Select(one => (one.Born.Change!.Decision, Gain: GainOf(search, one))) // Filtered above.
                .Where(pair => pair.Gain is not null)
                .GroupBy(pair => pair.Decision, pair => pair.Gain!.Value, StringComparer.Ordinal)
                .Select(group => Of(group.Key, [.. group]))
                .OrderByDescending(one => one.Count)
                .ThenBy(one => one.Decision, StringComparer.Ordinal),
        ];

    // A score without a value counts as none.
    static double? GainOf(ReportedSearch search, Lineages.Biography one) =>
        ReportedSearch.FitnessOf(one) is { } own
        && one.Born.Parent is { } parent
        && search.Ancestry.Find(parent) is { } from
        && ReportedSearch.FitnessOf(from) is { } before
            ? own - before
            : null;

    static MutationGain Of(string decision, double[] gains)
    {
        var mean = gains.Average();
        double? half = null;
        if (gains.Length >= CountMin)
        {
            var variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1);
            half = Student(gains.Length - 1) * Math.Sqrt(variance / gains.Length);
        }
        return new(decision, gains.Length, gains.Count(gain => gain > 0), mean, half, gains.Max());
    }

    // The 97.5 % point of Student's t. Source: Abramowitz and Stegun 1964, 26.7.5; 3 % too small for two degrees of
    // freedom, exact to a thousandth from five on.
    static double Student(int freedom)
    {
        const double Normal = 1.959964;
        var (z, n) = (Normal, (double)freedom);
        return z
            + (Math.Pow(z, 3) + z) / (4 * n)
            + (5 * Math.Pow(z, 5) + 16 * Math.Pow(z, 3) + 3 * z) / (96 * n * n)
            + (3 * Math.Pow(z, 7) + 19 * Math.Pow(z, 5) + 17 * Math.Pow(z, 3) - 15 * z) / (384 * n * n * n);
    }
}
