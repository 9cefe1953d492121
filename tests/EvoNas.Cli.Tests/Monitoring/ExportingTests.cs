using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Monitoring;
using EvoNas.Searches.Configuration;
using OpenTelemetry.Exporter;
using Serilog.Core;

namespace EvoNas.Cli.Tests.Monitoring;

/// <summary>What a collector gets, and what becomes of a search whose collector is sick: nothing.</summary>
public class ExportingTests
{
    // For what ends within seconds; a search that waited for its collector would never end.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task MetricsAndTracesArrive()
    {
        using var collector = new Collector();
        using var some = new Some();

        await Searched(some, "cubes", "--otlp", collector.Endpoint);

        var metrics = collector.Received("/v1/metrics");
        foreach (
            var name in (string[])
                [
                    "evonas.search.evaluations",
                    "evonas.search.evaluation.time",
                    "evonas.search.best",
                    "evonas.search.pending",
                    "evonas.journal.append.time",
                    "evonas.journal.append.size",
                    "evonas.journal.bytes",
                    "evonas.journal.events",
                    "evonas.journal.recovery.time",
                    "evonas.actor.messages",
                    "evonas.actor.live",
                    "evonas.actor.mailbox.depth",
                    "evonas.actor.processing.time",
                    "evonas.slot.state",
                    "evonas.disk.free",
                    "evonas.projection.lag",
                    "dotnet.gc.collections",
                    "service.instance.id",
                    "cubes",
                    "scored",
                ]
        )
            Assert.Contains(name, metrics);
        var traces = collector.Received("/v1/traces");
        foreach (var name in (string[])["birth", "attempt", "genotype", "outcome", "cubes"])
            Assert.Contains(name, traces);
        // They are not to be found out from what is sent.
        Assert.DoesNotContain(
            Environment.MachineName.Length > 3 ? Environment.MachineName : "no short name",
            metrics + traces
        );
        Assert.DoesNotContain(some.Home, metrics + traces);
    }

    // F28.
    [Fact]
    public async Task ACollectorThatNeverAnswersChangesNothing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var taken = new List<TcpClient>();
        var taking = Task.Run(async () =>
        {
            try
            {
                while (true)
                    taken.Add(await silent.AcceptTcpClientAsync());
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException) { }
        });
        var dropped = 0L;
        using var listener = Listening("evonas.telemetry.dropped", count => Interlocked.Add(ref dropped, count));
        using var some = new Some();

        var expected = await Searched(some, "alone");
        var found = await Searched(
            some,
            "watched",
            "--otlp",
            $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}"
        );

        Assert.Equal(expected, found);
        silent.Stop();
        await taking;
        Assert.NotEmpty(taken);
        Assert.True(Interlocked.Read(ref dropped) > 0, "what was not taken was not counted");
        foreach (var one in taken)
            one.Dispose();
    }

    // F28.
    [Fact]
    public async Task ACollectorThatIsGoneChangesNothing()
    {
        using var some = new Some();

        Assert.Equal(
            await Searched(some, "alone"),
            await Searched(some, "watched", "--otlp", $"http://127.0.0.1:{FreePort()}")
        );
    }

    [Fact]
    public void SpansThatFindNoRoomAreDroppedAndCounted()
    {
        const int Many = 3 * BoundedSpans.WaitingMax;
        // The system accepts connections; nothing reads from them.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/v1/traces");
        var losses = new Losses(endpoint, Logger.None);
        using var spans = BoundedSpans.To(
            new()
            {
                Endpoint = endpoint,
                Protocol = OtlpExportProtocol.HttpProtobuf,
                TimeoutMilliseconds = 60_000,
            },
            losses
        );

        for (var i = 0; i < Many; i++)
        {
            using var span = new Activity("birth") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            span.Stop();
            spans.OnEnd(span);
        }

        Assert.Equal(Many - BoundedSpans.WaitingMax, losses.Count);
        spans.Shutdown(0);
    }

    [Fact]
    public async Task NothingIsSentUnlessAnEndpointIsNamed()
    {
        Assert.Null(Exporting.Begin(Environs(), EffectiveSettings.Of(null), Logger.None, "cubes"));

        await using var begun = Exporting.Begin(
            Environs((Exporting.EndpointVariable, $"http://127.0.0.1:{FreePort()}")),
            EffectiveSettings.Of(null),
            Logger.None,
            "cubes"
        );
        Assert.NotNull(begun);
    }

    [Theory]
    [InlineData("collector:4318", null, "is not the endpoint of a collector")]
    [InlineData("ftp://127.0.0.1", null, "is not the endpoint of a collector")]
    [InlineData("http://127.0.0.1:4318", "thrift", "it takes http/protobuf or grpc")]
    public void WhatIsNoEndpointIsRefused(string endpoint, string? protocol, string why)
    {
        var fault = Assert.Throws<RequestException>(() =>
            Exporting.Begin(
                Environs((Exporting.EndpointVariable, endpoint), (Exporting.ProtocolVariable, protocol)),
                EffectiveSettings.Of(null),
                Logger.None,
                "cubes"
            )
        );

        Assert.Contains(why, fault.Message);
    }

    /// <summary>A whole search in this process; its lineage without times.</summary>
    static async Task<string[]> Searched(Some some, string name, params string[] options)
    {
        await Task.Run(() => some.Said(["search", .. some.Search, "--budget", "50", "--name", name, .. options]))
            .WaitAsync(Patience);
        return
        [
            .. JsonNode
                .Parse(some.Said("lineage", name, "export", "--format", "json"))!
                .AsArray()
                .Select(one => $"{one!["parent"]} {one["genotype"]} {one["fitness"]}"),
        ];
    }

    static Terminal Environs(params (string Name, string? Value)[] variables) =>
        new()
        {
            In = TextReader.Null,
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            Variable = name => variables.FirstOrDefault(one => one.Name == name).Value,
        };

    static MeterListener Listening(string instrument, Action<long> count)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument)
                    listener.EnableMeasurementEvents(published);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => count(value));
        listener.Start();
        return listener;
    }

    static int FreePort()
    {
        using var any = new TcpListener(IPAddress.Loopback, 0);
        any.Start();
        return ((IPEndPoint)any.LocalEndpoint).Port;
    }

    /// <summary>Takes what is sent by OTLP over HTTP. Names are text in protobuf's bytes, so they are looked for
    /// there.</summary>
    sealed class Collector : IDisposable
    {
        readonly HttpListener _listener = new();
        readonly Dictionary<string, MemoryStream> _bodies = [];
        readonly Task _taking;

        public Collector()
        {
            Endpoint = $"http://127.0.0.1:{FreePort()}";
            _listener.Prefixes.Add(Endpoint + "/");
            _listener.Start();
            _taking = Take();
        }

        public string Endpoint { get; }

        public string Received(string path)
        {
            lock (_bodies)
                return _bodies.TryGetValue(path, out var body)
                    ? System.Text.Encoding.Latin1.GetString(body.ToArray())
                    : "";
        }

        async Task Take()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    lock (_bodies)
                    {
                        if (!_bodies.TryGetValue(context.Request.Url!.AbsolutePath, out var all))
                            _bodies[context.Request.Url.AbsolutePath] = all = new(); // A request has an address.
                        body.WriteTo(all);
                    }
                    context.Response.ContentType = "application/x-protobuf";
                    context.Response.Close();
                }
            }
            catch (Exception closed)
                when (closed is HttpListenerException or ObjectDisposedException or InvalidOperationException) { }
        }

        public void Dispose()
        {
            _listener.Close();
            _taking.Wait(Patience);
        }
    }
}
