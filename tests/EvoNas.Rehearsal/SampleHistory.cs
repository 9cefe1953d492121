using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Rehearsal;

/// <summary>A search that never ran: the events of a regularized evolution over a real space, with a fitness that is
/// made up. The same seed gives the same events.</summary>
public static class SampleHistory
{
    const int PopulationSize = 100,
        TournamentSize = 20,
        Slots = 4,
        Epochs = 5;

    /// <summary>The settings of such a search.</summary>
    /// <param name="space">The space's name.</param>
    /// <param name="fingerprint">Of the space, as a search has it.</param>
    /// <param name="births">How many births it is to have.</param>
    public static SearchSettings Settings(string space, string fingerprint, long births) =>
        new()
        {
            Space = space,
            SpaceFingerprint = fingerprint,
            PopulationSize = PopulationSize,
            TournamentSize = TournamentSize,
            Budget = new(Evaluations: births),
            Seed = 7,
        };

    /// <summary>Its events, from the first on.</summary>
    /// <param name="settings">What it begins with.</param>
    /// <param name="space">The space.</param>
    /// <param name="births">How many births; the last few stay pending.</param>
    public static IEnumerable<LineageEvent> Events(SearchSettings settings, SearchSpace space, int births)
    {
        yield return new LineageEvent.Begun(settings);
        var population = new List<(int Birth, Genotype Genotype, double Fitness)>();
        var pending = new Queue<(int Birth, Genotype Genotype)>();
        for (var birth = 1; birth <= births; birth++)
        {
            var random = SeededRandom.For(settings.Seed, new BirthNumber(birth));
            var born = Bear(space, population, birth, random);
            yield return born;
            pending.Enqueue((birth, born.Genotype));
            if (pending.Count <= Slots)
                continue;
            var (ended, genotype) = pending.Dequeue();
            var end = End(ended, genotype, SeededRandom.For(settings.Seed + 1, new BirthNumber(ended)));
            yield return end;
            if (end is not LineageEvent.Scored scored)
                continue;
            population.Add((ended, genotype, scored.Fitness.Value));
            if (population.Count <= PopulationSize)
                continue;
            yield return new LineageEvent.Retired(new(population[0].Birth));
            population.RemoveAt(0);
        }
    }

    static LineageEvent.Born Bear(
        SearchSpace space,
        List<(int Birth, Genotype Genotype, double Fitness)> population,
        int birth,
        SeededRandom random
    )
    {
        if (population.Count < PopulationSize)
            return new(new(birth), null, space.Sample(random), random.Below(3));
        var parent = population[random.Below(population.Count)];
        for (var i = 1; i < TournamentSize; i++)
            if (population[random.Below(population.Count)] is var other && other.Fitness > parent.Fitness)
                parent = other;
        var mutation = space.Mutate(parent.Genotype, random);
        return new(
            new(birth),
            new(parent.Birth),
            mutation.Child,
            0,
            new(mutation.Decision, mutation.From, mutation.To)
        );
    }

    static LineageEvent End(int birth, Genotype genotype, SeededRandom random)
    {
        var seconds = 20 + random.Below(2000) / 100.0;
        var run = new Run(1 + (random.Below(50) == 0 ? 1 : 0), $"slot-{birth % Slots + 1}", seconds, birth * 8.0);
        if (random.Below(33) == 0)
            return new LineageEvent.RuledOut(
                new(birth),
                (RuledOutReason)random.Below(4),
                $"made up for birth {birth}",
                run
            );
        // Each gene has a say of its own, so that there is something to find.
        var (worth, cost) = (0.0, 0.0);
        for (var i = 0; i < genotype.Genes.Count; i++)
        {
            var gene = genotype.Genes[i].Value;
            worth += Math.Sin(gene * 1.7 + i) / (genotype.Genes.Count + 1);
            cost += (gene + 1) * (i + 1);
        }
        var fitness = 0.7 + 0.2 * worth + random.Below(1000) / 100_000.0;
        var stopped = random.Below(10) == 0;
        var curve = new double[stopped ? 2 : Epochs];
        for (var epoch = 0; epoch < curve.Length; epoch++)
            curve[epoch] = fitness * (1 - Math.Exp(-(epoch + 1) / 1.5));
        curve[^1] = fitness;
        return new LineageEvent.Scored(
            new(birth),
            new(fitness, cost < 1e6),
            Metrics.Of(
                (Metrics.Top1, fitness),
                (Metrics.MultiplyAdds, 1e6 + cost * 1000),
                (Metrics.Parameters, 1e5 + cost * 100)
            ),
            [.. curve],
            stopped ? curve.Length : null,
            run
        );
    }
}
