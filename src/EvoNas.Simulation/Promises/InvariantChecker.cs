using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Promises;

/// <summary>Invariant checker: watches one simulation and checks every promise against a reference model of what was
/// committed, byte for byte.</summary>
/// <remarks>A step checks only what it can have changed; when a population is lost or recovered, everything is
/// compared.</remarks>
sealed class InvariantChecker(World world)
{
    // One lease, on the population's clock.
    static readonly double SettleSeconds = new PopulationTerms().SettleSeconds;

    readonly ReferenceModel _model = new(world);
    readonly List<BirthNumber> _leased = [];

    // The lineage recovered from the first event; what the last recovery from a snapshot read; the last lineage whose
    // bytes were written, with these bytes.
    Lineage _zero = Lineage.Empty;
    (long Events, int Snapshots) _fromSnapshot = (-1, -1);
    (Lineage? Lineage, ReadOnlyMemory<byte> Bytes) _expected;

    /// <summary>The lineage that follows from the committed rows.</summary>
    public Lineage Truth => _model.Truth;

    /// <summary>Rows were committed.</summary>
    public void Committed(KeptBytes[] rows)
    {
        foreach (var row in rows)
            _model.Write(row);
        if (Truth.Settings is { } settings && Truth.Population.Count > settings.PopulationSize)
            throw new ViolationException(
                Promise.P2Once,
                "members of the population",
                $"at most {settings.PopulationSize}",
                $"{Truth.Population.Count}"
            );
    }

    /// <summary>A slot reads a message.</summary>
    public void Received(Host slot, Message message)
    {
        switch (message)
        {
            case Message.Recorded recorded when _model.EndsOf(recorded.Birth) is var ends && ends != 1:
                throw new ViolationException(
                    Promise.P1Durable,
                    $"{slot.Self} is told that {recorded.Birth} is recorded; its ends in the journal",
                    "1",
                    $"{ends}"
                );
            case Message.Evaluate work when work.Assignment.Birth.Value > Truth.Born:
                throw new ViolationException(
                    Promise.Order,
                    $"{slot.Self} is given a birth; births in the journal",
                    $"{work.Assignment.Birth} or more",
                    $"{Truth.Born}"
                );
        }
    }

    /// <summary>A population reads a message.</summary>
    public void Reads(PopulationState state, Envelope received)
    {
        switch (received.Message)
        {
            case Message.Evaluated done
                when done.Birth.Value <= state.Lineage.Born && !state.Lineage.Pending.ContainsKey(done.Birth):
                world.Tally.See(Occurrence.DoubleIgnored);
                break;
            case Message.Ready { Holding: { } held } when state.HeldBack.Contains(held) && state.Waiting.Contains(held):
                world.Tally.See(Occurrence.Adopted);
                break;
            case Message.Resume when state.PausedFor is not null:
                world.Tally.See(Occurrence.PausedAndResumed);
                break;
        }
    }

    /// <summary>A population has decided: what it asks the mutators for follows from what has ended, and no slot
    /// loses its work too early.</summary>
    public void Decided(
        Coordinator population,
        PopulationState before,
        Cell<PopulationState, PopulationEvent>.Turn turn
    )
    {
        Lineage? lineage = null;
        foreach (var happened in turn.Events)
            switch (happened)
            {
                case PopulationEvent.Kept { Happened: LineageEvent.Born born }:
                    if (born.Origin is null && born.Promoted is null)
                        CheckAsked(before, turn, born); // What is proposed or promoted is not asked for.
                    lineage = (lineage ?? before.Lineage).Evolve(born);
                    break;
                // The second end of an injected bug is found in the journal.
                case PopulationEvent.Kept kept
                    when kept.Happened is not LineageEvent.Scored scored
                        || (lineage ?? before.Lineage).Pending.ContainsKey(scored.Birth):
                    lineage = (lineage ?? before.Lineage).Evolve(kept.Happened);
                    break;
                case PopulationEvent.Asked { Draw: 0 } asked:
                    _model.CheckParent(asked, lineage ?? before.Lineage);
                    break;
            }
        if (population.At < SettleSeconds)
            CheckAdoption(population, before, turn);
    }

