using EvoNas.Lineages;

namespace EvoNas.Reports.Proxies;

/// <summary>One evaluation in the course of a training.</summary>
/// <param name="Step">Of the training, from 0.</param>
/// <param name="Score">The more the better.</param>
/// <param name="Seconds">Of training until then; null where it is not known.</param>
readonly record struct CurvePoint(double Step, double Score, double? Seconds = null);

/// <summary>One training of one model under one proxy.</summary>
/// <param name="Proxy">How it was trained: a proxy's name, or that of the full training.</param>
/// <param name="Model">What was trained; the same under every proxy.</param>
/// <param name="Points">At least one, by rising steps.</param>
/// <param name="Latency">Of the model, in any unit; null where it is not known.</param>
sealed record LearningCurve(string Proxy, string Model, IReadOnlyList<CurvePoint> Points, double? Latency = null)
{
    /// <summary>The score at the end.</summary>
    public double Final => Points[^1].Score;

    /// <summary>The score after a share of the training, on straight lines between the evaluations.</summary>
    /// <param name="step">In the unit of the points.</param>
    /// <returns>Null before the first evaluation and behind the last.</returns>
    public double? At(double step)
    {
        if (step < Points[0].Step || step > Points[^1].Step)
            return null;
        for (var i = 1; i < Points.Count; i++)
            if (step <= Points[i].Step)
            {
                var (from, to) = (Points[i - 1], Points[i]);
                return from.Score + (to.Score - from.Score) * (step - from.Step) / (to.Step - from.Step);
            }
        return Points[0].Score;
    }

    /// <summary>The score after a share of the steps. Before the first evaluation it is the first one: what a training
    /// that was stopped there would have shown next.</summary>
    /// <param name="share">In [0, 1].</param>
    public double AtShare(double share) =>
        // Within the points, so it is known.
        At(Math.Clamp(share * Points[^1].Step, Points[0].Step, Points[^1].Step))!.Value;

    /// <summary>The curves of the scored candidates of a search; a step is an epoch, and the time is spread evenly over
    /// them.</summary>
    /// <param name="search">Its name becomes the proxy's, its genotypes the models.</param>
    /// <param name="latency">The metric that is the latency; null: none.</param>
    public static IEnumerable<LearningCurve> Of(ReportedSearch search, string? latency) =>
        from one in search.Everyone
        where one.Scored is { Curve.Count: > 0, StoppedAtEpoch: null }
        let scored = one.Scored
        select new LearningCurve(
            search.Name,
            one.Born.Genotype.ToString(),
            PointsOf(scored),
            latency is null ? null : scored.Metrics[latency]
        );

    static CurvePoint[] PointsOf(LineageEvent.Scored scored) =>
        [
            .. scored.Curve.Select(
                (score, i) => new CurvePoint(i + 1, score, scored.Run.Seconds * (i + 1) / scored.Curve.Count)
            ),
        ];
}
