using EvoNas.Lineages;

namespace EvoNas.Dashboard.Projections;

/// <summary>How a birth ended, as one byte. The numbers stand in binary answers and in projection files: add, never
/// change.</summary>
enum OutcomeCode : byte
{
    Pending = 0,
    Scored = 1,
    StoppedEarly = 2,
    Diverged = 3,
    Memory = 4,
    Crash = 5,
    Invalid = 6,
    Unscorable = 7,
}

static class Outcomes
{
    /// <summary>The outcome of a birth that was ruled out.</summary>
    public static OutcomeCode Of(RuledOutReason reason) =>
        reason switch
        {
            RuledOutReason.Diverged => OutcomeCode.Diverged,
            RuledOutReason.Memory => OutcomeCode.Memory,
            RuledOutReason.Crash => OutcomeCode.Crash,
            RuledOutReason.Invalid => OutcomeCode.Invalid,
            RuledOutReason.Unscorable => OutcomeCode.Unscorable,
            _ => throw new System.Diagnostics.UnreachableException($"{reason} has no arm in Outcomes.Of."),
        };

    /// <summary>It has a fitness.</summary>
    public static bool IsScored(this OutcomeCode outcome) => outcome is OutcomeCode.Scored or OutcomeCode.StoppedEarly;

    /// <summary>It ended without one.</summary>
    public static bool IsRuledOut(this OutcomeCode outcome) => outcome >= OutcomeCode.Diverged;

    /// <summary>As scripts read it: <c>pending</c>, <c>scored</c>, or why it was ruled out.</summary>
    public static string Word(this OutcomeCode outcome) =>
        outcome is OutcomeCode.StoppedEarly ? "scored" : outcome.ToString().ToLowerInvariant();
}
