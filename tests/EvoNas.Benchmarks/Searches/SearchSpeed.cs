using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting;
using EvoNas.Hosting.InProcess;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Benchmarks.Searches;

/// <summary>A whole search with evaluations that cost nothing: births and scores a second, durable, as the history
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
            Console.WriteLine("     births  births+scores/s   CPU s   memory MB");
            await using (var journal = SqliteJournal.Open(Path.Combine(folder, "search.db")))
            {
                var started = Stopwatch.GetTimestamp();
                var (last, mark) = (started, births / 10);
                await using var host = SearchHost.Start(
                    plan with
                    {
                        Happened = (_, happened) =>
                        {
                            if (
                                happened is not Lineages.LineageEvent.Scored
                                || host0?.Lineage.Scored is not { } scored
                                || scored < mark
                            )
                                return;
                            var now = Stopwatch.GetTimestamp();
                            Console.WriteLine(
                                $"{mark, 11:N0} {2 * births / 10 / Stopwatch.GetElapsedTime(last, now).TotalSeconds, 16:N0} {Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, 7:N1} {Memory(), 11:N0}"
                            );
                            (last, mark) = (now, mark + births / 10);
                        },
                    },
                    journal,
                    Logger.None
                );
                host0 = host;
                await host.Completion;
                Console.WriteLine(
                    $"in all {2 * births / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} births + scores a second; {new FileInfo(journal.Path).Length / births} bytes a birth"
                );
            }
            GC.Collect();
            await using (var journal = SqliteJournal.Open(Path.Combine(folder, "search.db")))
            {
                var started = Stopwatch.GetTimestamp();
                var lineage = new DurableLineage(
                    journal,
                    DurableLineage.IdOf(plan.Name),
                    TimeProvider.System
                ).Recover();
                Console.WriteLine(
                    $"resumed {lineage.Born:N0} births in {Stopwatch.GetElapsedTime(started).TotalSeconds:N2} s from the snapshot that the end left"
                );
            }
            await using (
                var journal = new WithoutItsLastSnapshot(SqliteJournal.Open(Path.Combine(folder, "search.db")))
            )
            {
                var started = Stopwatch.GetTimestamp();
                var lineage = new DurableLineage(
                    journal,
                    DurableLineage.IdOf(plan.Name),
                    TimeProvider.System
                ).Recover();
                Console.WriteLine(
                    $"resumed {lineage.Born:N0} births in {Stopwatch.GetElapsedTime(started).TotalSeconds:N2} s from the snapshot before and {lineage.Events - journal.From:N0} events, as after a kill"
                );
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What a process leaves that was killed: the snapshot of its end was not kept.
    sealed class WithoutItsLastSnapshot(SqliteJournal inner) : IJournal
    {
        public long From { get; private set; }

        public void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created) =>
            inner.Append(persistenceId, first, events, created);

        public IEnumerable<JournalRow> Read(string persistenceId, long after = 0) =>
            inner.Read(persistenceId, From = after);

        public long Last(string persistenceId) => inner.Last(persistenceId);

        public void Keep(string persistenceId, JournalSnapshot snapshot) => inner.Keep(persistenceId, snapshot);

        public IEnumerable<JournalSnapshot> Snapshots(string persistenceId) => inner.Snapshots(persistenceId).Skip(1);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    static SearchHost? host0;

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
