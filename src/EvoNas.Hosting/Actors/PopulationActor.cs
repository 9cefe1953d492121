using Akka.Actor;
using Akka.Pattern;
using Akka.Persistence;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Runs one search's population over Akka.Persistence: the one writer of its journal.</summary>
/// <remarks>Messages that wait are decided and evolved together, their events appended at once, and only then come their
/// effects. When an append fails, is rejected or times out, its fate is unknown: this actor stops, and another recovers
/// what is there.</remarks>
sealed class PopulationActor : UntypedPersistentActor, IWithTimers
{
    // A snapshot costs 8 bytes a birth: the more births there are, the rarer it must be.
    const int SnapshotEveryMin = 500,
        SnapshotShare = 4,
        SnapshotsKept = 2;

    readonly Terms _terms;
    readonly ILogger _log;
    readonly Cell<PopulationState, PopulationEvent> _cell;
    readonly Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    readonly Dictionary<Address, IActorRef> _slots = [];
    readonly Subscribers _subscribers;
    readonly List<long> _snapshots = [];
    readonly SearchTelemetry _measured;
    readonly long _created;
    Lineage _recovered = Lineage.Empty;
    long _started,
        _appending;
    bool _asked,
        _demanding,
        _readsSnapshot;

    /// <param name="Order">What to search.</param>
    /// <param name="HaltedFor">Why nothing is handed out; null: it is.</param>
    /// <param name="Population">How long it waits for whom.</param>
    /// <param name="Mutators">Anyone who breeds.</param>
    /// <param name="Monitor">Of this node.</param>
    /// <param name="FromZero">Reads the events alone: a snapshot could not be read.</param>
    /// <param name="Protocol">What slots must know of at least.</param>
    public sealed record Terms(
        SearchOrder Order,
        string? HaltedFor,
        PopulationTerms Population,
        IActorRef Mutators,
        IActorRef Monitor,
        bool FromZero,
        int Protocol,
        TimeProvider Time,
        ILogger Log
    );

    public PopulationActor(Terms terms)
    {
        _terms = terms;
        _log = terms.Log.ForContext("search", terms.Order.Name).ForContext("actor", Self.Path.ToStringWithoutAddress());
        _cell = new(PopulationBehavior.For(terms.Population));
        _subscribers = new(terms.Order.Name);
        _measured = new(terms.Order.Name, terms.Time);
        _created = terms.Time.GetTimestamp();
    }

    protected override void PostStop()
    {
        _measured.Dispose();
        base.PostStop();
    }

    public override string PersistenceId => DurableLineage.IdOf(_terms.Order.Name);

