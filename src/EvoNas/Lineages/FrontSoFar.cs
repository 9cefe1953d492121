using EvoNas.Evolution;

namespace EvoNas.Lineages;

/// <summary>What the scores of a search come to among its objectives.</summary>
/// <param name="Settings">Null before the search began.</param>
public sealed record FrontSoFar(SearchSettings? Settings)
{
    /// <summary>Scored candidates that keep every limit and that no other dominates, by birth.</summary>
    public Sequence<Champion> Front { get; init; }

    /// <summary>The worst value of each objective among the first scores, as many as there are founders.</summary>
    public Sequence<double> Worst { get; init; }

    /// <summary>Scores so far.</summary>
    public long Scored { get; init; }

    /// <summary>From where the hypervolume of the front is measured: the point in the settings, or the worst value of
    /// each objective among the founders. Null with one objective, and until the founders are scored.</summary>
    public Sequence<double>? Reference =>
        Settings?.Pareto is not { } pareto ? null
        : pareto.Reference is { } given ? given.Values
        : Scored >= Settings.FoundersMin ? Worst
        : null;

    /// <summary>With one more scored candidate.</summary>
    /// <param name="scored">Each objective has a value for it.</param>
    /// <exception cref="ArgumentException">One has none.</exception>
    public FrontSoFar WithScore(Champion scored)
    {
        if (Settings?.PointOf(scored.Metrics) is not { } point)
            throw new ArgumentException($"An objective has no value for birth {scored.Individual.Birth}.");
        return this with
        {
            Scored = Scored + 1,
            Worst =
                Worst.Count == 0 ? point.Values
                : Scored < Settings.FoundersMin ? [.. Worst.Zip(point.Values, Math.Min)]
                : Worst,
            Front = point.IsFeasible ? With(scored, point) : Front,
        };
    }

    Sequence<Champion> With(Champion scored, ParetoPoint point)
    {
        var kept = new List<Champion>(Front.Count + 1);
        foreach (var one in Front)
        {
            var other = Settings!.PointOf(one.Metrics)!.Value; // It is on the front.
            if (other.Dominates(point) || other == point)
                return Front;
            if (!point.Dominates(other))
                kept.Add(one);
        }
        // By birth: evaluations do not end in the order of their numbers.
        var place = kept.Count;
        while (place > 0 && kept[place - 1].Individual.Birth.Value > scored.Individual.Birth.Value)
            place--;
        kept.Insert(place, scored);
        return [.. kept];
    }
}
