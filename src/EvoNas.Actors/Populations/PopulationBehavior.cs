using System.Collections.Immutable;
using System.Diagnostics;
using EvoNas.Actors.Evaluators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using Reaction = EvoNas.Actors.Reaction<EvoNas.Actors.Populations.PopulationEvent>;

namespace EvoNas.Actors.Populations;

/// <summary>How long a population waits for whom.</summary>
/// <param name="LeaseSeconds">A slot that is silent for so long has lost its work.</param>
/// <param name="SettleSeconds">After a recovery, births are not given to another slot for so long, so that running
/// trainings are adopted, not doubled: twice as long as a slot is silent. 0 where no slot outlives the
/// population.</param>
public sealed record PopulationTerms(
    double LeaseSeconds = 60,
    double SettleSeconds = 2 * EvaluatorBehavior.SpeaksEverySeconds
)
{
    /// <summary>Where population and slots live and die in one process.</summary>
    public static readonly PopulationTerms Embedded = new(SettleSeconds: 0);

    /// <summary>Attempts of one birth before it is ruled out.</summary>
    public const int AttemptsMax = 3;

    /// <summary>Slots on which one birth may end a worker before it is ruled out: a poison genotype must not eat the
    /// cluster.</summary>
    public const int KilledSlotsMax = 2;
}

/// <summary>Owns one search: asks for children, hands them out, admits the scored, retires the oldest.</summary>
public static class PopulationBehavior
{
    /// <summary>A population with these terms.</summary>
    public static Behavior<PopulationState, PopulationEvent> For(PopulationTerms terms)
    {
        var leasesDue = new Effect.Remind("leases", terms.LeaseSeconds / 12, new Message.LeasesDue());
        return new(
            Start: PopulationState.Start,
            Decide: (state, received) => new PopulationTurn(terms, leasesDue, state, received.At).Read(received),
            Evolve: (state, happened) => state.Evolve(happened),
            Resume: _ => [leasesDue]
        );
    }

    /// <summary>The state of a population that has this lineage and just came to life: every pending birth waits for a
    /// slot.</summary>
    public static PopulationState Recovered(Lineage lineage) =>
        PopulationState.Start with
        {
            Lineage = lineage,
            ClockBase = lineage.ElapsedSeconds,
            Waiting = [.. lineage.Pending.Keys],
            HeldBack = [.. lineage.Pending.Keys],
        };
}

/// <summary>One message's decision. It evolves a state of its own as it goes, so that each step sees the ones
/// before.</summary>
sealed partial class PopulationTurn(PopulationTerms terms, Effect.Remind leasesDue, PopulationState state, double at)
{
    // Most messages lead to one of each or to none: an array that is full is handed on without a copy.
    ImmutableArray<PopulationEvent>.Builder? _events;
    ImmutableArray<Effect>.Builder? _effects;

