using System.Collections.Immutable;
using EvoNas.Genetics;

namespace EvoNas.Evolution;

/// <summary>A candidate with its score.</summary>
/// <param name="Birth">Its number.</param>
/// <param name="Parent">Null for a founder, which was drawn at random.</param>
/// <param name="Genotype">What it is.</param>
/// <param name="Fitness">How good.</param>
public sealed record Individual(BirthNumber Birth, BirthNumber? Parent, Genotype Genotype, Fitness Fitness);

/// <summary>The individuals that may breed, the oldest first.</summary>
/// <param name="Members">In the order in which they were admitted.</param>
public sealed record Population(Sequence<Individual> Members)
{
    /// <summary>No members.</summary>
    public static readonly Population Empty = new([]);

    /// <summary>How many.</summary>
    public int Count => Members.Count;

    /// <summary>With a child as its youngest member.</summary>
    public Population Add(Individual child) =>
        new(Members.Items.Add(child) is var items ? new Sequence<Individual>(items) : default);

    /// <summary>Without a member; the same where it is none.</summary>
    public Population Without(BirthNumber birth) =>
        new(new Sequence<Individual>(Members.Items.RemoveAll(member => member.Birth == birth)));

    /// <summary>A random few, drawn without replacement; all if there are no more.</summary>
    public Population Sample(int count, SeededRandom random)
    {
        if (count >= Count)
            return this;
        // A partial Fisher-Yates shuffle of the places.
        var places = new int[Count];
        for (var i = 0; i < places.Length; i++)
            places[i] = i;
        var drawn = ImmutableArray.CreateBuilder<Individual>(count);
        for (var i = 0; i < count; i++)
        {
            var other = i + random.Below(places.Length - i);
            (places[i], places[other]) = (places[other], places[i]);
            drawn.Add(Members[places[i]]);
        }
        return new(new Sequence<Individual>(drawn.MoveToImmutable()));
    }

    /// <summary>The best member; of equals, the first. Null if there is none.</summary>
    public Individual? Fittest()
    {
        Individual? best = null;
        foreach (var member in Members)
            if (best is null || member.Fitness.CompareTo(best.Fitness) > 0)
                best = member;
        return best;
    }
}
