namespace EvoNas.Evolution;

public sealed partial record SearchSettings
{
    /// <summary>Weighs a candidate's metrics by the first objective, with the limits' penalties.</summary>
    /// <param name="metrics">Of the candidate.</param>
    /// <param name="unscorable">Why it has no value; null where it has one.</param>
    /// <returns>Null where one of the objectives has no value: see <see cref="Objective.Weigh"/>.</returns>
    public Fitness? Weigh(Metrics metrics, out string? unscorable)
    {
        if (Objective.Weigh(metrics, out unscorable) is not { } fitness)
            return null;
        foreach (var further in Pareto?.Further ?? [])
            if (further.Weigh(metrics, out unscorable) is null)
                return null;
        return fitness;
    }

    /// <summary>A candidate among the objectives, without penalties; null where one of them has no value.</summary>
    public ParetoPoint? PointOf(Metrics metrics)
    {
        var objectives = Objectives;
        var values = new double[objectives.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if ((objectives[i] with { Limits = default }).Weigh(metrics, out _) is not { } fitness)
                return null;
            values[i] = fitness.Value;
        }
        return new(
            new(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(values)),
            Objective.Violation(metrics)
        );
    }

    void CheckPareto()
    {
        if (Algorithm == Algorithm.Nsga2 && (Pareto?.Rules is null || RepeatDuplicates))
            throw RepeatDuplicates
                ? new RequestException(
                    "NSGA-II evaluates no genotype twice: copies would crowd out the rest of the front.",
                    "Leave out --repeat-duplicates."
                )
                : new RequestException(
                    "The algorithm nsga2 needs several objectives.",
                    "Write them with commas between, such as --objective \"top1, -latencyMs\"; "
                        + "or take another --algorithm."
                );
        if (Pareto is null)
            return;
        if (Algorithm is not (Algorithm.Nsga2 or Algorithm.Random))
            throw new RequestException(
                $"The algorithm {Algorithm.ToString().ToLowerInvariant()} searches for one objective, "
                    + $"not for {Objectives.Count}.",
                "Take --algorithm nsga2 (auto takes it), or random."
            );
        if (Algorithm == Algorithm.Random && Pareto.Rules is not null || Pareto.Further.Count == 0)
            throw new RequestException(
                "The settings of several objectives do not fit the algorithm.",
                "Give those of ParetoRules.For, and a second objective."
            );
        if (Pareto.Rules is { } rules)
        {
            if (rules.Founders < 2 || rules.Founders > PopulationSize)
                throw new RequestException(
                    $"{rules.Founders} founders do not breed; it takes 2 to {PopulationSize} (the population's size)."
                );
            if (!(rules.Crossover is >= 0 and <= 1))
                throw new RequestException($"A share of crossover of {rules.Crossover} is not from 0 to 1.");
        }
        if (Pareto.Reference is { } reference && reference.Values.Count != Objectives.Count)
            throw new RequestException(
                $"A reference point of {reference.Values.Count} numbers does not fit {Objectives.Count} objectives.",
                "Give one number for each objective, in their order."
            );
    }
}
