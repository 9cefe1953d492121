using EvoNas.Actors;
using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>Hosts the population: feeds the production <see cref="DurableCell"/> from the virtual network and the
/// simulated journal, carries out its commands, and crashes between two of them.</summary>
sealed class Coordinator : Host
{
    // Reaching the journal takes a moment; a cell that stopped is started again by its supervisor.
    const double ReachSeconds = 0.05,
        RestartSecondsMin = 2,
        RestartSecondsMax = 60;

    /// <summary>A cell that stopped is started again.</summary>
    sealed record Restart
    {
        public override string ToString() => "is started again";
    }

    readonly Behavior<PopulationState, PopulationEvent> _behavior;

    // What the cell decided in its last turn, seen through its behavior, and the state before it.
    readonly Cell<PopulationState, PopulationEvent>.Turn _decided = new();
    PopulationState? _before;
    DurableCell? _cell;
    long? _told;
    int _life,
        _reminder,
        _ticket;
    bool _recovers,
        _isAhead;

    public Coordinator(World world, Node node, int seat)
        : base(world, node, Address.Population)
    {
        Seat = seat;
        var behavior = InjectedBugs.Of(world.InjectedBug, new());
        _behavior = behavior with { Decide = (state, received) => Decide(behavior, state, received) };
    }

    public int Seat { get; }

    /// <summary>The cluster does not want it, or its machine is dead.</summary>
    public bool IsOff => _cell is null;

    /// <inheritdoc cref="DurableCell.State"/>
    public PopulationState? Confirmed => _cell?.State;

    /// <inheritdoc cref="DurableCell.StateIfAppended"/>
    public PopulationState? Hoped => _cell?.StateIfAppended;

    /// <summary>Seconds since the population recovered; 0 where there is none.</summary>
    public double At => _cell?.At(World.EventQueue.Now) ?? 0;

    /// <summary>Does it still wait for this append's answer?</summary>
    public bool Awaits(Write write) => write.Cell == _cell && write.Cell.Awaits(write.Ticket);

    public override void Start()
    {
        if (World.Seat == Seat)
            TakeOver();
    }

    /// <summary>The cluster wants it to run.</summary>
    public void TakeOver()
    {
        if (_cell is not null)
            return;
        var profile = World.FaultProfile;
        _cell = new(
            Store.Id,
            _behavior,
            World.Orders,
            SeededRandom.For(World.Disk.Next(), "back-off"),
            profile.SnapshotEvery,
            mutator: Mutator()
        );
        _cell.Start();
        CarryOutAll(_cell);
    }

    // As in production, one draw a child; the injected bug of the mutators needs all of them.
    Behavior<int, int>? Mutator() =>
        World.FaultProfile.BreedsWithin && World.InjectedBug != InjectedBug.ShareRandomNumbers
            ? MutatorBehavior.For(
                World.Space,
                World.Limits,
                World.Settings.Rules,
                World.Settings.Pareto?.Rules,
                drawsMax: 1
            )
            : null;

    /// <summary>The cluster no longer wants it, or its machine is dead. Nothing of it is left.</summary>
    public override void Die()
    {
        (_cell, _before, _told, _isAhead) = (null, null, null, false);
        _reminder++;
        _life++;
        _decided.Clear();
    }

    protected override void Read(object what, int turn)
    {
        if (_cell is not { } cell)
            return;
        switch (what)
        {
            case Delivery received:
                World.Tally.Messages++;
                cell.Receive(received.Message, received.From);
                break;
            case Message reminder when turn == _reminder:
                World.Tally.Messages++;
                cell.Receive(reminder, Self);
                break;
            case AppendAnswer answer when answer.Write.Cell == cell:
                Answer(cell, answer);
                break;
            case DurableCommand.Recover command when turn == _life:
                ReadBack(cell, command);
                break;
            case Restart when turn == _life:
                cell.Start();
                break;
        }
        CarryOutAll(cell);
    }

