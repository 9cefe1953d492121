using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace EvoNas.Dashboard.Serving;

/// <summary>The metrics of this process (docs/monitoring.md) for Prometheus to fetch: beside a search they are the
/// search's.</summary>
sealed class PrometheusMetrics : IDisposable
{
    readonly MeterProvider _provider = Sdk.CreateMeterProviderBuilder()
        .AddMeter("EvoNas.*", "System.Runtime")
        .AddPrometheusExporter()
        .Build();

    /// <summary>Answers at /metrics.</summary>
    public void Map(IEndpointRouteBuilder to) =>
        to.MapPrometheusScrapingEndpoint("/metrics", _provider, configureBranchedPipeline: null, optionsName: null);

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();
}
