using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

public sealed partial record Lineage
{
    /// <summary>The rungs below the top, the first first; the members of the top are the <see cref="Population"/>.
    /// Empty where a search has no rungs.</summary>
    public Sequence<Rung> Rungs { get; init; }

    /// <summary>Epochs of all births: of those that ended as many as they took, of the others as many as they will take
    /// if they go on from the rung below. 0 where a search has no rungs.</summary>
    public long Epochs { get; init; }

    /// <summary>Births that continue an earlier one on the next rung.</summary>
    public long Promotions { get; init; }

    /// <summary>Scores of the top rung: of candidates that were trained in full. 0 where a search has no
    /// rungs.</summary>
    public long FullTrainings { get; init; }

    /// <summary>How many have reached the end of each rung, the first first; empty where a search has no
    /// rungs.</summary>
    public Sequence<long> RungCounts =>
        Settings?.Rungs is null ? [] : [.. Rungs.Select(rung => rung.Count), FullTrainings];

    /// <summary>Evaluations as a budget counts them: births that ended; with rungs, the epochs of those that ended in
    /// full trainings.</summary>
    public double Evaluations
    {
        get
        {
            if (Settings?.Rungs is not { } rules)
                return Ended;
            var epochs = Epochs;
            foreach (var pending in Pending.Values)
                epochs -= pending.Rung is { } rung ? rules.Cost(rung) : rules.Horizon;
            return (double)epochs / rules.Horizon;
        }
    }

    /// <summary>Births that will have ended when a budget of evaluations is spent, by those until now.</summary>
    /// <param name="budget">Evaluations.</param>
    public long EndsLeft(long budget) =>
        Settings?.Rungs is null ? Math.Max(0, budget - Ended)
        : Evaluations is var spent and > 0 ? (long)(Math.Max(0, budget - spent) * Ended / spent)
        : 0;

    // The rung of a birth; null where there are none, and for one that is evaluated again: it is trained in full.
    int? RungOf(LineageEvent.Born born) => Settings?.Rungs is null || born.RepeatOf is not null ? null : born.Rung ?? 0;

    Lineage Climb(LineageEvent.Born born)
    {
        if (Settings?.Rungs is not { } rules)
            return born is { Promoted: null, Rung: null }
                ? this
                : throw Impossible($"promotes birth {born.Promoted} in a search without rungs");
        var next = this with { Epochs = Epochs + (RungOf(born) is { } of ? rules.Cost(of) : rules.Horizon) };
        if (born is { Promoted: null, Rung: null })
            return next;
        if (
            born is not { Promoted: { } promoted, Rung: { } rung, RepeatOf: null, Origin: null }
            || rung < 1
            || rung > rules.Top
            || Rungs[rung - 1].WithPromoted(promoted, born.Genotype) is not { } left
        )
            throw Impossible($"promotes birth {born.Promoted}, which does not wait on the rung below {born.Rung}");
        return next with { Rungs = new(Rungs.Items.SetItem(rung - 1, left)), Promotions = Promotions + 1 };
    }

    // Of a rung below the top: it may be promoted, and breeds while no higher rung holds enough.
    Lineage ScoreRung(Champion champion, int rung, RungRules rules, string slot)
    {
        var individual = champion.Individual;
        var value = rules.Metric is { } metric
            ? champion.Metrics[metric]
                ?? throw Impossible($"scores birth {individual.Birth} without the metric {metric} of its rung")
            : individual.Fitness.Value;
        var next = Rungs[rung].With(new(individual, value, Slot: slot), rules.Window);
        return this with { Rungs = new(Rungs.Items.SetItem(rung, next)) };
    }

    // Where a promotion was trained from an earlier epoch than the end of the rung below, it took more.
    long EpochsAfter(LineageEvent.Scored scored, Pending pending) =>
        Settings?.Rungs is { } rules && pending.Rung is { } rung && scored.From is { } from
            ? from >= 0 && from <= rules.Start(rung)
                ? Epochs + rules.Start(rung) - from
                : throw Impossible($"scores birth {scored.Birth}, which went on from epoch {from}")
            : Epochs;

    // Of two rungs the higher one wins: a score of few epochs is none of a full training.
    static bool IsBetter(Champion one, Champion? other)
    {
        if (other is null)
            return true;
        var (rung, best) = (one.Rung ?? 0, other.Rung ?? 0);
        return rung == best ? one.Individual.Fitness.CompareTo(other.Individual.Fitness) > 0 : rung > best;
    }
}
