using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>Fault F18 and similar ones: another program holds the file, writes into it, or takes it away.</summary>
public class LockedTests
{
    [Fact]
    public async Task AfterTheWaitTheJournalIsUnavailableAndLaterGoesOn()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        using var file = SqliteJournalFile.Open(disk.Path, busyTimeout: TimeSpan.FromMilliseconds(30));
        await using var journal = AkkaJournal.Open(file.Place);
        using var reader = SqliteReader.Open(disk.Path);
        using (var other = disk.Connect())
        {
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN EXCLUSIVE";
            begin.ExecuteNonQuery();

            var fault = await Assert.ThrowsAsync<JournalException>(() =>
                journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2))
            );

            Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
            Assert.Contains("locked by another program", fault.Message);
            // Readers do not wait for a writer, and neither does a recovery.
            Assert.Equal(1, reader.Last(Some.Search));
            Assert.Equal(1, (await journal.Recover(Some.Search)).Events);
        }
        await journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2));
        Assert.Equal(2, reader.Last(Some.Search));
    }

    [Fact]
    public async Task ALockThatEndsWithinTheWaitIsNotNoticed()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        using var file = SqliteJournalFile.Open(disk.Path, busyTimeout: TimeSpan.FromMinutes(1));
        await using var journal = AkkaJournal.Open(file.Place);
        using var other = disk.Connect();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        var appending = journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2));
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        await appending;

        using var reader = SqliteReader.Open(disk.Path);
        Assert.Equal(2, reader.Last(Some.Search));
    }

    [Fact]
    public async Task ARowThatAnotherProgramWroteMeanwhileIsAnotherWriters()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2));
        disk.Run(
            """
            INSERT INTO journal SELECT 99, created, 0, persistence_id, 3, message, manifest, identifier, 'zombie'
            FROM journal WHERE sequence_number = 2
            """
        );

        var fault = await Assert.ThrowsAsync<JournalException>(() =>
            journal.Append(Some.Search, Some.Serialized([Some.Scored(1), Some.Born(2)], 3))
        );

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
        Assert.Contains("Another process wrote", fault.Message);
        Assert.Equal(3, disk.Ask<long>("SELECT count(*) FROM journal"));
    }

    [Fact]
    public async Task ASlowReaderDoesNotStopTheWriter()
    {
        using var disk = await JournalOnDisk.Whole(1000);
        using var file = SqliteJournalFile.Open(disk.Path, busyTimeout: TimeSpan.Zero);
        await using var writer = AkkaJournal.Open(file.Place);
        using var reader = SqliteReader.Open(disk.Path);
        using var reading = reader.Read(Some.Search).GetEnumerator();
        Assert.True(reading.MoveNext());

        var last = reader.Last(Some.Search);
        foreach (var births in Enumerable.Range(1001, 20_000).Select(birth => Some.Born(birth)).Chunk(500))
        {
            await writer.Append(Some.Search, Some.Serialized(births, last + 1));
            last += births.Length;
        }

        Assert.Equal(last, reader.Last(Some.Search));
        // The log is moved into the file although a reader has not finished.
        Assert.InRange(new FileInfo(disk.Path + "-wal").Length, 0, 20_000_000);
        while (reading.MoveNext()) { }
        Assert.Equal(last, reading.Current.Number);
    }

    [Fact]
    public async Task AJournalThatIsDeletedWhileItIsWrittenIsBroken()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2));
        File.Delete(disk.Path);

        var appending = await Assert.ThrowsAsync<JournalException>(() =>
            journal.Append(Some.Search, Some.Serialized([Some.Scored(1)], 3))
        );
        var recovering = await Assert.ThrowsAsync<JournalException>(() => journal.Recover(Some.Search));

        Assert.Equal((JournalTrouble.Broken, JournalTrouble.Broken), (appending.Trouble, recovering.Trouble));
        Assert.Contains("moved or deleted", appending.Message);
        Assert.False(File.Exists(disk.Path));
    }
}
