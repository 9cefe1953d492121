using System.Diagnostics.CodeAnalysis;
using EvoNas.Actors.Populations;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>What a <see cref="DurableCell"/> is doing.</summary>
public enum DurablePhase
{
    /// <summary>Nothing: it was not started, was closed, or cannot go on.</summary>
    Stopped,

    /// <summary>It waits for its history. Messages wait.</summary>
    Recovering,

    /// <summary>It reads messages.</summary>
    Reading,

    /// <summary>It waits until its events are durable. Messages wait.</summary>
    Appending,

    /// <summary>It waits for its last snapshot.</summary>
    Closing,
}

/// <summary>The durable actor: one population over its journal, as a pure state machine. It keeps the order recover,
/// decide, append, evolve, carry out, whatever happens on the way.</summary>
/// <remarks>
/// <para>Inputs are methods; each adds to the commands that the host takes by <see cref="TryTake"/> and carries out in
/// order. The host takes them all before the next input; only <see cref="Receive"/> and <see cref="Order"/> may be
/// called at any time. No clock, no thread, no input or output: time comes in as seconds on the host's own clock, which
/// never goes back.</para>
/// <para>The messages that wait when a turn is taken are decided and evolved together, in order. Their events are
/// appended at once (group commit), and only then come any of their effects. Few children are bred within the turn
/// that asks for them, so that an end and the birth after it are one append. Where an append fails, its fate is
/// unknown: the state is thrown away and read back under a back-off, and it is decided again from what the journal
/// shows. What was committed all the same is told to viewers then.</para>
/// <para>Answers carry the ticket of their command; those of an earlier ticket change nothing. A decision that throws
/// leaves the cell unusable. Not to be shared between threads.</para>
/// </remarks>
public sealed partial class DurableCell
{
    // Seconds between two failures: 1 doubling to 30, each spread by a fifth.
    const double BackOffSecondsMin = 1,
        BackOffSecondsMax = 30,
        BackOffJitter = 0.2;

    // A longer turn would make one append longer, not cheaper.
    const int TurnMessagesMax = 4096;

    // Senders say again what is not answered: a long outage must not fill the memory.
    const int WaitingMax = 16_384;

    // A snapshot costs 8 bytes a birth: the more births there are, the rarer it must be, so that a birth's share stays
    // constant.
    const int SnapshotShare = 16;

    readonly string _persistenceId;
    readonly Behavior<PopulationState, PopulationEvent> _behavior,
        _afterFailure;
    readonly SeededRandom _random;
    readonly int _snapshotEveryMin;
    readonly Queue<DurableCommand> _commands = [];
    readonly Queue<(Message Message, Address From)> _waiting = [];

    // The orders as they are now, and those that the population was told since it was read back.
    PopulationOrders _orders;
    PopulationOrders? _said;

    // Of one recovery: what is read, and of it what viewers were not told.
    LineageRecovery? _recovery;
    List<PopulationEvent> _untold = [];
    List<SerializedEvent> _untoldRows = [];

    // Of one life, from a recovery to the next; null while there is none.
    Cell<PopulationState, PopulationEvent>? _cell;
    PopulationState _durable = PopulationState.Start;
    double _started;
    long _last;
    Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    SerializedEvent[] _appending = [];

    // Of all lives.
    int _ticket;
    double _backOff = BackOffSecondsMin;
    long? _told;
    long _unknownFrom,
        _snapshotMax = long.MaxValue,
        _snapshotOf,
        _snapshotKept;
    double? _closingAt;

    /// <param name="persistenceId">The search's name in the journal.</param>
    /// <param name="behavior">The population's; a host that measures wraps it.</param>
    /// <param name="orders">What is wanted of the search.</param>
    /// <param name="random">Spreads the back-off.</param>
    /// <param name="snapshotEveryMin">Events between two snapshots, at least.</param>
    /// <param name="afterFailure">The population's behavior after a failure of the journal: slots are at work then, and
    /// are waited for. Null: the same.</param>
    /// <param name="mutator">Breeds within a turn, so that a birth is appended together with the end that it follows
    /// from. It is asked for the first draws of few children only; what it does not find, and everything else, is left
    /// to the mutators. Null: all is.</param>
    public DurableCell(
        string persistenceId,
        Behavior<PopulationState, PopulationEvent> behavior,
        PopulationOrders orders,
        SeededRandom random,
        int snapshotEveryMin = 500,
        Behavior<PopulationState, PopulationEvent>? afterFailure = null,
        Behavior<int, int>? mutator = null
    )
    {
        (_persistenceId, _behavior, _afterFailure) = (persistenceId, behavior, afterFailure ?? behavior);
        (_orders, _random, _snapshotEveryMin) = (orders, random, snapshotEveryMin);
        _mutator = mutator is null ? null : new(mutator);
    }

