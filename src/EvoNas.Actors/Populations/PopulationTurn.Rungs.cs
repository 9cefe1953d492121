using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Populations;

// Who goes on to the next rung, and how that is born.
sealed partial class PopulationTurn
{
    HalvingStep NextStep(SearchSettings settings) =>
        settings.Rungs is not null && HasTime(settings)
            ? SuccessiveHalving.Next(state.Lineage, state.Asked.Count, HasNew(settings))
            : HalvingStep.None;

    bool MayPromote(SearchSettings settings) => NextStep(settings).Promotes is not null;

    // As with proposals: children that have been asked for have lower numbers. False: it waits for its machine, and the
    // slot is still free.
    bool Promote(SearchSettings settings)
    {
        if (NextStep(settings) is not { Promotes: { } promoted, Rung: var rung })
            return true;
        Keep(
            new LineageEvent.Born(
                new(state.Lineage.Born + 1),
                null,
                promoted.Genotype,
                Promoted: promoted.Birth,
                Rung: rung
            )
        );
        if (NextPair(out _) is not var (slot, birth))
            return false;
        HandTo(slot, birth);
        return true;
    }

    Stage? StageOf(Pending pending) =>
        state.Lineage.Settings?.Rungs is { } rules && pending.Rung is { } rung
            ? new(rung, rules.Start(rung), rules.Epochs[rung], pending.Promoted, Needed)
            : null;

    // Of each rung below the top the first birth that waits for its promotion, or is gone on with now.
    Sequence<BirthNumber> Needed
    {
        get
        {
            var lineage = state.Lineage;
            var needed = new BirthNumber[lineage.Rungs.Count];
            Array.Fill(needed, new(lineage.Born + 1));
            for (var rung = 0; rung < needed.Length; rung++)
                foreach (var entry in lineage.Rungs[rung].Entries)
                    if (!entry.IsPromoted)
                        Keep(rung, entry.Individual.Birth);
            foreach (var pending in lineage.Pending.Values)
            {
                if (pending is { Promoted: { } promoted, Rung: { } next })
                    Keep(next - 1, promoted);
                if (pending.Rung is { } rung && rung < needed.Length)
                    Keep(rung, pending.Birth);
            }
            return [.. needed];

            void Keep(int rung, BirthNumber birth)
            {
                if (birth.CompareTo(needed[rung]) < 0)
                    needed[rung] = birth;
            }
        }
    }

    // The machine that has the checkpoint of a promotion; null where there is none. Slots of one machine have its name
    // and a number.
    string? MachineOf(BirthNumber birth) =>
        state.Lineage.Pending[birth] is { Promoted: { } promoted, Rung: { } rung }
        && state.Lineage.Rungs[rung - 1].Find(promoted)?.Slot is { } slot
            ? Machine(slot)
            : null;

    // It waits for that machine as long as one of its slots lives; what else there is to do is done meanwhile.
    Address? SlotOn(string machine)
    {
        foreach (var idle in state.Idle)
            if (Machine(idle.Name) == machine)
                return idle;
        foreach (var busy in state.Leases.Keys)
            if (Machine(busy.Name) == machine)
                return null;
        return state.Idle[0];
    }

    static string Machine(string slot) => slot.LastIndexOf('-') is > 0 and var end ? slot[..end] : slot;

    // Why a score of a rung cannot be ranked; null where it can.
    string? Unranked(BirthNumber birth, Outcome.Trained trained) =>
        state.Lineage.Settings?.Rungs is { Metric: { } metric } rules
        && state.Lineage.Pending[birth].Rung is { } rung
        && rung < rules.Top
        && trained.Metrics[metric] is null
            ? $"The metric '{metric}' of the rungs was not measured."
            : null;

    // Null where it went on from the end of the rung below.
    int? FromOf(BirthNumber birth, Outcome.Trained trained) =>
        state.Lineage.Settings?.Rungs is { } rules
        && state.Lineage.Pending[birth].Rung is { } rung
        && trained.From is { } from
        && from != rules.Start(rung)
            ? Math.Clamp(from, 0, rules.Start(rung))
            : null;

    // What is left of the budget trains nothing in full.
    bool HalvingIsOver(SearchSettings settings, Lineage lineage) =>
        settings.Rungs is not null && (HasNew(settings) || SuccessiveHalving.HasUnpromoted(lineage));
}
