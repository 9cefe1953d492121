using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace EvoNas.Cli.Monitoring;

/// <summary>Sends metrics, and counts the points of every batch that is not taken. Nothing waits: the next batch holds
/// the same sums anew.</summary>
sealed class CountedMetrics(OtlpExporterOptions options, Losses losses) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> metrics)
    {
        var result = base.Export(metrics);
        if (result == ExportResult.Success)
            losses.Took();
        else
            losses.Lose("metrics", Points(metrics));
        return result;
    }

    static long Points(in Batch<Metric> metrics)
    {
        var count = 0L;
        foreach (var metric in metrics)
        foreach (ref readonly var _ in metric.GetMetricPoints())
            count++;
        return count;
    }
}
