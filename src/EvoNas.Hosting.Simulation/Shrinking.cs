using System.Collections.Immutable;
using EvoNas.Hosting.Simulation.Faults;

namespace EvoNas.Hosting.Simulation;

/// <summary>The least that still breaks the promise that a seed broke.</summary>
/// <param name="Verdict">Of that least world.</param>
/// <param name="Faults">What is left of the schedule, a fault a line, in the order of time; rates are in
/// <see cref="Verdict.Mix"/>.</param>
/// <param name="Before">Faults that were planned before.</param>
/// <param name="Worlds">Worlds that were tried.</param>
public sealed record Smallest(Verdict Verdict, Sequence<string> Faults, int Before, int Worlds);

/// <summary>Delta debugging of a world (Zeller and Hildebrandt 2002, <i>Simplifying and Isolating Failure-Inducing
/// Input</i>): what can be left out without the breach going away is left out, until nothing more can.</summary>
sealed class Shrinking
{
    // Each world takes some ten milliseconds; a person waits for this.
    const int WorldsMax = 1500;

    readonly Promises.Promise _promise;
    Ordeal _least;
    Verdict _verdict;
    int _worlds;

    Shrinking(Ordeal ordeal, Verdict verdict) =>
        (_least, _verdict, _promise) = (ordeal, verdict, verdict.Breach!.Promise); // It broke one.

    public static Smallest? Of(Ordeal ordeal)
    {
        var verdict = Torture.Run(ordeal);
        if (verdict.Breach is null)
            return null;
        var shrinking = new Shrinking(ordeal, verdict);
        while (shrinking.LessFaults() | shrinking.LessRates() | shrinking.LessWorld()) { }
        return new(
            shrinking._verdict,
            [.. shrinking._least.Faults.Select(fault => fault.ToString())],
            ordeal.Faults.Length,
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
        foreach (var (_, value, without) in _least.Mix.Rates)
            if (value > 0)
                less |= Try(_least with { Mix = without(_least.Mix) });
        return less;
    }

    bool LessWorld()
    {
        var less = false;
        foreach (
            var simpler in new Func<Mix, Mix>[]
            {
                mix => mix with { TwoCoordinators = false },
                mix => mix with { RemoteMutators = false },
                mix => mix with { RepeatDuplicates = false },
                mix => mix with { StopHopeless = false },
                mix => mix with { Random = false },
                mix => mix with { Slots = 2 },
                mix => mix with { Slots = 1 },
                mix => mix with { Budget = Math.Max(2, mix.Budget / 2) },
            }
        )
            if (simpler(_least.Mix) is var mix && mix != _least.Mix)
                less |= Try(_least with { Mix = mix });
        return less;
    }

    bool Try(Ordeal smaller)
    {
        // A schedule may name a slot or a machine that the smaller world has not.
        if (
            _worlds >= WorldsMax
            || smaller.Faults.Any(fault => fault is Fault.Sick sick && sick.Slot >= smaller.Mix.Slots)
        )
            return false;
        _worlds++;
        var verdict = Torture.Run(smaller);
        if (verdict.Breach?.Promise != _promise)
            return false;
        (_least, _verdict) = (smaller, verdict);
        return true;
    }
}
