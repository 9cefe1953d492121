using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Serilog.Core;

namespace EvoNas.Benchmarks.Searches;

/// <summary>A whole search with evaluations that cost nothing: births a second, durable, as the history
/// grows; memory; and how long it takes to resume.</summary>
static class SearchSpeed
{
    public static async Task Run(string[] arguments)
    {
        var births = arguments is [var count, ..]
            ? long.Parse(count, System.Globalization.CultureInfo.InvariantCulture)
            : 1_000_000;
        var slots = arguments is [_, var many]
            ? int.Parse(many, System.Globalization.CultureInfo.InvariantCulture)
            : 512;
        var folder = Directory.CreateTempSubdirectory("evonas-speed-").FullName;
        try
        {
            var plan = Plan(births, slots);
            Console.WriteLine($"{births:N0} births, {slots} slots, SQLite with synchronous=FULL");
            Console.WriteLine($"flush {FlushMs(folder):F2} ms");
            Console.WriteLine("     births   births/s   CPU s   memory MB   gen-2");
            using (var file = SqliteJournalFile.Open(Path.Combine(folder, "search.db")))
            {
                var started = Stopwatch.GetTimestamp();
                var (last, mark, scored) = (started, births / 10, 0L);
                await using var search = await LocalSearch.Start(
                    plan with
                    {
                        Happened = (_, happened) =>
                        {
                            if (happened is not Lineages.LineageEvent.Scored || ++scored < mark)
                                return;
                            var now = Stopwatch.GetTimestamp();
                            var pace = births / 10 / Stopwatch.GetElapsedTime(last, now).TotalSeconds;
                            var cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
                            Console.WriteLine(
                                $"{mark, 11:N0} {pace, 10:N0} {cpu, 7:N1} {Memory(), 11:N0} {GC.CollectionCount(2), 7}"
                            );
                            (last, mark) = (now, mark + births / 10);
                        },
                    },
                    file.Place,
                    Logger.None
                );
                await search.Completion;
                var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                Console.WriteLine(
                    $"in all {births / seconds:N0} births a second; "
                        + $"{new FileInfo(file.Path).Length / births} bytes a birth"
                );
            }
            await Resume(plan, folder, "the snapshot that the end left");
            // What a process leaves that was killed at the worst moment: the newest snapshot was not kept.
            Drop(Path.Combine(folder, "search.db"));
            await Resume(plan, folder, "the snapshot before, as after a kill");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Resume(SearchPlan plan, string folder, string from)
    {
        var started = Stopwatch.GetTimestamp();
        using var file = SqliteJournalFile.Open(Path.Combine(folder, "search.db"));
        await using var search = await LocalSearch.Start(plan, file.Place, Logger.None);
        await search.Completion;
        Console.WriteLine(
            $"resumed {search.Lineage.Born:N0} births in "
                + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:N2} s from {from}"
        );
    }

    static void Drop(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "DELETE FROM snapshot WHERE sequence_number = (SELECT max(sequence_number) FROM snapshot)";
        command.ExecuteNonQuery();
    }

    // The median of a few writes that wait for the disk, as an append does.
    static double FlushMs(string folder)
    {
        var path = Path.Combine(folder, "flush");
        var times = new List<double>();
        using (var file = new FileStream(path, FileMode.Create))
            for (var i = 0; i < 30; i++)
            {
                file.Write(new byte[4096]);
                var started = Stopwatch.GetTimestamp();
                file.Flush(flushToDisk: true);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        File.Delete(path);
        return times.Order().ElementAt(times.Count / 2);
    }

    static long Memory() => Process.GetCurrentProcess().WorkingSet64 / 1_000_000;

    static SearchPlan Plan(long births, int slots) =>
        new()
        {
            Name = "speed",
            Space = new SearchSpace(
                "digits",
                [.. Enumerable.Range(0, 16).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2, 3, 4, 5))]
            ),
            Settings = new()
            {
                Space = "digits",
                SpaceFingerprint = "speed",
                Seed = 1,
                PopulationSize = 100,
                TournamentSize = 20,
                Budget = new(births),
            },
            Slots =
            [
                .. Enumerable
                    .Range(1, slots)
                    .Select(i => new Slot(
                        $"slot-{i:0000}",
                        (assignment, _, _, _) =>
                            ValueTask.FromResult(
                                new Evaluation(
                                    new Outcome.Trained(
                                        Metrics.Of(
                                            (Metrics.Top1, assignment.Genotype.Genes.Sum(gene => gene.Index) / 80.0)
                                        )
                                    ),
                                    0
                                )
                            ),
                        _ => { }
                    )),
            ],
        };
}
