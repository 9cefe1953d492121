using EvoNas.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Hosting.Tests.Faults;

/// <summary>Reads a search's journal and holds it to the promises: one birth and one end each, dense numbers, the
/// budget met exactly, nothing pending.</summary>
static class History
{
    public static List<LineageEvent> Of(RehearsalSearch search)
    {
        using var journal = SqliteReader.Open(search.JournalFile);
        var id = SearchOrder.PersistenceIdOf(RehearsalSearch.Name);
        var events = journal
            .Read(id)
            .Select(row => EventSerializer.Read(id, row.Number, row.Manifest, row.Payload.Span))
            .ToList();
        var replayed = events.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened));

        Assert.Equal(
            Enumerable.Range(1, search.Budget).Select(birth => (long)birth),
            events.OfType<LineageEvent.Born>().Select(born => born.Birth.Value)
        );
        Assert.Equal(search.Budget, replayed.Ended);
        Assert.Empty(replayed.Pending);
        Assert.Equal(FinishedReason.Budget, replayed.Finished);
        // P4: what a host recovers, from its snapshot and the rest, is what the whole history replays to.
        Assert.Equal(LineageSnapshot.Write(id, replayed), LineageSnapshot.Write(id, journal.Recover(id)));
        Assert.Empty(
            new Hosting.Workers.Spool(Path.Combine(search.Folder, "spool")).Leftovers(warn => Assert.Fail(warn))
        );
        return events;
    }
}
