using System.Collections.Immutable;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation;

/// <summary>What one world goes through; everything in it follows from this.</summary>
/// <param name="Seed">Of every die but the search's own.</param>
/// <param name="FaultProfile">What the world is made of.</param>
/// <param name="Faults">What goes wrong at which time.</param>
/// <param name="InjectedBug">A defect put in on purpose.</param>
sealed record SimulationCase(
    ulong Seed,
    FaultProfile FaultProfile,
    ImmutableArray<Fault> Faults,
    InjectedBug InjectedBug = InjectedBug.None
)
{
    /// <summary>Of the search and of what each genotype is like.</summary>
    public ulong SearchSeed { get; init; } = Genetics.SeededRandom.For(Seed, "search").Next();

    /// <summary>What a seed draws.</summary>
    public static SimulationCase Of(ulong seed, InjectedBug bug = InjectedBug.None)
    {
        var profile = FaultProfile.Of(seed);
        return new(seed, profile, Fault.Schedule(seed, profile), bug);
    }
}

/// <summary>What became of one world.</summary>
/// <param name="Seed">Which.</param>
/// <param name="FaultProfile">What it was made of, in words.</param>
/// <param name="Tally">What happened in it.</param>
/// <param name="Violation">The promise that broke; null where none did.</param>
/// <param name="Hash">Over everything that happened: two runs of one seed have the same.</param>
public sealed record Verdict(ulong Seed, string FaultProfile, Tally Tally, Violation? Violation, ulong Hash)
{
    /// <summary>The line that has this world happen again.</summary>
    public string Replay => $"evonas simulate --seeds 1 --first-seed {Seed}";
}
