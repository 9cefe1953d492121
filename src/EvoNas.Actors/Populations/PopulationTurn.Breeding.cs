using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Populations;

// How children are asked for, and what comes of it.
sealed partial class PopulationTurn
{
    // Births that are looked at behind one that is drawn again.
    const int DrawnAhead = 64;

    bool MayBreed(SearchSettings settings) =>
        settings.Rungs is not null ? NextStep(settings).Breeds : HasNew(settings) && HasRoom(settings);

    bool HasNew(SearchSettings settings) =>
        !state.Barren
        && (
            settings.RepeatDuplicates
            || settings.SpaceSize is not { } size
            || state.Lineage.Known.Count + state.Asked.Count < size
        );

    bool HasRoom(SearchSettings settings) =>
        (
            settings.Rungs is not null
                ? SuccessiveHalving.MayBear(state.Lineage, state.Asked.Count)
                : settings.Budget.Evaluations is not { } evaluations
                    || state.Lineage.Born + state.Asked.Count < evaluations - Finals.Reserved(state.Lineage)
        ) && HasTime(settings);

    bool HasTime(SearchSettings settings) =>
        (settings.Budget with { Evaluations = null }).Spent(0, state.ClockBase + at, state.Lineage.SlotSeconds) < 1;

    // The best are evaluated again. They are handed out as births are, and wait for nothing: all are known.
    bool Repeat(SearchSettings settings)
    {
        if (settings.Finalists is null || MayBreed(settings) || MayPromote(settings) || !HasTime(settings))
            return false;
        var due = Finals.Due(state.Lineage);
        if (due.Count == 0)
            return false;
        if (state.PausedFor is not null)
            return true;
        foreach (var of in due)
            Keep(
                new LineageEvent.Born(
                    new(state.Lineage.Born + 1),
                    null,
                    state.Lineage.Contenders.First(one => one.Birth == of).Champion.Individual.Genotype,
                    RepeatOf: of
                )
            );
        HandOut(settings);
        return true;
    }

    bool MayGuard(SearchSettings settings) => state.Lineage.GuardIsDue && HasRoom(settings);

    // As with proposals: it waits for the children that have been asked for, which have lower numbers.
    void Guard()
    {
        var (lineage, one) = (state.Lineage, state.Lineage.ToGuard!); // It is due.
        Keep(new LineageEvent.Born(new(lineage.Born + 1), null, one.Genotype, RepeatOf: one.Birth, Guards: true));
        if (NextPair(out _) is var (slot, birth))
            HandTo(slot, birth);
    }

    void Breed(SearchSettings settings)
    {
        var birth = new BirthNumber(state.Lineage.Born + state.Asked.Count + 1);
        // Counted only while the population fills, and no further than it matters: a hundred thousand slots may have
        // asked.
        var founders = state.Lineage.Founders;
        var most = settings.FoundersMin;
        if (founders < most)
        {
            foreach (var elder in state.Asked.Values)
                if (elder.Parent is null && ++founders >= most)
                    break;
        }
        var (parent, mate) = Breeding.ParentsOf(birth, state.Lineage, founders);
        var asked = new PopulationEvent.Asked(birth, 0, parent, Mate: mate);
        Happen(asked);
        AskAgain(asked);
    }

    void AskAgain(PopulationEvent.Asked asked) =>
        Do(
            new Effect.Send(
                Address.Mutator,
                new Message.Mutate(
                    state.Lineage.Settings!.Seed,
                    asked.Birth,
                    asked.Draw,
                    asked.Parent,
                    asked.At,
                    asked.Mate
                )
            )
        );

    // A child comes twice if it was asked for twice: only the draw that is asked for now counts.
    void Receive(Message.Mutated child)
    {
        if (child.Children is not [var first, ..])
            return; // An older node speaks of its child in other words.
        if (
            !state.Asked.TryGetValue(child.Birth, out var asked)
            || first.Draw < asked.Draw
            || state.Delivered.ContainsKey(child.Birth)
        )
            return;
        // Asked for before a recovery, or by another writer, of a parent that would not breed now: the journal follows
        // from what ended, not from who was late.
        if (
            (first.Parent != asked.Parent?.Birth || first.Mate is not null && first.Mate != asked.Mate?.Birth)
            && !(first.Parent is null && first.Draw >= MutatorBehavior.DrawsFromParentMax)
        )
            return;
        // What is known now is known when its turn comes: drawing again at once delays no child behind it.
        if (FirstUnknown(child) is null)
            return;
        Happen(new PopulationEvent.Delivered(child));
        // One that was held behind this one goes on.
        if (asked.Draw >= MutatorBehavior.DrawsBeforeWarning && EldestAsked is { Draw: > 0 } held && MayDraw(held))
            AskAgain(held);
        // Births are recorded in the order of their numbers, so that equal ends give an equal journal however fast the
        // mutators are.
        while (state.Delivered.TryGetValue(new(state.Lineage.Born + 1), out var next))
        {
            if (FirstUnknown(next) is not { } born)
            {
                DrawAgainBehind(next.Birth);
                return;
            }
            if (
                born.Parent is null
                && state.Asked.TryGetValue(next.Birth, out var reply)
                && reply.Parent is { } drained
            )
                Exhaust(drained);
            Keep(new LineageEvent.Born(next.Birth, born.Parent, born.Genotype, born.Draw, born.Change, born.Mate));
        }
    }

