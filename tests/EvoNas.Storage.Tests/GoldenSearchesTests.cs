using EvoNas.Actors;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Storage.Tests;

/// <summary>Searches of commit c4c609d are read, verified and continued: nothing begun before is lost.</summary>
public class GoldenSearchesTests
{
    [Theory]
    [InlineData(GoldenSearches.Finished, 170, 60, 0, true)]
    [InlineData(GoldenSearches.Paused, 125, 45, 1, false)]
    [InlineData(GoldenSearches.Running, 350, 120, 1, false)]
    [InlineData(GoldenSearches.Torn, 68, 26, 1, false)]
    public async Task ASearchIsSoundAndRecoversTheSameByReaderAndByActor(
        string name,
        int events,
        int ended,
        int pending,
        bool isFinished
    )
    {
        using var folder = new Folder();
        GoldenSearches.Unpack(name, folder.Path);
        var (path, id) = (folder.File(GoldenSearches.SearchFile), $"search-{name}");

        var verified = SqliteVerification.Of(path, id);
        Lineage read;
        using (var reader = SqliteReader.Open(path))
            read = reader.Recover(id);
        Lineage recovered;
        using (var file = SqliteJournalFile.Open(path))
        {
            await using var journal = AkkaJournal.Open(file.Place);
            recovered = await journal.Recover(id);
        }

        Assert.Empty(verified.Findings);
        Assert.Equal(events, verified.Rows);
        Assert.Equal((events, ended, pending), (read.Events, read.Ended, read.Pending.Count));
        Assert.Equal(isFinished, read.Finished is not null);
        Assert.Equal(LineageSnapshot.Write(id, read).ToArray(), LineageSnapshot.Write(id, recovered).ToArray());
    }

    [Theory]
    [InlineData(GoldenSearches.Finished)]
    [InlineData(GoldenSearches.Paused)]
    [InlineData(GoldenSearches.Running)]
    [InlineData(GoldenSearches.Torn)]
    public async Task ASearchIsContinuedByActorAndStaysSound(string name)
    {
        using var folder = new Folder();
        GoldenSearches.Unpack(name, folder.Path);
        var (path, id) = (folder.File(GoldenSearches.SearchFile), $"search-{name}");
        var before = SqliteVerification.Of(path, id);

        using (var file = SqliteJournalFile.Open(path))
        {
            await using var journal = AkkaJournal.Open(file.Place);
            var lineage = await journal.Recover(id);
            var extended = new LineageEvent.Extended(new(Evaluations: lineage.Ended + 10));
            await journal.Append(id, Some.Serialized([extended], lineage.Events + 1, id));
            await journal.Keep(id, LineageSnapshot.Write(id, lineage.Evolve(extended)));
        }
        Assert.False(File.Exists(path + "-wal"));

        var verified = SqliteVerification.Of(path, id);
        Assert.Empty(verified.Findings);
        Assert.Equal((before.Rows + 1, before.Writers + 1), (verified.Rows, verified.Writers));
        Assert.True(verified.SnapshotsCompared > 0);
    }

    [Fact]
    public void AClusterThatWasKilledWithinAnAppendIsReadWithoutAWriter()
    {
        using var folder = new Folder();
        GoldenSearches.Unpack(GoldenSearches.Cluster, folder.Path);

        Assert.Equal(
            [65, 43, 16, 51],
            new[] { "first", "second", "stopped", "third" }.Select(search =>
            {
                var verified = SqliteVerification.Of(folder.File(GoldenSearches.ClusterFile), $"search-{search}");
                Assert.Empty(verified.Findings);
                return (int)verified.Rows;
            })
        );
    }

    [Fact]
    public async Task AClusterRecoversItsListAndItsSearches()
    {
        using var folder = new Folder();
        GoldenSearches.Unpack(GoldenSearches.Cluster, folder.Path);
        var path = folder.File(GoldenSearches.ClusterFile);

        using (var file = SqliteJournalFile.Open(path))
        {
            await using var journal = AkkaJournal.Open(file.Place);
            Assert.NotNull((await journal.Recover("search-first")).Finished);
            Assert.Equal(43, (await journal.Recover("search-second")).Events);
            Assert.Equal(51, (await journal.Recover("search-third")).Events);
        }

        using var reader = SqliteReader.Open(path);
        var list = reader
            .Read("searches")
            .Aggregate(SearchList.Empty, (so, row) => so.Evolve(new(row.Manifest, row.Payload.ToArray())));
        Assert.Equal(["first", "second", "third"], list.Searches.Keys);
        Assert.Equal([null, "paused by hand", null], list.Searches.Values.Select(search => search.HaltedFor));
        Assert.All(list.Searches.Values, search => Assert.Equal(GoldenSearches.SpaceText, search.Order.SpaceText));
    }
}
