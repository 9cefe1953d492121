using EvoNas.Dashboard.Answers;

namespace EvoNas.Dashboard.Projections;

/// <summary>Births as rows.</summary>
static class EvaluationRows
{
    /// <summary>Rows of these births, in their order.</summary>
    public static List<Evaluation> Of(Projection projection, IEnumerable<int> births)
    {
        var metrics = projection.Metrics.Select(name => (name, projection.Metric(name)!)).ToArray(); // Its own names.
        var subtrees = projection.SubtreeSizes();
        var rows = new List<Evaluation>();
        foreach (var birth in births)
            rows.Add(Of(projection, birth, metrics, subtrees[birth - 1]));
        return rows;
    }

    /// <summary>A row of this birth.</summary>
    public static Evaluation Of(Projection projection, int birth) => Of(projection, [birth])[0];

    static Evaluation Of(Projection projection, int birth, (string Name, Column<double> Values)[] metrics, int subtree)
    {
        var place = birth - 1;
        var outcome = projection.Outcome[place];
        var ended = outcome != OutcomeCode.Pending;
        var known = new Dictionary<string, double>();
        foreach (var (name, values) in metrics)
            if (values[place] is var value && !double.IsNaN(value))
                known[name] = value;
        return new()
        {
            Birth = birth,
            Parent = NoneOfZero(projection.Parent[place]),
            Promoted = NoneOfZero(projection.Promoted[place]),
            Rung = projection.Settings?.Rungs is null || projection.RepeatOf[place] > 0 ? null : projection.Rung[place],
            Outcome = outcome.Word(),
            StoppedAtEpoch = NoneOfZero(projection.StoppedAt[place]),
            Fitness = Finite(projection.Fitness[place]),
            Feasible = outcome.IsScored() ? projection.Feasible[place] : null,
            Gain = Finite(projection.Gain[place]),
            Metrics = known,
            Genotype = projection.Genotype.Text(place),
            Draw = projection.Draw[place],
            Change = projection.Decision[place] is var decision and >= 0
                ? new(
                    projection.Decisions.Texts[decision],
                    projection.Values.Texts[projection.From[place]],
                    projection.Values.Texts[projection.To[place]]
                )
                : null,
            Attempt = ended ? projection.Attempt[place] : null,
            Slot = projection.Slot[place] is var slot and >= 0 ? projection.Slots.Texts[slot] : null,
            Seconds = Finite(projection.Seconds[place]),
            AtSeconds = Finite(projection.AtSeconds[place]),
            BornAt = projection.BornAt[place],
            EndedAt = NoneOfZero(projection.EndedAt[place]),
            BornTime = Time(projection.BornTicks[place]),
            EndedTime = ended ? Time(projection.EndedTicks[place]) : null,
            Ordinal = NoneOfZero(projection.Ordinal[place]),
            RetiredAt = NoneOfZero(projection.RetiredAt[place]),
            Children = projection.ChildCount[place],
            Subtree = subtree,
            Founder = projection.Founder[place],
        };
    }

    /// <summary>A time from .NET ticks, UTC.</summary>
    public static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    /// <summary>Null for what is no number.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;

    static int? NoneOfZero(int value) => value == 0 ? null : value;
}
