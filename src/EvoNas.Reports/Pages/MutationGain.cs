namespace EvoNas.Reports.Pages;

/// <summary>What the mutations of one decision gained: fitness of the child less that of its parent.</summary>
/// <param name="Decision">The decision's id.</param>
/// <param name="Count">Children whose parent and who themselves have a score.</param>
/// <param name="Improved">Those that are fitter than their parent.</param>
/// <param name="Mean">The mean gain.</param>
/// <param name="HalfWidth">Half of the 95 % interval of the mean, by Student's t; null below two children.</param>
/// <param name="Best">The largest gain.</param>
sealed record MutationGain(string Decision, int Count, int Improved, double Mean, double? HalfWidth, double Best)
{
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
        var moments = new Moments();
        foreach (var gain in gains)
            moments.Add(gain);
        var improved = gains.Count(gain => gain > 0);
        return new(decision, gains.Length, improved, moments.Mean, moments.HalfWidth, moments.Max);
    }
}
