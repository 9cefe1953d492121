using EvoNas.Simulation.Promises;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation;

/// <summary>Runs searches in simulated worlds in which everything goes wrong, and holds every promise against what
/// happens.</summary>
/// <remarks>After the simulators of FoundationDB and TigerBeetle: one thread, virtual time, all chance from one seed.
/// The cells are those of production.</remarks>
public static class FaultSimulation
{
    // Of so many seeds one is run twice: the same must happen.
    const ulong TwiceEvery = 20;

    /// <summary>One world: the seed draws its machines, its search and its faults.</summary>
    public static Verdict Run(ulong seed) => Run(SimulationCase.Of(seed));

    /// <summary>Leaves out of a seed's world whatever its violation does not need.</summary>
    /// <returns>Null where no promise breaks.</returns>
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