    // Its draws found no child that is new. Evolution goes on with it: its searches are as they always were.
    void Exhaust(Individual parent)
    {
        if (
            state.Lineage.Settings is { Rules: not null } or { Rungs: not null }
            && !state.Lineage.Exhausted.Contains(parent.Birth)
        )
            Keep(new LineageEvent.Exhausted(parent.Birth)); // Who breeds has begun.
    }

    // While one is waited for, those behind it that became known meanwhile are drawn again too, and not each when its
    // turn comes.
    void DrawAgainBehind(BirthNumber birth)
    {
        for (var behind = 1; behind <= DrawnAhead; behind++)
            if (state.Delivered.TryGetValue(new(birth.Value + behind), out var waits))
                FirstUnknown(waits);
    }

    // Where all are known, it is drawn again.
    Offspring? FirstUnknown(Message.Mutated child)
    {
        foreach (var one in child.Children)
            if (state.Lineage.Settings!.RepeatDuplicates || !state.Lineage.Known.Contains(one.Genotype.Fingerprint))
                return one; // Who asks for children has begun.
        // A walk towards the limits stands on the last child, which keeps them.
        var last = child.Children[^1];
        var asked = state.Asked[child.Birth] with { Draw = last.Draw + 1, At = last.Genotype, Nearest = default };
        Happen(asked);
        if (MayDraw(asked))
            AskAgain(asked);
        return null;
    }

    // The mutator works in pieces; what it found until now is kept here, so that any mutator can go on.
    void DrawOn(PopulationEvent.Asked asked, Message.DrawnInVain vain)
    {
        var limits = LimitsOf(state.Lineage.Settings!); // Who asks for children has begun.
        var isNearer =
            asked.Draw == 0
            || vain.Nearest.Count > 0
                && asked.Nearest.Count > 0
                && KnownLimits.Excess(limits, vain.Nearest) < KnownLimits.Excess(limits, asked.Nearest);
        var next = asked with { Draw = vain.Next, At = vain.At, Nearest = isNearer ? vain.Nearest : asked.Nearest };
        Happen(next);
        if (!state.IsSearchingSaid && state.DrawnInVain is { } spent)
            Happen(new PopulationEvent.Searching(spent));
        if (MayDraw(next))
            AskAgain(next);
    }

    // A search that is paused draws nothing. Where many draws of many births find nothing, the eldest goes on alone: if
    // it finds nothing either, the others' draws are of no use.
    bool MayDraw(PopulationEvent.Asked asked)
    {
        if (asked.Draw == 0)
            return true;
        if (state.PausedFor is not null)
            return false;
        if (asked.Draw < MutatorBehavior.DrawsBeforeWarning)
            return true;
        return EldestAsked is not { } eldest || eldest.Birth == asked.Birth;
    }

    PopulationEvent.Asked? EldestAsked
    {
        get
        {
            foreach (var asked in state.Asked.Values)
                if (!state.Delivered.ContainsKey(asked.Birth))
                    return asked;
            return null;
        }
    }

    // What was held while the search was paused.
    void AskAgainWhereDrawn()
    {
        foreach (var asked in state.Asked.Values)
            if (asked.Draw > 0 && !state.Delivered.ContainsKey(asked.Birth) && MayDraw(asked))
                AskAgain(asked);
    }

    void GiveUp(PopulationEvent.Asked asked, bool hasAllPoints)
    {
        var (settings, lineage) = (state.Lineage.Settings!, state.Lineage); // Who asks for children has begun.
        var limits = LimitsOf(settings);
        // That no point keeps the limits is certain then too, but it is the limit that is to be named.
        var someKeepThem = lineage.Born > 0 || state.Delivered.Count > 0;
        var isCertain = hasAllPoints && (limits.Count == 0 || someKeepThem);
        Happen(
            new PopulationEvent.Barren(
                asked.Birth,
                isCertain
                    ? null
                    : new(
                        asked.Draw,
                        limits,
                        someKeepThem ? default : asked.Nearest,
                        limits.Count == 0 ? settings.SpaceSize - lineage.Known.Count : null,
                        limits.Count == 0 ? settings.SpaceSize : null
                    )
            )
        );
    }

    static Sequence<Limit> LimitsOf(SearchSettings settings) => [.. settings.Objective.LimitsBeforeTraining()];
}
