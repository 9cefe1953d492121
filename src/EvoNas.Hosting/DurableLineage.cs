using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Lineages;

namespace EvoNas.Hosting;

/// <summary>A search's lineage in its journal: recovers it, appends to it, and keeps snapshots of it.</summary>
/// <param name="journal">Where it lies; this is its one writer.</param>
/// <param name="persistenceId">Its name there.</param>
/// <param name="time">For the rows' dates; nothing is decided by them.</param>
public sealed class DurableLineage(IJournal journal, string persistenceId, TimeProvider time)
{
    // A snapshot costs 8 bytes a birth: the more births there are, the rarer it must be, so that a birth's share stays
    // constant.
    const int SnapshotEveryMin = 500,
        SnapshotShare = 16;

    readonly List<SerializedEvent> _batch = [];
    long _last;
    long _kept;

    /// <summary>The persistence id of a search.</summary>
    public static string IdOf(string search) => $"search-{search}";

    /// <summary>Something that a person should know: a snapshot that could not be read.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Reads the newest snapshot that can be read, and the events after it.</summary>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="LineageException">The events are not one search's history.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public Lineage Recover()
    {
        var started = Stopwatch.GetTimestamp();
        var (lineage, from) = LineageRecovery.Read(
            persistenceId,
            journal.Snapshots(persistenceId).Select(kept => new KeptBytes(kept.Number, kept.Manifest, kept.Payload)),
            Rows,
            fault => Warn($"{fault.Message} It is left out; the events are read instead.")
        );
        _kept = from;
        _last = lineage.Events;
        Telemetry.RecoveryTime.Record(
            Stopwatch.GetElapsedTime(started).TotalSeconds,
            Telemetry.Tag("from", from > 0 ? "snapshot" : "zero")
        );
        return lineage;
    }

    // Rows that were lost at the end leave no gap; a snapshot may still know of them.
    IEnumerable<KeptBytes> Rows(long after) =>
        journal.Last(persistenceId) is var last && last < after
            ? throw new JournalException(
                JournalTrouble.Broken,
                $"The journal of {persistenceId} ends at event {last}, but there is a snapshot of event {after}.",
                "Events were lost: restore the journal from a backup."
            )
            : journal.Read(persistenceId, after).Select(row => new KeptBytes(row.Number, row.Manifest, row.Payload));

    /// <summary>The events after one, in order.</summary>
    /// <exception cref="EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public IReadOnlyList<LineageEvent> After(long number) =>
        [
            .. journal
                .Read(persistenceId, number)
                .Select(row => EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Payload.Span)),
        ];

    /// <summary>Appends events, all or none; they are durable when this returns.</summary>
    /// <exception cref="JournalException">Their fate is unknown: throw the state away and
    /// <see cref="Recover"/>.</exception>
    public void Append(IEnumerable<LineageEvent> events)
    {
        _batch.Clear();
        foreach (var happened in events)
            _batch.Add(EventSerializer.Write(persistenceId, _last + _batch.Count + 1, happened));
        if (_batch.Count == 0)
            return;
        var started = Stopwatch.GetTimestamp();
        var outcome = "failed";
        try
        {
            journal.Append(persistenceId, _last + 1, _batch, time.GetUtcNow().UtcDateTime);
            outcome = "ok";
        }
        finally
        {
            if (outcome != "ok")
                Telemetry.UnknownWrites.Add(1);
            Telemetry.AppendTime.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds,
                Telemetry.Tag("outcome", outcome)
            );
            Telemetry.AppendSize.Record(_batch.Count);
        }
        _last += _batch.Count;
    }

    /// <summary>Keeps a snapshot if enough has happened since the last.</summary>
    public void KeepIfDue(Lineage lineage)
    {
        if (lineage.Events - _kept >= Math.Max(SnapshotEveryMin, lineage.Born / SnapshotShare))
            Keep(lineage);
    }

    /// <summary>Keeps a snapshot, unless nothing happened since the last. One that cannot be kept costs time at the
    /// next start, not data.</summary>
    public void Keep(Lineage lineage)
    {
        if (lineage.Events == _kept || lineage.Events != _last)
            return;
        try
        {
            journal.Keep(
                persistenceId,
                new(
                    lineage.Events,
                    time.GetUtcNow().UtcDateTime,
                    LineageSnapshot.Manifest,
                    LineageSnapshot.Write(persistenceId, lineage)
                )
            );
            _kept = lineage.Events;
        }
        catch (JournalException fault)
        {
            Warn($"The snapshot of event {lineage.Events} could not be kept: {fault.Message}");
        }
    }
}
