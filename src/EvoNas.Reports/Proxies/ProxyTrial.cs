namespace EvoNas.Reports.Proxies;

/// <summary>What is asked of a proxy.</summary>
/// <param name="Correlation">τ of its scores with those of the full training that is enough; null: not asked.</param>
/// <param name="Accuracy">Median score that is enough; null: not asked.</param>
/// <param name="HoursMax">Hours after which it is given up; null: never.</param>
/// <param name="LatencyCorrelation">τ of the latencies that is needed besides; null: not asked.</param>
/// <param name="StopIfNotBest">It is given up as soon as it took as long as the best proxy before it.</param>
/// <param name="PValueMax">A correlation that chance alone explains with this p, or a larger one, is not
/// believed.</param>
/// <param name="InARow">Steps one after the other that must have the correlation. With many steps one of them
/// reaches it by chance.</param>
sealed record ProxyDemands(
    double? Correlation,
    double? Accuracy = null,
    double? HoursMax = null,
    double? LatencyCorrelation = null,
    bool StopIfNotBest = false,
    double PValueMax = 0.05,
    int InARow = 2
)
{
    /// <summary>Fewest models, and their smallest share of the reference models, of which a correlation is
    /// taken.</summary>
    public const int ModelsMin = 5;

    /// <inheritdoc cref="ModelsMin"/>
    public const double ShareMin = 0.7;
}

/// <summary>How the trial of a proxy ended.</summary>
enum ProxyEnd
{
    /// <summary>Its ranks are those of the full training.</summary>
    MetCorrelation,

    /// <summary>Its scores are high enough.</summary>
    MetAccuracy,

    /// <summary>It takes too long.</summary>
    ExceededTime,

    /// <summary>It takes as long as the best proxy before it.</summary>
    ExceededBestTime,

    /// <summary>Its latencies rank otherwise than those of the full training.</summary>
    FailedLatencyCorrelation,

    /// <summary>It was trained to the end, and was never good enough.</summary>
    RanToCompletion,

    /// <summary>Too few of its models were trained.</summary>
    ExcessFailures,
}

/// <summary>One step of a proxy's trial.</summary>
/// <param name="Step">Of the training.</param>
/// <param name="Correlation">With the full training; null where too few models have a score.</param>
/// <param name="Median">The score of the model in the middle; of two, the better one. Null without any.</param>
/// <param name="Hours">The time until then of the model whose steps take the middle time; null where it is not
/// known.</param>
readonly record struct ProxyStep(double Step, RankCorrelation? Correlation, double? Median, double? Hours);

