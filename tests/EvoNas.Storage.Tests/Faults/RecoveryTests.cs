using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;
using EvoNas.Storage.Tests.Sqlite;

namespace EvoNas.Storage.Tests.Faults;

/// <summary>Faults F21 and F22, through the recovery that a search goes through.</summary>
public class RecoveryTests
{
    [Fact]
    public async Task SnapshotAndTailGiveTheReplayedLineage()
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 50);

        var (recovered, warnings) = await Recover(disk);

        Assert.Empty(warnings);
        Assert.Equal(Canonical(JournalOnDisk.Fold(Some.History(20))), Canonical(recovered));
    }

    [Theory]
    [InlineData("sequence_number = 50", 1)]
    [InlineData("TRUE", 2)]
    public async Task AnOverwrittenSnapshotCostsAWarningAndNoEvent(string which, int warnings)
    {
        using var disk = await JournalOnDisk.Whole(20, 30, 50);
        disk.Run($"UPDATE snapshot SET snapshot = randomblob(length(snapshot)) WHERE {which}");

        var (recovered, said) = await Recover(disk);

        Assert.Equal(warnings, said.Count);
        Assert.Equal(Canonical(JournalOnDisk.Fold(Some.History(20))), Canonical(recovered));
    }

    [Theory]
    [InlineData("UPDATE journal SET message = replace(message, x'35', x'36') WHERE sequence_number = 40", 40)]
    [InlineData(
        "UPDATE journal SET message = (SELECT message FROM journal WHERE sequence_number = 41) WHERE sequence_number = 40",
        40
    )]
    [InlineData("UPDATE journal SET manifest = 'revived' WHERE sequence_number = 41", 41)]
    public async Task AnEventThatCannotBeTrustedStopsTheSearchWithItsNumber(string damage, long number)
    {
        using var disk = await JournalOnDisk.Whole(20, 30);
        disk.Run(damage);

        var fault = await Assert.ThrowsAsync<EventSerializationException>(() => Recover(disk));

        Assert.Equal(number, fault.Number);
    }

    [Theory]
    [InlineData("DELETE FROM journal WHERE sequence_number = 40")]
    [InlineData("DELETE FROM journal WHERE sequence_number > 40")]
    [InlineData(
        "DELETE FROM journal WHERE sequence_number > 20; UPDATE sqlite_sequence SET seq = 20 WHERE name = 'journal'"
    )]
    [InlineData("UPDATE journal SET identifier = 1 WHERE sequence_number = 40")]
    public async Task ALostEventStopsTheSearch(string damage)
    {
        using var disk = await JournalOnDisk.Whole(20, 30);
        disk.Run(damage);

        Assert.Equal(JournalTrouble.Broken, (await Assert.ThrowsAsync<JournalException>(() => Recover(disk))).Trouble);
    }

    static byte[] Canonical(Lineage lineage) => LineageSnapshot.Write(Some.Search, lineage).ToArray();

    static async Task<(Lineage Recovered, List<string> Warnings)> Recover(JournalOnDisk disk)
    {
        var warnings = new List<string>();
        await using var journal = SqliteJournal.Open(disk.Path);
        return (
            new DurableLineage(journal, Some.Search, TimeProvider.System) { Warn = warnings.Add }.Recover(),
            warnings
        );
    }
}