    public Reaction Read(Envelope received)
    {
        switch (received.Message)
        {
            case Message.Wake:
                Happen(new PopulationEvent.Woke(at));
                break;
            case Message.Begin begin when state.Lineage.Settings is null:
                Keep(new LineageEvent.Begun(begin.Settings.Checked()));
                if (begin.Founders.Count > 0)
                    Keep(new LineageEvent.Proposed(begin.Founders));
                break;
            case Message.Propose proposed:
                Propose(received.From, proposed);
                break;
            case Message.Extend extend when state.Lineage.Settings is { } begun && begun.Budget != extend.Budget:
                Keep(new LineageEvent.Extended(extend.Budget.Checked()));
                break;
            case Message.Pause pause when state.PausedFor != pause.Reason:
                Happen(new PopulationEvent.Paused(pause.Reason));
                break;
            case Message.Resume when state.PausedFor is not null:
                Happen(new PopulationEvent.Unpaused());
                AskAgainWhereDrawn();
                break;
            case Message.Ready ready:
                Hear(received.From, ready);
                break;
            case Message.Departing:
                Lose(received.From);
                break;
            // No attempt is lost: nothing was tried.
            case Message.Declined declined
                when state.Leases.TryGetValue(received.From, out var lease) && lease.Birth == declined.Birth:
                Happen(new PopulationEvent.Gone(received.From));
                break;
            case Message.Declined:
                break;
            case Message.Evaluated done:
                End(received.From, done);
                break;
            case Message.Mutated child:
                Receive(child);
                break;
            case Message.DrawnInVain vain
                when state.Asked.TryGetValue(vain.Birth, out var asked) && asked.Draw == vain.Draw:
                DrawOn(asked, vain);
                break;
            case Message.Barren barren
                when state.Asked.TryGetValue(barren.Birth, out var asked) && asked.Draw == barren.Draw:
                GiveUp(asked, barren.HasAllPoints);
                break;
            case Message.LeasesDue:
                EndLeases();
                break;

            // A search that has begun, or not yet, a child that came twice or late, a second pause: nothing changes.
            case Message.Begin
            or Message.Extend
            or Message.Pause
            or Message.Resume
            or Message.DrawnInVain
            or Message.Barren:
                break;
            default:
                throw new UnreachableException($"A population has no answer to {received.Message.GetType().Name}.");
        }
        if (state.Lineage.Settings is { } settings)
        {
            HandOut(settings);
            Finish(settings);
        }
        return new(_events?.DrainToImmutable() ?? [], _effects?.DrainToImmutable() ?? []);
    }

    // Ready may come twice or late, and after a recovery it is how running work is found again.
    void Hear(Address slot, Message.Ready ready)
    {
        if (ready.Holding is { } birth)
        {
            if (!state.Lineage.Pending.ContainsKey(birth))
                Acknowledge(slot, birth);
            else
                Happen(new PopulationEvent.Leased(slot, birth, ready.Attempt, at + terms.LeaseSeconds));
        }
        else if (state.Leases.TryGetValue(slot, out var lease) && state.Lineage.Pending.ContainsKey(lease.Birth))
            HandTo(slot, lease.Birth); // Its assignment was lost.
        else if (!state.Idle.Contains(slot))
            Happen(new PopulationEvent.Freed(slot));
    }

    void End(Address slot, Message.Evaluated done)
    {
        if (state.Lineage.Pending.ContainsKey(done.Birth))
        {
            var run = new Run(
                done.Attempt,
                slot.Name,
                done.Seconds,
                state.ClockBase + at,
                done.Evaluation == state.Evaluation ? null : done.Evaluation
            );
            var outcome = IsOfThisSearch(done)
                ? done.Outcome
                : new Outcome.Lost(
                    LossCause.Exit,
                    $"{slot} evaluated under other settings ({done.Evaluation}) than the search was begun with"
                );
            switch (outcome)
            {
                case Outcome.Trained trained:
                    Score(done.Birth, trained, run);
                    break;
                case Outcome.Failed failed:
                    Keep(new LineageEvent.RuledOut(done.Birth, failed.Reason, failed.Detail, run));
                    break;
                case Outcome.OutOfMemory memory:
                    Keep(new LineageEvent.RuledOut(done.Birth, RuledOutReason.Memory, memory.Detail, run));
                    break;
                case Outcome.Lost lost when state.Leases.TryGetValue(slot, out var lease) && lease.Birth == done.Birth:
                    LoseAttempt(done.Birth, slot, lost, run);
                    break;
                case Outcome.Lost:
                    break; // The lease had run out: that attempt is counted already.
            }
        }
        Acknowledge(slot, done.Birth);
        if (done.Leaving)
            Happen(new PopulationEvent.Gone(slot));
        else if (
            !state.Idle.Contains(slot) && (!state.Leases.TryGetValue(slot, out var mine) || mine.Birth == done.Birth)
        )
            Happen(new PopulationEvent.Freed(slot));
    }

    // A slot has its settings from a coordinator, and that from the list of searches; the journal's own decide.
    bool IsOfThisSearch(Message.Evaluated done) =>
        done.Evaluation is not { } evaluation || evaluation == state.Lineage.Settings?.EvaluationFingerprint();