    static void CheckAsked(
        PopulationState before,
        Cell<PopulationState, PopulationEvent>.Turn turn,
        LineageEvent.Born born
    )
    {
        before.Asked.TryGetValue(born.Birth, out var asked);
        foreach (var happened in turn.Events)
            if (happened is PopulationEvent.Asked now && now.Birth == born.Birth && now.Draw <= born.Draw)
                asked = now;
        if (
            asked is not null
            && (born.Parent != asked.Parent?.Birth || born.Mate is not null && born.Mate != asked.Mate?.Birth)
            && !(born.Parent is null && born.Draw >= ReferenceModel.DrawsFromParentMax)
        )
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the parent of {born.Birth}",
                asked.Parent is null ? "none" : $"{asked.Parent.Birth}, as asked for",
                born.Parent?.ToString() ?? "none"
            );
    }

    void CheckAdoption(Coordinator population, PopulationState before, Cell<PopulationState, PopulationEvent>.Turn turn)
    {
        foreach (var effect in turn.Effects)
        {
            if (
                effect is not Effect.Send { Message: Message.Evaluate { Assignment.Birth: var birth }, To: var to }
                || !before.HeldBack.Contains(birth)
            )
                continue;
            // Sent again to the slot that already has it.
            if (before.Leases.TryGetValue(to, out var lease) && lease.Birth == birth || LeasedTwice(turn, to, birth))
                continue;
            if (world.Slots.FirstOrDefault(slot => slot.Self != to && slot.Trains == birth) is { } holder)
                throw new ViolationException(
                    Promise.Adoption,
                    $"{birth} is given to {to}, {population.At:0.0} s after a recovery",
                    $"it stays with {holder.Self}, which trains it",
                    $"given to {to}"
                );
        }
    }

    static bool LeasedTwice(Cell<PopulationState, PopulationEvent>.Turn turn, Address slot, BirthNumber birth) =>
        turn.Events.Count(happened =>
            happened is PopulationEvent.Leased leased && leased.Slot == slot && leased.Birth == birth
        ) > 1;

    /// <summary>A population has completed a turn.</summary>
    public void Rested(PopulationState before, PopulationState now, List<PopulationEvent> events)
    {
        foreach (var happened in events)
        {
            // A lease that is prolonged moves no birth.
            if (
                happened is PopulationEvent.Leased leased
                && before.Leases.TryGetValue(leased.Slot, out var lease)
                && lease.Birth == leased.Birth
            )
                continue;
            CheckHeld(now);
            return;
        }
    }

    void CheckHeld(PopulationState state)
    {
        _leased.Clear();
        foreach (var (_, lease) in state.Leases)
            _leased.Add(lease.Birth);
        foreach (var (birth, _) in state.Lineage.Pending)
            if (!_leased.Contains(birth) && !state.Waiting.Contains(birth))
                throw new ViolationException(
                    Promise.P3Reissued,
                    $"{birth}, born and not ended",
                    "it waits or is leased",
                    "neither"
                );
    }

    /// <summary>An append was acknowledged: the writer's state is the journal's, unless others have written
    /// since.</summary>
    public void Acknowledged(Coordinator population, PopulationState state)
    {
        var (own, truth) = (state.Lineage, Truth);
        if (own.Events > truth.Events)
            throw new ViolationException(
                Promise.P5Prefix,
                $"events that {population.Node.Name} knows to be kept",
                $"at most {truth.Events}, which are in the journal",
                $"{own.Events}"
            );
        if (
            own.Events == truth.Events
            && (own.Born, own.Ended, own.Population.Count, own.Known.Count)
                != (truth.Born, truth.Ended, truth.Population.Count, truth.Known.Count)
        )
            Same("the writer's lineage", truth, own);
    }

    /// <summary>A population is lost, by a crash or after a failed append: a recovery from the journal must give the
    /// same state.</summary>
    public void ThrownAway(Coordinator population)
    {
        _model.CheckRows();
        // CheckRows has shown that earlier rows are unchanged: only new ones are read. The end of the simulation reads
        // all of them again.
        if (_zero.Events < Truth.Events)
        {
            foreach (var row in world.Store.Rows(_zero.Events))
                _zero = _zero.Evolve(EventSerializer.Read(Store.Id, row.Number, row.Manifest, row.Bytes.Span));
            Same("the lineage recovered from the first event", Truth, _zero);
        }
        // Equal bytes would give an equal lineage.
        if (_fromSnapshot != (Truth.Events, world.Store.SnapshotsChanged))
        {
            Same(
                "the lineage recovered from a snapshot",
                Truth,
                LineageRecovery.Read(Store.Id, world.Store.Snapshots, world.Store.Rows, _ => { }).Lineage
            );
            _fromSnapshot = (Truth.Events, world.Store.SnapshotsChanged);
        }
        if (population.Confirmed is { } confirmed && confirmed.Lineage.Events == Truth.Events)
            Same("the population before its crash", Truth, confirmed.Lineage);
        if (
            population.Hoped is { } hoped
            && hoped.Lineage.Events == Truth.Events
            && world.Store.WriteOf(Truth.Events) is { IsAwaited: true } write
            && write.Writer == population
        )
            Same("the population that had appended before its crash", Truth, hoped.Lineage);
    }

    /// <summary>Viewers are told of rows.</summary>
    /// <param name="population">Who tells them.</param>
    /// <param name="before">The last event that they were told of before.</param>
    /// <param name="tell">What they are told.</param>
    public void Told(Coordinator population, long? before, DurableCommand.Tell tell)
    {
        if (tell.First != before + 1)
            throw new ViolationException(
                Promise.Told,
                $"the next event that viewers of {population.Node.Name} are told of",
                $"{before + 1}",
                $"{tell.First}"
            );
        var kept = tell.Events.Count(happened => happened is PopulationEvent.Kept);
        if (kept != tell.Rows.Count)
            throw new ViolationException(
                Promise.Told,
                "events of the lineage that viewers are told of",
                $"{tell.Rows.Count}, one a row",
                $"{kept}"
            );
        for (var i = 0; i < tell.Rows.Count; i++)
            if (
                world.Store.RowOf(tell.First + i) is not { } row
                || row.Manifest != tell.Rows[i].Manifest
                || !row.Bytes.Span.SequenceEqual(tell.Rows[i].Payload.Span)
            )
                throw new ViolationException(
                    Promise.Told,
                    $"event {tell.First + i} as viewers are told of it",
                    "the row in the journal",
                    "something else"
                );
    }

    /// <summary>A population has recovered.</summary>
    public void Recovered(Lineage lineage) => Same("the population after a recovery", Truth, lineage);

    /// <summary>The search has ended and no message is outstanding.</summary>
    public void Ended()
    {
        _model.CheckRows();
        Same(
            "the lineage recovered at the end",
            Truth,
            LineageRecovery.Read(Store.Id, [], world.Store.Rows, _ => { }).Lineage
        );
        if (Truth.Pending.Count > 0)
            throw new ViolationException(
                Promise.P3Reissued,
                "births pending at the end",
                "none",
                string.Join(", ", Truth.Pending.Keys)
            );
        var settings = Truth.Settings!; // It has ended.
        if (
            Truth.Finished == FinishedReason.Budget
            && (
                settings.Rungs is null
                    ? Truth.Ended != settings.Budget.Evaluations
                    : Truth.Evaluations <= settings.Budget.Evaluations - 1
            )
        )
            throw new ViolationException(
                Promise.P2Once,
                "births that ended",
                $"{settings.Budget.Evaluations}, the budget",
                $"{Truth.Evaluations}"
            );
        if ((Truth.Finished == FinishedReason.Limit) != world.FaultProfile.NothingKeepsTheLimit)
            throw new ViolationException(
                Promise.P2Once,
                "why the search ended",
                world.FaultProfile.NothingKeepsTheLimit ? "no draw keeps the limit" : "another reason than its limit",
                $"{Truth.Finished}: {Truth.Spent}"
            );
        if (Truth.Finished == FinishedReason.Limit)
            world.Tally.See(Occurrence.EndedByLimit);
        if (Truth.Finished == FinishedReason.Exhausted && Truth.Known.Count != settings.SpaceSize)
            throw new ViolationException(
                Promise.P2Once,
                "genotypes known when the space is exhausted",
                $"{settings.SpaceSize}",
                $"{Truth.Known.Count}"
            );
    }

    // Equal lineages have equal bytes. The message shows counts instead of bytes.
    void Same(string what, Lineage expected, Lineage found)
    {
        if (ReferenceEquals(expected, found))
            return;
        if (!ReferenceEquals(expected, _expected.Lineage))
            _expected = (expected, LineageSnapshot.Write(Store.Id, expected));
        if (_expected.Bytes.Span.SequenceEqual(LineageSnapshot.Write(Store.Id, found).Span))
            return;
        throw new ViolationException(Promise.P4SamePopulation, what, Tell(expected), Tell(found));
    }

    static string Tell(Lineage lineage) =>
        $"{lineage.Events} events, {lineage.Born} born, {lineage.Scored} scored, {lineage.RuledOut} ruled out, "
        + $"members {string.Join(' ', lineage.Population.Members.Items.Select(member => member.Birth))}, "
        + $"pending {string.Join(' ', lineage.Pending.Keys)}, fingerprints {lineage.Known.Count}, "
        + FormattableString.Invariant($"at {lineage.ElapsedSeconds:0.###} s");
}
