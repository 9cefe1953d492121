using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using SQLitePCL;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>A process of its own that works on a journal: what it does stands in <see cref="Run"/>, how it is started
/// below.</summary>
static class OtherProcess
{
    /// <summary>Names in the trace: appends between them are counted.</summary>
    public const string CountFrom = "evonas-count-from",
        CountTo = "evonas-count-to";

    public const int CountedAppends = 10;

    public static async Task<int> Run(string[] args)
    {
        switch (args)
        {
            case ["append", var path]:
                await Append(path);
                return 0;
            case ["hold", var path]:
                Hold(path);
                return 0;
            case ["fill", var folder]:
                await Fill(folder);
                return 0;
            case ["flush", var path]:
                await Flush(path);
                return 0;
            case ["open", var path]:
                Open(path);
                return 0;
            case ["explain", var path]:
                Console.WriteLine(SqliteFault.Of(raw.SQLITE_BUSY, "database is locked", path).Message);
                return 0;
            default:
                return 2;
        }
    }

    // Appends until it is killed, and prints every number that it was promised.
    static async Task Append(string path)
    {
        using var file = SqliteJournalFile.Open(path);
        await using var journal = AkkaJournal.Open(file.Place);
        var lineage = await journal.Recover(Some.Search);
        var random = new Random(Environment.ProcessId);
        for (var last = lineage.Events; ; )
        {
            var history = Some.History(long.MaxValue).Skip((int)last).Take(random.Next(1, 40)).ToList();
            await journal.Append(Some.Search, Some.Serialized(history, first: last + 1));
            last += history.Count;
            Console.WriteLine(last);
            lineage = history.Aggregate(lineage, (so, happened) => so.Evolve(happened));
            if (random.Next(20) == 0)
                await journal.Keep(Some.Search, Some.Canonical(lineage));
        }
    }

    static void Hold(string path)
    {
        using var file = SqliteJournalFile.Open(path);
        Console.WriteLine("held");
        Console.ReadLine();
    }

    // Appends between two marks in the trace of its system calls.
    static async Task Flush(string path)
    {
        using var file = SqliteJournalFile.Open(path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Begun()]));
        File.Delete(Path.Combine(Path.GetTempPath(), CountFrom));
        for (var birth = 1; birth <= CountedAppends; birth++)
        {
            var events = Some.Serialized([Some.Born(birth), Some.Scored(birth)], first: 2 * birth);
            await journal.Append(Some.Search, events);
        }
        File.Delete(Path.Combine(Path.GetTempPath(), CountTo));
    }

    // Fills a small disk, shows that nothing is lost, frees some of it, and goes on.
    static async Task Fill(string folder)
    {
        var ballast = Path.Combine(folder, "ballast");
        File.WriteAllBytes(ballast, new byte[1 << 20]);
        var path = Path.Combine(folder, "search.db");
        using var file = SqliteJournalFile.Open(path);
        await using var journal = AkkaJournal.Open(file.Place);
        using var reader = SqliteReader.Open(path);
        long last = 0;
        for (JournalException? full = null; full is null; )
        {
            var history = Some.History(long.MaxValue).Skip((int)last).Take(50).ToList();
            try
            {
                await journal.Append(Some.Search, Some.Serialized(history, first: last + 1));
                last += 50;
            }
            catch (JournalException fault)
            {
                full = fault;
                Console.WriteLine($"{fault.Trouble}: {fault.Message}");
            }
        }
        Console.WriteLine($"intact: {last > 0 && reader.Events(Some.Search).Count() == last}");
        File.Delete(ballast);
        var next = Some.History(long.MaxValue).Skip((int)last).Take(1);
        await journal.Append(Some.Search, Some.Serialized(next, first: last + 1));
        Console.WriteLine($"went on: {reader.Last(Some.Search) == last + 1}");
    }

    static void Open(string path)
    {
        Tell(
            "write",
            () =>
            {
                using var file = SqliteJournalFile.Open(path);
            }
        );
        Tell(
            "read",
            () =>
            {
                using var reader = SqliteReader.Open(path);
                Console.WriteLine($"read: {reader.Read(Some.Search).Count()} events");
            }
        );

        static void Tell(string what, Action open)
        {
            try
            {
                open();
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

    /// <summary>With its flushes and deletions of files written to a trace.</summary>
    public static Process StartTraced(string trace, params string[] args) =>
        StartWithin(["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,unlink", "-o", trace], args);

    /// <summary>With a system call that fails on one file, as on a file system that does not have it.</summary>
    /// <param name="call">The call and its error: <c>mmap:error=ENODEV</c>.</param>
    /// <param name="file">Full path; it need not exist.</param>
    /// <param name="args">What to do.</param>
    public static Process StartWithout(string call, string file, params string[] args) =>
        StartWithin(["strace", "-f", "-qq", "-P", file, "-e", $"inject={call}", "-o", "/dev/null"], args);

    static Process StartWithin(string[] around, string[] args)
    {
        var host = Environment.ProcessPath!; // The host of these tests is a process with a path.
        string[] line = [.. around, host, typeof(OtherProcess).Assembly.Location, .. args];
        return Process.Start(
            new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true }
        )!; // A new process, never a running one.
    }
}

/// <summary>A test that needs a mount namespace of its own; skipped, with the reason, where one is not to be
/// had.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ApartFactAttribute : FactAttribute
{
    public ApartFactAttribute() => Skip = OwnMounts.Lack;
}
