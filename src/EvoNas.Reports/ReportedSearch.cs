using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>A search as drawings and reports need it: its whole history, and how it stands.</summary>
/// <param name="Name">Its name.</param>
/// <param name="View">Counts and the best.</param>
/// <param name="Ancestry">Who came from whom.</param>
/// <param name="Begun">When the first event was written, UTC; null before it.</param>
/// <param name="LastEvent">When the last event was written, UTC; null before the first.</param>
sealed record ReportedSearch(string Name, SearchViewModel View, Ancestry Ancestry, DateTime? Begun, DateTime? LastEvent)
{
    /// <summary>Earlier versions recorded this where the objective had no value.</summary>
    const double NoValue = -1e300;

    /// <summary>Its state in one word.</summary>
    public string State { get; init; } = "";

    /// <summary>The version of EvoNas that ran it last; null where that is not known.</summary>
    public string? Version { get; init; }

    /// <summary>Where it ran last, by name; empty where that is not known.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>All settings of its last run by their path; empty where they are not known.</summary>
    public IReadOnlyList<(string Name, string Value)> RunSettings { get; init; } = [];

    /// <summary>Its space, which says what genotypes mean; null where it is not known.</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>Whether its best policy is better than none; null where that was not tried.</summary>
    public PolicyComparison? Policies { get; init; }

    /// <summary>Every candidate, by number. Those that only evaluate another one again are not among them,
    /// nor, with rungs, those that were not trained in full.</summary>
    public IReadOnlyList<Biography> Everyone { get; } = [.. Ancestry.Everyone.Where(Ancestry.Counts)];

    /// <summary>The winner of the finalists; without them the best that keeps all limits, and where none does, the
    /// best.</summary>
    public Biography? Winner { get; } = View.Announced is var (best, _) ? Ancestry.Find(best.Birth) : null;

    /// <summary>The winner's line of descent from the founder on; empty without a winner.</summary>
    public IReadOnlyList<Biography> Line =>
        Winner is { } winner ? [.. Ancestry.Ancestors(winner.Born.Birth).Reverse()] : [];

    /// <summary>Reads a history.</summary>
    /// <param name="name">The name of the search.</param>
    /// <param name="history">All events from the first on, with the time at which each was written.</param>
    public static ReportedSearch Of(string name, IEnumerable<(DateTime Time, LineageEvent Event)> history)
    {
        var view = new SearchViewModel();
        DateTime? first = null,
            last = null;
        var ancestry = Ancestry.Of(Seen());
        return new(name, view, ancestry, first, last);

        IEnumerable<LineageEvent> Seen()
        {
            foreach (var (time, happened) in history)
            {
                first ??= time;
                last = time;
                view.See(happened);
                yield return happened;
            }
        }
    }

    /// <summary>The fitness of a candidate; null where it has none.</summary>
    public static double? FitnessOf(Biography one) =>
        one.Scored?.Fitness.Value is { } value && double.IsFinite(value) && value > NoValue ? value : null;

    /// <summary>The best so far wherever it rose. Where any candidate keeps all limits, only those count.</summary>
    /// <param name="over">What it is counted over.</param>
    public IEnumerable<(double At, double Best)> Rises(Over over)
    {
        var needsLimits = View.BestFeasible is not null;
        var ended = Everyone.Where(one => one.EndedAt is not null).OrderBy(one => one.EndedAt);
        var ordered = over switch
        {
            Over.Births => Everyone.Select(one => (At: (double)one.Born.Birth.Value, One: one)),
            Over.Evaluations => ended.Select((one, i) => (At: i + 1.0, One: one)),
            _ => ended.Select(one => (At: SecondsOf(one) / 3600, One: one)).OrderBy(pair => pair.At),
        };
        var best = double.NegativeInfinity;
        foreach (var (at, one) in ordered)
            if (
                FitnessOf(one) is { } fitness
                && fitness > best
                && (!needsLimits || one.Scored is { Fitness.Feasible: true })
            )
            {
                best = fitness;
                yield return (at, best);
            }
    }

    static double SecondsOf(Biography one) => (one.Scored?.Run ?? one.RuledOut?.Run)?.AtSeconds ?? 0;
}

/// <summary>What the best so far is counted over.</summary>
enum Over
{
    /// <summary>The number of the birth, from 1.</summary>
    Births,

    /// <summary>Births in the order in which they ended, from 1.</summary>
    Evaluations,

    /// <summary>Hours of the search's own clock, which stands while no process runs it.</summary>
    Hours,
}