    /// <summary>What it is doing.</summary>
    public DurablePhase Phase { get; private set; } = DurablePhase.Stopped;

    /// <summary>The population as far as the journal confirms it; null where nothing is known of it.</summary>
    public PopulationState? State =>
        Phase switch
        {
            DurablePhase.Reading or DurablePhase.Closing => _cell?.State,
            DurablePhase.Appending => _durable,
            _ => null,
        };

    /// <summary>The population if the append that is under way is committed; null while none is.</summary>
    public PopulationState? StateIfAppended => Phase == DurablePhase.Appending ? _cell?.State : null;

    /// <summary>The number of the last event that is known to be durable.</summary>
    public long Last => _last;

    /// <summary>The event from whose snapshot the last recovery read; 0 if it read every event.</summary>
    public long RecoveredFrom { get; private set; }

    /// <summary>There is something to decide, and nothing in the way.</summary>
    public bool CanTakeTurn =>
        Phase == DurablePhase.Reading && (_waiting.Count > 0 || !ReferenceEquals(_said, _orders));

    /// <summary>Messages that wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Is it this append's or recovery's answer that it waits for?</summary>
    public bool Awaits(int ticket) => ticket == _ticket && Phase is DurablePhase.Appending or DurablePhase.Recovering;

    /// <summary>Seconds since the population was read back, at a time of the host's clock.</summary>
    public double At(double now) => now - _started;

    /// <summary>The next command; false where there is none.</summary>
    public bool TryTake([MaybeNullWhen(false)] out DurableCommand command) => _commands.TryDequeue(out command);

    /// <summary>Reads its history and sets off. Does nothing unless it is stopped.</summary>
    public void Start()
    {
        if (Phase != DurablePhase.Stopped)
            return;
        (_closingAt, _backOff) = (null, BackOffSecondsMin);
        Recover(0, null);
    }

    /// <summary>A message came. It is read with the next turn; where the cell is stopped, and where too many wait for a
    /// recovery, it is dropped.</summary>
    public void Receive(Message message, Address from)
    {
        if (Phase is DurablePhase.Stopped or DurablePhase.Closing)
            return;
        // A reminder of a life that was thrown away: the next sets its own.
        if (Phase == DurablePhase.Recovering && (from == Address.Population || _waiting.Count >= WaitingMax))
            return;
        _waiting.Enqueue((message, from));
    }

    /// <summary>This is wanted from now on. The population is told with the next turn.</summary>
    public void Order(PopulationOrders orders)
    {
        if (orders != _orders)
            _orders = orders;
    }

    /// <summary>Decides what waits: its events are to be appended, or, where there are none, its effects are to be
    /// carried out at once. Does nothing unless the cell reads.</summary>
    /// <param name="now">Seconds on the host's clock.</param>
    public void TakeTurn(double now)
    {
        if (!CanTakeTurn)
            return;
        var cell = _cell!; // It reads.
        var at = At(now);
        if (_commands.Count == 0)
            _turn.Clear();
        else
            _turn = new(); // Commands that the host has not taken yet hold the other.
        _durable = cell.State;
        SayOrders(cell, at);
        for (var read = 0; read < TurnMessagesMax && _waiting.TryDequeue(out var next); read++)
            cell.Read(new(next.Message, next.From, at), _turn);
        Breed(cell, at);
        _appending = Serialized();
        if (_appending.Length == 0)
        {
            EndTurn();
            return;
        }
        Phase = DurablePhase.Appending;
        _commands.Enqueue(new DurableCommand.Append(++_ticket, _last + 1, _appending));
    }

    /// <summary>The events of an append are durable.</summary>
    public void Appended(int ticket)
    {
        if (Phase != DurablePhase.Appending || ticket != _ticket)
            return;
        (Phase, _backOff) = (DurablePhase.Reading, BackOffSecondsMin);
        _last += _appending.Length;
        EndTurn();
        if (_closingAt is { } now)
            GoOnClosing(now);
    }

    /// <summary>An append failed, or its fate is unknown: the state is thrown away.</summary>
    /// <param name="ticket">Of the append.</param>
    /// <param name="trouble">What it means. Another writer's events may be this cell's own, of an append that was given
    /// up and landed late; otherwise they end it.</param>
    /// <param name="reason">In words.</param>
    public void AppendFailed(int ticket, JournalTrouble trouble, string reason)
    {
        if (Phase != DurablePhase.Appending || ticket != _ticket)
            return;
        var mayBeOwn = trouble == JournalTrouble.OtherWriter && _unknownFrom == _last + 1;
        if (trouble == JournalTrouble.Unavailable)
            _unknownFrom = _last + 1;
        Fail(mayBeOwn ? JournalTrouble.Unavailable : trouble, reason);
    }

