using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace EvoNas.Cli.Monitoring;

/// <summary>Spans on their way: at most <see cref="WaitingMax"/> wait; those beyond, and those that are not taken, are
/// dropped and counted.</summary>
sealed class BoundedSpans : BatchActivityExportProcessor
{
    public const int WaitingMax = 2048;

    const int BatchMax = 512,
        DelayMs = 2000,
        PatienceMs = 2000;

    readonly Exporter _exporter;
    readonly Losses _losses;

    BoundedSpans(Exporter exporter, Losses losses)
        : base(exporter, WaitingMax, DelayMs, PatienceMs, BatchMax) => (_exporter, _losses) = (exporter, losses);

    public static BoundedSpans To(OtlpExporterOptions options, Losses losses) => new(new(options, losses), losses);

    public override void OnEnd(Activity data)
    {
        // Before the queue, so that each one that does not fit is counted.
        if (_exporter.TryWait())
            base.OnEnd(data);
        else
            _losses.Lose("traces", 1);
    }

    sealed class Exporter(OtlpExporterOptions options, Losses losses) : OtlpTraceExporter(options)
    {
        int _waiting;

        public bool TryWait()
        {
            if (Interlocked.Increment(ref _waiting) <= WaitingMax)
                return true;
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        public override ExportResult Export(in Batch<Activity> activityBatch)
        {
            // The batch is empty once it was read.
            var count = activityBatch.Count;
            var result = base.Export(activityBatch);
            Interlocked.Add(ref _waiting, -(int)count);
            if (result == ExportResult.Success)
                losses.Took();
            else
                losses.Lose("traces", count);
            return result;
        }
    }
}
