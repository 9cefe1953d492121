using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using Serilog;
using Address = EvoNas.Actors.Address;
using Envelope = EvoNas.Actors.Envelope;

namespace EvoNas.Hosting.Actors;

/// <summary>Runs one search: drives the <see cref="DurableCell"/> of its population, and has a
/// <see cref="JournalActor"/> read and append its events.</summary>
/// <remarks>The cell decides what is done in which order. This actor carries its commands out; it keeps no state of the
/// search itself.</remarks>
sealed partial class SearchActor : InspectedActor, IWithTimers
{
    static readonly KeyValuePair<string, object?> s_population = Telemetry.Tag("actor.type", "population");

    readonly Terms _terms;
    readonly SearchSupervisor.Settings _shared;
    readonly ILogger _log;
    System.Collections.Immutable.ImmutableArray<double> _guardScores;
    readonly DurableCell _cell;
    readonly long _started;
    readonly Dictionary<Address, IActorRef> _slots = [];

    // Those that were sent the order.
    readonly HashSet<IActorRef> _informed = [];
    readonly string _fingerprint;
    readonly Subscribers _subscribers;
    readonly SearchTelemetry _measured;
    IActorRef _journal = ActorRefs.Nobody;
    PopulationOrders _orders;
    long _asked;
    string? _hint;

    // What the last mutator that was asked lacks; null: it bred.
    string? _cannotBreed;
    bool _turnAsked,
        _isOpen,
        _demanding;

    /// <param name="Order">What to search.</param>
    /// <param name="HaltedFor">Why nothing is handed out; null: births are handed out.</param>
    /// <param name="Shared">What all searches of the supervisor share.</param>
    public sealed record Terms(SearchOrder Order, string? HaltedFor, SearchSupervisor.Settings Shared);

    public SearchActor(Terms terms)
    {
        (_terms, _shared) = (terms, terms.Shared);
        if (Statistics is not null)
            Statistics.Subject = terms.Order.Name;
        _log = _shared
            .Log.ForContext("search", terms.Order.Name)
            .ForContext("actor", Self.Path.ToStringWithoutAddress());
        _fingerprint = terms.Order.Fingerprint();
        _subscribers = new(terms.Order.Name);
        _measured = new(terms.Order.Name, _shared.Time);
        _started = _shared.Time.GetTimestamp();
        _orders = new(terms.Order.Read(), terms.HaltedFor, terms.Shared.Founders);
        // After a failure of the journal the slots of this process are at work too.
        var settle = Math.Max(new PopulationTerms().SettleSeconds, _shared.Population.SettleSeconds);
        _cell = new(
            PersistenceId,
            Measured(_shared.Population),
            _orders,
            SeededRandom.For(_orders.Settings.Seed, "back-off"),
            afterFailure: Measured(_shared.Population with { SettleSeconds = settle }),
            mutator: Mutator(terms.Order)
        );
    }

    // A recovery that left out a snapshot is told of it; the rest is the journal's own word.
    string PersistenceId => SearchOrder.PersistenceIdOf(_terms.Order.Name);

