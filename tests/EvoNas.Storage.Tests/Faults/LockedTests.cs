using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>Fault F18: another program holds the file.</summary>
public class LockedTests
{
    [Fact]
    public async Task AfterTheWaitTheJournalIsUnavailableAndLaterGoesOn()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        await using var journal = SqliteJournal.Open(disk.Path, busyTimeout: TimeSpan.FromMilliseconds(30));
        using (var other = disk.Connect())
        {
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN EXCLUSIVE";
            begin.ExecuteNonQuery();

            var fault = Assert.Throws<JournalException>(() =>
                journal.Append(Some.Search, 2, Some.Wired([Some.Born(1)], 2), Some.Time)
            );

            Assert.Equal(JournalTrouble.Unavailable, fault.Trouble);
            Assert.Contains("locked by another program", fault.Message);
            // Readers do not wait for a writer.
            Assert.Equal(1, journal.Last(Some.Search));
        }
        journal.Append(Some.Search, 2, Some.Wired([Some.Born(1)], 2), Some.Time);
        Assert.Equal(2, journal.Last(Some.Search));
    }

    [Fact]
    public async Task ALockThatEndsWithinTheWaitIsNotNoticed()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        await using var journal = SqliteJournal.Open(disk.Path, busyTimeout: TimeSpan.FromMinutes(1));
        using var other = disk.Connect();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();

        var appending = Task.Run(() => journal.Append(Some.Search, 2, Some.Wired([Some.Born(1)], 2), Some.Time));
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        await appending;

        Assert.Equal(2, journal.Last(Some.Search));
    }

    [Fact]
    public async Task ARowThatAnotherProgramWroteMeanwhileIsAnotherWriters()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        await using var journal = SqliteJournal.Open(disk.Path);
        journal.Append(Some.Search, 2, Some.Wired([Some.Born(1)], 2), Some.Time);
        disk.Run(
            "INSERT INTO journal SELECT 99, created, 0, persistence_id, 3, message, manifest, identifier, 'zombie' FROM journal WHERE sequence_number = 2"
        );

        var fault = Assert.Throws<JournalException>(() =>
            journal.Append(Some.Search, 3, Some.Wired([Some.Scored(1), Some.Born(2)], 3), Some.Time)
        );

        Assert.Equal(JournalTrouble.OtherWriter, fault.Trouble);
        Assert.Equal(3, disk.Ask<long>("SELECT count(*) FROM journal"));
    }

    [Fact]
    public async Task AReaderThatDawdlesDoesNotHoldTheWriter()
    {
        using var disk = await JournalOnDisk.Whole(1000);
        await using var writer = SqliteJournal.Open(disk.Path, busyTimeout: TimeSpan.Zero);
        await using var reader = SqliteJournal.OpenReadOnly(disk.Path);
        var last = writer.Last(Some.Search);
        using var reading = reader.Read(Some.Search).GetEnumerator();
        Assert.True(reading.MoveNext());

        for (var birth = 1001; birth <= 3000; birth++)
            writer.Append(Some.Search, ++last, Some.Wired([Some.Born(birth)], last), Some.Time);

        Assert.Equal(last, reader.Last(Some.Search));
        // The log is moved into the file although a reader has not finished.
        Assert.InRange(new FileInfo(disk.Path + "-wal").Length, 0, 20_000_000);
        while (reading.MoveNext()) { }
        Assert.Equal(last, reading.Current.Number);
    }

    [Fact]
    public async Task AJournalThatIsDeletedWhileItIsWrittenIsNoticed()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        await using var journal = SqliteJournal.Open(disk.Path);
        File.Delete(disk.Path);

        var fault = Assert.Throws<JournalException>(() =>
            journal.Append(Some.Search, 2, Some.Wired([Some.Born(1)], 2), Some.Time)
        );

        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
        Assert.Contains("moved or deleted", fault.Message);
    }
}
