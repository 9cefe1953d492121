namespace EvoNas.Reports.Proxies;

/// <summary>Some models that stand for many: spread over accuracy and latency, chosen with as little training as
/// possible.</summary>
/// <remarks>Source: google/vertex-ai-nas, <c>proxy_task/proxy_task_model_selection_lib.py</c>: 30 models, of which 5 a
/// round are removed until 10 are left; with K models left, a round trains each by 100/K percent.</remarks>
/// <param name="Kept">The models that are left, in the order in which they were given.</param>
/// <param name="Rounds">How far all were trained in each round, and what was removed then.</param>
/// <param name="Failed">Models that could not be trained; they count as removed.</param>
sealed record ModelSelection(
    IReadOnlyList<LearningCurve> Kept,
    IReadOnlyList<(double Share, IReadOnlyList<LearningCurve> Removed)> Rounds,
    int Failed
)
{
    /// <summary>As many models may fail before nothing is said of the others.</summary>
    public const int FailuresMax = 6;

    /// <summary>At least so many are left: of two there is no nearest third.</summary>
    public const int KeptMin = 2;

    /// <summary>Chooses among models.</summary>
    /// <param name="models">Each with a latency; other than these failed.</param>
    /// <param name="failed">How many could not be trained.</param>
    /// <param name="keep">Models that are to be left; at least 2.</param>
    /// <param name="aRound">Models that a round removes; at least 1.</param>
    /// <exception cref="RequestException">More than <see cref="FailuresMax"/> failed, or fewer than 2 are
    /// left.</exception>
    public static ModelSelection Of(IReadOnlyList<LearningCurve> models, int failed, int keep = 10, int aRound = 5)
    {
        if (failed > FailuresMax)
            throw new RequestException(
                $"{failed} models have no curve or no latency; at most {FailuresMax} may fail.",
                "Give other models, or complete their curves."
            );
        if (models.Count < KeptMin)
            throw new RequestException($"There are {models.Count} models to select from; it takes at least {KeptMin}.");
        var (left, rounds, share, excused) = (
            models.ToList(),
            new List<(double, IReadOnlyList<LearningCurve>)>(),
            0.0,
            failed
        );
        while (left.Count > keep)
        {
            share = Math.Min(1, share + 1.0 / (left.Count + excused));
            var reached = share;
            // What failed was removed in the first rounds.
            var wanted = Math.Min(aRound, left.Count + excused - keep);
            var removed = ModelFilter.Removed(
                [.. left.Select(curve => (curve.AtShare(reached), curve.Latency!.Value))], // Models have one.
                Math.Max(0, Math.Min(wanted - excused, left.Count - Math.Max(keep, KeptMin)))
            );
            excused = Math.Max(0, excused - wanted);
            LearningCurve[] gone = [.. removed.Select(place => left[place])];
            rounds.Add((reached, gone));
            left.RemoveAll(one => gone.Contains(one));
        }
        return new(left, rounds, failed);
    }
}

/// <summary>Thins out points until those that are left are spread.</summary>
static class ModelFilter
{
    /// <summary>The points to remove, in order: of the closest pair, the one whose second nearest is nearer; two points
    /// always stay.</summary>
    /// <param name="points">Accuracy and latency of each; both are scaled to [0, 1] once, before the first is
    /// removed.</param>
    /// <param name="count">How many to remove.</param>
    /// <returns>Places in <paramref name="points"/>.</returns>
    public static IReadOnlyList<int> Removed(IReadOnlyList<(double Accuracy, double Latency)> points, int count)
    {
        var accuracy = Scaled([.. points.Select(point => point.Accuracy)]);
        var latency = Scaled([.. points.Select(point => point.Latency)]);
        var (left, removed) = (Enumerable.Range(0, points.Count).ToList(), new List<int>());
        while (removed.Count < count && left.Count > ModelSelection.KeptMin)
        {
            var (closest, one, other) = (double.PositiveInfinity, 0, 0);
            foreach (var (i, first) in left.Index())
            foreach (var second in left.Skip(i + 1))
                if (Distance(first, second) is var distance && distance < closest)
                    (closest, one, other) = (distance, first, second);
            var gone = NearestBut(one, other) < NearestBut(other, one) ? one : other;
            left.Remove(gone);
            removed.Add(gone);
        }
        return removed;

        double NearestBut(int of, int not) =>
            left.Where(place => place != of && place != not).Min(place => Distance(of, place));

        double Distance(int one, int other) =>
            Math.Sqrt(Math.Pow(accuracy[one] - accuracy[other], 2) + Math.Pow(latency[one] - latency[other], 2));
    }

    static double[] Scaled(double[] values)
    {
        var (low, high) = (values.Min(), values.Max());
        return [.. values.Select(value => high > low ? (value - low) / (high - low) : 0)];
    }
}
