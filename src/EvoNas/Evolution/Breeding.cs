using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Evolution;

/// <summary>Who breeds next: the one decision in which the algorithms differ. All of them run in steady state, with any
/// number of evaluations in flight.</summary>
/// <remarks>The answer follows from the settings, the lineage and the birth: any replay finds the same
/// parent.</remarks>
public static class Breeding
{
    /// <summary>The parents of a birth; both null where the birth is to be drawn at random.</summary>
    /// <param name="birth">The next one.</param>
    /// <param name="lineage">Of a search that has begun.</param>
    /// <param name="founders">Founders that are born or asked for.</param>
    /// <returns>A mate only with <see cref="Algorithm.Nsga2"/>.</returns>
    public static (Individual? Parent, Individual? Mate) ParentsOf(BirthNumber birth, Lineage lineage, long founders)
    {
        var settings = lineage.Settings!; // It has begun.
        if (settings.Algorithm != Algorithm.Nsga2)
            return (ParentOf(birth, lineage, founders), null);
        return founders < settings.FoundersMin || lineage.Population.Count == 0
            ? default
            : Nsga2.Parents(lineage.Population, lineage.Points, SeededRandom.For(settings.Seed, birth, draw: -1));
    }

    /// <summary>The member that leaves the population now; null while it is not overfull.</summary>
    public static Individual? Leaving(Lineage lineage)
    {
        var settings = lineage.Settings!; // It has members.
        return settings.Algorithm == Algorithm.Nsga2
            ? lineage.Population.Count > settings.PopulationSize
                ? lineage.Population.Members[Nsga2.Leaving(lineage.Points.Items.AsSpan())]
                : null
            : new RegularizedEvolution(settings.PopulationSize, settings.TournamentSize).Oldest(lineage.Population);
    }

    static Individual? ParentOf(BirthNumber birth, Lineage lineage, long founders)
    {
        var settings = lineage.Settings!; // It has begun.
        if (settings.Algorithm == Algorithm.Random || founders < settings.FoundersMin)
            return null;
        if (settings.Algorithm is Algorithm.Local or Algorithm.Auto && Climber(lineage) is { } climber)
            return climber;
        if (settings.Algorithm == Algorithm.Local)
            return null;
        // The tournament has random numbers of its own, so that the child does not depend on the tournament's size.
        return new RegularizedEvolution(settings.PopulationSize, settings.TournamentSize).Parent(
            WithNeighbours(lineage, settings.Rungs is null ? lineage.Population : SuccessiveHalving.Parents(lineage)),
            SeededRandom.For(settings.Seed, birth, draw: -1)
        );
    }

    // Where genotypes may repeat, the leader never runs out of children: the population has its turn then.
    static Individual? Climber(Lineage lineage) =>
        lineage.Leader is { } leader && !lineage.Settings!.RepeatDuplicates && !lineage.Exhausted.Contains(leader.Birth)
            ? leader
            : null;

    static Population WithNeighbours(Lineage lineage, Population population)
    {
        if (lineage.Exhausted.IsEmpty)
            return population;
        return new([.. population.Members.Where(member => !lineage.Exhausted.Contains(member.Birth))]);
    }
}
