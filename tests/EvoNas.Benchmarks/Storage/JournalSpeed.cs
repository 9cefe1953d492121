using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Benchmarks.Storage;

/// <summary>Durable rows a second by size of the batch, flatness over millions of rows, bytes a birth,
/// replay.</summary>
/// <remarks>The events are bytes already: this is the journal alone. <c>journal [ROWS [FOLDER]]</c>. Processor time is
/// told beside the clock's: it stays the same when other programs run.</remarks>
static class JournalSpeed
{
    public static void Run(string[] args)
    {
        var rows = args.Length > 0 ? long.Parse(args[0]) : 3_000_000;
        var folder =
            args.Length > 1
                ? Directory.CreateDirectory(Path.Combine(args[1], Path.GetRandomFileName()))
                : Directory.CreateTempSubdirectory("evonas-benchmark-");
        try
        {
            foreach (var batch in (int[])[1, 10, 100, 1000])
                Batch(folder.FullName, batch);
            Grow(folder.FullName, rows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Batch(string folder, int batch)
    {
        var path = Path.Combine(folder, $"batch-{batch}.db");
        var journal = SqliteJournal.Open(path);
        var (next, clock, latency) = (1L, Stopwatch.StartNew(), new List<double>());
        foreach (var events in SampleEvents.Batches(batch))
        {
            var start = clock.Elapsed;
            journal.Append(SampleEvents.Search, next, events, DateTime.UtcNow);
            latency.Add((clock.Elapsed - start).TotalMilliseconds);
            next += events.Count;
            if (clock.Elapsed.TotalSeconds > 3 || next > 300_000)
                break;
        }
        var busySeconds = latency.Sum() / 1000;
        latency.Sort();
        Console.WriteLine(
            $"batch {batch, 5}: {(next - 1) / busySeconds, 9:N0} rows/s, append p50 {latency[latency.Count / 2], 7:F3} ms, p99 {latency[latency.Count * 99 / 100], 7:F3} ms ({next - 1:N0} rows)"
        );
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    static void Grow(string folder, long rows)
    {
        var path = Path.Combine(folder, "grow.db");
        var journal = SqliteJournal.Open(path);
        Console.WriteLine("batches of 500, as the file grows:");
        var (next, mark, marked, busy, processor) = (1L, 10_000L, 1L, 0.0, TimeSpan.Zero);
        foreach (var events in SampleEvents.Batches(500))
        {
            var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            journal.Append(SampleEvents.Search, next, events, DateTime.UtcNow);
            busy += Stopwatch.GetElapsedTime(start).TotalSeconds;
            processor += Environment.CpuUsage.TotalTime - before;
            next += events.Count;
            if (next <= mark && next <= rows)
                continue;
            Console.WriteLine(
                $"  to {next - 1, 9:N0} rows: {(next - marked) / busy, 9:N0} rows/s, {processor.TotalMicroseconds / (next - marked), 5:F1} µs of processor a row, log {new FileInfo(path + "-wal").Length / 1e6:F0} MB"
            );
            (mark, marked, busy, processor) = (
                mark < 100_000 ? 100_000
                : mark < 500_000 ? 500_000
                : mark + 500_000,
                next,
                0,
                TimeSpan.Zero
            );
            if (next > rows)
                break;
        }
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        var bytes = new FileInfo(path).Length;
        Console.WriteLine(
            $"file: {bytes / 1e6:N0} MB, {bytes / (double)(next - 1):F0} bytes a row, {3.0 * bytes / (next - 1):F0} bytes a birth (born, scored, retired)"
        );

        Reread(path, next - 1);
    }

    static void Reread(string path, long rows)
    {
        var journal = SqliteJournal.OpenReadOnly(path);
        Time("rows read", rows, () => journal.Read(SampleEvents.Search).Count());
        Time(
            "events read and checked",
            rows,
            () =>
            {
                foreach (var row in journal.Read(SampleEvents.Search))
                    EventSerializer.Read(SampleEvents.Search, row.Number, row.Manifest, row.Payload.Span);
            }
        );
        var lineage = Lineages.Lineage.Empty;
        Time(
            "events replayed",
            rows,
            () =>
            {
                foreach (var row in journal.Read(SampleEvents.Search))
                    lineage = lineage.Evolve(
                        EventSerializer.Read(SampleEvents.Search, row.Number, row.Manifest, row.Payload.Span)
                    );
            }
        );
        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Time("rows verified", rows, () => SqliteVerification.Of(path, SampleEvents.Search));

        byte[] snapshot = [];
        Time(
            "births in a snapshot written",
            lineage.Born,
            () => snapshot = LineageSnapshot.Write(SampleEvents.Search, lineage).ToArray()
        );
        Time(
            "births in a snapshot read",
            lineage.Born,
            () => LineageSnapshot.Read(SampleEvents.Search, lineage.Events, LineageSnapshot.Manifest, snapshot)
        );
        Console.WriteLine($"snapshot: {snapshot.Length / 1e6:F1} MB for {lineage.Born:N0} births");
    }

    static void Time(string what, long count, Action turn)
    {
        var (start, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        turn();
        var (seconds, processor) = (
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            (Environment.CpuUsage.TotalTime - before).TotalSeconds
        );
        Console.WriteLine(
            $"{what, -29} {count / seconds, 11:N0} /s, {processor * 1e6 / count, 6:F2} µs of processor each ({seconds:F2} s)"
        );
    }
}
