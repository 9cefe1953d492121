using EvoNas.Simulation.Promises;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation;

/// <summary>Fault simulation: runs searches under virtual time with injected faults, and checks every promise against
/// what happens.</summary>
/// <remarks>After the simulators of FoundationDB and TigerBeetle: one thread, virtual time, all random numbers from one
/// seed. The cells are the production code.</remarks>
public static class FaultSimulation
{
    // One seed in this many runs twice: both runs must be equal.
    const ulong TwiceEvery = 20;

    /// <summary>One simulation: the seed determines its machines, its search and its faults.</summary>
    public static Verdict Run(ulong seed) => Run(SimulationCase.Of(seed));

    /// <summary>Removes the faults of a seed that its violation does not need.</summary>
    /// <returns>Null if no promise breaks.</returns>
    public static Smallest? Shrink(ulong seed) => Shrinking.Of(SimulationCase.Of(seed));

    internal static Verdict Run(SimulationCase simulated)
    {
        var verdict = new World(simulated).Run();
        if (verdict.Violation is not null || simulated.Seed % TwiceEvery != 0)
            return verdict;
        var again = new World(simulated).Run();
        return again.Hash == verdict.Hash
            ? verdict
            : verdict with
            {
                Violation = new(
                    Promise.P6SameSearch,
                    "the hash over everything that happened, of two runs of one seed",
                    $"{verdict.Hash:x16}",
                    $"{again.Hash:x16}",
                    verdict.Tally.Seconds,
                    []
                ),
            };
    }
}
