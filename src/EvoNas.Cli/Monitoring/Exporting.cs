using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Torch.Devices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;

namespace EvoNas.Cli.Monitoring;

/// <summary>Sends metrics and traces to an OpenTelemetry collector, on threads of its own, while it lives. Whether the
/// collector answers is nothing to the search: what cannot be sent is counted and thrown away, and the end is waited
/// for no longer than <see cref="EndPatience"/>.</summary>
sealed class Exporting : IAsyncDisposable
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT",
        ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>How long a process that ends waits for its last words to be taken.</summary>
    public static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(3);

    // One request. Short, so that the last one fits into the end's patience.
    static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(2);

    readonly MeterProvider _meters;
    readonly TracerProvider? _traces;
    readonly GpuReadings? _gpus;
    readonly Losses _losses;
    readonly ILogger _log;
    int _ended;

    Exporting(
        Uri endpoint,
        OtlpExportProtocol protocol,
        TimeSpan interval,
        bool traces,
        string instance,
        IReadOnlyList<Slot> slots,
        ILogger log
    )
    {
        _log = log;
        _losses = new(endpoint, log);
        var gpus = slots
            .SelectMany(slot =>
                slot.Environment.Where(pair => pair.Name == "CUDA_VISIBLE_DEVICES")
                    .Select(pair => ($"slot-{slot.Index + 1}", pair.Value))
            )
            .ToArray();
        _gpus = gpus.Length > 0 ? new(gpus, TimeProvider.System) : null;
        var resource = ResourceBuilder
            .CreateEmpty()
            .AddService(
                Evonas.Name,
                serviceVersion: Evonas.Version,
                autoGenerateServiceInstanceId: false,
                serviceInstanceId: instance
            )
            .AddEnvironmentVariableDetector();
        _meters = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("EvoNas.*", "System.Runtime")
            .AddReader(
                new PeriodicExportingMetricReader(
                    new CountedMetrics(Options("metrics"), _losses),
                    (int)interval.TotalMilliseconds,
                    (int)RequestPatience.TotalMilliseconds
                )
            )
            .Build();
        if (traces)
            _traces = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(resource)
                .AddSource("EvoNas.*")
                .AddProcessor(BoundedSpans.To(Options("traces"), _losses))
                .Build();

        OtlpExporterOptions Options(string signal) =>
            new()
            {
                Protocol = protocol,
                Endpoint =
                    protocol == OtlpExportProtocol.HttpProtobuf
                        ? new(endpoint.AbsoluteUri.TrimEnd('/') + $"/v1/{signal}")
                        : endpoint,
                TimeoutMilliseconds = (int)RequestPatience.TotalMilliseconds,
            };
    }

    /// <summary>Begins to send, if an endpoint is named by the settings or by the environment.</summary>
    /// <param name="instance">The search's or the node's name.</param>
    /// <exception cref="RequestException">The endpoint or the protocol is none.</exception>
    public static Exporting? Begin(Terminal terminal, EffectiveSettings effective, ILogger log, string instance)
    {
        if ((effective.Text(KnownSettings.Otlp) ?? terminal.Variable(EndpointVariable)) is not { } named)
            return null;
        if (!Uri.TryCreate(named, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new RequestException(
                $"'{named}' is not the endpoint of a collector.",
                "It is an address such as http://127.0.0.1:4318."
            );
        var protocol = terminal.Variable(ProtocolVariable) switch
        {
            null or "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            "grpc" => OtlpExportProtocol.Grpc,
            var other => throw new RequestException(
                $"{ProtocolVariable} is '{other}'; it takes http/protobuf or grpc.",
                "Port 4318 of a collector takes the first, 4317 the second."
            ),
        };
        var interval = effective.Duration(KnownSettings.TelemetryInterval);
        if (interval < TimeSpan.FromMilliseconds(100) || interval > TimeSpan.FromHours(1))
            throw new RequestException(
                $"evonas.telemetry.interval is {interval}; it takes 100ms to 1h.",
                "15s is usual."
            );
        // If slots cannot be planned, the search itself says so.
        IReadOnlyList<Slot> slots = Gpu.All.Count == 0 ? [] : [.. Slots.Plan(effective)];
        return new(endpoint, protocol, interval, effective.Flag(KnownSettings.Traces), instance, slots, log);
    }

    /// <summary>Sends what there is, if that does not take long.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        _gpus?.Dispose();
        // Left behind where they hang: their threads end with the process.
        var milliseconds = (int)EndPatience.TotalMilliseconds;
        var ending = Task.WhenAll(
            OnItsOwn(() =>
            {
                _meters.Shutdown(milliseconds);
                _meters.Dispose();
            }),
            OnItsOwn(() =>
            {
                _traces?.Shutdown(milliseconds);
                _traces?.Dispose();
            })
        );
        await Task.WhenAny(ending, Task.Delay(EndPatience));
        if (_losses.Count > 0)
            _log.Warning("telemetry: {Dropped} points and spans were dropped", _losses.Count);
    }

    static Task OnItsOwn(Action end)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                end();
            }
            finally
            {
                done.SetResult();
            }
        })
        {
            IsBackground = true,
            Name = "telemetry's end",
        }.Start();
        return done.Task;
    }
}
