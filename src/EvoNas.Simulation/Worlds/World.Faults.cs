using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>What goes wrong, and how machines, cluster and people answer.</summary>
sealed partial class World
{
    // The cluster takes another coordinator when the first was silent for so long; machines learn of it within so many
    // seconds more.
    const double SilentSecondsMin = 5,
        SilentSecondsMax = 40,
        HearsaySeconds = 10;

    // A person sees a slot in quarantine, and mends it.
    const double MendSecondsMin = 600,
        MendSecondsMax = 3600;

    bool _healed;

    /// <summary>The coordinator that the cluster believes in.</summary>
    public int Seat { get; private set; }

    /// <summary>A machine loses its power, and has it again later.</summary>
    public void Crash(Node node, double seconds)
    {
        if (!node.IsUp)
            return;
        Tally.Crashes++;
        Trace.Add(EventQueue.Now, node.Name, -1, "crashes");
        foreach (var coordinator in Coordinators)
            if (coordinator.Node == node && !coordinator.IsOff)
                InvariantChecker.ThrownAway(coordinator);
        (node.IsUp, node.IsFrozen) = (false, false);
        node.Held.Clear();
        foreach (var host in node.Hosts)
            host.Die();
        After(seconds, () => Restart(node));
        WatchSeat(node);
    }

    /// <summary>A slot takes no more work, until a person has looked after it.</summary>
    public void Quarantined(SlotHost slot)
    {
        Tally.See(Occurrence.Quarantined);
        After(
            Crashes.Between(MendSecondsMin, MendSecondsMax),
            () =>
            {
                if (
                    slot.Node is { IsUp: true, IsFrozen: false }
                    && slot.State.Phase is Actors.Evaluators.SlotPhase.Quarantined
                )
                    slot.Replace();
                else if (slot.State.Phase is Actors.Evaluators.SlotPhase.Quarantined)
                    After(MendSecondsMin, slot.Replace);
            }
        );
    }

    void Strike(Fault fault)
    {
        switch (fault)
        {
            case Fault.Pause pause:
                _client.Pause(pause.Seconds);
                return;
            case Fault.Extend extend:
                _client.Extend(extend.Evaluations);
                return;
        }
        if (_healed)
            return;
        Trace.Add(EventQueue.Now, "world", -1, fault);
        switch (fault)
        {
            case Fault.Crash crash:
                Crash(_nodes[crash.Node], crash.Seconds);
                break;
            case Fault.Freeze freeze:
                Freeze(_nodes[freeze.Node], freeze.Seconds);
                break;
            case Fault.Cut cut:
                Tally.Partitions++;
                var (from, to) = (_nodes[cut.From], _nodes[cut.To]);
                Network.Cut(from, to);
                After(
                    cut.Seconds,
                    () =>
                    {
                        if (!_healed)
                            Network.Heal(from, to);
                    }
                );
                WatchSeat(from);
                WatchSeat(to);
                break;
            case Fault.Outage outage:
                (Store.IsDown, Store.IsSilent) = (!outage.Silent, outage.Silent);
                After(outage.Seconds, () => (Store.IsDown, Store.IsSilent) = (false, false));
                break;
            case Fault.SeatMoves moves:
                MoveSeat(moves.UntilItIsToldSeconds);
                break;
            case Fault.Rot:
                Store.Rot();
                break;
            case Fault.Sick sick:
                var slot = Slots[sick.Slot];
                EventQueue.Add(
                    0,
                    slot,
                    new Delivery(new Actors.Message.Sick("its worker cannot be killed"), Actors.Address.Host)
                );
                break;
        }
    }

    // From here on nothing goes wrong: whatever is broken then must mend by itself.
    void Heal()
    {
        (_healed, FaultProfile) = (true, FaultProfile.Calm());
        Trace.Add(EventQueue.Now, "world", -1, "heals");
        (Store.IsDown, Store.IsSilent) = (false, false);
        Network.HealAll();
        foreach (var node in _nodes.Values)
        {
            Thaw(node);
            if (!node.IsUp)
                StartAll(node);
            node.Seat = Seat;
        }
        foreach (var coordinator in Coordinators)
            if (coordinator.Seat != Seat)
                coordinator.Die();
            else
                coordinator.TakeOver();
        var left = Math.Max(0, FaultProfile.Budget + 20 - InvariantChecker.Truth.Ended);
        After(
            PatienceSeconds + PatienceFactor * (left / FaultProfile.Slots + 12) * FaultProfile.TrainingSeconds,
            () =>
                throw new ViolationException(
                    Promise.Ends,
                    "the search, long after its last fault",
                    "it has ended and every slot is quiet",
                    $"{InvariantChecker.Truth.Ended} of {InvariantChecker.Truth.Settings?.Budget.Evaluations} ended, {InvariantChecker.Truth.Pending.Count} pending, finished: {InvariantChecker.Truth.Finished?.ToString() ?? "no"}; slots {string.Join(' ', Slots.Select(slot => slot.State.Phase.GetType().Name))}, spooled {string.Join(' ', Evaluators.SelectMany(node => node.Spool.Keys))}"
                )
        );
    }

    void Restart(Node node)
    {
        if (!node.IsUp)
            StartAll(node);
    }

    void Freeze(Node node, double seconds)
    {
        if (!node.IsUp || node.IsFrozen)
            return;
        Tally.Freezes++;
        node.IsFrozen = true;
        After(seconds, () => Thaw(node));
        WatchSeat(node);
    }

    void Thaw(Node node)
    {
        if (!node.IsFrozen)
            return;
        node.IsFrozen = false;
        var held = node.Held.ToArray();
        node.Held.Clear();
        // One after the other, as if they came now: whoever froze knows nothing of the time that has passed.
        foreach (var (whom, what, turn) in held)
            whom.Take(what, turn);
    }

    // A coordinator that is silent long enough loses its seat, and does not hear of it until it is reached.
    void WatchSeat(Node node)
    {
        if (Coordinators.Length < 2 || Coordinators[Seat].Node != node)
            return;
        After(
            _seats.Between(SilentSecondsMin, SilentSecondsMax),
            () =>
            {
                var (seated, other) = (Coordinators[Seat].Node, Coordinators[1 - Seat].Node);
                var isSilent =
                    !seated.IsUp
                    || seated.IsFrozen
                    || Network.IsCut(seated, other)
                    || Network.IsCut(other, seated)
                    || Network.IsCut(seated, Store.Node)
                    || Network.IsCut(Store.Node, seated);
                if (seated == node && isSilent && other is { IsUp: true, IsFrozen: false })
                    MoveSeat(_seats.Between(0, 60));
            }
        );
    }

    void MoveSeat(double untilItIsTold)
    {
        if (Coordinators.Length < 2 || _healed)
            return;
        var (left, taken) = (Coordinators[Seat], Coordinators[1 - Seat]);
        Seat = taken.Seat;
        if (taken.Node is { IsUp: true, IsFrozen: false })
            taken.TakeOver();
        foreach (var node in _nodes.Values)
            After(_seats.Between(0, HearsaySeconds), () => node.Seat = Seat);
        Tell(left, untilItIsTold);
    }

    void Tell(Coordinator left, double after) =>
        After(
            after,
            () =>
            {
                if (Seat == left.Seat || left.IsOff)
                    return;
                if (left.Node.IsFrozen)
                    Tell(left, 5);
                else
                    left.Die();
            }
        );
}
