using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Reports.Questions;

/// <summary>What a search would announce under another objective or other limits: its candidates are weighed anew by
/// what was measured of them, and nothing is trained.</summary>
/// <remarks>They were bred under the objective that the search has. One that was bred under the other might have found
/// better ones: what is announced here is a lower bound.</remarks>
/// <param name="Objective">By which they are weighed.</param>
/// <param name="Weighed">Candidates that have a value under it.</param>
/// <param name="Feasible">Those of them that keep its limits.</param>
/// <param name="Unscorable">Scored candidates without a value under it; null where each has one, else why the first
/// has none.</param>
/// <param name="Best">The fittest that keeps every limit; of equals, the one that ended first. Null: none does.</param>
/// <param name="Steps">Every feasible candidate that was the best when it ended, the first of them first.</param>
sealed record WhatIf(
    Objective Objective,
    long Weighed,
    long Feasible,
    (long Count, string Why)? Unscorable,
    Weighing? Best,
    IReadOnlyList<Weighing> Steps
)
{
    /// <summary>Weighs every scored candidate of a history, in the order in which they ended.</summary>
    public static WhatIf Of(Ancestry ancestry, Objective objective)
    {
        var (weighed, feasible, unscorable, firstWhy) = (0L, 0L, 0L, (string?)null);
        var steps = new List<Weighing>();
        foreach (var happened in ancestry.Events)
        {
            if (
                happened is not LineageEvent.Scored scored
                || ancestry.Find(scored.Birth) is not { } one
                || !ancestry.Counts(one)
            )
                continue;
            if (objective.Weigh(scored.Metrics, out var why) is not { } fitness)
            {
                unscorable++;
                firstWhy ??= why;
                continue;
            }
            weighed++;
            if (!fitness.Feasible)
                continue;
            feasible++;
            if (steps.Count == 0 || fitness.CompareTo(steps[^1].Fitness) > 0)
                steps.Add(new(one, fitness));
        }
        return new(
            objective,
            weighed,
            feasible,
            unscorable == 0 ? null : (unscorable, firstWhy!), // Said with the first.
            steps.Count == 0 ? null : steps[^1],
            steps
        );
    }
}

/// <summary>A candidate with its fitness under another objective than that of its search.</summary>
/// <param name="One">The candidate; it has a score.</param>
/// <param name="Fitness">Under the other objective.</param>
sealed record Weighing(Biography One, Fitness Fitness);
