using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Promises;

// Who must be promoted, told apart from the lineage that decides it.
sealed partial class ReferenceModel
{
    // Of each rung below the top, in the order of their scores.
    readonly Dictionary<int, List<(BirthNumber Birth, double Value)>> _rungs = [];
    readonly HashSet<BirthNumber> _promoted = [];
    readonly Lazy<long> _allowed = new(() => world.Space.Points().LongCount(point => !world.Forbids(point)));
    long _epochs;

    static int EpochsOf(RungRules rules, LineageEvent.Born born) =>
        born.RepeatOf is not null ? rules.Epochs[^1]
        : born.Rung is { } rung ? rules.Epochs[rung] - rules.Epochs[rung - 1]
        : rules.Epochs[0];

    static bool IsFull(RungRules? rules, LineageEvent.Born born) =>
        rules is null || born.RepeatOf is not null || born.Rung == rules.Epochs.Count - 1;

    void CheckPromotion(LineageEvent.Born born)
    {
        world.Tally.See(Occurrence.Promoted);
        var (rules, rung, of) = (world.Settings.Rungs!, born.Rung!.Value, born.Promoted!.Value);
        var window = _rungs.GetValueOrDefault(rung - 1, []).TakeLast(rules.Window).ToArray();
        var waiting = window.Where(one => !_promoted.Contains(one.Birth)).ToArray();
        var best = waiting.Length == 0 ? default : waiting.MaxBy(one => one.Value);
        if (best.Birth != of || GenotypeOf(of) != born.Genotype || born is not { Parent: null, Mate: null })
            throw new ViolationException(
                Promise.P6SameSearch,
                $"who is promoted as {born.Birth} to rung {rung}",
                $"{best.Birth}, the best that waits",
                $"{born}"
            );
        var left = (Truth.Settings!.Budget.Evaluations!.Value - Reserved) * rules.Epochs[^1] - _epochs; // It has both.
        if (EpochsOf(rules, born) > left)
            throw new ViolationException(
                Promise.P2Once,
                $"epochs of {born.Birth}",
                $"at most {left}, which the budget has left",
                $"{EpochsOf(rules, born)}"
            );
        var better = window.Count(one => one.Value > best.Value);
        var isEnd = left < 2 * rules.Epochs[^1] || _known.Count >= _allowed.Value;
        if (!isEnd && better >= window.Length / rules.Reduction)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the rank of {of}, promoted as {born.Birth}",
                $"among the best {window.Length / rules.Reduction} of {window.Length}",
                $"{better + 1}"
            );
        _promoted.Add(of);
    }

    long Reserved => world.Settings.Finalists is { } rules ? Math.Max(0, rules.Cost - _repeatsOfBudget) : 0;

    void Rank(LineageEvent.Scored scored, LineageEvent.Born born)
    {
        if (world.Settings.Rungs is not { } rules || born.RepeatOf is not null)
            return;
        var rung = born.Rung ?? 0;
        if (scored.From is { } from)
        {
            world.Tally.See(Occurrence.TrainedFromZero);
            _epochs += rules.Epochs[rung - 1] - from;
        }
        if (rung == rules.Epochs.Count - 1)
            return;
        if (!_rungs.TryGetValue(rung, out var entries))
            _rungs[rung] = entries = [];
        entries.Add((born.Birth, scored.Fitness.Value));
    }
}
