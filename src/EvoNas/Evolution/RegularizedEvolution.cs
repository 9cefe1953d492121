using EvoNas.Genetics;

namespace EvoNas.Evolution;

/// <summary>Regularized (aging) evolution: the fittest of a random few breeds, the oldest is removed.</summary>
/// <remarks>Source: Real et al. 2019, <i>Regularized Evolution for Image Classifier Architecture Search</i>,
/// arXiv:1802.01548, Algorithm 1. We sample the tournament without replacement; the paper samples with. It runs in
/// steady state: a slot that becomes free gets the next child at once.</remarks>
/// <param name="PopulationSize">At least 2.</param>
/// <param name="TournamentSize">2 to <paramref name="PopulationSize"/>.</param>
public sealed record RegularizedEvolution(int PopulationSize, int TournamentSize)
{
    /// <summary>The member that breeds for a birth; null if there are no members.</summary>
    public Individual? Parent(Population population, SeededRandom random) =>
        population.Sample(TournamentSize, random).Fittest();

    /// <summary>A child by one mutation; null where the parent has none: see
    /// <see cref="SearchSpace.TryMutate"/>.</summary>
    /// <param name="parent">Who breeds.</param>
    /// <param name="space">To breed in.</param>
    /// <param name="random">Of this draw alone.</param>
    /// <param name="neighbours">See <see cref="BreedingRules.Neighbours"/>.</param>
    public static Mutation? Breed(Individual parent, SearchSpace space, SeededRandom random, bool neighbours = false) =>
        space.TryMutate(parent.Genotype, random, neighbours);

    /// <summary>The member that a new one replaces; null while the population is not full.</summary>
    public Individual? Oldest(Population population) =>
        population.Count > PopulationSize ? population.Members[0] : null;
}
