namespace EvoNas.Evolution;

/// <summary>Where the reference point of a search comes from.</summary>
public enum ReferenceOrigin
{
    /// <summary>The user gave it.</summary>
    Given,

    /// <summary>The worst value of each objective in the look-up table.</summary>
    Table,
}

/// <summary>The point from which the hypervolume of a front is measured: one value of each objective, fixed when the
/// search begins.</summary>
/// <param name="Values">In the order of the objectives; a candidate counts that is better in all of them.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record ReferencePoint(Sequence<double> Values, ReferenceOrigin Origin);

/// <summary>How <see cref="Algorithm.Nsga2"/> breeds. Written with the settings, so that a search keeps the rules that
/// it was begun with.</summary>
/// <param name="Founders">Births drawn at random before the first child; at least 2.</param>
/// <param name="Crossover">The share of children that have two parents, in [0, 1]; the others have one.</param>
/// <param name="Neighbours">See <see cref="BreedingRules.Neighbours"/>.</param>
public sealed record ParetoRules(int Founders, double Crossover, bool Neighbours)
{
    /// <summary>Deb et al. 2002 cross 90 % of the parents.</summary>
    public const double UsualCrossover = 0.9;

    internal const int PopulationMin = 50,
        PopulationMax = 100;

    // A tenth of the budget, but a few to choose from.
    const int FoundersMin = 10;

    /// <summary>The rules of a search that begins now; null for the algorithms that have none.</summary>
    public static ParetoRules? For(Algorithm algorithm, Budget budget, int populationSize) =>
        algorithm != Algorithm.Nsga2
            ? null
            : new(FoundersFor(budget, populationSize), UsualCrossover, Neighbours: true);

    static int FoundersFor(Budget budget, int populationSize) =>
        (int)
            Math.Clamp(budget.Evaluations / 10 ?? PopulationMin, Math.Min(FoundersMin, populationSize), populationSize);
}

/// <summary>What a search of several objectives has beyond the first: <see cref="SearchSettings.Objective"/>, which
/// holds the limits.</summary>
/// <param name="Further">The other objectives, without limits; at least one.</param>
/// <param name="Rules">Of <see cref="Algorithm.Nsga2"/>; null with <see cref="Algorithm.Random"/>.</param>
/// <param name="Reference">Null: the worst value of each objective among the founders.</param>
public sealed record ParetoSettings(
    Sequence<Objective> Further,
    ParetoRules? Rules = null,
    ReferencePoint? Reference = null
)
{
    /// <summary>The most objectives of one search: with more, nearly every candidate is on the front.</summary>
    public const int ObjectivesMax = 4;
}