    double Now => _shared.Time.GetElapsedTime(_started).TotalSeconds;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    // A journal actor that failed is not restarted: the cell asks for another one.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _cell.Start();
        CarryOutCommands();
    }

    protected override void PostStop() => _measured.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RoutedMessage.FromSlot
            {
                Message: Message.Ready or Message.Departing or Message.Declined or Message.Evaluated
            } received:
                Know(received.Slot, Sender);
                Receive(received.Message, received.Slot);
                break;
            case RoutedMessage.FromMutator child
                when child.Message is Message.Mutated or Message.DrawnInVain or Message.Barren:
                _cannotBreed = null;
                Receive(child.Message, Address.Mutator);
                Publish();
                break;
            case RoutedMessage.CannotBreed cannot:
                _cannotBreed = cannot.Reason;
                Publish();
                break;
            case RoutedMessage.NeedsOrder { Message: Message.Mutate asked }:
                Sender.Tell(new RoutedMessage.ToMutator(_terms.Order, asked, _fingerprint));
                break;
            case RoutedMessage.NeedsOrder { Message: Message.Evaluate asked }:
                Sender.Tell(WorkOf(asked, _terms.Order));
                break;
            case Reminder reminder:
                Receive(reminder.Message, Address.Population);
                break;
            case PopulationOrders orders:
                _orders = orders;
                _cell.Order(orders);
                AskForTurn();
                break;
            case TakeTurn:
                _turnAsked = false;
                _cell.TakeTurn(Now);
                CarryOutCommands();
                break;
            case Terminated gone:
                Lose(gone.ActorRef);
                break;
            case Request.Subscribe subscribe:
                Subscribe(subscribe);
                break;
            case HistoryActor.Read read:
                _subscribers.HasRead(read.Subscriber, read.UpTo);
                break;
            case HistoryActor.Unread unread:
                _subscribers.Remove(unread.Subscriber);
                break;
            case Request.Report:
                Sender.Tell(Report());
                break;
            case Request.Propose propose:
                ReadProposals(propose);
                break;
            case ProposalsRead read:
                Take(read);
                break;
            case OpenJournal open:
                Open(open);
                break;
            case SearchSupervisor.Close:
                _cell.Close(Now);
                CarryOutCommands();
                break;
            default:
                Answer(message);
                break;
        }
    }

    // What the journal says.
    void Answer(object message)
    {
        switch (message)
        {
            case JournalActor.Offered offered:
                _cell.Offer(offered.Ticket, offered.Snapshot);
                break;
            case JournalActor.Replayed replayed:
                foreach (var row in replayed.Rows)
                {
                    _cell.Replay(replayed.Ticket, row);
                    _subscribers.Remember(row.Number, row.Manifest, row.Bytes);
                }
                break;
            case JournalActor.Recovered recovered:
                Recover(recovered);
                break;
            case JournalActor.SnapshotRefused refused:
                _cell.RefuseSnapshot(refused.Ticket, refused.Number, refused.Reason);
                break;
            case JournalActor.RecoveryFailed failed:
                CountFailure(failed.Exception);
                Note(failed.Meaning);
                _cell.RecoveryFailed(failed.Ticket, failed.Meaning.Trouble, failed.Meaning.Message);
                break;
            case JournalActor.Appended appended:
                CountAppend("ok", appended.Count);
                _cell.Appended(appended.Ticket);
                AskForTurn();
                break;
            case JournalActor.AppendFailed failed:
                CountFailure(failed.Exception);
                CountAppend(failed.Outcome, failed.Count);
                Telemetry.UnknownWrites.Add(1);
                Note(failed.Meaning);
                var reason = $"{failed.What}: {failed.Meaning.Message}";
                _cell.AppendFailed(failed.Ticket, failed.Meaning.Trouble, reason);
                break;
            case JournalActor.SnapshotKept kept:
                _cell.SnapshotKept(kept.Number);
                break;
            case JournalActor.SnapshotFailed failed:
                _log.Warning("the snapshot of event {Event} could not be kept: {Reason}", failed.Number, failed.Reason);
                _cell.SnapshotFailed(failed.Number);
                break;
            default:
                Unhandled(message);
                return;
        }
        CarryOutCommands();
    }

    // What to do is known to the journal's failure; the cell keeps only what it means.
    void Note(JournalException meaning) => _hint = meaning.Hint;

    void Receive(Message message, Address from)
    {
        _cell.Receive(message, from);
        if (Statistics is not null)
            Statistics.Stashed = _cell.CanTakeTurn ? 0 : _cell.Waiting;
        if (!_cell.CanTakeTurn)
            Telemetry.StashDepth.Record(_cell.Waiting, s_population);
        AskForTurn();
    }

    // What is in the mailbox already is received before the turn that is asked for now: one append for all.
    void AskForTurn()
    {
        if (_turnAsked || !_cell.CanTakeTurn)
            return;
        _turnAsked = true;
        Self.Tell(TakeTurn.Instance);
    }

    void CarryOutCommands()
    {
        while (_cell.TryTake(out var command))
        {
            switch (command)
            {
                case DurableCommand.Recover recover:
                    Recover(recover);
                    break;
                case DurableCommand.Append append:
                    _asked = _shared.Time.GetTimestamp();
                    _journal.Tell(append);
                    break;
                case DurableCommand.Tell told:
                    Tell(told);
                    break;
                case DurableCommand.CarryOut { Effects: var effects }:
                    foreach (var effect in effects)
                        CarryOut(effect);
                    break;
                case DurableCommand.KeepSnapshot or DurableCommand.ForgetSnapshots:
                    _journal.Tell(command);
                    break;
                case DurableCommand.Stopped stopped:
                    Stop(stopped);
                    return;
            }
        }
        Publish();
    }

    void Recover(DurableCommand.Recover recover)
    {
        Context.Unwatch(_journal);
        Context.Stop(_journal);
        _journal = ActorRefs.Nobody;
        _isOpen = false;
        if (recover.Reason is { } reason)
        {
            RefuseProposers(reason);
            _log.Warning(
                "the journal is not available, trying again in {Wait:0.0} s: {Reason}",
                recover.AfterSeconds,
                reason
            );
            Context.Parent.Tell(new Trouble(_terms.Order.Name, reason));
        }
        var open = new OpenJournal(recover.Ticket, recover.SnapshotMax);
        if (recover.AfterSeconds > 0)
            Timers.StartSingleTimer("open", open, TimeSpan.FromSeconds(recover.AfterSeconds));
        else
            Open(open);
    }

    void Open(OpenJournal open)
    {
        var id = PersistenceId;
        _asked = _shared.Time.GetTimestamp();
        _journal = Context.ActorOf(
            Props
                .Create(() => new JournalActor(id, open.Ticket, open.SnapshotMax))
                .WithMailbox(MeasuredMailbox.Of("journal"))
        );
    }

    void Recover(JournalActor.Recovered recovered)
    {
        if (!_cell.Awaits(recovered.Ticket))
            return;
        _cell.Recovered(recovered.Ticket, recovered.Last, Now);
        if (_cell.State is not { } state)
            return;
        _measured.Recovered(state);
        Telemetry.RecoveryTime.Record(
            _shared.Time.GetElapsedTime(_asked).TotalSeconds,
            Telemetry.Tag("from", _cell.RecoveredFrom > 0 ? "snapshot" : "zero")
        );
        if (recovered.Last > 0)
            _log.Information(
                "recovered {Events} events: {Ended} births ended, {Pending} pending",
                state.Lineage.Events,
                state.Lineage.Ended,
                state.Lineage.Pending.Count
            );
    }

    void Tell(DurableCommand.Tell told)
    {
        if (_cell.State is { } state)
            _measured.See(state, told.Events);
        if (_shared.Watch is { } watch)
        {
            var number = told.First;
            foreach (var happened in told.Events)
                if (happened is PopulationEvent.Kept kept)
                    watch.See(number++, kept.Happened);
        }
        for (var i = 0; i < told.Rows.Count; i++)
            _subscribers.Tell(told.First + i, told.Rows[i].Manifest, told.Rows[i].Payload);
        WarnOfDrift();
        foreach (var happened in told.Events)
        {
            SearchLog.Write(_log, happened);
            if (happened is PopulationEvent.Kept or PopulationEvent.AttemptLost)
                _shared.Monitor.Tell(new MonitorActor.Seen(Address.Population, _terms.Order.Name, happened));
            if (happened is PopulationEvent.Gone gone)
                Context.Parent.Tell(new Left(_terms.Order.Name, gone.Slot));
        }
    }

    // Once for each score of the guarded candidate, and once more after a recovery.
    void WarnOfDrift()
    {
        if (_cell.State?.Lineage is not { Drift: { } drift } lineage || lineage.GuardScores.Items == _guardScores)
            return;
        _guardScores = lineage.GuardScores.Items;
        if (drift is { IsOff: true, Last: var (off, usual) })
            _log.Warning(
                "{birth} was trained again with the same seed: its score is off by {Off}, where {Usual} is usual; a "
                    + "machine, the data or the software is not what it was",
                drift.Birth.Value,
                off,
                usual
            );
    }

    void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send { Message: Message.Mutate asked }:
                _shared.Mutators.Tell(new RoutedMessage.ToMutator(null, asked, _fingerprint));
                break;
            case Effect.Send { To: var to, Message: Message.Answered answered }:
                Answer(to, answered);
                break;
            case Effect.Send { To: var to, Message: Message.Evaluate work } when _slots.TryGetValue(to, out var slot):
                slot.Tell(WorkOf(work, _informed.Add(slot) ? _terms.Order : null));
                break;
            case Effect.Send { To: var to, Message: var message } when _slots.TryGetValue(to, out var slot):
                slot.Tell(new RoutedMessage.ToSlot(_terms.Order.Name, null, message));
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
                    $"A search does not carry out {effect.GetType().Name}."
                );
        }
    }

    RoutedMessage.ToSlot WorkOf(Message.Evaluate work, SearchOrder? order) =>
        new(_terms.Order.Name, order, work, SearchOrder.ProtocolFor(work.Assignment, _shared.Protocol), _fingerprint);

    // After every batch of commands: what the supervisor and the process know of this search.
    void Publish()
    {
        if (_cell.State is not { } state || _cell.Phase == DurablePhase.Appending)
            return;
        TellDemand(state);
        // Last: whoever sees this state and asks the supervisor finds that it knows of it.
        _shared.Watch?.Publish(state, _cell.At(Now));
    }

    void TellDemand(PopulationState state)
    {
        // Slots that nothing can be bred for are of more use elsewhere; the mutators are asked again all the same.
        var demand =
            state is { Lineage.Finished: null, PausedFor: null }
            && (_cannotBreed is null || state.Lineage.Pending.Count > 0);
        if (_isOpen && demand == _demanding)
            return;
        (_isOpen, _demanding) = (true, demand);
        Context.Parent.Tell(new Demand(_terms.Order.Name, demand));
    }

    void Stop(DurableCommand.Stopped stopped)
    {
        RefuseProposers(stopped.Reason);
        if (stopped.Trouble is { } trouble)
            Context.Parent.Tell(new Failed(_terms.Order.Name, trouble, stopped.Reason, _hint));
        Context.Stop(Self);
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
        _informed.Remove(actor);
        foreach (var (slot, _) in _slots.Where(pair => pair.Value.Equals(actor)).ToArray())
        {
            _slots.Remove(slot);
            Receive(new Message.Departing("its node is gone"), slot);
        }
    }

    void CountAppend(string outcome, int count)
    {
        Telemetry.AppendTime.Record(
            _shared.Time.GetElapsedTime(_asked).TotalSeconds,
            Telemetry.Tag("outcome", outcome)
        );
        if (outcome == "ok")
            Telemetry.AppendSize.Record(count);
    }

    static void CountFailure(string exception) =>
        Telemetry.Restarts.Add(
            1,
            Telemetry.Tag("actor.type", "population"),
            Telemetry.Tag("exception.type", exception)
        );
}
