using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Storage;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Searches.Folders;

/// <summary>An event with its row: what an export tells.</summary>
readonly record struct Happening(long Number, DateTime Time, string Manifest, LineageEvent Event);

/// <summary>Reads the journal of a search, which another process may be writing.</summary>
static class History
{
    /// <summary>Every event after a number, as it is read.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    public static IEnumerable<Happening> Read(this JournalReader journal, SearchFolder search, long after) =>
        journal.Happenings(search.PersistenceId, after);

    /// <inheritdoc cref="Read"/>
    /// <param name="journal">Any journal, also a cluster's.</param>
    /// <param name="persistenceId">The search's name in it.</param>
    /// <param name="after">The number before the first event to read; 0 reads all.</param>
    public static IEnumerable<Happening> Happenings(this JournalReader journal, string persistenceId, long after)
    {
        foreach (var row in journal.Read(persistenceId, after))
            yield return new(
                row.Number,
                row.Created,
                row.Manifest,
                EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Payload.Span)
            );
    }

    /// <summary>The search as of its last event.</summary>
    public static Lineage Lineage(SearchFolder search)
    {
        using var journal = SqliteReader.Open(search.Journal);
        return journal.Recover(search.PersistenceId);
    }

    /// <summary>The whole history, for questions.</summary>
    public static Ancestry Ancestry(SearchFolder search)
    {
        using var journal = SqliteReader.Open(search.Journal);
        return EvoNas.Lineages.Ancestry.Of(journal.Read(search, after: 0).Select(happening => happening.Event));
    }
}
