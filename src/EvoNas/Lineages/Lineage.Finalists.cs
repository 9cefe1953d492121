using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

public sealed partial record Lineage
{
    /// <summary>Whom the search announces: the winner of the finalists; without them the fittest that keeps every
    /// limit, and where none does, the fittest. Null before the first score.</summary>
    public Champion? Announced
    {
        get
        {
            if (Winner is { } winner)
                foreach (var one in Contenders)
                    if (one.Birth == winner.Birth)
                        return one.Champion;
            return BestFeasible ?? Best;
        }
    }

    /// <summary>The fitness that the search announces: the mean of the winner's later evaluations; without finalists
    /// the score of <see cref="Announced"/>. Null before the first score.</summary>
    public double? AnnouncedFitness => Winner?.Mean ?? Announced?.Individual.Fitness.Value;

    bool IsContender(BirthNumber birth, Genotype genotype)
    {
        foreach (var one in Contenders)
            if (one.Birth == birth)
                return one.Champion.Individual.Genotype == genotype;
        return false;
    }

    // As many of the best as the largest round has finalists, and whoever was evaluated again.
    Sequence<Contender> WithContender(Champion scored)
    {
        if (Settings?.Finalists is not { } rules)
            return Contenders;
        var contenders = new List<Contender>(Contenders.Count + 1);
        contenders.AddRange(Contenders);
        contenders.Add(new(scored));
        contenders.Sort(Contender.ByFirstScore);
        for (var place = contenders.Count - 1; place >= rules.CountMax; place--)
            if (contenders[place].Repeats.Count == 0)
                contenders.RemoveAt(place);
        contenders.Sort((one, other) => one.Birth.CompareTo(other.Birth));
        return [.. contenders];
    }

    // Another evaluation of a birth changes neither who breeds nor whose single score was the best. One of a guarded
    // candidate, null, says nothing of it.
    Lineage ScoreAgain(BirthNumber? of, LineageEvent.Scored scored) =>
        this with
        {
            Scored = Scored + 1,
            Pending = Pending.Remove(scored.Birth),
            GuardScores = of is null
                ? [.. GuardScores.Items.AsSpan(Math.Max(0, GuardScores.Count + 1 - Drift.Kept)..), scored.Fitness.Value]
                : GuardScores,
            Contenders =
            [
                .. Contenders.Select(one =>
                    one.Birth == of ? one with { Repeats = [.. one.Repeats, scored.Fitness.Value] } : one
                ),
            ],
            ElapsedSeconds = Math.Max(ElapsedSeconds, scored.Run.AtSeconds),
            SlotSeconds = SlotSeconds + scored.Run.Seconds,
        };
}
