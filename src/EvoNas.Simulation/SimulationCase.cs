using System.Collections.Immutable;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation;

/// <summary>The inputs of one simulation; everything that happens in it follows from them.</summary>
/// <param name="Seed">Seeds every random stream except that of the search.</param>
/// <param name="FaultProfile">Machines, search and fault rates.</param>
/// <param name="Faults">The scheduled faults.</param>
/// <param name="InjectedBug">A bug that the checks must find.</param>
sealed record SimulationCase(
    ulong Seed,
    FaultProfile FaultProfile,
    ImmutableArray<Fault> Faults,
    InjectedBug InjectedBug = InjectedBug.None
)
{
    /// <summary>Seeds the search and the traits of each genotype.</summary>
    public ulong SearchSeed { get; init; } = Genetics.SeededRandom.For(Seed, "search").Next();

    /// <summary>The case of a seed.</summary>
    public static SimulationCase Of(ulong seed, InjectedBug bug = InjectedBug.None)
    {
        var profile = FaultProfile.Of(seed);
        return new(seed, profile, Fault.Schedule(seed, profile), bug);
    }
}

/// <summary>The result of one simulation.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="FaultProfile">Its fault profile as text.</param>
/// <param name="Tally">Counts of what happened.</param>
/// <param name="Violation">The promise that broke; null if none did.</param>
/// <param name="Hash">Hash of everything that happened; equal for two runs of one seed.</param>
public sealed record Verdict(ulong Seed, string FaultProfile, Tally Tally, Violation? Violation, ulong Hash)
{
    /// <summary>The command that repeats this simulation.</summary>
    public string Replay => $"evonas simulate --seeds 1 --first-seed {Seed}";
}
