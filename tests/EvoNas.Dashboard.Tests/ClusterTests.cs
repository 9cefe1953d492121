using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using EvoNas.Actors.Monitors;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Dashboard.Tests;

/// <summary>A dashboard over a cluster, of which some nodes, or all, are silent.</summary>
public sealed class ClusterTests : IDisposable
{
    const string Two = "akka.tcp://evonas@10.0.0.2:4053";

    static readonly SearchReport Day = new("day", "running", "mnasnet", 20, 8, 4, 9, 0.5, null, 1, null);

    readonly Some _some = new();
    readonly StandingClock _clock = new();
    readonly ToldCluster _cluster = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task AClusterIsAskedOnceASecondHoweverManyPagesAsk()
    {
        await using var server = await Open();
        using var client = Some.Client(server);
        foreach (var path in (string[])["searches", "searches/day", "cluster", "searches/day/journal", "searches"])
            await client.Json($"api/v1/{path}");
        Assert.Equal(1, _cluster.Asked);

        _clock.Pass(TimeSpan.FromSeconds(1));
        await client.Json("api/v1/searches");

        Assert.Equal(2, _cluster.Asked);
    }

    [Fact]
    public async Task WhileAClusterTakesLongToAnswerItsLastAnswerIsShown()
    {
        var clock = new HandClock();
        await using var server = await Open(clock);
        using var client = Some.Client(server);
        await client.Json("api/v1/searches");
        _cluster.Answers = false;
        clock.Pass(TimeSpan.FromSeconds(3));

        var searches = await client.Json("api/v1/searches");
        var nodes = await client.Json("api/v1/cluster");

        Assert.Equal("running", (string?)searches["searches"]![0]!["state"]);
        Assert.Null((string?)searches["trouble"]);
        Assert.Equal(2, nodes["nodes"]!.AsArray().Count);
    }

    [Fact]
    public async Task WithoutAnAnswerTheSearchesThatWereKnownAreReadInTheJournal()
    {
        await using var server = await Open();
        using var client = Some.Client(server);
        await client.Json("api/v1/searches");
        _cluster.Says = null;
        _clock.Pass(TimeSpan.FromMinutes(1));

        var searches = await client.Json("api/v1/searches");
        var day = await client.Json("api/v1/searches/day");

        Assert.Equal("No node answers at 10.0.0.1:4053.", (string?)searches["trouble"]);
        Assert.StartsWith(
            "no node tells what it does",
            (string?)Assert.Single(searches["searches"]!.AsArray())!["detail"]
        );
        Assert.Equal("silent", (string?)day["report"]);
        Assert.Equal(40, (int?)day["births"]);
    }

    [Fact]
    public async Task WithoutACoordinatorNoSearchIsGone()
    {
        await using var server = await Open();
        using var client = Some.Client(server);
        await client.Json("api/v1/searches");
        _cluster.Says = _cluster.Says! with { Searches = [], Trouble = "no coordinator answers" };
        _clock.Pass(TimeSpan.FromSeconds(2));

        var searches = await client.Json("api/v1/searches");

        Assert.Equal("no coordinator answers", (string?)searches["trouble"]);
        Assert.Equal("day", (string?)Assert.Single(searches["searches"]!.AsArray())!["name"]);
    }

    [Fact]
    public async Task ANodeThatFallsSilentKeepsItsNameAndTheTimeOfItsLastAnswer()
    {
        await using var server = await Open();
        using var client = Some.Client(server);
        var before = (await client.Json("api/v1/cluster"))["nodes"]![1]!;
        Assert.False((bool)before["silent"]!);
        _cluster.Says = _cluster.Says! with
        {
            Nodes = [_cluster.Says.Nodes[0], new("?", Two, "unreachable", "evaluator", [], [])],
        };
        _clock.Pass(TimeSpan.FromSeconds(2));

        var nodes = (await client.Json("api/v1/cluster"))["nodes"]!;

        Assert.Equal(("gpu-2", true), ((string?)nodes[1]!["name"], (bool)nodes[1]!["silent"]!));
        Assert.Equal((DateTime)before["answered"]!, (DateTime)nodes[1]!["answered"]!);
        Assert.True((DateTime)nodes[0]!["answered"]! > (DateTime)before["answered"]!);
    }

    [Fact]
    public async Task AClusterWithoutASearchShowsItsNodesAndActors()
    {
        _cluster.Says = _cluster.Says! with { Searches = [] };
        await using var server = await Open();
        using var client = Some.Client(server);

        Assert.Equal(2, (await client.Json("api/v1/cluster"))["nodes"]!.AsArray().Count);
        Assert.Equal("gpu-1", (string?)(await client.Json("api/v1/actors"))["nodes"]![0]!["name"]);
    }