    public override Recovery Recovery =>
        _terms.FromZero ? new Recovery(SnapshotSelectionCriteria.None) : Recovery.Default;

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    double At => _terms.Time.GetElapsedTime(_started).TotalSeconds;

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: StoredRow.Snapshot kept, Metadata: var place }:
                _readsSnapshot = true;
                _recovered = LineageSnapshot.Read(PersistenceId, place.SequenceNr, kept.Manifest, kept.Payload);
                _readsSnapshot = false;
                _snapshots.Add(place.SequenceNr);
                break;
            case SnapshotOffer other:
                throw new EventSerializationException(other.Metadata.SequenceNr, "has a snapshot that is not of EvoNas");
            case StoredRow.Event row:
                // Replay checks no gaps.
                if (LastSequenceNr != _recovered.Events + 1)
                    throw new EventSerializationException(_recovered.Events + 1, "is missing");
                _recovered = _recovered.Evolve(EventSerializer.Read(PersistenceId, LastSequenceNr, row.Manifest, row.Payload));
                _subscribers.Remember(LastSequenceNr, row);
                break;
            case RecoveryCompleted:
                Begin();
                break;
            default:
                throw new EventSerializationException(
                    LastSequenceNr,
                    $"is a {message.GetType().Name}, which is no event of a search"
                );
        }
    }

    void Begin()
    {
        _started = _terms.Time.GetTimestamp();
        _cell.Recover(PopulationBehavior.Recovered(_recovered));
        _measured.Recovered(_cell.State);
        Telemetry.RecoveryTime.Record(
            _terms.Time.GetElapsedTime(_created).TotalSeconds,
            Telemetry.Tag("from", _snapshots.Count > 0 ? "snapshot" : "zero")
        );
        foreach (var effect in PopulationBehavior.For(_terms.Population).Resume(_cell.State))
            CarryOut(effect);
        if (_recovered.Events > 0)
            _log.Information(
                "recovered {Events} events: {Ended} births ended, {Pending} pending",
                _recovered.Events,
                _recovered.Ended,
                _recovered.Pending.Count
            );
        var settings = _terms.Order.Read();
        Read(new Message.Wake(), Address.Host);
        if (_recovered.Settings is null)
            Read(new Message.Begin(settings), Address.Host);
        else if (_recovered.Settings.Budget != settings.Budget)
            Read(new Message.Extend(settings.Budget), Address.Host);
        if (_terms.HaltedFor is { } reason)
            Read(new Message.Pause(reason), Address.Host);
        // Its end, like every appetite, is told to the searches' actor.
        Context.Parent.Tell(new Demand(_terms.Order.Name, _demanding = HasDemand));
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case RoutedMessage.FromSlot { Message: Message.Ready or Message.Departing or Message.Evaluated } received:
                Know(received.Slot, Sender);
                Read(received.Message, received.Slot);
                break;
            case RoutedMessage.FromMutator { Message: Message.Mutated or Message.Barren } child:
                Read(child.Message, Address.Mutator);
                break;
            case Reminder reminder:
                Read(reminder.Message, Address.Population);
                break;
            case Message.Pause or Message.Resume or Message.Extend:
                Read((Message)message, Address.Host);
                break;
            case Flush:
                Keep();
                break;
            case Terminated gone:
                Lose(gone.ActorRef);
                break;
            case Request.Subscribe subscribe:
                Context.Watch(Sender);
                if (_subscribers.Add(Sender, subscribe.After, LastSequenceNr) is { } upTo)
                    ReadFor(Sender, subscribe.After, upTo);
                break;
            case HistoryActor.Read read:
                _subscribers.HasRead(read.Subscriber, read.UpTo);
                break;
            case HistoryActor.Unread unread:
                _subscribers.Remove(unread.Subscriber);
                break;
            case Request.Report when _asked:
                Self.Forward(message);
                break; // Of what is durable.
            case Request.Report:
                Sender.Tell(Report());
                break;
            case SaveSnapshotSuccess saved:
                Forget(saved.Metadata.SequenceNr);
                break;
            case SaveSnapshotFailure failed:
                _log.Warning(
                    "the snapshot of event {Event} could not be kept: {Reason}",
                    failed.Metadata.SequenceNr,
                    failed.Cause.Message
                );
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // What is in the mailbox already is read before the flush that is asked for now: one append for all.
    void Read(Message message, Address from)
    {
        var first = _turn.Events.Count;
        using (Measured.Turn("population", message))
            _cell.Read(new(message, from, At), _turn);
        _measured.Hear(message, _turn.Events, first);
        if (_asked)
            return;
        _asked = true;
        Self.Tell(Flush.Instance);
    }

    void Keep()
    {
        _asked = false;
        var first = LastSequenceNr + 1;
        var rows = _turn
            .Events.OfType<PopulationEvent.Kept>()
            .Select((kept, i) => Row(first + i, kept.Happened))
            .ToArray();
        if (rows.Length == 0)
        {
            AfterKept([], first);
            return;
        }
        var left = rows.Length;
        _appending = _terms.Time.GetTimestamp();
        PersistAll(
            rows,
            _ =>
            {
                if (--left > 0)
                    return;
                CountAppend("ok");
                Telemetry.AppendSize.Record(rows.Length);
                AfterKept(rows, first);
            }
        );
    }

    StoredRow.Event Row(long number, LineageEvent happened)
    {
        var (manifest, payload) = EventSerializer.Write(PersistenceId, number, happened);
        return new(manifest, payload.ToArray());
    }

    void AfterKept(StoredRow.Event[] rows, long first)
    {
        var (events, effects) = (_turn.Events.ToArray(), _turn.Effects.ToArray());
        _turn.Clear();
        _measured.See(_cell.State, events);
        for (var i = 0; i < rows.Length; i++)
            _subscribers.Tell(first + i, rows[i]);
        foreach (var happened in events)
            Tell(happened);
        foreach (var effect in effects)
            CarryOut(effect);
        KeepSnapshotIfDue();
        if (HasDemand == _demanding)
            return;
        _demanding = HasDemand;
        Context.Parent.Tell(new Demand(_terms.Order.Name, _demanding));
    }

    bool HasDemand => _cell.State is { Lineage.Finished: null, PausedFor: null };

    void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send { Message: Message.Mutate asked }:
                _terms.Mutators.Tell(new RoutedMessage.ToMutator(_terms.Order, asked));
                break;
            case Effect.Send { To: var to, Message: var message } when _slots.TryGetValue(to, out var slot):
                slot.Tell(
                    new RoutedMessage.ToSlot(
                        _terms.Order.Name,
                        message is Message.Evaluate ? _terms.Order : null,
                        message,
                        message is Message.Evaluate ? _terms.Protocol : 0
                    )
                );
                break;
            case Effect.Send:
                break; // To a slot that left; its birth is waited for no longer than its lease.
            case Effect.Remind remind:
                Timers.StartSingleTimer(
                    remind.Key,
                    new Reminder(remind.Message),
                    TimeSpan.FromSeconds(remind.AfterSeconds)
                );
                break;
            default:
                throw new System.Diagnostics.UnreachableException(
                    $"A population does not carry out {effect.GetType().Name}."
                );
        }
    }

    void Tell(PopulationEvent happened)
    {
        switch (happened)
        {
            case PopulationEvent.Kept { Happened: LineageEvent.Scored scored }:
                _log.Information(
                    "scored {birth} on {slot}: {Fitness} in {Seconds} s",
                    scored.Birth.Value,
                    scored.Run.Slot,
                    scored.Fitness.Value,
                    scored.Run.Seconds
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.RuledOut ruledOut }:
                _log.Warning(
                    "ruled out {birth} on {slot}: {Reason}: {Detail}",
                    ruledOut.Birth.Value,
                    ruledOut.Run.Slot,
                    ruledOut.Reason,
                    ruledOut.Detail
                );
                break;
            case PopulationEvent.Kept { Happened: LineageEvent.Finished finished }:
                _log.Information("finished: {Reason}", finished.Reason);
                break;
            case PopulationEvent.AttemptLost lost:
                _log.Warning("attempt lost: {birth} on {slot}: {Cause}", lost.Birth.Value, lost.Slot.Name, lost.Cause);
                break;
            case PopulationEvent.Paused paused:
                _log.Information("paused: {Reason}", paused.Reason);
                break;
        }
        if (happened is PopulationEvent.Kept or PopulationEvent.AttemptLost)
            _terms.Monitor.Tell(new MonitorActor.Seen(Address.Population, _terms.Order.Name, happened));
    }

    void Know(Address slot, IActorRef actor)
    {
        if (_slots.TryGetValue(slot, out var known) && known.Equals(actor))
            return;
        if (known is not null)
            Context.Unwatch(known);
        _slots[slot] = actor;
        Context.Watch(actor);
    }

    // Its node left or was downed: sooner known than by the lease.
    void Lose(IActorRef actor)
    {
        _subscribers.Remove(actor);
        foreach (var (slot, _) in _slots.Where(pair => pair.Value.Equals(actor)).ToArray())
        {
            _slots.Remove(slot);
            Read(new Message.Departing("its node is gone"), slot);
        }
    }

    void ReadFor(IActorRef subscriber, long after, long upTo)
    {
        var (search, id) = (_terms.Order.Name, PersistenceId);
        Context.ActorOf(Props.Create(() => new HistoryActor(search, id, subscriber, after, upTo)));
    }

    void KeepSnapshotIfDue()
    {
        var lineage = _cell.State.Lineage;
        // Only what is durable: between two appends the state is ahead of nothing.
        if (
            lineage.Events != LastSequenceNr
            || lineage.Events - (_snapshots.Count == 0 ? 0 : _snapshots[^1])
                < Math.Max(SnapshotEveryMin, lineage.Born / SnapshotShare)
        )
            return;
        _snapshots.Add(lineage.Events);
        SaveSnapshot(
            new StoredRow.Snapshot(LineageSnapshot.Manifest, LineageSnapshot.Write(PersistenceId, lineage).ToArray())
        );
    }

    void Forget(long saved)
    {
        if (_snapshots.Count <= SnapshotsKept || saved != _snapshots[^1])
            return;
        var oldest = _snapshots[^SnapshotsKept];
        DeleteSnapshots(new SnapshotSelectionCriteria(oldest - 1));
        _snapshots.RemoveAll(number => number < oldest);
    }

    SearchReport Report()
    {
        var (state, lineage) = (_cell.State, _cell.State.Lineage);
        var best = lineage.Best?.Individual;
        return new(
            _terms.Order.Name,
            lineage.Finished is not null ? "finished"
                : state.PausedFor is not null ? "paused"
                : "running",
            lineage.Settings?.Space ?? "",
            lineage.Events,
            lineage.Ended,
            lineage.Pending.Count,
            lineage.Settings?.Budget.Evaluations,
            best?.Fitness.Value,
            best?.Genotype.ToString(),
            state.Leases.Count,
            state.PausedFor
        );
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        FailToAppend(
            cause,
            $"event {sequenceNr} could not be appended",
            cause is TimeoutException or OpenCircuitException ? "timeout" : "failed"
        );

    // A lost connection may arrive as a rejection, and an actor that ran on would leave a hole.
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        FailToAppend(cause, $"event {sequenceNr} was rejected", "rejected");
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Fail(reason, "the journal could not be read");

    void FailToAppend(Exception cause, string what, string outcome)
    {
        CountAppend(outcome);
        Telemetry.UnknownWrites.Add(1);
        Fail(cause, what);
    }

    void CountAppend(string outcome) =>
        Telemetry.AppendTime.Record(
            _terms.Time.GetElapsedTime(_appending).TotalSeconds,
            Telemetry.Tag("outcome", outcome)
        );

    void Fail(Exception cause, string what)
    {
        Telemetry.Restarts.Add(
            1,
            Telemetry.Tag("actor.type", "population"),
            Telemetry.Tag("exception.type", cause.GetType().Name)
        );
        Context.Parent.Tell(
            new Failed(
                _terms.Order.Name,
                _readsSnapshot ? Fault.Snapshot
                    : IsBroken(cause) ? Fault.Broken
                    : Fault.Unavailable,
                $"{what}: {cause.Message}"
            )
        );
    }

    // The replay filter's complaint of two writers is an IllegalStateException.
    static bool IsBroken(Exception cause) =>
        cause is EventSerializationException or LineageException or RequestException or IllegalStateException
        || cause.InnerException is { } inner && IsBroken(inner);

    /// <summary>Append what was read.</summary>
    sealed class Flush
    {
        public static readonly Flush Instance = new();
    }

    /// <summary>A search wants slots, or no longer.</summary>
    public sealed record Demand(string Search, bool HasDemand);

    /// <summary>A population stops.</summary>
    public sealed record Failed(string Search, Fault Fault, string Reason);

    /// <summary>What is to be done about it.</summary>
    public enum Fault
    {
        /// <summary>It may pass: wait and recover.</summary>
        Unavailable,

        /// <summary>The snapshot cannot be read: recover from the events alone.</summary>
        Snapshot,

        /// <summary>An event cannot be trusted: a person must look.</summary>
        Broken,
    }
}
