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

    // As with proposals: children that have been asked for have lower numbers.
    void Promote(SearchSettings settings)
    {
        if (NextStep(settings) is not { Promotes: { } promoted, Rung: var rung })
            return;
        Keep(
            new LineageEvent.Born(
                new(state.Lineage.Born + 1),
                null,
                promoted.Genotype,
                Promoted: promoted.Birth,
                Rung: rung
            )
        );
        if (NextPair(out _) is var (slot, birth))
            HandTo(slot, birth);
    }

    Stage? StageOf(Pending pending) =>
        state.Lineage.Settings?.Rungs is { } rules && pending.Rung is { } rung
            ? new(rung, rules.Start(rung), rules.Epochs[rung], pending.Promoted)
            : null;

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
