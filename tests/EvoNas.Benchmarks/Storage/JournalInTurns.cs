using System.Diagnostics;
using System.Globalization;
using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Benchmarks.Storage;

/// <summary>Durable rows a second through a persistent actor and Akka.Persistence.Sql, by size of the batch, with the
/// time of a flush of the same disk. <c>akka-journal [FOLDER [SECONDS [HOCON]]]</c>.</summary>
static class JournalInTurns
{
    const int Rounds = 2;

    public static async Task Run(string[] arguments)
    {
        var root = arguments is [var given, ..] ? given : Path.GetTempPath();
        var seconds = arguments is [_, var length, ..] ? double.Parse(length, CultureInfo.InvariantCulture) : 2;
        var overrides = arguments is [_, _, var hocon] ? hocon : "";
        var folder = Directory.CreateDirectory(Path.Combine(root, Path.GetRandomFileName()));
        try
        {
            Console.WriteLine($"flush of 4 KiB: {Flush(folder.FullName):F3} ms (median of 200)");
            foreach (var batch in (int[])[3, 30, 300, 1000])
                for (var round = 0; round < Rounds; round++)
                {
                    await Old(folder.FullName, batch, seconds);
                    await Akka(folder.FullName, batch, seconds, overrides);
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static double Flush(string folder)
    {
        using var file = File.OpenHandle(
            Path.Combine(folder, "flush"),
            FileMode.Create,
            FileAccess.Write,
            preallocationSize: 1 << 20
        );
        var (block, times) = (new byte[4096], new List<double>());
        for (var i = 0; i < 200; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, i * block.Length);
            RandomAccess.FlushToDisk(file);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        return times[times.Count / 2];
    }

    static async Task Old(string folder, int batch, double seconds)
    {
        await using var journal = SqliteJournal.Open(Path.Combine(folder, $"{Path.GetRandomFileName()}.db"));
        await Measure(
            "own ",
            batch,
            seconds,
            (first, events) =>
            {
                journal.Append(SampleEvents.Search, first, events, DateTime.UtcNow);
                return Task.CompletedTask;
            }
        );
    }

    static async Task Akka(string folder, int batch, double seconds, string overrides)
    {
        using var file = SqliteJournalFile.Open(Path.Combine(folder, $"{Path.GetRandomFileName()}.db"));
        await using var journal = AkkaJournal.Open(file.Place, overrides);
        await Measure("Akka", batch, seconds, (_, events) => journal.Append(SampleEvents.Search, events));
    }

    static async Task Measure(
        string name,
        int size,
        double seconds,
        Func<long, IReadOnlyList<SerializedEvent>, Task> append
    )
    {
        // The first appends compile, plan and allocate.
        var batches = SampleEvents.Batches(size).GetEnumerator();
        var next = 1L;
        for (var i = 0; i < 20; i++)
            await Next();
        var (first, started, gen2) = (next, Stopwatch.GetTimestamp(), GC.CollectionCount(2));
        var (processor, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var busy = 0.0;
        while (busy < seconds)
            busy += await Next();
        var rows = next - first;
        Console.WriteLine(
            $"{name} batch {size, 5}: {rows / busy, 8:N0} rows/s, append {busy * 1000 * size / rows, 7:F3} ms, "
                + $"{(Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / rows, 6:F1} us of processor and "
                + $"{(GC.GetTotalAllocatedBytes() - allocated) / rows, 6:N0} bytes a row, "
                + $"gen 2: {(GC.CollectionCount(2) - gen2) * 180_000.0 / rows, 5:F0} in 180,000 rows"
        );

        async Task<double> Next()
        {
            batches.MoveNext();
            var begun = Stopwatch.GetTimestamp();
            await append(next, batches.Current);
            next += batches.Current.Count;
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
    }
}
