using System.Collections.Immutable;
using EvoNas.Evolution;
using EvoNas.Simulation.Faults;

namespace EvoNas.Simulation;

/// <summary>The smallest case found that still breaks the promise that a seed broke.</summary>
/// <param name="Verdict">The result of that case.</param>
/// <param name="Faults">The faults that are left of the schedule, one per line, in order of time; rates are in
/// <see cref="Verdict.FaultProfile"/>.</param>
/// <param name="Before">Count of scheduled faults before shrinking.</param>
/// <param name="Worlds">Count of simulations that were tried.</param>
public sealed record Smallest(Verdict Verdict, Sequence<string> Faults, int Before, int Worlds);

/// <summary>Delta debugging of a simulation (Zeller and Hildebrandt 2002, <i>Simplifying and Isolating Failure-Inducing
/// Input</i>): removes faults and rates as long as the violation remains.</summary>
sealed class Shrinking
{
    // A simulation takes some tens of milliseconds, and a user waits for this.
    const int WorldsMax = 1500;

    readonly Promises.Promise _promise;
    SimulationCase _least;
    Verdict _verdict;
    int _worlds;

    Shrinking(SimulationCase simulated, Verdict verdict) =>
        (_least, _verdict, _promise) = (simulated, verdict, verdict.Violation!.Promise); // It broke one.

    public static Smallest? Of(SimulationCase simulated)
    {
        var verdict = FaultSimulation.Run(simulated);
        if (verdict.Violation is null)
            return null;
        var shrinking = new Shrinking(simulated, verdict);
        while (shrinking.LessFaults() | shrinking.LessRates() | shrinking.LessWorld()) { }
        return new(
            shrinking._verdict,
            [.. shrinking._least.Faults.Select(fault => fault.ToString())],
            simulated.Faults.Length,
            shrinking._worlds
        );
    }

    // Halves first, then quarters, down to single faults.
    bool LessFaults()
    {
        var before = _least.Faults.Length;
        for (var size = Math.Max(1, before / 2); size >= 1; size /= 2)
        for (var from = 0; from < _least.Faults.Length; )
            if (
                !Try(
                    _least with
                    {
                        Faults = _least.Faults.RemoveRange(from, Math.Min(size, _least.Faults.Length - from)),
                    }
                )
            )
                from += size;
        return _least.Faults.Length < before;
    }

    bool LessRates()
    {
        var less = false;
        foreach (var (_, value, without) in _least.FaultProfile.Rates)
            if (value > 0)
                less |= Try(_least with { FaultProfile = without(_least.FaultProfile) });
        return less;
    }

    bool LessWorld()
    {
        var less = false;
        foreach (
            var simpler in new Func<FaultProfile, FaultProfile>[]
            {
                profile => profile with { TwoCoordinators = false },
                profile => profile with { RemoteMutators = false },
                profile => profile with { RepeatDuplicates = false },
                profile => profile with { EarlyStopping = false },
                profile => profile with { DriftGuard = null },
                profile => profile with { Algorithm = Algorithm.Evolution, TwoObjectives = false },
                profile => profile with { Slots = 2 },
                profile => profile with { Slots = 1 },
                profile => profile with { Budget = Math.Max(2, profile.Budget / 2) },
            }
        )
            if (simpler(_least.FaultProfile) is var profile && profile != _least.FaultProfile)
                less |= Try(_least with { FaultProfile = profile });
        return less;
    }

    bool Try(SimulationCase smaller)
    {
        // A schedule may name a slot or a machine that the smaller case does not have.
        if (
            _worlds >= WorldsMax
            || smaller.Faults.Any(fault => fault is Fault.Sick sick && sick.Slot >= smaller.FaultProfile.Slots)
        )
            return false;
        _worlds++;
        var verdict = FaultSimulation.Run(smaller);
        if (verdict.Violation?.Promise != _promise)
            return false;
        (_least, _verdict) = (smaller, verdict);
        return true;
    }
}
