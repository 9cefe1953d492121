using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>Bytes as they lie in a journal under an event's number: an event, or a snapshot of the state after
/// it.</summary>
/// <param name="Number">The event's place, from 1.</param>
/// <param name="Manifest">Names what the bytes are.</param>
/// <param name="Bytes">The payload.</param>
public readonly record struct KeptBytes(long Number, string Manifest, ReadOnlyMemory<byte> Bytes);

/// <summary>How a lineage is read back, whatever it lies in: from the newest snapshot that can be read, then event by
/// event. Nothing is ever skipped.</summary>
public static class LineageRecovery
{
    /// <summary>The lineage as of the last event.</summary>
    /// <param name="persistenceId">Its name in the journal.</param>
    /// <param name="snapshots">The newest first.</param>
    /// <param name="after">The events after a number, in order. To throw where the journal ends before that number:
    /// rows that were lost at the end leave no gap, but a snapshot may still know of them.</param>
    /// <param name="leftOut">Told of every snapshot that cannot be read: that costs time, not data.</param>
    /// <returns>The lineage, and the event from whose snapshot it was read; 0 for none.</returns>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="LineageException">The events are not one search's history.</exception>
    public static (Lineage Lineage, long From) Read(
        string persistenceId,
        IEnumerable<KeptBytes> snapshots,
        Func<long, IEnumerable<KeptBytes>> after,
        Action<EventSerializationException> leftOut
    )
    {
        var lineage = Newest(persistenceId, snapshots, leftOut);
        var from = lineage.Events;
        foreach (var row in after(from))
            lineage = lineage.Evolve(EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Bytes.Span));
        return (lineage, from);
    }

    static Lineage Newest(string persistenceId, IEnumerable<KeptBytes> snapshots, Action<EventSerializationException> leftOut)
    {
        foreach (var snapshot in snapshots)
        {
            try
            {
                return LineageSnapshot.Read(persistenceId, snapshot.Number, snapshot.Manifest, snapshot.Bytes.Span);
            }
            catch (EventSerializationException fault)
            {
                leftOut(fault);
            }
        }
        return Lineage.Empty;
    }
}