    /// <summary>The snapshot to start from. Where it cannot be read, the cell asks for another recovery without
    /// it.</summary>
    public void Offer(int ticket, in KeptBytes snapshot)
    {
        if (Phase != DurablePhase.Recovering || ticket != _ticket)
            return;
        try
        {
            _recovery!.StartFrom(snapshot); // It recovers.
        }
        catch (EventSerializationException fault)
        {
            RefuseSnapshot(ticket, snapshot.Number, fault.Message);
        }
    }

    /// <summary>A snapshot cannot be loaded: the cell asks for another recovery without it. That costs time, not
    /// data.</summary>
    /// <param name="ticket">Of the recovery.</param>
    /// <param name="number">The event of the snapshot, where it is known; 1 leaves out all snapshots.</param>
    /// <param name="reason">In words.</param>
    public void RefuseSnapshot(int ticket, long number, string reason)
    {
        if (Phase != DurablePhase.Recovering || ticket != _ticket)
            return;
        _snapshotMax = number - 1;
        Recover(0, reason);
    }

    /// <summary>The next row of the journal. One that cannot be trusted ends the cell.</summary>
    public void Replay(int ticket, in KeptBytes row)
    {
        if (Phase != DurablePhase.Recovering || ticket != _ticket)
            return;
        try
        {
            var happened = _recovery!.Replay(row); // It recovers.
            if (_told is not { } told || row.Number <= told)
                return;
            _untold.Add(new PopulationEvent.Kept(happened));
            _untoldRows.Add(new(row.Manifest, row.Bytes));
        }
        catch (Exception fault) when (fault is EventSerializationException or LineageException)
        {
            Fail(JournalTrouble.Broken, fault.Message);
        }
    }

    /// <summary>The journal is read to its end: the cell reads messages from here on, first of all its
    /// orders.</summary>
    /// <param name="ticket">Of the recovery.</param>
    /// <param name="last">The number of the journal's last event; 0 if it is empty.</param>
    /// <param name="now">Seconds on the host's clock; the population's starts at 0 with it.</param>
    public void Recovered(int ticket, long last, double now)
    {
        if (Phase != DurablePhase.Recovering || ticket != _ticket)
            return;
        var recovery = _recovery!; // It recovers.
        try
        {
            recovery.EndAt(last);
        }
        catch (EventSerializationException fault)
        {
            Fail(JournalTrouble.Broken, fault.Message);
            return;
        }
        // Scores of two searches must not meet in one lineage.
        if (recovery.Lineage.Settings is { } begun && !begun.AreOfSameSearch(_orders.Settings))
        {
            Fail(JournalTrouble.OtherSettings, "the search was begun with other settings");
            return;
        }
        _cell = new(_told is null ? _behavior : _afterFailure);
        _cell.Recover(PopulationBehavior.Recovered(recovery.Lineage));
        (Phase, _recovery, _said, _started, _last) = (DurablePhase.Reading, null, null, now, last);
        (RecoveredFrom, _snapshotOf, _snapshotKept) = (recovery.From, recovery.From, recovery.From);
        _snapshotMax = long.MaxValue;
        if (_untold.Count > 0)
        {
            _commands.Enqueue(new DurableCommand.Tell(_told.GetValueOrDefault() + 1, _untold, _untoldRows));
            (_untold, _untoldRows) = ([], []);
        }
        _told = last;
        if (_cell.Resume() is { IsEmpty: false } resumed)
            _commands.Enqueue(new DurableCommand.CarryOut(resumed));
        TakeTurn(now);
    }

    /// <summary>The journal could not be read.</summary>
    /// <param name="ticket">Of the recovery.</param>
    /// <param name="trouble">What it means: the cell tries again under a back-off, or stops.</param>
    /// <param name="reason">In words.</param>
    public void RecoveryFailed(int ticket, JournalTrouble trouble, string reason)
    {
        if (Phase == DurablePhase.Recovering && ticket == _ticket)
            Fail(trouble, reason);
    }

    /// <summary>The snapshot of an event is durable.</summary>
    public void SnapshotKept(long number)
    {
        if (_snapshotKept > 0 && _snapshotKept < number)
            _commands.Enqueue(new DurableCommand.ForgetSnapshots(_snapshotKept));
        _snapshotKept = Math.Max(_snapshotKept, number);
        if (Phase == DurablePhase.Closing && number == _last)
            Stop(null, Closed);
    }

