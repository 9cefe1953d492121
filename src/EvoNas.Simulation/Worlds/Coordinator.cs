using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Worlds;

/// <summary>Runs the population over the journal, in the order that every host keeps: append, then evolve, then
/// effects. Messages that come meanwhile wait, and make one turn together. A write whose fate is unknown throws the cell
/// away.</summary>
sealed class Coordinator(World world, Node node, int seat) : Host(world, node, Address.Population)
{
    enum Phase
    {
        Off,
        Recovering,
        Reading,
        Appending,
    }

    /// <summary>It is to read the journal.</summary>
    sealed record Recover;

    const double BackOffMin = 1,
        BackOffMax = 30,
        BackOffJitter = 0.2;

    static readonly PopulationTerms Terms = new();

    readonly Cell<PopulationState, PopulationEvent>.Turn _turn = new();
    readonly List<Delivery> _waiting = [];
    readonly Behavior<PopulationState, PopulationEvent> _behavior = InjectedBugs.Of(world.InjectedBug, Terms);
    Cell<PopulationState, PopulationEvent>? _cell;
    PopulationState _before = PopulationState.Start;
    Phase _phase = Phase.Off;
    double _started,
        _backOff = BackOffMin;
    long _last,
        _snapshot;
    int _reminder,
        _ticket,
        _life,
        _batch;

    public int Seat => seat;

    public bool IsOff => _phase == Phase.Off;

    /// <summary>Its state as far as the journal confirms it; null where it has none.</summary>
    public PopulationState? Confirmed =>
        _phase switch
        {
            Phase.Reading => _cell!.State,
            Phase.Appending => _before,
            _ => null,
        };

    /// <summary>Its state if the append that is under way was committed; null where none is.</summary>
    public PopulationState? Hoped => _phase == Phase.Appending ? _cell!.State : null;

    /// <summary>Since it recovered.</summary>
    public double At => World.EventQueue.Now - _started;

    public bool Awaits(int ticket) => _phase == Phase.Appending && _ticket == ticket;

    public override void Start()
    {
        if (World.Seat == seat)
            TakeOver();
    }

    /// <summary>The cluster wants it to run.</summary>
    public void TakeOver()
    {
        if (_phase == Phase.Off)
            RecoverAfter(0.05);
    }

    /// <summary>The cluster no longer wants it, or its machine is dead.</summary>
    public override void Die()
    {
        (_phase, _cell) = (Phase.Off, null);
        (_reminder, _ticket, _life, _backOff) = (_reminder + 1, _ticket + 1, _life + 1, BackOffMin);
        _waiting.Clear();
        _turn.Clear();
    }

    protected override void Read(object what, int turn)
    {
        switch (what)
        {
            case Delivery received:
                Hear(received);
                break;
            case Message reminder when turn == _reminder:
                Hear(new(reminder, Self));
                break;
            case AppendAnswer answer when turn == _ticket && _phase == Phase.Appending:
                Appended(answer);
                break;
            case Recover when turn == _life:
                ReadBack();
                break;
        }
    }

    void Hear(Delivery received)
    {
        if (_phase == Phase.Off)
            return;
        World.Tally.Letters++;
        _waiting.Add(received);
        if (_phase == Phase.Reading)
            TakeTurn();
    }

    void TakeTurn()
    {
        var cell = _cell!; // It reads.
        _before = cell.State;
        foreach (var received in _waiting)
        {
            World.InvariantChecker.Reads(_before, received);
            Decide(cell, new(received.Message, received.From, At), _turn);
        }
        _waiting.Clear();
        World.InvariantChecker.Decided(this, _before, _turn);
        var rows = Rows();
        if (rows.Length == 0)
        {
            World.InvariantChecker.Rested(_before, cell.State, _turn.Events);
            CarryOut();
            return;
        }
        (_phase, _batch) = (Phase.Appending, rows.Length);
        _ticket++;
        if (World.InjectedBug == InjectedBug.AcknowledgeBeforeAppend)
        {
            CarryOut();
            if (_phase != Phase.Appending)
                return;
        }
        if (CrashesBy(World.FaultProfile.CrashBeforeAppend))
            return;
        World.Store.Append(this, _ticket, rows);
    }

    KeptBytes[] Rows()
    {
        var count = 0;
        foreach (var happened in _turn.Events)
            count += happened is PopulationEvent.Kept ? 1 : 0;
        if (count == 0)
            return [];
        var rows = new KeptBytes[count];
        var at = 0;
        foreach (var happened in _turn.Events)
            if (happened is PopulationEvent.Kept kept)
            {
                var (manifest, payload) = EventSerializer.Write(Store.Id, _last + at + 1, kept.Happened);
                rows[at] = new(_last + ++at, manifest, payload);
            }
        return rows;
    }

