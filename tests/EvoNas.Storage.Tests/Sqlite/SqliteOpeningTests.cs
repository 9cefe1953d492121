using EvoNas.Actors;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EvoNas.Storage.Tests.Sqlite;

/// <summary>Whatever lies where a journal should: it is opened, or one sentence says what it is, and nothing is written
/// into it.</summary>
public class SqliteOpeningTests
{
    [Fact]
    public async Task TheTablesAreThoseOfAkkaPersistence()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);

        Assert.Equal("wal", disk.Ask<string>("PRAGMA journal_mode"));
        Assert.Equal(
            "ordering,created,deleted,persistence_id,sequence_number,message,manifest,identifier,writer_uuid",
            disk.Ask<string>("SELECT group_concat(name) FROM pragma_table_info('journal')")
        );
        Assert.Equal(
            "INTEGER,BigInt,Bit,NVarChar(255),BigInt,VarBinary,NVarChar(500),INTEGER,NVarChar(128)",
            disk.Ask<string>("SELECT group_concat(type) FROM pragma_table_info('journal')")
        );
        Assert.Equal(
            "persistence_id,sequence_number,created,snapshot,manifest,serializer_id",
            disk.Ask<string>("SELECT group_concat(name) FROM pragma_table_info('snapshot')")
        );
        Assert.Equal(
            "ordering_id,tag,sequence_nr,persistence_id",
            disk.Ask<string>("SELECT group_concat(name) FROM pragma_table_info('tags')")
        );
        Assert.Equal(
            "journal_created_idx,journal_sequence_number_idx,journal_uq,snapshot_created_idx,"
                + "snapshot_sequence_number_idx,tags_persistence_id_sequence_nr_idx,tags_tag_idx",
            disk.Ask<string>(
                """
                SELECT group_concat(name) FROM
                  (SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name)
                """
            )
        );
    }

    [Fact]
    public async Task ARowHasTheColumnsOfTheDefaultMapping()
    {
        var before = DateTime.UtcNow;
        using var disk = await JournalOnDisk.Of([Some.Begun()]);

        Assert.Equal(
            "1|0|search-some|1|begun|1801|blob|32",
            disk.Ask<string>(
                """
                SELECT concat_ws('|', ordering, deleted, persistence_id, sequence_number, manifest, identifier,
                  typeof(message), length(writer_uuid)) FROM journal
                """
            )
        );
        var created = new DateTime(disk.Ask<long>("SELECT created FROM journal"), DateTimeKind.Utc);
        Assert.InRange(created, before, DateTime.UtcNow);
    }

    [Fact]
    public async Task EveryOpeningIsANewWriter()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        await disk.Append(Some.Serialized([Some.Born(1)], 2));

        Assert.Equal(2, disk.Ask<long>("SELECT count(DISTINCT writer_uuid) FROM journal"));
    }

    [Fact]
    public async Task ADatabaseWithoutTablesBecomesAJournal()
    {
        using var folder = new Folder();
        await using (var connection = new SqliteConnection($"Data Source={folder.File("search.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE gone (x); DROP TABLE gone";
            command.ExecuteNonQuery();
        }
        using var file = SqliteJournalFile.Open(folder.File("search.db"));
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Begun()]));
    }

    [Fact]
    public async Task WhatACrashLeftOfMakingAJournalIsNoJournal()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.File("search.db.new"), "half of a fi");

        SqliteJournalFile.Open(folder.File("search.db")).Dispose();

        Assert.False(File.Exists(folder.File("search.db.new")));
        Assert.True(SqliteVerification.Of(folder.File("search.db"), Some.Search).Sound);
    }

    [Theory]
    [InlineData("empty", "is empty (0 bytes)")]
    [InlineData("text", "is not a SQLite file")]
    [InlineData("short text", "is not a SQLite file")]
    [InlineData("first bytes", "was cut")]
    [InlineData("half", "was cut")]
    [InlineData("noise after the header", "damaged")]
    [InlineData(
        "foreign tables",
        "is a SQLite file, but not a journal: table journal is missing; table snapshot is missing"
    )]
    [InlineData("folder", "is a folder")]
    public async Task WhatIsNoJournalIsRefusedAndLeftAlone(string kind, string what)
    {
        using var disk = await JournalOnDisk.Whole(40);
        var whole = await File.ReadAllBytesAsync(disk.Path);
        File.Delete(disk.Path);
        switch (kind)
        {
            case "empty":
                await File.WriteAllBytesAsync(disk.Path, []);
                break;
            case "text":
                await File.WriteAllTextAsync(disk.Path, string.Join('\n', Enumerable.Repeat("Dear diary,", 100)));
                break;
            case "short text":
                await File.WriteAllTextAsync(disk.Path, "Hm.");
                break;
            case "first bytes":
                await File.WriteAllBytesAsync(disk.Path, whole[..50]);
                break;
            case "half":
                await File.WriteAllBytesAsync(disk.Path, whole[..(whole.Length / 2)]);
                break;
            case "noise after the header":
                await File.WriteAllBytesAsync(
                    disk.Path,
                    [.. whole[..100], .. Enumerable.Repeat((byte)0x5A, whole.Length - 100)]
                );
                break;
            case "foreign tables":
                disk.Run("CREATE TABLE bookmarks (url TEXT)");
                break;
            case "folder":
                Directory.CreateDirectory(disk.Path);
                break;
        }
        var before = File.Exists(disk.Path) ? await File.ReadAllBytesAsync(disk.Path) : [];

        var writing = Assert.Throws<JournalException>(() => SqliteJournalFile.Open(disk.Path));
        var reading = Assert.Throws<JournalException>(() => SqliteReader.Open(disk.Path));

        Assert.Equal((JournalTrouble.Broken, JournalTrouble.Broken), (writing.Trouble, reading.Trouble));
        Assert.Contains(what, writing.Message);
        Assert.Contains(disk.Path, writing.Message);
        Assert.Contains(what, reading.Message);
        Assert.NotNull(writing.Hint);
        Assert.Equal(before, File.Exists(disk.Path) ? await File.ReadAllBytesAsync(disk.Path) : []);
    }

    [Fact]
    public async Task AJournalWithoutItsFileButWithItsLogIsRefused()
    {
        using var disk = await JournalOnDisk.Whole(5);
        File.Move(disk.Path, disk.Path + "-wal");

        Assert.Contains(
            "is gone, but its log",
            Assert.Throws<JournalException>(() => SqliteJournalFile.Open(disk.Path)).Message
        );
    }

    [Fact]
    public void AFolderThatDoesNotExistIsNamed()
    {
        using var folder = new Folder();

        Assert.Contains(
            "does not exist",
            Assert.Throws<JournalException>(() => SqliteJournalFile.Open(folder.File("no/search.db"))).Message
        );
        Assert.Contains(
            "There is no journal",
            Assert.Throws<JournalException>(() => SqliteReader.Open(folder.File("search.db"))).Message
        );
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task AMissingEventEndsTheReadingWithItsNumberAndTheCommand()
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run("DELETE FROM journal WHERE sequence_number BETWEEN 6 AND 7");
        using var reader = SqliteReader.Open(disk.Path);

        var fault = Assert.Throws<JournalException>(() => reader.Read(Some.Search).Count());

        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
        Assert.Equal($"The journal {disk.Path} lacks events 6 to 7 of search-some.", fault.Message);
        Assert.Equal("`evonas lineage some verify` finds everything that is wrong with it.", fault.Hint);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE sequence_number > 50")]
    [InlineData("DELETE FROM journal")]
    [InlineData("UPDATE journal SET deleted = 1 WHERE sequence_number = 57")]
    public async Task AMissingEndIsNoticedToo(string damage)
    {
        using var disk = await JournalOnDisk.Whole();
        disk.Run(damage);
        using var reader = SqliteReader.Open(disk.Path);

        Assert.Equal(
            JournalTrouble.Broken,
            Assert.Throws<JournalException>(() => reader.Read(Some.Search).Count()).Trouble
        );
    }

    [Fact]
    public async Task AClosedJournalIsOneFile()
    {
        using var disk = await JournalOnDisk.Whole();

        Assert.Equal(["search.db", "search.lock"], Directory.GetFiles(disk.Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task ClosingTwiceHarmsNothing()
    {
        using var disk = await JournalOnDisk.Whole(5);
        var file = SqliteJournalFile.Open(disk.Path);
        file.Dispose();
        file.Dispose();
    }

    [Fact]
    public async Task AReaderSeesWhatIsAppendedAfterItOpened()
    {
        using var disk = await JournalOnDisk.Of([Some.Begun()]);
        using var reader = SqliteReader.Open(disk.Path);
        Assert.Equal(1, reader.Last(Some.Search));
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(Some.Search, Some.Serialized([Some.Born(1)], 2));

        Assert.Equal(2, reader.Last(Some.Search));
        Assert.Equal(2, Assert.Single(reader.Read(Some.Search, after: 1)).Number);
    }
}
