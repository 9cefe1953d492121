using System.Collections.Immutable;
using EvoNas.Hosting.Simulation.Faults;
using EvoNas.Hosting.Simulation.Promises;

namespace EvoNas.Hosting.Simulation;

/// <summary>What one world goes through; everything in it follows from this.</summary>
/// <param name="Seed">Of every die but the search's own.</param>
/// <param name="Mix">What the world is made of.</param>
/// <param name="Faults">What goes wrong at which time.</param>
/// <param name="Mutant">A defect put in on purpose.</param>
sealed record Ordeal(ulong Seed, Mix Mix, ImmutableArray<Fault> Faults, Mutant Mutant = Mutant.None)
{
    /// <summary>Of the search and of what each genotype is like.</summary>
    public ulong SearchSeed { get; init; } = Genetics.Dice.For(Seed, "search").Next();

    /// <summary>What a seed draws.</summary>
    public static Ordeal Of(ulong seed, Mutant mutant = Mutant.None)
    {
        var mix = Mix.Of(seed);
        return new(seed, mix, Fault.Schedule(seed, mix), mutant);
    }
}

/// <summary>What became of one world.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Mix">What it was made of, in words.</param>
/// <param name="Tally">What happened in it.</param>
/// <param name="Breach">The promise that broke; null where none did.</param>
/// <param name="Hash">Over everything that happened: two runs of one seed have the same.</param>
public sealed record Verdict(ulong Seed, string Mix, Tally Tally, Breach? Breach, ulong Hash)
{
    /// <summary>The line that has this world happen again.</summary>
    public string Replay => $"evonas simulate --seeds 1 --first-seed {Seed}";
}
