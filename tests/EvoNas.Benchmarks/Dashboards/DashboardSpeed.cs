using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Spaces;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Benchmarks.Dashboards;

/// <summary>How long a dashboard takes to know a long search, and to answer about it.</summary>
static class DashboardSpeed
{
    const int Rounds = 40;

    // What a page of the best asks for, and the heaviest of every other page.
    static readonly string[] Requests =
    [
        "searches",
        "searches/long",
        "searches/long/series?width=1200",
        "searches/long/series?x=clock&width=1200&y=best,fitness,band,madds",
        "searches/long/columns?names=fitness,madds,hours,outcome",
        "searches/long/columns?names=fitness,madds,hours,outcome&after=299000",
        "searches/long/evaluations?sort=-fitness&size=100",
        "searches/long/evaluations?sort=madds&size=500&filter=fitness>=0.7&filter=genotype~1,2",
        "searches/long/evaluations/best",
        "searches/long/evaluations/best/ancestors",
        "searches/long/evaluations/1/descendants?depth=64",
        "searches/long/curves",
        "searches/long/decisions",
        "searches/long/mutations",
        "searches/long/failures",
        "searches/long/compare",
        "searches/long/journal",
        "searches/long/at/150000",
    ];

    public static async Task Run(string[] args)
    {
        var births = args is [var count, ..] ? int.Parse(count) : 100_000;
        var folder = Directory.CreateTempSubdirectory("evonas-dashboard-");
        try
        {
            var home = new Home(folder.FullName);
            var search = home.At("long");
            var events = Write(search, births);
            Fold(search, events);
            await Answer(home);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static long Write(SearchFolder search, int births)
    {
        var space = SpaceCatalog.Find("mnasnet");
        var settings = SampleHistory.Settings(space.Name, SearchRequest.FingerprintOf(space), births);
        Directory.CreateDirectory(search.Folder);
        WrittenJournal.Append(
            search.Journal,
            search.PersistenceId,
            SampleHistory.Events(settings, space.Decisions, births)
        );
        using var journal = SqliteReader.Open(search.Journal);
        return journal.Last(search.PersistenceId);
    }

    static void Fold(SearchFolder search, long events)
    {
        using var journal = SqliteReader.Open(search.Journal);
        var kept = new ProjectionFile(Path.Combine(search.Folder, "kept.db"), Logger.None)
        {
            PersistenceId = search.PersistenceId,
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var projection = new Projection();
        foreach (var row in journal.Read(search.PersistenceId))
            projection.See(row.Number, row.Created, EventOf(search, row));
        Say("from the journal", events, clock.Elapsed);
        Console.WriteLine(
            $"memory of it      {(GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6, 8:F1} MB for "
                + $"{projection.Count:N0} births"
        );
        foreach (var row in journal.Read(search.PersistenceId))
            kept.Add(row, EventOf(search, row));
        kept.Keep();
        clock.Restart();
        var loaded = kept.Load(journal, search.PersistenceId);
        Say("from its file", loaded?.Event ?? 0, clock.Elapsed);
    }

    static LineageEvent EventOf(SearchFolder search, JournalRow row) =>
        EventSerializer.Read(search.PersistenceId, row.Number, row.Manifest, row.Payload.Span);

    static async Task Answer(Home home)
    {
        await using var server = await DashboardServer.Start(
            new() { Version = "benchmark" },
            new LocalCatalog(home, []),
            Logger.None
        );
        using var client = new HttpClient { BaseAddress = new(server.Root, "api/v1/") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Token.Text);
        Console.WriteLine("answer                                             first ms   p50 ms   p95 ms       bytes");
        foreach (var request in Requests)
        {
            var times = new List<double>();
            var bytes = 0;
            for (var round = 0; round <= Rounds; round++)
            {
                // Slower than the limit of one session.
                await Task.Delay(25);
                var clock = Stopwatch.StartNew();
                bytes = (await client.GetByteArrayAsync(request)).Length;
                times.Add(clock.Elapsed.TotalMilliseconds);
            }
            var first = times[0];
            times.RemoveAt(0);
            times.Sort();
            var shown = request.Length > 50 ? request[..49] + "…" : request;
            Console.WriteLine(
                $"{shown, -50} {first, 8:F1} {times[times.Count / 2], 8:F1} {times[(int)(times.Count * 0.95)], 8:F1} "
                    + $"{bytes, 11:N0}"
            );
        }
    }

    static void Say(string what, long events, TimeSpan time) =>
        Console.WriteLine(
            $"{what, -16} {time.TotalSeconds, 8:F2} s for {events:N0} events, "
                + $"{time.TotalSeconds * 1e6 / events:F2} µs each"
        );
}
