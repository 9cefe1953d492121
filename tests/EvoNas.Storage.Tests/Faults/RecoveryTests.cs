using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>Faults F21 and F22, in both ways to recover a search: by a reader, and by a persistent actor.</summary>
public class RecoveryTests
{
    [Theory]
    [InlineData("sequence_number = 50", 1)]
    [InlineData("TRUE", 2)]
    public async Task AnOverwrittenSnapshotCostsAWarningAndNoEvent(string which, int warnings)
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 50);
        disk.Run($"UPDATE snapshot SET snapshot = randomblob(length(snapshot)) WHERE {which}");
        var said = new List<string>();

        using var reader = SqliteReader.Open(disk.Path);
        var recovered = reader.Recover(Some.Search, said.Add);

        Assert.Equal(warnings, said.Count);
        Assert.Equal(Some.Canonical(Some.Fold(Some.History(20))), Some.Canonical(recovered));
    }

    [Theory]
    [InlineData(
        """
            UPDATE journal SET message = CAST(replace(message, x'35', x'36') AS BLOB) WHERE sequence_number = 40
            """,
        40
    )]
    [InlineData(
        """
            UPDATE journal SET message = (SELECT message FROM journal WHERE sequence_number = 41)
            WHERE sequence_number = 40
            """,
        40
    )]
    [InlineData("UPDATE journal SET manifest = 'revived' WHERE sequence_number = 41", 41)]
    public async Task AnEventThatCannotBeTrustedStopsTheSearchWithItsNumber(string damage, long number)
    {
        using var disk = await JournalOnDisk.Whole(20, 30);
        disk.Run(damage);

        using (var reader = SqliteReader.Open(disk.Path))
            Assert.Equal(number, Assert.Throws<EventSerializationException>(() => reader.Recover(Some.Search)).Number);
        var fault = await Assert.ThrowsAsync<JournalException>(() => RecoverByActor(disk));
        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
        Assert.Contains($"{number}", fault.Message);
        Assert.NotNull(fault.Hint);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE sequence_number = 40")]
    [InlineData("DELETE FROM journal WHERE sequence_number > 40")]
    [InlineData("DELETE FROM journal")]
    [InlineData(
        """
            DELETE FROM journal WHERE sequence_number > 20;
            UPDATE sqlite_sequence SET seq = 20 WHERE name = 'journal'
            """
    )]
    [InlineData("UPDATE journal SET deleted = 1 WHERE sequence_number = 57")]
    [InlineData("UPDATE journal SET identifier = 1 WHERE sequence_number = 40")]
    [InlineData("UPDATE journal SET identifier = 4711 WHERE sequence_number = 40")]
    [InlineData("UPDATE journal SET identifier = NULL WHERE sequence_number = 40")]
    public async Task ALostOrForeignEventStopsTheSearch(string damage)
    {
        using var disk = await JournalOnDisk.Whole(20, 30);
        disk.Run(damage);

        using (var reader = SqliteReader.Open(disk.Path))
            Assert.Equal(
                JournalTrouble.Broken,
                Assert.Throws<JournalException>(() => reader.Recover(Some.Search)).Trouble
            );
        var fault = await Assert.ThrowsAsync<JournalException>(() => RecoverByActor(disk));
        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
        Assert.NotNull(fault.Hint);
    }

    [Fact]
    public async Task AnEventThatIsStoredAsTextIsBrokenForTheActor()
    {
        using var disk = await JournalOnDisk.Whole(20, 30);
        disk.Run("UPDATE journal SET message = CAST(message AS TEXT) WHERE sequence_number = 40");

        var fault = await Assert.ThrowsAsync<JournalException>(() => RecoverByActor(disk));

        Assert.Equal(JournalTrouble.Broken, fault.Trouble);
    }

    [Fact]
    public async Task ADamagedPageStopsTheSearchOrHarmsNothing()
    {
        using var disk = await JournalOnDisk.Whole(300);
        var bytes = await File.ReadAllBytesAsync(disk.Path);
        var right = Some.Canonical(Some.Fold(Some.History(300)));
        const int PageSize = 4096;
        var refused = 0;
        foreach (var page in Enumerable.Range(1, bytes.Length / PageSize - 1).Where(page => page % 5 == 0))
        {
            var damaged = (byte[])bytes.Clone();
            damaged.AsSpan(page * PageSize + 8, 200).Fill(0xA5);
            await File.WriteAllBytesAsync(disk.Path, damaged);
            try
            {
                Assert.Equal(right, Some.Canonical(await RecoverByActor(disk)));
            }
            catch (JournalException fault)
            {
                refused++;
                Assert.True(fault.Trouble == JournalTrouble.Broken, $"page {page}: {fault.Trouble}: {fault.Message}");
            }
        }
        Assert.True(refused > 3, $"{refused} pages");
    }

    static async Task<Lineage> RecoverByActor(JournalOnDisk disk)
    {
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        return await journal.Recover(Some.Search);
    }
}
