using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Evolution;

/// <summary>Who breeds next: the one decision in which the algorithms differ. All of them run in steady state, with any
/// number of evaluations in flight.</summary>
/// <remarks>The answer follows from the settings, the lineage and the birth: any replay finds the same
/// parent.</remarks>
public static class Breeding
{
    /// <summary>The parent of a birth; null where the birth is to be drawn at random.</summary>
    /// <param name="birth">The next one.</param>
    /// <param name="lineage">Of a search that has begun.</param>
    /// <param name="founders">Founders that are born or asked for.</param>
    public static Individual? ParentOf(BirthNumber birth, Lineage lineage, long founders)
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
            WithNeighbours(lineage),
            SeededRandom.For(settings.Seed, birth, draw: -1)
        );
    }

    // Where genotypes may repeat, the leader never runs out of children: the population has its turn then.
    static Individual? Climber(Lineage lineage) =>
        lineage.Leader is { } leader && !lineage.Settings!.RepeatDuplicates && !lineage.Exhausted.Contains(leader.Birth)
            ? leader
            : null;

    static Population WithNeighbours(Lineage lineage)
    {
        if (lineage.Exhausted.IsEmpty)
            return lineage.Population;
        return new([.. lineage.Population.Members.Where(member => !lineage.Exhausted.Contains(member.Birth))]);
    }
}
