using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>Which candidates are evaluated again at the end of a search, and which of them wins.</summary>
/// <remarks>Every answer follows from the lineage alone: a search that is resumed goes on as it would have.</remarks>
public static class Finals
{
    const int Draws = 10_000;

    /// <summary>Evaluations that births leave over for the finalists.</summary>
    public static long Reserved(Lineage lineage)
    {
        if (RulesOf(lineage) is not { Cost: var cost } || lineage.Settings?.Budget.Evaluations is not { } evaluations)
            return 0;
        // While nothing has a score, there is nothing to evaluate again.
        return lineage.Contenders.Count == 0 && lineage.Evaluations >= evaluations - cost
            ? 0
            : Math.Max(0, cost - lineage.RepeatsOfBudget);
    }

    /// <summary>The births to evaluate again now, one entry an evaluation, of the round that is due; empty where none
    /// is.</summary>
    /// <param name="lineage">Of a search that breeds no more and has nothing pending.</param>
    public static Sequence<BirthNumber> Due(Lineage lineage)
    {
        if (
            RulesOf(lineage) is not { } rules
            || lineage.Settings?.Budget.Evaluations is not { } evaluations
            || lineage.Contenders.Count == 0
        )
            return [];
        var begun = 0L;
        foreach (var round in rules.Rounds)
        {
            var (size, done) = (round.Count * round.Repeats, lineage.RepeatsOfBudget - begun);
            if (done < size)
            {
                // The first repeat of each, then the second: where the budget ends early, all have as many.
                var (finalists, due) = (Ranked(lineage, round.Count), new List<BirthNumber>());
                for (var i = done; i < size && due.Count + 1 <= evaluations - lineage.Evaluations; i++)
                    due.Add(finalists[(int)(i % finalists.Count)].Birth);
                return [.. due];
            }
            begun += size;
        }
        return [];
    }

    /// <summary>Who won, by the candidates that were evaluated again; null where none has a score of that.</summary>
    public static Winner? WinnerOf(Lineage lineage)
    {
        var finalists = lineage.Contenders.Where(one => one.Repeats.Count > 0).ToArray();
        if (finalists.Length == 0)
            return null;
        if (Array.Exists(finalists, one => one.IsFeasible))
            finalists = [.. finalists.Where(one => one.IsFeasible)];
        var noise = NoiseOf(lineage);
        var worths = finalists.Select(one => WorthOf(one, lineage, noise, PriorOf(lineage, noise))).ToArray();
        var winner = 0;
        for (var i = 1; i < finalists.Length; i++)
            if (worths[i].Mean > worths[winner].Mean)
                winner = i;
        var repeats = finalists[winner].Repeats;
        var (mean, interval) = (repeats.Average(), noise?.Interval(repeats.Count) ?? 0);
        return new(
            finalists[winner].Birth,
            mean,
            mean - interval,
            mean + interval,
            repeats.Count,
            ProbabilityOf(winner, worths, SeededRandom.For(lineage.Settings!.Seed, "finalists")), // It has scores.
            noise?.Deviation ?? 0,
            lineage.Settings.HeldOutFinals ? GapOf(finalists) : null
        );
    }

    // By how much first scores are higher than those by data of their own; 0 before there are any of these.
    static double GapOf(IEnumerable<Contender> contenders) =>
        contenders
            .Where(one => one.Repeats.Count > 0)
            .Select(one => one.Champion.Individual.Fitness.Value - one.Repeats.Average())
            .DefaultIfEmpty()
            .Average();

    static FinalistRules? RulesOf(Lineage lineage) =>
        lineage.Settings is { Finalists: { } rules, Budget: var budget } && rules.Fit(budget) ? rules : null;

    // The first score chose a finalist and is high by luck: it says nothing of the noise.
    static Noise? NoiseOf(Lineage lineage) => Noise.Of(lineage.Contenders.Select(one => one.Repeats));

    static Prior PriorOf(Lineage lineage, Noise? noise) =>
        Prior.Of([.. lineage.Population.Members.Select(member => member.Fitness.Value)], noise?.Variance ?? 0);

    // A first score by other data says nothing of the worth once there is one by these. Where there is none, after a
    // budget was raised, it is worth as much less as those of the others were.
    static Prior WorthOf(Contender one, Lineage lineage, Noise? noise, Prior prior)
    {
        var first = one.Champion.Individual.Fitness.Value;
        Sequence<double> values =
            lineage.Settings is not { HeldOutFinals: true } ? [first, .. one.Repeats]
            : one.Repeats.Count > 0 ? one.Repeats
            : [first - GapOf(lineage.Contenders)];
        return prior.After(values.Average(), values.Count, noise?.Variance ?? 0);
    }

    // By what is known of them now: before the first repeat that is their first score.
    static List<Contender> Ranked(Lineage lineage, int count)
    {
        var noise = NoiseOf(lineage);
        var prior = PriorOf(lineage, noise);
        var worths = lineage.Contenders.ToDictionary(one => one.Birth, one => WorthOf(one, lineage, noise, prior).Mean);
        var contenders = lineage.Contenders.ToList();
        contenders.Sort(
            (one, other) =>
                one.IsFeasible == other.IsFeasible
                && worths[other.Birth].CompareTo(worths[one.Birth]) is var order and not 0
                    ? order
                    : Contender.ByFirstScore(one, other)
        );
        return contenders[..Math.Min(count, contenders.Count)];
    }

    static double ProbabilityOf(int place, Prior[] worths, SeededRandom random)
    {
        var wins = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var (best, value) = (0, double.NegativeInfinity);
            for (var i = 0; i < worths.Length; i++)
            {
                var drawn = worths[i].Mean + Math.Sqrt(worths[i].Variance) * Normal(random);
                if (drawn > value)
                    (best, value) = (i, drawn);
            }
            wins += best == place ? 1 : 0;
        }
        return (double)wins / Draws;
    }

    // Box and Muller 1958.
    static double Normal(SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.Unit())) * Math.Cos(2 * Math.PI * random.Unit());
}