    // Late answers are passed on too: the cell has to know which answer counts.
    void Answer(DurableCell cell, AppendAnswer answer)
    {
        var (write, fate) = (answer.Write, answer.Fate);
        var ticket = World.InjectedBug == InjectedBug.TakeLateAnswers ? _ticket : write.Ticket;
        if (World.InjectedBug == InjectedBug.TrustFailedAppend && fate == AppendFate.Failed)
            fate = AppendFate.Done;
        var counts = cell.Awaits(ticket);
        if (fate == AppendFate.Done)
        {
            cell.Appended(ticket);
            if (!counts)
                return;
            World.InvariantChecker.Acknowledged(this, cell.State!); // It appended.
            EndTurn(cell);
            CrashesBy(World.FaultProfile.CrashAfterAppend);
            return;
        }
        if (counts)
        {
            if (World.Store.WriteOf(cell.Last + 1) is { } found && found == write)
                World.Tally.See(Occurrence.UnknownWrite);
            else if (fate == AppendFate.OtherWriter && World.Store.WriteOf(cell.Last + 1)?.Writer != this)
                World.Tally.See(Occurrence.ZombieFenced);
            World.InvariantChecker.ThrownAway(this);
        }
        cell.AppendFailed(
            ticket,
            fate == AppendFate.OtherWriter ? JournalTrouble.OtherWriter : JournalTrouble.Unavailable,
            "the append failed"
        );
    }

    void ReadBack(DurableCell cell, DurableCommand.Recover command)
    {
        var ticket = command.Ticket;
        if (!cell.Awaits(ticket))
            return;
        if (!World.Store.TryRead(Node, out var rows))
        {
            cell.RecoveryFailed(ticket, JournalTrouble.Unavailable, "the journal does not answer");
            return;
        }
        var after = 0L;
        foreach (var snapshot in World.Store.Snapshots)
        {
            if (snapshot.Number > command.SnapshotMax)
                continue;
            cell.Offer(ticket, snapshot);
            after = snapshot.Number;
            break;
        }
        if (!cell.Awaits(ticket))
        {
            World.Tally.See(Occurrence.SnapshotFallback);
            return;
        }
        foreach (var row in rows(after))
            cell.Replay(ticket, row);
        if (!cell.Awaits(ticket))
        {
            World.Tally.See(Occurrence.DamageRefused);
            return;
        }
        cell.Order(World.Orders);
        _decided.Clear();
        _before = null;
        cell.Recovered(ticket, World.Store.Count, World.EventQueue.Now);
        World.Tally.Recoveries++;
        World.InvariantChecker.Recovered(cell.State!.Lineage); // It recovered.
        _recovers = true; // A first command that tells viewers tells them what they have missed.
        _told ??= cell.Last;
        CheckDecided(cell);
    }

    // Stops where the machine dies on the way.
    void CarryOutAll(DurableCell cell)
    {
        while (_cell == cell)
        {
            while (_cell == cell && cell.TryTake(out var command))
                CarryOut(cell, command);
            if (_cell != cell)
                return;
            if (cell.State is not null && _told != cell.Last)
                throw new ViolationException(
                    Promise.Told,
                    $"the last event that viewers of {Node.Name} were told of",
                    $"{cell.Last}",
                    $"{_told}"
                );
            if (!cell.CanTakeTurn)
                return;
            _decided.Clear();
            _before = null;
            cell.TakeTurn(World.EventQueue.Now);
            CheckDecided(cell);
        }
    }