    void Score(BirthNumber birth, Outcome.Trained trained, Run run)
    {
        var settings = state.Lineage.Settings!; // Nothing is pending before a search began.
        var isRepeat = state.Lineage.Pending[birth].RepeatOf is not null;
        if (settings.Weigh(trained.Metrics, out var unscorable) is not { } fitness)
        {
            // Without a value it says why.
            Keep(new LineageEvent.RuledOut(birth, RuledOutReason.Unscorable, unscorable!, run));
            return;
        }
        if (Unranked(birth, trained) is { } unranked)
        {
            Keep(new LineageEvent.RuledOut(birth, RuledOutReason.Unscorable, unranked, run));
            return;
        }
        Keep(
            new LineageEvent.Scored(
                birth,
                fitness,
                trained.Metrics,
                trained.Curve,
                trained.StoppedAtEpoch,
                run,
                FromOf(birth, trained)
            )
        );
        if (isRepeat)
            return; // The population is as it was.
        if (Breeding.Leaving(state.Lineage) is { } leaving)
            Keep(new LineageEvent.Retired(leaving.Birth));
        if (
            settings.Rules is { } rules
            && state.Lineage is { Leader: { } leader } lineage
            && lineage.Vain >= rules.Patience
        )
            Exhaust(leader);
    }

    void LoseAttempt(BirthNumber birth, Address slot, Outcome.Lost lost, Run run)
    {
        Happen(new PopulationEvent.AttemptLost(birth, slot, lost.Cause));
        var losses = state.Lost[birth];
        if (
            losses.Count >= PopulationTerms.AttemptsMax
            || (losses.Killed >= PopulationTerms.KilledSlotsMax && losses.Slots.Count >= PopulationTerms.KilledSlotsMax)
        )
            Keep(
                new LineageEvent.RuledOut(
                    birth,
                    RuledOutReason.Crash,
                    $"{losses.Count} attempts were lost; the last: {lost.Detail}",
                    run
                )
            );
    }

    void Lose(Address slot)
    {
        if (state.Leases.TryGetValue(slot, out var lease) && state.Lineage.Pending.ContainsKey(lease.Birth))
            LoseAttempt(
                lease.Birth,
                slot,
                new(LossCause.Node, $"{slot} left"),
                new(lease.Attempt, slot.Name, 0, state.ClockBase + at)
            );
        Happen(new PopulationEvent.Gone(slot));
    }

    void EndLeases()
    {
        foreach (var (slot, lease) in state.Leases)
        {
            if (lease.Until > at)
                continue;
            if (state.Lineage.Pending.ContainsKey(lease.Birth))
                LoseAttempt(
                    lease.Birth,
                    slot,
                    new(LossCause.Node, $"{slot} was silent for {terms.LeaseSeconds} s"),
                    new(lease.Attempt, slot.Name, 0, state.ClockBase + at)
                );
            Happen(new PopulationEvent.Gone(slot));
        }
        // A request or its answer may have been lost; the same birth and draw give the same child.
        if (state.Asked.Count > state.Delivered.Count)
        {
            foreach (var asked in state.Asked.Values)
                if (!state.Delivered.ContainsKey(asked.Birth) && MayDraw(asked))
                    AskAgain(asked);
        }
        Do(leasesDue);
    }

    void HandOut(SearchSettings settings)
    {
        if (state.PausedFor is not null || state.Lineage.Finished is not null)
            return;
        var withheld = 0;
        while (state.Idle.Count > 0 && NextPair(out withheld) is var (slot, birth))
            HandTo(slot, birth);
        var free = state.Idle.Count - (state.Waiting.Count - withheld) - state.Asked.Count;
        while (free-- > 0)
        {
            if (MayBear(settings) && state.Asked.Count == 0)
                Bear();
            else if (MayBear(settings))
                return;
            else if (MayGuard(settings) && state.Asked.Count == 0)
                Guard();
            else if (MayGuard(settings))
                return;
            else if (MayBreed(settings))
                Breed(settings);
            else if (state.Asked.Count == 0 && MayPromote(settings))
                free += Promote(settings) ? 0 : 1;
            else
                return;
        }
    }

