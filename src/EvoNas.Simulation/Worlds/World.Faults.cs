using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>Applies faults, and how machines, cluster and operators react to them.</summary>
sealed partial class World
{
    // The cluster activates another coordinator after the first was silent for this long; the machines learn of it
    // within the gossip time.
    const double SilentSecondsMin = 5,
        SilentSecondsMax = 40,
        GossipSeconds = 10;

    // An operator notices a quarantined slot and repairs it.
    const double RepairSecondsMin = 600,
        RepairSecondsMax = 3600;

    bool _healed;

    /// <summary>The index of the coordinator that the cluster believes to be active.</summary>
    public int Seat { get; private set; }

    /// <summary>A machine loses power and restarts later.</summary>
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

    /// <summary>A slot takes no more work until an operator has repaired it.</summary>
    public void Quarantined(SlotHost slot)
    {
        Tally.See(Occurrence.Quarantined);
        After(
            Crashes.Between(RepairSecondsMin, RepairSecondsMax),
            () =>
            {
                if (
                    slot.Node is { IsUp: true, IsFrozen: false }
                    && slot.State.Phase is Actors.Evaluators.SlotPhase.Quarantined
                )
                    slot.Replace();
                else if (slot.State.Phase is Actors.Evaluators.SlotPhase.Quarantined)
                    After(RepairSecondsMin, slot.Replace);
            }
        );
    }

    void Apply(Fault fault)
    {
        switch (fault)
        {
            case Fault.Pause pause:
                _client.Pause(pause.Seconds);
                return;
            case Fault.Propose propose:
                _client.Propose(propose.Draw);
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

    // From here on no fault occurs: the search must recover by itself.
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
        var left = Math.Max(0, FaultProfile.Budget + 20 - InvariantChecker.Truth.Evaluations);
        After(
            PatienceSeconds + PatienceFactor * (left / FaultProfile.Slots + 12) * FaultProfile.TrainingSeconds,
            () =>
                throw new ViolationException(
                    Promise.Ends,
                    "the search, long after its last fault",
                    "it has ended and every slot is idle",
                    Progress(InvariantChecker.Truth)
                )
        );
    }

    string Progress(Lineages.Lineage truth)
    {
        var slots = string.Join(' ', Slots.Select(slot => slot.State.Phase.GetType().Name));
        var spooled = string.Join(' ', Evaluators.SelectMany(node => node.Spool.Keys));
        return $"{truth.Ended} of {truth.Settings?.Budget.Evaluations} ended, {truth.Pending.Count} pending, "
            + $"finished: {truth.Finished?.ToString() ?? "no"}; slots {slots}, spooled {spooled}";
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
        // Delivered as if they arrived now: a frozen machine does not notice the time that has passed.
        foreach (var (target, what, turn) in held)
            target.Take(what, turn);
    }

    // A coordinator that is silent for long enough is replaced, and learns of it only when it can be reached.
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
            After(_seats.Between(0, GossipSeconds), () => node.Seat = Seat);
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