/// <summary>What a proxy's trial came to.</summary>
/// <param name="Proxy">Its name.</param>
/// <param name="End">How it ended.</param>
/// <param name="Steps">All steps, also those behind its end.</param>
/// <param name="FinalStep">From this step on it is good enough, between two evaluations too; null where it is
/// not.</param>
/// <param name="FinalHours">The hours until then; null where it is not good enough, or its time is not known.</param>
/// <param name="Latency">The correlation of the latencies; null where it was not asked or cannot be told.</param>
sealed record ProxyTrial(
    string Proxy,
    ProxyEnd End,
    IReadOnlyList<ProxyStep> Steps,
    double? FinalStep,
    double? FinalHours,
    RankCorrelation? Latency
)
{
    /// <summary>It may stand for the full training.</summary>
    public bool IsSuccess => End is ProxyEnd.MetCorrelation or ProxyEnd.MetAccuracy;

    /// <summary>Tries proxies in their order.</summary>
    /// <remarks>Source: google/vertex-ai-nas, <c>proxy_task/proxy_task_controller_lib.py</c>. There a step with too few
    /// models has the correlation −5 and takes part in interpolation, p-values are not looked at, and one step is
    /// enough; here such a step has none, p must be small, and two steps in a row are needed.</remarks>
    /// <param name="reference">The full training of each model.</param>
    /// <param name="proxies">The curves of each proxy.</param>
    /// <param name="demands">What is asked of them.</param>
    public static IReadOnlyList<ProxyTrial> Of(
        IReadOnlyList<LearningCurve> reference,
        IEnumerable<(string Proxy, IReadOnlyList<LearningCurve> Curves)> proxies,
        ProxyDemands demands
    )
    {
        var trials = new List<ProxyTrial>();
        foreach (var (proxy, curves) in proxies)
            trials.Add(Of(proxy, reference, curves, demands, Best(trials)?.FinalHours));
        return trials;
    }

    /// <summary>The successful one that needs the least time; where no time is known, the first. Null without
    /// any.</summary>
    public static ProxyTrial? Best(IEnumerable<ProxyTrial> trials) =>
        trials.Where(trial => trial.IsSuccess).MinBy(trial => trial.FinalHours ?? double.PositiveInfinity);

    static ProxyTrial Of(
        string proxy,
        IReadOnlyList<LearningCurve> reference,
        IReadOnlyList<LearningCurve> curves,
        ProxyDemands demands,
        double? bestHours
    )
    {
        var byModel = curves.DistinctBy(curve => curve.Model).ToDictionary(curve => curve.Model);
        var own = reference.Select(full => byModel.GetValueOrDefault(full.Model)).ToArray();
        var steps = StepsOf(reference, own);
        var (end, step, hours) = Scan(steps, demands, bestHours);
        if (end == ProxyEnd.RanToCompletion && !IsEnough(own.Count(curve => curve is not null), reference.Count))
            end = ProxyEnd.ExcessFailures;
        var latency = RankCorrelation.Of(
            [.. own.Select(curve => curve?.Latency)],
            [.. reference.Select(full => full.Latency)]
        );
        if (
            demands.LatencyCorrelation is { } wanted
            && end is ProxyEnd.MetCorrelation or ProxyEnd.MetAccuracy
            && !(latency?.Tau >= wanted)
        )
            (end, step, hours) = (ProxyEnd.FailedLatencyCorrelation, null, null);
        return new(proxy, end, steps, step, hours, latency);
    }

    static bool IsEnough(int models, int all) =>
        models >= ProxyDemands.ModelsMin && models >= ProxyDemands.ShareMin * all;

    /// <summary>The steps at which a proxy was evaluated, each with what it said.</summary>
    /// <param name="reference">The full training of each model.</param>
    /// <param name="own">The proxy's curve of each; null where there is none.</param>
    public static IReadOnlyList<ProxyStep> StepsOf(
        IReadOnlyList<LearningCurve> reference,
        IReadOnlyList<LearningCurve?> own
    )
    {
        var finals = reference.Select(full => (double?)full.Final).ToArray();
        var pace = own.OfType<LearningCurve>()
            .Select(curve => curve.Points[^1])
            .Where(last => last.Seconds is not null && last.Step > 0)
            .Select(last => last.Seconds!.Value / last.Step) // Filtered above.
            .Order()
            .ToArray();
        var hours = pace.Length == 0 ? (double?)null : pace[pace.Length / 2] / 3600;
        return
        [
            .. own.OfType<LearningCurve>()
                .SelectMany(curve => curve.Points.Select(point => point.Step))
                .Distinct()
                .Order()
                .Select(step =>
                {
                    var scores = own.Select(curve => curve?.At(step)).ToArray();
                    var sorted = scores.OfType<double>().Order().ToArray();
                    return new ProxyStep(
                        step,
                        IsEnough(sorted.Length, reference.Count) ? RankCorrelation.Of(scores, finals) : null,
                        sorted.Length == 0 ? null : sorted[sorted.Length / 2],
                        hours * step
                    );
                }),
        ];
    }

    /// <summary>Looks at the steps from the first on, until one says how it ends.</summary>
    public static (ProxyEnd End, double? Step, double? Hours) Scan(
        IReadOnlyList<ProxyStep> steps,
        ProxyDemands demands,
        double? bestHours
    )
    {
        var inARow = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            inARow = Reaches(steps[i], demands) ? inARow + 1 : 0;
            if (inARow >= demands.InARow)
            {
                // The correlation is that of the first of them.
                var (step, hours) = Crossing(
                    steps,
                    i - inARow + 1,
                    one => one.Correlation?.Tau,
                    demands.Correlation!.Value
                );
                return (ProxyEnd.MetCorrelation, step, hours);
            }
            if (demands.Accuracy is { } accuracy && steps[i].Median >= accuracy)
            {
                var (step, hours) = Crossing(steps, i, one => one.Median, accuracy);
                return (ProxyEnd.MetAccuracy, step, hours);
            }
            if (steps[i].Hours >= demands.HoursMax)
                return (ProxyEnd.ExceededTime, null, null);
            if (demands.StopIfNotBest && steps[i].Hours >= bestHours)
                return (ProxyEnd.ExceededBestTime, null, null);
        }
        return (ProxyEnd.RanToCompletion, null, null);
    }

    static bool Reaches(ProxyStep step, ProxyDemands demands) =>
        step.Correlation is { } correlation
        && correlation.Tau >= demands.Correlation
        && (correlation.PValue < demands.PValueMax || demands.PValueMax >= 1);

    // Where the line between two steps crosses a value. A step without a value has no line, so the crossing is at the
    // next one; so it is at the first step.
    static (double Step, double? Hours) Crossing(
        IReadOnlyList<ProxyStep> steps,
        int at,
        Func<ProxyStep, double?> value,
        double wanted
    )
    {
        var here = steps[at];
        // What crosses is known at this step.
        if (at == 0 || value(steps[at - 1]) is not { } before || before >= wanted || value(here) is not { } after)
            return (here.Step, here.Hours);
        var share = (wanted - before) / (after - before);
        var last = steps[at - 1];
        return (last.Step + share * (here.Step - last.Step), last.Hours + share * (here.Hours - last.Hours));
    }
}