    /// <summary>A snapshot could not be kept. That costs time at the next recovery, not data; the next one that is due
    /// is tried as usual.</summary>
    public void SnapshotFailed(long number)
    {
        if (Phase == DurablePhase.Closing && number == _last)
            Stop(null, Closed);
    }

    /// <summary>Ends cleanly: what waits is read, what was decided is appended, a snapshot is kept. A cell that
    /// recovers stops at once.</summary>
    /// <param name="now">Seconds on the host's clock.</param>
    public void Close(double now)
    {
        if (Phase == DurablePhase.Recovering)
            Stop(null, Closed);
        else if (Phase is DurablePhase.Reading or DurablePhase.Appending)
        {
            _closingAt = now;
            GoOnClosing(now);
        }
    }

    const string Closed = "it was closed";

    void GoOnClosing(double now)
    {
        while (CanTakeTurn)
            TakeTurn(now);
        if (Phase != DurablePhase.Reading)
            return;
        if (_last == _snapshotOf)
        {
            Stop(null, Closed);
            return;
        }
        Phase = DurablePhase.Closing;
        KeepSnapshot(_cell!.State.Lineage); // It read.
    }

    // First of all messages of a life, and then whatever changed.
    void SayOrders(Cell<PopulationState, PopulationEvent> cell, double at)
    {
        if (ReferenceEquals(_said, _orders))
            return;
        if (_said is null)
            cell.Read(new(new Message.Wake(), Address.Host, at), _turn);
        if (cell.State.Lineage.Settings is not { } begun)
            cell.Read(new(new Message.Begin(_orders.Settings, _orders.Founders), Address.Host, at), _turn);
        else if (begun.Budget != _orders.Settings.Budget && _said?.Settings.Budget != _orders.Settings.Budget)
            cell.Read(new(new Message.Extend(_orders.Settings.Budget), Address.Host, at), _turn);
        if (_said?.PausedFor != _orders.PausedFor)
            cell.Read(
                new(
                    _orders.PausedFor is { } reason ? new Message.Pause(reason) : new Message.Resume(),
                    Address.Host,
                    at
                ),
                _turn
            );
        _said = _orders;
    }

    SerializedEvent[] Serialized()
    {
        var count = 0;
        foreach (var happened in _turn.Events)
            count += happened is PopulationEvent.Kept ? 1 : 0;
        if (count == 0)
            return [];
        var rows = new SerializedEvent[count];
        var place = 0;
        foreach (var happened in _turn.Events)
            if (happened is PopulationEvent.Kept kept)
                rows[place++] = EventSerializer.Write(_persistenceId, _last + place, kept.Happened);
        return rows;
    }

    // What the turn led to is durable, as far as it has to be.
    void EndTurn()
    {
        if (_turn.Events.Count > 0)
            _commands.Enqueue(new DurableCommand.Tell(_last - _appending.Length + 1, _turn.Events, _appending));
        _told = _last;
        if (_turn.Effects.Count > 0)
            _commands.Enqueue(new DurableCommand.CarryOut(_turn.Effects));
        var lineage = _cell!.State.Lineage; // It has decided.
        if (_last - _snapshotOf >= Math.Max(_snapshotEveryMin, lineage.Born / SnapshotShare))
            KeepSnapshot(lineage);
    }

    void KeepSnapshot(Lineage lineage)
    {
        _snapshotOf = _last;
        _commands.Enqueue(new DurableCommand.KeepSnapshot(lineage));
    }

    void Fail(JournalTrouble trouble, string reason)
    {
        if (trouble != JournalTrouble.Unavailable || _closingAt is not null)
        {
            Stop(trouble, reason);
            return;
        }
        var seconds = _backOff * (1 + BackOffJitter * (2 * _random.Unit() - 1));
        _backOff = Math.Min(BackOffSecondsMax, _backOff * 2);
        Recover(seconds, reason);
    }

    void Recover(double afterSeconds, string? reason)
    {
        Forget(DurablePhase.Recovering);
        _recovery = new(_persistenceId);
        // To tell viewers of an event, it has to be read.
        var snapshotMax = Math.Min(_snapshotMax, _told ?? long.MaxValue);
        _commands.Enqueue(new DurableCommand.Recover(_ticket, afterSeconds, snapshotMax, reason));
    }

    void Stop(JournalTrouble? trouble, string reason)
    {
        Forget(DurablePhase.Stopped);
        _waiting.Clear();
        _commands.Enqueue(new DurableCommand.Stopped(trouble, reason));
    }

    // Answers that are still under way come too late from here on.
    void Forget(DurablePhase phase)
    {
        (Phase, _cell, _recovery, _said) = (phase, null, null, null);
        _ticket++;
        _untold.Clear();
        _untoldRows.Clear();
    }
}
