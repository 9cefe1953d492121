using EvoNas.Genetics;

namespace EvoNas.Reports.Pages;

/// <summary>How often each candidate of one decision was taken, over the births.</summary>
/// <param name="Decision">The decision's id.</param>
/// <param name="Candidates">The most frequent first; the last may be all others together.</param>
sealed record DecisionShares(string Decision, IReadOnlyList<(string Candidate, double?[] Shares)> Candidates)
{
    /// <summary>Groups of births of equal size, from the first to the last.</summary>
    public const int GroupCount = 24;

    const int CandidatesMax = 8,
        DecisionsMax = 40;

    /// <summary>The first decisions of the space.</summary>
    /// <param name="search">Its space is known.</param>
    /// <param name="space">That space.</param>
    /// <param name="decisions">How many decisions were answered at all.</param>
    /// <returns>For each candidate its share of the births of each group in which the decision was active; null where
    /// it was active in none.</returns>
    public static IReadOnlyList<DecisionShares> Of(ReportedSearch search, SearchSpace space, out int decisions)
    {
        var counts = new Dictionary<string, Dictionary<string, int[]>>(StringComparer.Ordinal);
        var groups = Math.Min(GroupCount, Math.Max(1, search.Everyone.Count));
        foreach (var (i, one) in search.Everyone.Index())
        {
            var group = (int)((long)i * groups / search.Everyone.Count);
            foreach (var answer in space.Read(one.Born.Genotype).Active)
            {
                if (!counts.TryGetValue(answer.Id, out var values))
                    counts[answer.Id] = values = new(StringComparer.Ordinal);
                // The values of a real decision are as many as there are births.
                var value = answer.Decision is Decision.Real real
                    ? Eighth(real, answer.Number)
                    : Figures.OneLine(answer.Value.ToString()!);
                if (!values.TryGetValue(value, out var taken))
                    values[value] = taken = new int[groups];
                taken[group]++;
            }
        }
        decisions = counts.Count;
        return [.. counts.Take(DecisionsMax).Select(pair => new DecisionShares(pair.Key, Shares(pair.Value, groups)))];
    }

    static string Eighth(Decision.Real real, double value)
    {
        var width = (real.Max - real.Min) / 8;
        var part = width > 0 ? Math.Clamp((int)((value - real.Min) / width), 0, 7) : 0;
        return $"{Figures.Short(real.Min + part * width)} to {Figures.Short(real.Min + (part + 1) * width)}";
    }

    static List<(string, double?[])> Shares(Dictionary<string, int[]> values, int groups)
    {
        var totals = Enumerable.Range(0, groups).Select(group => values.Values.Sum(taken => taken[group])).ToArray();
        var ranked = values
            .OrderByDescending(pair => pair.Value.Sum())
            .ThenBy(pair => pair.Key, StringComparer.Ordinal);
        var kept = values.Count > CandidatesMax ? CandidatesMax - 1 : values.Count;
        var rows = ranked.Take(kept).Select(pair => (pair.Key, Of(pair.Value))).ToList();
        if (kept < values.Count)
        {
            var others = new int[groups];
            foreach (var (_, taken) in ranked.Skip(kept))
                for (var group = 0; group < groups; group++)
                    others[group] += taken[group];
            rows.Add(($"{values.Count - kept} others", Of(others)));
        }
        return rows;

        double?[] Of(int[] taken) =>
            [.. taken.Select((count, group) => totals[group] > 0 ? (double?)count / totals[group] : null)];
    }
}
