namespace EvoNas.Simulation.Promises;

/// <summary>A guarantee that every search gives.</summary>
public enum Promise
{
    /// <summary>What was acknowledged to a slot is in the journal, with exactly one end, through every later
    /// crash.</summary>
    P1Durable,

    /// <summary>A birth is born once and ends at most once; the budget is met exactly.</summary>
    P2Once,

    /// <summary>Every birth that has not ended is held by a slot or waits for one.</summary>
    P3Reissued,

    /// <summary>What is recovered equals what was there before, byte for byte.</summary>
    P4SamePopulation,

    /// <summary>The journal only grows.</summary>
    P5Prefix,

    /// <summary>Every child and every score follows from the seed and what ended before.</summary>
    P6SameSearch,

    /// <summary>Events are appended before effects are carried out.</summary>
    Order,

    /// <summary>Viewers are told of every event exactly once, in order, and of none that is not in the
    /// journal.</summary>
    Told,

    /// <summary>For one lease after a recovery a birth stays with the slot that holds it.</summary>
    Adoption,

    /// <summary>Once no more faults occur, the search ends.</summary>
    Ends,

    /// <summary>No cell throws, whatever message it reads.</summary>
    NoThrow,
}

/// <summary>A promise that did not hold.</summary>
/// <param name="Promise">The promise.</param>
/// <param name="What">What was checked.</param>
/// <param name="Expected">The expected value.</param>
/// <param name="Found">The value found.</param>
/// <param name="AtSeconds">Virtual time, in seconds.</param>
/// <param name="LastEvents">The last events before it, one per line, oldest first; at most 50.</param>
public sealed record Violation(
    Promise Promise,
    string What,
    string Expected,
    string Found,
    double AtSeconds,
    Sequence<string> LastEvents
);

/// <summary>Ends a simulation in which a promise broke.</summary>
sealed class ViolationException(Promise promise, string what, string expected, string found)
    : Exception($"{promise}: {what}: expected {expected}, found {found}")
{
    public Violation ToViolation(double at, Sequence<string> lastEvents) =>
        new(promise, what, expected, found, at, lastEvents);
}