    [Theory]
    [InlineData("../../day")]
    [InlineData("day/../day")]
    [InlineData("<b>day</b>")]
    public async Task ANameThatNoSearchMayHaveIsNotShown(string name)
    {
        _cluster.Says = _cluster.Says! with { Searches = [Day, Day with { Name = name }] };
        await using var server = await Open();
        using var client = Some.Client(server);

        using var answer = await client.GetAsync($"api/v1/searches/{Uri.EscapeDataString(name)}");

        Assert.Single((await client.Json("api/v1/searches"))["searches"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task SamplesAreThoseThatANodeSends()
    {
        _cluster.Drawings = birth =>
            birth switch
            {
                3 => SamplesAnswer("<svg>three</svg>"),
                4 => new(null, 3_000_000),
                _ => new(null, 0),
            };
        await using var server = await Open();
        using var client = Some.Client(server);

        using var drawing = await client.GetAsync("api/v1/searches/day/evaluations/3/samples.svg");
        using var tooLong = await client.GetAsync("api/v1/searches/day/evaluations/4/samples.svg");
        using var none = await client.GetAsync("api/v1/searches/day/evaluations/5/samples.svg");
        _cluster.Drawings = null;
        using var silent = await client.GetAsync("api/v1/searches/day/evaluations/3/samples.svg");

        Assert.Equal("<svg>three</svg>", await drawing.Content.ReadAsStringAsync());
        Assert.Contains("sandbox", string.Join("", drawing.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal(HttpStatusCode.NotFound, tooLong.StatusCode);
        Assert.Contains("3 MB", await tooLong.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, silent.StatusCode);
    }

    [Theory]
    [InlineData("""{"kind":"training","settings":{"task":"detection"}}""", true)]
    [InlineData("""{"kind":"training","settings":{}}""", false)]
    [InlineData("""{"kind":"table","file":"t.csv"}""", false)]
    public async Task WhatATaskDoesNotDrawIsNotAskedFor(string evaluation, bool mayHave)
    {
        await using var server = await Open(evaluation: evaluation);
        using var client = Some.Client(server);

        var has = (await client.Json("api/v1/searches/day/evaluations/3"))["hasSamples"];

        Assert.Equal(mayHave ? null : false, (bool?)has);
    }

    static SamplesAnswer SamplesAnswer(string svg)
    {
        using var bytes = new MemoryStream();
        using (var packer = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            packer.Write(Encoding.UTF8.GetBytes(svg));
        return new(bytes.ToArray(), bytes.Length);
    }

    static LineageEvent[] History(string evaluation) =>
        [
            .. Some.History(40)
                .Select(one =>
                    one is LineageEvent.Begun begun
                        ? begun with
                        {
                            Settings = begun.Settings with { Evaluation = evaluation },
                        }
                        : one
                ),
        ];

    async Task<DashboardServer> Open(TimeProvider? clock = null, string evaluation = "{}")
    {
        var journal = Path.Combine(_some.Home.Folder, "cluster.db");
        WrittenJournal.Append(journal, SearchOrder.PersistenceIdOf("day"), History(evaluation));
        return await DashboardServer.Start(
            new() { Version = "1.2.3", ProjectionFolder = Path.Combine(_some.Home.Folder, "kept") },
            new ClusterCatalog("10.0.0.1:4053", _cluster, () => SqliteReader.Open(journal), [], clock ?? _clock),
            Logger.None,
            clock ?? _clock
        );
    }

    /// <summary>A calendar that a test alone turns.</summary>
    sealed class StandingClock : TimeProvider
    {
        DateTimeOffset _now = new(2026, 11, 30, 4, 21, 0, TimeSpan.Zero);

        public void Pass(TimeSpan time) => _now += time;

        public override DateTimeOffset GetUtcNow() => _now;
    }

    /// <summary>Answers what it is told to.</summary>
    sealed class ToldCluster : SearchClient
    {
        int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public bool Answers { get; set; } = true;

        /// <summary>Null: no node answers.</summary>
        public Func<long, SamplesAnswer>? Drawings { get; set; }

        public ClusterReport? Says { get; set; } =
            new(
                [
                    new("gpu-1", "akka.tcp://evonas@10.0.0.1:4053", "up", "population", [], []),
                    new("gpu-2", Two, "up", "evaluator", [], []),
                ],
                [Day]
            );

        public override async IAsyncEnumerable<Told> Subscribe(
            string search,
            [EnumeratorCancellation] CancellationToken stop
        )
        {
            await Task.CompletedTask;
            yield break;
        }

        protected override Task<T> Ask<T>(Request request)
        {
            if (request is Request.Samples { Birth: var birth })
                return Drawings is { } drawings
                    ? Task.FromResult((T)(INodeMessage)drawings(birth))
                    : throw new SearchStoppedException("No node answers.", "");
            if (request is Request.Actors)
                return Task.FromResult(
                    (T)(INodeMessage)new ActorsAnswer([NodeActors.Without("gpu-1", "", "up", null, null)])
                );
            Interlocked.Increment(ref _asked);
            if (!Answers)
                return new TaskCompletionSource<T>().Task;
            return Says is { } report
                ? Task.FromResult((T)(INodeMessage)report)
                : throw new SearchStoppedException("No node answers.", "");
        }
    }
}