    void CarryOut(DurableCell cell, DurableCommand command)
    {
        var recovers = _recovers;
        _recovers = false;
        switch (command)
        {
            case DurableCommand.Recover recover:
                // Reminders of the discarded state are not cancelled: the cell has to ignore them.
                World.EventQueue.Add(ReachSeconds + recover.AfterSeconds, this, recover, _life);
                break;
            case DurableCommand.Append append:
                Append(cell, append);
                break;
            case DurableCommand.Tell tell:
                Tell(tell, recovers);
                break;
            case DurableCommand.CarryOut { Effects: var effects }:
                if (!_isAhead)
                    CarryOut(effects);
                break;
            case DurableCommand.KeepSnapshot { Lineage: var lineage }:
                World.Store.Keep(lineage);
                cell.SnapshotKept(lineage.Events);
                break;
            case DurableCommand.ForgetSnapshots { Before: var before }:
                World.Store.Forget(before);
                break;
            case DurableCommand.Stopped { Trouble: var trouble }:
                // The loser of two writers stays stopped. The one that the cluster believes in starts again from what
                // the journal shows.
                if (trouble == JournalTrouble.OtherWriter && World.Seat != Seat)
                    Die();
                else
                    World.EventQueue.Add(
                        World.Disk.Between(RestartSecondsMin, RestartSecondsMax),
                        this,
                        new Restart(),
                        _life
                    );
                break;
        }
    }

    void Append(DurableCell cell, DurableCommand.Append append)
    {
        _ticket = append.Ticket;
        if (World.InjectedBug == InjectedBug.AcknowledgeBeforeAppend)
        {
            CarryOut(_decided.Effects);
            if (_cell != cell)
                return;
            _isAhead = true;
        }
        if (CrashesBy(World.FaultProfile.CrashBeforeAppend))
            return;
        var rows = new KeptBytes[append.Events.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new(append.First + i, append.Events[i].Manifest, append.Events[i].Payload);
        World.Store.Append(new(this, cell, append.Ticket), rows);
    }

    void Tell(DurableCommand.Tell tell, bool recovers)
    {
        if (recovers && World.InjectedBug == InjectedBug.HideUnseen)
            return;
        if (tell.Rows.Count == 0)
            return;
        World.InvariantChecker.Told(this, _told, tell);
        if (recovers)
            World.Tally.See(Occurrence.ToldAfterRecovery);
        _told = tell.First + tell.Rows.Count - 1;
    }

    void CarryOut(IReadOnlyList<Effect> effects)
    {
        var life = _life;
        for (var i = 0; i < effects.Count; i++)
        {
            if (CrashesBy(World.FaultProfile.CrashAmidEffects / 4) || life != _life)
                return;
            switch (effects[i])
            {
                case Effect.Send send:
                    World.Send(Node, Self, send.To, send.Message);
                    break;
                case Effect.Remind remind:
                    World.EventQueue.Add(remind.AfterSeconds, this, remind.Message, ++_reminder);
                    break;
            }
        }
    }

    Reaction<PopulationEvent> Decide(
        Behavior<PopulationState, PopulationEvent> behavior,
        PopulationState state,
        Envelope received
    )
    {
        _before ??= state;
        World.InvariantChecker.Reads(state, received);
        Reaction<PopulationEvent> reaction;
        try
        {
            reaction = behavior.Decide(state, received);
        }
        catch (Exception fault)
        {
            throw Threw(received, fault);
        }
        foreach (var happened in reaction.Events)
            _decided.Events.Add(happened);
        foreach (var effect in reaction.Effects)
            _decided.Effects.Add(effect);
        return reaction;
    }

    void CheckDecided(DurableCell cell)
    {
        _isAhead = false;
        World.InvariantChecker.Decided(this, _before!, _decided); // It decided something.
        if (cell.Phase != DurablePhase.Appending)
            EndTurn(cell);
    }

    void EndTurn(DurableCell cell)
    {
        if (_before is { } before)
            World.InvariantChecker.Rested(before, cell.State!, _decided.Events); // It has decided.
    }

    bool CrashesBy(double probability)
    {
        // Only where events are at stake: a crash between two turns is planned as a fault.
        if (_decided.Events.Count == 0 || !World.Crashes.Happens(probability))
            return false;
        World.Tally.See(Occurrence.CrashAmidTurn);
        World.Crash(Node, World.Crashes.Between(1, 120));
        return true;
    }
}
