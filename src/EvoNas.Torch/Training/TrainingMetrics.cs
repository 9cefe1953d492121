using EvoNas.Torch.Modules;

namespace EvoNas.Torch.Training;

/// <summary>What a training measured, under its stable names.</summary>
static class TrainingMetrics
{
    public static IEnumerable<KeyValuePair<string, double>> Of(
        TrainingRun run,
        LearningTask task,
        Sequence<EpochPoint> curve
    )
    {
        if (curve[^1].Score is { } score)
            yield return new(task.Score, score);
        foreach (var detail in run.Details)
            yield return detail;
        if (curve[^1].Loss is { } loss)
            yield return new(MetricNames.Loss, loss);
        yield return new(MetricNames.Epochs, run.Epochs);
        yield return new(MetricNames.ImagesPerSecond, run.ImagesPerSecond);
    }

    public static IEnumerable<KeyValuePair<string, double>> Latencies(
        NetworkModule module,
        TrainingSettings settings,
        Precision precision
    )
    {
        yield return new(MetricNames.LatencyMs, Latency.Median(module, 1, settings.LatencyRepeats, precision));
        yield return new(
            MetricNames.LatencyBatchMs,
            Latency.Median(module, settings.LatencyBatch, settings.LatencyRepeats, precision)
        );
        yield return new(MetricNames.LatencyBatch, settings.LatencyBatch);
    }
}
