using System.Data.Common;
using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Faults;

namespace EvoNas.Storage.Tests.Sqlite;

/// <summary>The connections that Akka.Persistence.Sql makes to a SQLite file.</summary>
public class SqliteConnectionTests
{
    [Fact]
    public async Task EveryConnectionHasTheSettingsOfTheJournal()
    {
        using var folder = new Folder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"), TimeSpan.FromSeconds(3));
        var settings = new List<string>();
        var place = file.Place with
        {
            Opened = connection =>
            {
                file.Place.Opened(connection);
                var found = SettingsOf(connection);
                lock (settings)
                    settings.Add(found);
            },
        };
        await using (var journal = AkkaJournal.Open(place))
        {
            var serialized = Some.Serialized(Some.History(20));
            await journal.Append(Some.Search, serialized[..1]);
            await journal.Append(Some.Search, serialized[1..]);
            await journal.Keep(Some.Search, Some.Canonical(Some.Fold(Some.History(20))));
            await journal.Recover(Some.Search);
        }

        // Recovery, two appends, a snapshot, its predecessor's end, another recovery.
        Assert.True(settings.Count >= 6, $"{settings.Count} connections were opened.");
        Assert.All(settings, found => Assert.Equal("wal, 2, 3000, 4000, 16777216", found));
    }

    [Fact]
    public async Task AfterTheEndThereIsOneFileAndItsLock()
    {
        using var folder = new Folder();
        using (var file = SqliteJournalFile.Open(folder.File("search.db")))
        {
            await using (var journal = AkkaJournal.Open(file.Place))
                await journal.Append(Some.Search, Some.Serialized(Some.History(50)));
            Assert.True(File.Exists(folder.File("search.db-wal")));
        }

        Assert.Equal(["search.db", "search.lock"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        using var reader = SqliteReader.Open(folder.File("search.db"));
        Assert.Equal(Some.History(50).Count(), reader.Last(Some.Search));
    }

    [Fact]
    public async Task ASystemThatEndsDuringAnAppendLeavesNoConnectionBehind()
    {
        using var folder = new Folder();
        for (var round = 1; round <= 5; round++)
        {
            Task appending;
            using (var file = SqliteJournalFile.Open(folder.File("search.db")))
            {
                var journal = AkkaJournal.Open(file.Place);
                var search = $"search-{round}";
                appending = journal.Append(search, Some.Serialized(Some.History(500), search: search));
                await journal.DisposeAsync();
            }
            Assert.Equal(
                ["search.db", "search.lock"],
                Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order()
            );
            using var reader = SqliteReader.Open(folder.File("search.db"));
            // All or nothing; who asked may never hear which.
            Assert.Contains(reader.Last($"search-{round}"), new long[] { 0, Some.History(500).Count() });
        }
    }

    [Fact]
    public void ASecondWriterIsRefused()
    {
        using var folder = new Folder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"));

        var fault = Assert.Throws<JournalException>(() => SqliteJournalFile.Open(folder.File("search.db")));

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
    }

    [TracedFact]
    public async Task AnAppendFlushesTheDiskOnce()
    {
        using var folder = new Folder();
        var trace = folder.File("trace");
        using var process = OtherProcess.StartTraced(trace, "flush", folder.File("search.db"));
        await process.WaitForExitAsync();

        var lines = (await File.ReadAllLinesAsync(trace))
            .SkipWhile(line => !line.Contains(OtherProcess.CountFrom, StringComparison.Ordinal))
            .TakeWhile(line => !line.Contains(OtherProcess.CountTo, StringComparison.Ordinal))
            .Where(line => line.Contains("sync(", StringComparison.Ordinal))
            .ToList();

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(OtherProcess.CountedAppends, lines.Count);
        Assert.All(lines, line => Assert.Contains("search.db-wal", line));
    }

    static string SettingsOf(DbConnection connection)
    {
        string[] pragmas = ["journal_mode", "synchronous", "busy_timeout", "wal_autocheckpoint", "journal_size_limit"];
        return string.Join(", ", pragmas.Select(Read));

        object? Read(string pragma)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {pragma}";
            return command.ExecuteScalar();
        }
    }
}
