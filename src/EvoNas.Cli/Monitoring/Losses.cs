using System.Diagnostics.Metrics;
using Serilog;

namespace EvoNas.Cli.Monitoring;

/// <summary>Counts what a collector did not take, and says once that it does not, and once that it does
/// again.</summary>
sealed class Losses(Uri endpoint, ILogger log)
{
    static readonly Meter Meter = new("EvoNas.Telemetry");
    static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "evonas.telemetry.dropped",
        "{point}",
        "Points of metrics, and spans, that could not be sent."
    );

    long _count;
    int _silent;

    public long Count => Interlocked.Read(ref _count);

    /// <param name="signal"><c>metrics</c> or <c>traces</c>.</param>
    public void Lose(string signal, long count)
    {
        Interlocked.Add(ref _count, count);
        Dropped.Add(count, new KeyValuePair<string, object?>("signal", signal));
        if (Interlocked.Exchange(ref _silent, 1) == 0)
            log.Warning(
                "telemetry: {Endpoint} accepts no data; what cannot be sent is dropped and counted",
                endpoint.GetLeftPart(UriPartial.Authority)
            );
    }

    public void Took()
    {
        if (Interlocked.Exchange(ref _silent, 0) == 1)
            log.Information("telemetry: {Endpoint} accepts data again", endpoint.GetLeftPart(UriPartial.Authority));
    }
}