    void Appended(AppendAnswer answer)
    {
        if (answer != AppendAnswer.Done)
        {
            GiveUp(answer);
            return;
        }
        _ticket++;
        (_phase, _last, _backOff) = (Phase.Reading, _last + _batch, BackOffMin);
        var cell = _cell!; // It appended.
        World.InvariantChecker.Acknowledged(this, cell.State);
        World.InvariantChecker.Rested(_before, cell.State, _turn.Events);
        if (CrashesBy(World.FaultProfile.CrashAfterAppend))
            return;
        CarryOut();
        if (_phase != Phase.Reading)
            return;
        if (_last - _snapshot >= World.FaultProfile.SnapshotEvery)
        {
            World.Store.Keep(cell.State.Lineage);
            _snapshot = _last;
        }
        if (_waiting.Count > 0)
            TakeTurn();
    }

    // What it knows may be wrong now: the journal is asked, under a back-off.
    void GiveUp(AppendAnswer answer)
    {
        var (writer, ticket) = World.Store.Count > _last ? World.Store.WriterOf(_last + 1) : default;
        if (writer == this && ticket == _ticket)
            World.Tally.See(Occurrence.UnknownWrite);
        else if (writer != this && answer == AppendAnswer.OtherWriter)
            World.Tally.See(Occurrence.ZombieFenced);
        World.InvariantChecker.ThrownAway(this);
        // The loser of two writers stops; whom the cluster wants goes on from what the journal shows.
        if (answer == AppendAnswer.OtherWriter && World.Seat != seat)
            Die();
        else
            RecoverLater();
    }

    void RecoverLater()
    {
        RecoverAfter(_backOff * (1 + BackOffJitter * World.Disk.Between(-1, 1)));
        _backOff = Math.Min(BackOffMax, _backOff * 2);
    }

    void RecoverAfter(double seconds)
    {
        (_phase, _cell) = (Phase.Recovering, null);
        (_reminder, _ticket) = (_reminder + 1, _ticket + 1);
        _turn.Clear();
        World.EventQueue.Add(seconds, this, new Recover(), ++_life);
    }

    void ReadBack()
    {
        Lineage lineage;
        try
        {
            if (!World.Store.TryRead(Node, out var rows))
            {
                RecoverLater();
                return;
            }
            (lineage, _snapshot) = LineageRecovery.Read(
                Store.Id,
                World.Store.Snapshots,
                rows,
                _ => World.Tally.See(Occurrence.SnapshotFallback)
            );
        }
        catch (EventSerializationException)
        {
            World.Tally.See(Occurrence.DamageRefused);
            RecoverLater();
            return;
        }
        World.Tally.Recoveries++;
        World.InvariantChecker.Recovered(lineage);
        _last = lineage.Events;
        (_cell, _phase, _started) = (new(_behavior), Phase.Reading, World.EventQueue.Now);
        _cell.Recover(InjectedBugs.Recovered(World.InjectedBug, lineage));
        _turn.Effects.AddRange(_cell.Resume());
        CarryOut();
        _waiting.Insert(0, new(new Message.Wake(), Address.Host));
        // Said again after every recovery, as every host does: a write that lands only now, of what the population was
        // told before, is then found by its next append.
        if (World.InjectedBug != InjectedBug.SilentAfterRecovery && World.Wanted(lineage) is { } wanted)
            _waiting.Insert(1, new(wanted, Address.Host));
        TakeTurn();
    }

    // Stops where the machine dies on the way.
    void CarryOut()
    {
        var life = _life;
        foreach (var effect in _turn.Effects)
        {
            if (CrashesBy(World.FaultProfile.CrashAmidEffects / 4) || life != _life)
                return;
            switch (effect)
            {
                case Effect.Send send:
                    World.Send(Node, Self, send.To, send.Message);
                    break;
                case Effect.Remind remind:
                    World.EventQueue.Add(remind.AfterSeconds, this, remind.Message, ++_reminder);
                    break;
            }
        }
        if (_phase == Phase.Appending)
            _turn.Effects.Clear();
        else
            _turn.Clear();
    }

    bool CrashesBy(double probability)
    {
        // Only where events are at stake: a crash between two turns is planned as a fault.
        if (_turn.Events.Count == 0 || !World.Crashes.Happens(probability))
            return false;
        World.Tally.See(Occurrence.CrashAmidTurn);
        World.Crash(Node, World.Crashes.Between(1, 120));
        return true;
    }
}
