using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Promises;

// What the finalists must be, told apart from the lineage that chooses them.
sealed partial class ReferenceModel
{
    // In all, and since the budget was last changed.
    long _repeats,
        _repeatsOfBudget;

    static bool IsFinal(LineageEvent.Born born) => born.RepeatOf is not null && born.Guards is null;

    static bool IsCandidate(Entry entry) => entry.Scored && entry.Born.RepeatOf is null;

    void CheckRepeat(LineageEvent.Born born)
    {
        world.Tally.See(Occurrence.Repeated);
        var (place, of) = (_repeatsOfBudget++, born.RepeatOf!.Value); // It is one.
        var isFirstBudget = _repeats++ == place;
        if (world.Settings.Finalists is not { } rules || place >= rules.Cost)
            throw new ViolationException(
                Promise.P2Once,
                "evaluations of finalists",
                world.Settings.Finalists is { } asked ? $"{asked.Cost} in a budget" : "none",
                $"{place + 1}"
            );
        if (_births.Find(entry => entry.Ends == 0 && !IsFinal(entry.Born)) is { } running)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"births that have not ended when {born.Birth} evaluates {of} again",
                "none",
                $"{running.Born.Birth}"
            );
        // Every score keeps the limit: what breaks it is never born.
        var best = _births
            .Where(entry => IsCandidate(entry) && IsFull(world.Settings.Rungs, entry.Born))
            .OrderByDescending(entry => entry.Fitness)
            .ThenBy(entry => entry.Born.Birth)
            .Select(entry => entry.Born)
            .ToArray();
        var round = rules.Rounds[0];
        // Where nothing was evaluated again before, the first scores choose, and all take turns. Later rounds, and
        // those of a budget that was raised, choose among these and those that have come since.
        var expected =
            isFirstBudget && place < round.Count * round.Repeats
                ? [best[place % Math.Min(round.Count, best.Length)]]
                : best.Where(
                    (one, i) =>
                        i < rules.CountMax
                        || _births.Exists(entry => IsFinal(entry.Born) && entry.Born.RepeatOf == one.Birth)
                );
        if (!expected.Any(one => one.Birth == of && one.Genotype == born.Genotype))
            throw new ViolationException(
                Promise.P6SameSearch,
                $"what {born.Birth} evaluates again",
                string.Join(" or ", expected.Select(one => $"{one.Birth} {one.Genotype}")),
                $"{of} {born.Genotype}"
            );
    }

    void CheckWinner(Winner? winner)
    {
        var values = _births
            .Where(entry => entry.Scored && IsFinal(entry.Born))
            .ToLookup(entry => entry.Born.RepeatOf!.Value, entry => entry.Fitness); // Filtered above.
        if (winner is not null)
            world.Tally.See(Occurrence.Won);
        double[] found = winner is null ? [] : [.. values[winner.Birth]];
        if (
            winner is null != (values.Count == 0)
            || winner is not null
                && (found.Length != winner.Evaluations || Math.Abs(found.Average() - winner.Mean) > 1e-12)
        )
            throw new ViolationException(
                Promise.P6SameSearch,
                "the winner",
                $"one of {string.Join(", ", values.Select(one => one.Key))}, by the scores in the journal",
                $"{winner}"
            );
    }
}
