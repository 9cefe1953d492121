using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>A process of its own that works on a journal: what it does stands in <see cref="Run"/>, how it is started
/// below.</summary>
static class OtherProcess
{
    public static int Run(string[] args)
    {
        switch (args)
        {
            case ["append", var path]:
                Append(path);
                return 0;
            case ["hold", var path]:
                Hold(path);
                return 0;
            case ["fill", var folder]:
                Fill(folder);
                return 0;
            case ["open", var path]:
                Open(path);
                return 0;
            default:
                return 2;
        }
    }

    // Appends until it is killed, and tells every number that it may be held to.
    static void Append(string path)
    {
        var journal = SqliteJournal.Open(path);
        var random = new Random(Environment.ProcessId);
        for (var last = journal.Last(Some.Search); ; )
        {
            var events = Some.Wired(
                Enumerable.Range(0, random.Next(1, 40)).Select(i => Some.Born(last + i + 1)),
                first: last + 1
            );
            journal.Append(Some.Search, last + 1, events, Some.Time);
            last += events.Length;
            Console.WriteLine(last);
            if (random.Next(20) == 0)
                journal.Keep(
                    Some.Search,
                    new(last, Some.Time, LineageSnapshot.Manifest, new byte[random.Next(100_000)])
                );
        }
    }

    static void Hold(string path)
    {
        using var journal = new Closing(SqliteJournal.Open(path));
        Console.WriteLine("held");
        Console.ReadLine();
    }

    // Fills a small disk, shows that nothing is lost, frees some of it, and goes on.
    static void Fill(string folder)
    {
        var ballast = Path.Combine(folder, "ballast");
        File.WriteAllBytes(ballast, new byte[1 << 20]);
        var path = Path.Combine(folder, "search.db");
        using var journal = new Closing(SqliteJournal.Open(path));
        long last = 0;
        for (JournalException? full = null; full is null; )
        {
            try
            {
                journal.Journal.Append(
                    Some.Search,
                    last + 1,
                    Some.Wired(Enumerable.Range(1, 50).Select(i => Some.Born(last + i)), first: last + 1),
                    Some.Time
                );
                last += 50;
            }
            catch (JournalException fault)
            {
                full = fault;
                Console.WriteLine($"{fault.Trouble}: {fault.Message}");
            }
        }
        Console.WriteLine(
            $"intact: {journal.Journal.Read(Some.Search).Count(row => EventSerializer.Read(Some.Search, row.Number, row.Manifest, row.Payload.Span) is not null) == last && last > 0}"
        );
        File.Delete(ballast);
        journal.Journal.Append(Some.Search, last + 1, Some.Wired([Some.Born(last + 1)], first: last + 1), Some.Time);
        Console.WriteLine($"went on: {journal.Journal.Last(Some.Search) == last + 1}");
    }

    static void Open(string path)
    {
        Tell("write", () => SqliteJournal.Open(path));
        Tell("read", () => SqliteJournal.OpenReadOnly(path));

        static void Tell(string what, Func<SqliteJournal> open)
        {
            try
            {
                using var journal = new Closing(open());
                Console.WriteLine($"{what}: {journal.Journal.Read(Some.Search).Count()} events");
            }
            catch (JournalException fault)
            {
                Console.WriteLine($"{what}: {fault.Trouble}: {fault.Message}");
            }
        }
    }

    public static Process Start(params string[] args) => StartWithin([], args);

    /// <summary>In a mount namespace of its own, after a shell's line there; <c>$0</c> is this program, <c>"$@"</c> its
    /// arguments.</summary>
    public static Process StartApart(string first, params string[] args) =>
        StartWithin(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", $"{first} && exec \"$0\" \"$@\""],
            args
        );

    static Process StartWithin(string[] around, string[] args)
    {
        string[] line = [.. around, Environment.ProcessPath!, typeof(OtherProcess).Assembly.Location, .. args]; // The host of these tests is a process with a path.
        return Process.Start(
            new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true }
        )!; // A new process, never a running one.
    }

    sealed class Closing(SqliteJournal journal) : IDisposable
    {
        public SqliteJournal Journal => journal;

        public void Dispose() => journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>A test that needs a mount namespace of its own; skipped, with the reason, where one is not to be
/// had.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ApartFactAttribute : FactAttribute
{
    public ApartFactAttribute() => Skip = OwnMounts.Lack;
}
