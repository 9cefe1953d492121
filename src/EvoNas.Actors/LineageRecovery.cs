using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>Bytes as they lie in a journal under an event's number: an event, or a snapshot of the state after
/// it.</summary>
/// <param name="Number">The event's place, from 1.</param>
/// <param name="Manifest">Names what the bytes are.</param>
/// <param name="Bytes">The payload.</param>
public readonly record struct KeptBytes(long Number, string Manifest, ReadOnlyMemory<byte> Bytes);

/// <summary>Reads a lineage back, whatever it lies in: from a snapshot, then event by event. Nothing is ever skipped: a
/// missing, exchanged, foreign or damaged row ends the recovery.</summary>
/// <param name="persistenceId">The lineage's name in the journal.</param>
public sealed class LineageRecovery(string persistenceId)
{
    /// <summary>The lineage as of the last row that was read.</summary>
    public Lineage Lineage { get; private set; } = Lineage.Empty;

    /// <summary>The event from whose snapshot the lineage was read; 0 if it was read from the first event.</summary>
    public long From { get; private set; }

    /// <summary>Starts from a snapshot instead of the first event.</summary>
    /// <exception cref="EventSerializationException">The snapshot cannot be read. That costs time, not data: an older
    /// one, or all events, lead to the same lineage.</exception>
    /// <exception cref="InvalidOperationException">Events were read already.</exception>
    public void StartFrom(in KeptBytes snapshot)
    {
        if (Lineage.Events > 0)
            throw new InvalidOperationException("A snapshot must come before the events.");
        Lineage = LineageSnapshot.Read(persistenceId, snapshot.Number, snapshot.Manifest, snapshot.Bytes.Span);
        From = Lineage.Events;
    }

    /// <summary>Reads the next row.</summary>
    /// <returns>Its event.</returns>
    /// <exception cref="EventSerializationException">The row is not the next one, or cannot be trusted.</exception>
    /// <exception cref="LineageException">The events are not one search's history.</exception>
    public LineageEvent Replay(in KeptBytes row)
    {
        // A journal's own replay does not notice a gap.
        if (row.Number != Lineage.Events + 1)
            throw new EventSerializationException(Lineage.Events + 1, $"is missing: event {row.Number} follows");
        var happened = EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Bytes.Span);
        Lineage = Lineage.Evolve(happened);
        return happened;
    }

    /// <summary>Checks that the journal ends where the reading ended.</summary>
    /// <param name="last">The number of the journal's last event; 0 if it is empty.</param>
    /// <exception cref="EventSerializationException">The journal ends before the snapshot, or rows at its end were not
    /// read. Rows that are lost at the end leave no gap, but a snapshot may still know of them.</exception>
    public void EndAt(long last)
    {
        if (last < Lineage.Events)
            throw new EventSerializationException(
                last + 1,
                $"is missing: the journal ends before it, but there is a snapshot of event {Lineage.Events}"
            );
        if (last > Lineage.Events)
            throw new EventSerializationException(
                Lineage.Events + 1,
                $"was not read, although the journal goes up to event {last}"
            );
    }

    /// <summary>The lineage as of the last event, from the newest snapshot that can be read.</summary>
    /// <param name="persistenceId">Its name in the journal.</param>
    /// <param name="snapshots">The newest first.</param>
    /// <param name="after">The events after a number, in order. Must throw where the journal ends before that
    /// number.</param>
    /// <param name="leftOut">Told of every snapshot that cannot be read.</param>
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
        var recovery = new LineageRecovery(persistenceId);
        foreach (var snapshot in snapshots)
        {
            try
            {
                recovery.StartFrom(snapshot);
                break;
            }
            catch (EventSerializationException fault)
            {
                leftOut(fault);
            }
        }
        foreach (var row in after(recovery.From))
            recovery.Replay(row);
        return (recovery.Lineage, recovery.From);
    }
}
