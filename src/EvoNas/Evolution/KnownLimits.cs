using EvoNas.Genetics;

namespace EvoNas.Evolution;

/// <summary>The hard limits that are checked before a candidate is evaluated, and how far a genotype is beyond
/// them.</summary>
/// <param name="Limits">Hard ones, on metrics that are known before a training.</param>
/// <param name="Known">What is known of a genotype; a metric that it lacks breaks no limit.</param>
public sealed record KnownLimits(Sequence<Limit> Limits, Func<Genotype, Metrics> Known)
{
    // A metric that is not positive has no ratio to a bound: it is far away, and the farther the smaller it is.
    const double NotPositive = 1e6;

    /// <summary>Every genotype keeps them.</summary>
    public static readonly KnownLimits None = new([], _ => default);

    /// <summary>Those of an objective.</summary>
    /// <param name="objective">With its limits.</param>
    /// <param name="known">What is known of a genotype.</param>
    public static KnownLimits Of(Objective objective, Func<Genotype, Metrics> known) =>
        new([.. objective.LimitsBeforeTraining()], known);

    /// <summary>The metrics of a genotype that the limits speak of.</summary>
    public Metrics Of(Genotype genotype) =>
        Limits.Count == 0 ? default
        : Known(genotype) is var known
            ? Metrics.Of(known.Where(metric => Limits.Any(limit => limit.Metric == metric.Key)))
        : default;

    /// <summary>How far these metrics are beyond the limits: the sum of the logarithms of metric / bound, or bound /
    /// metric. 0 where every limit holds, positive elsewhere.</summary>
    public static double Excess(Sequence<Limit> limits, Metrics known)
    {
        var excess = 0.0;
        foreach (var limit in limits)
            if (known[limit.Metric] is { } value && !limit.Holds(known))
                excess +=
                    value <= 0
                        ? NotPositive + Math.Log(1 + limit.Bound - value)
                        // A ratio that is rounded to 1 is beyond the limit all the same.
                        : Math.Max(double.Epsilon, Math.Abs(Math.Log(value / limit.Bound)));
        return excess;
    }
}

/// <summary>A walk through a space towards the limits: it begins at the best of some random points, and takes every
/// mutation that is not farther from the limits. Within them it goes on at random.</summary>
/// <remarks>Points that are one in a million of the draws are found in some hundred steps: a limit on a cost is mostly
/// approached decision by decision. The walk is the (1+1) evolution strategy on the excess alone (Rechenberg 1973); it
/// may end in a valley, and then another one begins elsewhere.</remarks>
/// <param name="At">Where it is; null before its first step.</param>
/// <param name="Excess">How far that is beyond the limits.</param>
public readonly record struct LimitWalk(Genotype? At, double Excess)
{
    /// <summary>Steps of one walk.</summary>
    public const int Length = 1_024;

    // Random points at its beginning; of the steps behind them every third changes two decisions: such as are bound to
    // each other leave a valley only together.
    const int RandomSteps = 32,
        PairsOneOf = 3;

    /// <summary>A walk that goes on from a point.</summary>
    public static LimitWalk From(Genotype? at, KnownLimits limits) =>
        new(at, at is null ? 0 : KnownLimits.Excess(limits.Limits, limits.Of(at)));

    /// <summary>One step: the walk after it, the candidate that was looked at (null: no draw keeps the space's rule),
    /// its metrics under limits, and how far it is beyond them.</summary>
    /// <param name="step">From 0, where a walk begins, to <see cref="Length"/> − 1.</param>
    /// <param name="space">To walk in.</param>
    /// <param name="limits">To walk to.</param>
    /// <param name="random">Of this step alone.</param>
    public (LimitWalk Next, Genotype? Candidate, Metrics Metrics, double Excess) Step(
        int step,
        SearchSpace space,
        KnownLimits limits,
        SeededRandom random
    )
    {
        var from = step == 0 ? default : this;
        if (from.Draw(step, space, random) is not { } candidate)
            return (from, null, default, 0);
        var metrics = limits.Of(candidate);
        var excess = KnownLimits.Excess(limits.Limits, metrics);
        return (from.At is null || excess <= from.Excess ? new(candidate, excess) : from, candidate, metrics, excess);
    }

    Genotype? Draw(int step, SearchSpace space, SeededRandom random)
    {
        if (At is null || step < RandomSteps)
            return space.TrySample(random);
        var child = space.TryMutate(At, random)?.Child;
        return child is not null && random.Below(PairsOneOf) == 0 ? space.TryMutate(child, random)?.Child : child;
    }
}