    // Births from before a recovery wait until running trainings had time to be adopted; those born since do not. Slots
    // that are idle meanwhile wait too: the journal would depend on the fail-over otherwise.
    (Address Slot, BirthNumber Birth)? NextPair(out int withheld)
    {
        withheld = 0;
        foreach (var birth in state.Waiting)
        {
            if (at < terms.SettleSeconds && state.HeldBack.Contains(birth))
                continue;
            if (SlotFor(birth) is { } slot)
                return (slot, birth);
            withheld++;
        }
        return null;
    }

    // Another slot than those that failed it, if one lives: a sick slot would use up the attempts of one innocent birth
    // after the other while the sound ones are busy.
    Address? SlotFor(BirthNumber birth)
    {
        if (!state.Lost.TryGetValue(birth, out var losses))
            return MachineOf(birth) is { } machine ? SlotOn(machine) : state.Idle[0];
        foreach (var idle in state.Idle)
            if (!losses.Slots.Contains(idle))
                return idle;
        // A node that was lost says nothing about its slots.
        return losses.Killed > 0 && state.Leases.Keys.Any(busy => !losses.Slots.Contains(busy)) ? null : state.Idle[0];
    }

    void HandTo(Address slot, BirthNumber birth)
    {
        var attempt = state.Lost.GetValueOrDefault(birth, Losses.None).Count + 1;
        var pending = state.Lineage.Pending[birth];
        Happen(new PopulationEvent.Leased(slot, birth, attempt, at + terms.LeaseSeconds));
        Do(
            new Effect.Send(
                slot,
                new Message.Evaluate(
                    new(
                        birth,
                        attempt,
                        pending.Genotype,
                        // What is evaluated again is to be known well.
                        pending.RepeatOf
                            is null
                            ? state.Lineage.MedianThresholds()
                            : [],
                        Stage: StageOf(pending),
                        SeedOf: pending.Guards is null ? null : pending.RepeatOf,
                        HeldOut: pending is { RepeatOf: not null, Guards: null }
                        && state.Lineage.Settings is { HeldOutFinals: true }
                            ? true
                            : null
                    )
                )
            )
        );
    }

    // Recorded only where the journal has the end: a slot relies on it.
    void Acknowledge(Address slot, BirthNumber birth) =>
        Do(
            new Effect.Send(
                slot,
                birth.Value <= state.Lineage.Born && !state.Lineage.Pending.ContainsKey(birth)
                    ? new Message.Recorded(birth)
                    : new Message.Released(birth)
            )
        );

    void Finish(SearchSettings settings)
    {
        var lineage = state.Lineage;
        if (lineage.Finished is not null || lineage.Pending.Count > 0 || state.Asked.Count > 0)
            return;
        if (MayBear(settings) || Repeat(settings) || !NextStep(settings).IsNone)
            return;
        if (
            settings.Budget.Spent(lineage.Evaluations, state.ClockBase + at, lineage.SlotSeconds) >= 1
            || HalvingIsOver(settings, lineage)
        )
            Keep(new LineageEvent.Finished(FinishedReason.Budget, Winner: Finals.WinnerOf(lineage)));
        else if (!settings.RepeatDuplicates && lineage.Known.Count >= settings.SpaceSize)
            Keep(new LineageEvent.Finished(FinishedReason.Exhausted, Winner: Finals.WinnerOf(lineage)));
        else if (state.Barren)
            Keep(
                new LineageEvent.Finished(
                    state.Spent is not { } spent ? FinishedReason.Exhausted
                        : spent.Nearest.Count > 0 ? FinishedReason.Limit
                        : FinishedReason.DrawsSpent,
                    state.Spent is null ? null : state.Spent with { AtSeconds = state.ClockBase + at },
                    Finals.WinnerOf(lineage)
                )
            );
    }

    void Do(Effect effect) => (_effects ??= ImmutableArray.CreateBuilder<Effect>(1)).Add(effect);

    void Keep(LineageEvent happened) => Happen(new PopulationEvent.Kept(happened));

    void Happen(PopulationEvent happened)
    {
        (_events ??= ImmutableArray.CreateBuilder<PopulationEvent>(1)).Add(happened);
        state = state.Evolve(happened);
    }
}
