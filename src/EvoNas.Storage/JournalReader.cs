using EvoNas.Actors;
using EvoNas.Lineages;

namespace EvoNas.Storage;

/// <summary>Reads a journal that another process may be writing: it sees what was appended before each page it reads,
/// and never stops the writer.</summary>
/// <remarks>Asking needs no actor system. Not to be shared between threads.</remarks>
public abstract class JournalReader : IDisposable
{
    /// <summary>Rows are read a page at a time, so that no reader holds the database's log open while its caller is
    /// busy.</summary>
    protected const int RowsPerPage = 512;

    /// <summary>The file, or the server and its database, without secrets.</summary>
    public abstract string Place { get; }

    /// <summary>The rows after a number, in order. It checks that no number is missing and that EvoNas wrote each row;
    /// what the payloads say is checked when they are deserialized.</summary>
    /// <param name="persistenceId">The persistence id of the rows.</param>
    /// <param name="after">The number before the first row to read; 0 reads all.</param>
    /// <exception cref="JournalException">The journal cannot be read, or a row is missing or foreign.</exception>
    public abstract IEnumerable<JournalRow> Read(string persistenceId, long after = 0);

    /// <summary>The number of the last event; 0 if there is none.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public abstract long Last(string persistenceId);

    /// <summary>The snapshots, the newest first.</summary>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public abstract IReadOnlyList<JournalSnapshot> Snapshots(string persistenceId);

    /// <summary>The events after a number, in order.</summary>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="JournalException">The journal cannot be read, or a row is missing or foreign.</exception>
    public IEnumerable<LineageEvent> Events(string persistenceId, long after = 0) =>
        Read(persistenceId, after)
            .Select(row => EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Payload.Span));

    /// <summary>The search as of its last event: the newest snapshot that can be read, and the events after
    /// it.</summary>
    /// <param name="persistenceId">The persistence id of the search.</param>
    /// <param name="warn">Is told about a snapshot that could not be read.</param>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="LineageException">The events are not the history of one search.</exception>
    /// <exception cref="JournalException">The journal cannot be read, or events are missing.</exception>
    public Lineage Recover(string persistenceId, Action<string>? warn = null) =>
        LineageRecovery
            .Read(
                persistenceId,
                Snapshots(persistenceId).Select(kept => new KeptBytes(kept.Number, kept.Manifest, kept.Payload)),
                after => Rows(persistenceId, after),
                fault => warn?.Invoke($"{fault.Message} It is left out; the events are read instead.")
            )
            .Lineage;

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A time of the journal. A damaged one does no harm, because no decision depends on it.</summary>
    /// <param name="ticks">.NET ticks, UTC.</param>
    protected static DateTime Time(long ticks) =>
        ticks < 0 || ticks > DateTime.MaxValue.Ticks
            ? DateTime.SpecifyKind(default, DateTimeKind.Utc)
            : new(ticks, DateTimeKind.Utc);

    // Rows that were lost at the end leave no gap; a snapshot may still know of them.
    IEnumerable<KeptBytes> Rows(string persistenceId, long after) =>
        Last(persistenceId) is var last && last < after
            ? throw JournalLoss.EndsBefore(Place, persistenceId, last, after)
            : Read(persistenceId, after).Select(row => new KeptBytes(row.Number, row.Manifest, row.Payload));
}
