using System.Collections.Immutable;
using System.Diagnostics;
using EvoNas.Genetics;

namespace EvoNas.Actors.Evaluators;

/// <summary>What a slot is doing.</summary>
public abstract record SlotPhase
{
    SlotPhase() { }

    /// <summary>Waiting for work.</summary>
    public sealed record Idle : SlotPhase;

    /// <summary>Its worker trains.</summary>
    /// <param name="Assignment">What.</param>
    /// <param name="Since">On the slot's clock, in seconds.</param>
    /// <param name="Progress">The last heard; null before the first.</param>
    public sealed record Training(Assignment Assignment, double Since, Progress? Progress = null) : SlotPhase;

    /// <summary>It has an outcome that the population has not acknowledged.</summary>
    /// <param name="Outcome">As it is said again and again.</param>
    /// <param name="AgainAfter">Seconds until it is said next; doubles.</param>
    public sealed record Reporting(Message.Evaluated Outcome, double AgainAfter) : SlotPhase;

    /// <summary>It takes no more work: see the reason. Never left: a person looks after it.</summary>
    public sealed record Quarantined(string Reason) : SlotPhase;
}

/// <summary>What happens to a slot. Nothing of it is kept; monitors see it.</summary>
public abstract record EvaluatorEvent
{
    EvaluatorEvent() { }

    /// <summary>A training began.</summary>
    public sealed record Started(Assignment Assignment, double At) : EvaluatorEvent;

    /// <summary>A training went on.</summary>
    public sealed record Advanced(BirthNumber Birth, Progress Progress) : EvaluatorEvent;

    /// <summary>A training came to something.</summary>
    public sealed record Ended(Message.Evaluated Outcome) : EvaluatorEvent;

    /// <summary>The outcome was said once more.</summary>
    public sealed record SaidAgain : EvaluatorEvent;

    /// <summary>The population has the outcome, or wants none.</summary>
    public sealed record Acknowledged : EvaluatorEvent;

    /// <summary>The slot takes no more work.</summary>
    public sealed record Quarantined(string Reason) : EvaluatorEvent;
}

/// <summary>A slot.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="DiedHere">Births whose workers were lost here since the last that was not.</param>
public sealed record EvaluatorState(SlotPhase Phase, ImmutableSortedSet<BirthNumber> DiedHere)
{
    /// <summary>Idle, and no birth has ended a worker.</summary>
    public static readonly EvaluatorState Start = new(new SlotPhase.Idle(), []);

    /// <summary>So many different births lost on one slot mean that the slot is sick, not they.</summary>
    public const int DeathsMax = 3;

    /// <summary>The wait after the next repetition of an outcome, in seconds.</summary>
    internal static double NextAfter(SlotPhase.Reporting reporting) =>
        Math.Min(EvaluatorBehavior.SpeaksEverySeconds, reporting.AgainAfter * 2);

    /// <summary>This state after one more event.</summary>
    public EvaluatorState Evolve(EvaluatorEvent happened) =>
        (Phase, happened) switch
        {
            (_, EvaluatorEvent.Started started) => this with
            {
                Phase = new SlotPhase.Training(started.Assignment, started.At),
            },
            (SlotPhase.Training training, EvaluatorEvent.Advanced advanced) => this with
            {
                Phase = training with { Progress = advanced.Progress },
            },
            (_, EvaluatorEvent.Advanced) => this,
            (_, EvaluatorEvent.Ended ended) => new(
                new SlotPhase.Reporting(ended.Outcome, 1),
                ended.Outcome.Outcome is Outcome.Lost ? DiedHere.Add(ended.Outcome.Birth) : []
            ),
            (SlotPhase.Reporting reporting, EvaluatorEvent.SaidAgain) => this with
            {
                Phase = reporting with { AgainAfter = NextAfter(reporting) },
            },
            (_, EvaluatorEvent.SaidAgain) => this,
            (_, EvaluatorEvent.Acknowledged) => this with { Phase = new SlotPhase.Idle() },
            (_, EvaluatorEvent.Quarantined quarantined) => this with
            {
                Phase = new SlotPhase.Quarantined(quarantined.Reason),
            },
            _ => throw new UnreachableException(
                $"EvaluatorEvent {happened.GetType().Name} has no arm in EvaluatorState.Evolve."
            ),
        };
}
