using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;
using EvoNas.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Actors;

/// <summary>Reads the events of one search from Akka.Persistence and appends to them, from one recovery of its
/// <see cref="SearchActor"/> to the next. It decides nothing.</summary>
/// <remarks>When an append fails, is rejected or times out, its fate is unknown: this actor says so and stops, and the
/// next one recovers what is there.</remarks>
sealed class JournalActor : InspectedPersistentActor
{
    // Rows a message: one message a row would cost more than the rows.
    const int ReplayBatch = 1024;

    readonly int _recovering;
    readonly SnapshotSelectionCriteria _snapshots;
    readonly List<KeptBytes> _rows = [];
    readonly JournalPlace? _place = JournalSetup.Of(Context.System);
    int _appending,
        _count;

    /// <param name="persistenceId">The search's name in the journal.</param>
    /// <param name="ticket">Of the recovery.</param>
    /// <param name="snapshotMax">Events after which no snapshot may be used; 0: use none.</param>
    public JournalActor(string persistenceId, int ticket, long snapshotMax)
    {
        (PersistenceId, _recovering) = (persistenceId, ticket);
        if (Statistics is not null)
            Statistics.Subject = SearchOrder.SearchOf(persistenceId);
        _snapshots = snapshotMax == 0 ? SnapshotSelectionCriteria.None : new SnapshotSelectionCriteria(snapshotMax);
    }

    public override string PersistenceId { get; }

    public override Recovery Recovery => new(_snapshots);

    // A replay does not notice rows that are missing at the end.
    protected override void PreStart()
    {
        try
        {
            _place?.Recovering(PersistenceId);
        }
        catch (JournalException lost)
        {
            Context.Parent.Tell(new RecoveryFailed(_recovering, lost, lost.GetType().Name));
            Context.Stop(Self);
            return;
        }
        base.PreStart();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: StoredRow.Snapshot kept, Metadata.SequenceNr: var number }:
                Context.Parent.Tell(new Offered(_recovering, new(number, kept.Manifest, kept.Payload)));
                break;
            case SnapshotOffer { Metadata.SequenceNr: var number }:
                Context.Parent.Tell(new SnapshotRefused(_recovering, number, "it is not a snapshot of EvoNas"));
                Context.Stop(Self);
                break;
            case StoredRow.Event row:
                _rows.Add(new(LastSequenceNr, row.Manifest, row.Payload));
                if (_rows.Count == ReplayBatch)
                    SendRows();
                break;
            case RecoveryCompleted:
                SendRows();
                Context.Parent.Tell(new Recovered(_recovering, LastSequenceNr));
                break;
            default:
                throw new EventSerializationException(
                    LastSequenceNr,
                    $"is a {message.GetType().Name}, which is no event of a search"
                );
        }
    }

    void SendRows()
    {
        if (_rows.Count == 0)
            return;
        Context.Parent.Tell(new Replayed(_recovering, [.. _rows]));
        _rows.Clear();
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case DurableCommand.Append append:
                Append(append);
                break;
            case DurableCommand.KeepSnapshot { Lineage: var lineage }:
                var bytes = LineageSnapshot.Write(PersistenceId, lineage).ToArray();
                SaveSnapshot(new StoredRow.Snapshot(LineageSnapshot.ManifestOf(lineage), bytes));
                break;
            case DurableCommand.ForgetSnapshots { Before: var before }:
                DeleteSnapshots(new SnapshotSelectionCriteria(before - 1));
                break;
            case SaveSnapshotSuccess saved:
                Context.Parent.Tell(new SnapshotKept(saved.Metadata.SequenceNr));
                break;
            case SaveSnapshotFailure failed:
                Context.Parent.Tell(new SnapshotFailed(failed.Metadata.SequenceNr, failed.Cause.Message));
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Append(DurableCommand.Append append)
    {
        (_appending, _count) = (append.Ticket, append.Events.Length);
        if (append.First != LastSequenceNr + 1)
            throw new System.Diagnostics.UnreachableException(
                $"Event {append.First} does not follow event {LastSequenceNr}."
            );
        var left = append.Events.Length;
        PersistAll(
            append.Events.Select(one => new StoredRow.Event(one.Manifest, one.Payload.ToArray())),
            _ =>
            {
                if (--left == 0)
                    Context.Parent.Tell(new Appended(append.Ticket, append.Events.Length));
            }
        );
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        FailToAppend(cause, $"event {sequenceNr} could not be appended", IsTimeout(cause) ? "timeout" : "failed");

    // A lost connection may arrive as a rejection, and an actor that ran on would leave a hole.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        FailToAppend(cause, $"event {sequenceNr} was rejected", "rejected");
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Context.Parent.Tell(new RecoveryFailed(_recovering, MeaningOf(reason), reason.GetType().Name));

    void FailToAppend(Exception cause, string what, string outcome) =>
        Context.Parent.Tell(
            new AppendFailed(_appending, MeaningOf(cause), what, _count, outcome, cause.GetType().Name)
        );

    static bool IsTimeout(Exception cause) => cause is TimeoutException or OpenCircuitException;

    JournalException MeaningOf(Exception cause) => JournalFailure.Of(cause, _place);

    /// <summary>The newest snapshot.</summary>
    public sealed record Offered(int Ticket, KeptBytes Snapshot);

    /// <summary>Rows after the snapshot, in order.</summary>
    public sealed record Replayed(int Ticket, KeptBytes[] Rows);

    /// <summary>The journal is read to its end.</summary>
    public sealed record Recovered(int Ticket, long Last);

    /// <summary>A snapshot cannot be used.</summary>
    public sealed record SnapshotRefused(int Ticket, long Number, string Reason);

    /// <summary>The journal could not be read.</summary>
    public sealed record RecoveryFailed(int Ticket, JournalException Meaning, string Exception);

    /// <summary>The events are durable.</summary>
    public sealed record Appended(int Ticket, int Count);

    /// <summary>The events are not durable, or that is unknown.</summary>
    public sealed record AppendFailed(
        int Ticket,
        JournalException Meaning,
        string What,
        int Count,
        string Outcome,
        string Exception
    );

    /// <summary>A snapshot is durable.</summary>
    public sealed record SnapshotKept(long Number);

    /// <summary>A snapshot could not be kept.</summary>
    public sealed record SnapshotFailed(long Number, string Reason);
}
