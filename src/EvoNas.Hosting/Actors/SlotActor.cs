using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>One slot: pulls work of any search, has it done by a worker of that search, and says what it came to until
/// that is in the journal.</summary>
/// <param name="index">On its node, from 0.</param>
/// <param name="self">Its name in the cluster.</param>
/// <param name="createWorker">Sets it up for a search.</param>
/// <param name="refuses">Why it must not take a piece of work; null: it may.</param>
/// <param name="population">The way to the searches, wherever they are.</param>
/// <param name="monitor">Of this node.</param>
/// <param name="time">Its clock.</param>
/// <param name="log">Fields: actor, slot, search, birth.</param>
sealed class SlotActor(
    int index,
    Address self,
    WorkerFactory createWorker,
    Func<RoutedMessage.ToSlot, string?> refuses,
    IActorRef population,
    IActorRef monitor,
    TimeProvider time,
    ILogger log
) : CellActor<EvaluatorState, EvaluatorEvent>(EvaluatorBehavior.Behavior, "slot", time)
{
    readonly ILogger _log = log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress())
        .ForContext("slot", self.Name);
    readonly CancellationTokenSource _stop = new();
    SearchOrder? _order;
    string? _fingerprint,
        _evaluation;
    WorkerLease? _lease;
    IActorRef? _drained;
    IActorRef? _closer;
    bool _isTraining;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RoutedMessage.ToSlot received:
                Hear(received);
                break;
            case FromWorker { Message: var news }:
                if (Statistics is not null)
                    Statistics.About = _order?.Name;
                _isTraining &= news is Message.Progressed;
                if (_closer is null)
                    Read(news, self);
                TellIfClosed();
                break;
            case Close:
                _closer = Sender;
                _stop.Cancel();
                TellIfClosed();
                break;
            case Drain:
                _drained = Sender;
                monitor.Tell(new MonitorActor.Draining(self));
                TellIfDrained();
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    void Hear(RoutedMessage.ToSlot received)
    {
        if (received.Message is Message.Evaluate work)
        {
            if (
                State.Phase is SlotPhase.Idle
                && (_drained is not null ? "its node drains" : refuses(received)) is { } why
            )
            {
                Decline(received.Search, work, why);
                return;
            }
            // Another search's work, while this one's is not done: its lease runs out, or its population hears what
            // this slot holds.
            if (State.Phase is not SlotPhase.Idle && received.Search != _order?.Name)
                return;
            if (State.Phase is SlotPhase.Idle && received.Order is null && !IsOfOrder(received))
            {
                Sender.Tell(new RoutedMessage.NeedsOrder(work));
                return;
            }
            if (State.Phase is SlotPhase.Idle && Refusal(received) is { } refusal)
            {
                Decline(received.Search, work, refusal);
                return;
            }
            Read(work, Address.Population);
        }
        else if (received.Search == _order?.Name)
            Read(received.Message, Address.Population);
    }

    // What this node lacks for one search is no fault of the slot: it works for the others.
    void Decline(string search, Message.Evaluate work, string why)
    {
        _log.Warning("{slot} takes no work of {search}: {Reason}", self.Name, search, why);
        population.Tell(new RoutedMessage.FromSlot(search, self, new Message.Declined(work.Assignment.Birth, why)));
    }

    bool IsOfOrder(RoutedMessage.ToSlot received) =>
        _lease is not null && received.Fingerprint is { } fingerprint && fingerprint == _fingerprint;

    // A worker is told its search once: another search, and one of other settings, has another worker. Null: it works.
    string? Refusal(RoutedMessage.ToSlot received)
    {
        if (IsOfOrder(received))
            return null;
        if (received.Order is not { } order)
            return "the work came without its order";
        try
        {
            if (_lease is not null && _order is { } told && order.IsOfSameSearch(told))
            {
                (_order, _fingerprint) = (order, received.Fingerprint);
                return null;
            }
            Dismiss();
            _evaluation = order.Read().EvaluationFingerprint();
            _lease = createWorker(index, self.Name, order);
            (_order, _fingerprint) = (order, received.Fingerprint);
            _log.Information("{slot} works for {search}", self.Name, order.Name);
            return null;
        }
        catch (RequestException fault)
        {
            return fault.Message;
        }
        catch (Exception fault)
        {
            _log.Error(fault, "{slot} cannot work for {search}", self.Name, order.Name);
            return $"{fault.GetType().Name}: {fault.Message}";
        }
    }

    protected override void Tell(EvaluatorEvent happened)
    {
        monitor.Tell(new MonitorActor.Seen(self, _order?.Name, happened));
        if (happened is EvaluatorEvent.Quarantined quarantined)
            _log.ForContext("search", _order?.Name)
                .Error("quarantined {slot}: {Reason}", self.Name, quarantined.Reason);
        if (happened is EvaluatorEvent.Quarantined { Reason: var reason })
            Context.System.EventStream.Publish(new Quarantined(self, reason));
        if (happened is EvaluatorEvent.Acknowledged or EvaluatorEvent.Quarantined)
            TellIfDrained();
    }

    protected override void CarryOut(Effect effect)
    {
        switch (effect)
        {
            case Effect.Send { Message: var message }:
                population.Tell(new RoutedMessage.FromSlot(SpeaksOf(message), self, AsSaid(message)));
                break;
            case Effect.Train train:
                Train(train);
                break;
            case Effect.Forget forget:
                _lease?.Slot.Forget(forget.Birth);
                break;
            default:
                base.CarryOut(effect);
                break;
        }
    }

    // A free slot serves any search.
    string? SpeaksOf(Message message) => message is Message.Ready { Holding: null } ? null : _order?.Name;

    Message AsSaid(Message message) =>
        message switch
        {
            Message.Ready { Holding: null } when _drained is not null => new Message.Departing("its node drains"),
            Message.Evaluated done => done with
            {
                Leaving = done.Leaving || _drained is not null,
                Evaluation = _evaluation,
            },
            _ => message,
        };

    void Train(Effect.Train train)
    {
        var log = _log.ForContext("search", _order?.Name);
        var (me, birth, attempt) = (Self, train.Assignment.Birth, train.Assignment.Attempt);
        _isTraining = true;
        Work().PipeTo(me);

        async Task<FromWorker> Work()
        {
            try
            {
                var lease = _lease ?? throw new InvalidOperationException("The slot has no worker.");
                var evaluation = await lease
                    .Slot.Evaluate(
                        train.Assignment,
                        train.Fresh,
                        progress => me.Tell(new FromWorker(new Message.Progressed(birth, attempt, progress))),
                        _stop.Token
                    )
                    .ConfigureAwait(false);
                return new(new Message.Ended(birth, attempt, evaluation.Outcome, evaluation.Seconds));
            }
            catch (Exception fault)
            {
                // A slot that stops no longer receives this.
                if (!_stop.IsCancellationRequested)
                    log.Error(fault, "{slot} failed at birth {birth}", self.Name, birth.Value);
                return new(new Message.Sick($"{fault.GetType().Name}: {fault.Message}"));
            }
        }
    }

    void TellIfDrained()
    {
        if (State.Phase is SlotPhase.Idle or SlotPhase.Quarantined)
            _drained?.Tell(new Drained());
    }

    void TellIfClosed()
    {
        if (!_isTraining)
            _closer?.Tell(new Closed());
    }

    void Dismiss()
    {
        if (_lease is not { } old)
            return;
        (_lease, _order, _fingerprint) = (null, null, null);
        // Its end is not waited for: the next worker starts beside it.
        Task.Run(() => old.Dismiss().AsTask())
            .ContinueWith(
                ended => _log.Warning(ended.Exception, "a worker of {slot} did not end in order", self.Name),
                TaskContinuationOptions.OnlyOnFaulted
            );
    }

    protected override void PostStop()
    {
        _stop.Cancel();
        Dismiss();
        base.PostStop();
    }

    /// <summary>What a worker of this slot says.</summary>
    internal sealed record FromWorker(Message Message);

    /// <summary>Cancels its training, whose birth is evaluated again; answered by <see cref="Closed"/> when that has
    /// ended. The slot still forgets what is acknowledged until it is stopped.</summary>
    public sealed class Close
    {
        public static readonly Close Instance = new();
    }

    /// <summary>Nothing runs in this slot.</summary>
    public sealed record Closed;

    /// <summary>Published on the event stream: a slot takes no more work, for this reason.</summary>
    public sealed record Quarantined(Address Slot, string Reason);

    /// <summary>Takes no more work; answered by <see cref="Drained"/> as soon as none is left.</summary>
    public sealed record Drain;

    /// <summary>This slot has no work.</summary>
    public sealed record Drained;
}
