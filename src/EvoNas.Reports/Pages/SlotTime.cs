using EvoNas.Lineages;

namespace EvoNas.Reports.Pages;

/// <summary>The evaluations of one slot.</summary>
/// <param name="Slot">Its name.</param>
/// <param name="Runs">The last attempt of every birth that ended on it.</param>
sealed record SlotTime(string Slot, IReadOnlyList<Run> Runs)
{
    /// <summary>Seconds of evaluation.</summary>
    public double Seconds => Runs.Sum(run => run.Seconds);

    /// <summary>All slots, by name.</summary>
    public static IReadOnlyList<SlotTime> Of(ReportedSearch search) =>
        [
            .. search
                .Everyone.Select(one => one.Scored?.Run ?? one.RuledOut?.Run)
                .OfType<Run>()
                .GroupBy(run => run.Slot, StringComparer.Ordinal)
                .Select(group => new SlotTime(group.Key, [.. group]))
                .OrderBy(slot => slot.Slot.Length)
                .ThenBy(slot => slot.Slot, StringComparer.Ordinal),
        ];

    /// <summary>The duration below which a share of the evaluations lies, in seconds.</summary>
    public double Quantile(double share)
    {
        var sorted = Runs.Select(run => run.Seconds).Order().ToArray();
        return sorted[(int)Math.Ceiling(share * (sorted.Length - 1))];
    }
}
