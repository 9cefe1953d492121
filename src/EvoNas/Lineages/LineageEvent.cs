using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>Why a birth ended without a score.</summary>
public enum RuledOutReason
{
    /// <summary>The loss became infinite or no number.</summary>
    Diverged,

    /// <summary>It did not fit into the device's memory, not even at half the batch.</summary>
    Memory,

    /// <summary>It killed its workers.</summary>
    Crash,

    /// <summary>Its network could not be built: a defect of the space.</summary>
    Invalid,

    /// <summary>The objective has no value for it: a root of a negative number, a division by zero, a metric that it
    /// lacks.</summary>
    Unscorable,
}

/// <summary>Why a search ended.</summary>
public enum FinishedReason
{
    /// <summary>The budget is spent.</summary>
    Budget,

    /// <summary>No genotype that keeps the limits is left.</summary>
    Exhausted,

    /// <summary>No draw kept the limits that are known before a training; nothing was ever born.</summary>
    Limit,

    /// <summary>Draws found nothing new, although genotypes are left, or may be.</summary>
    DrawsSpent,
}

/// <summary>The decision in which a child was made to differ.</summary>
/// <param name="Decision">Its id.</param>
/// <param name="From">The parent's value, as text.</param>
/// <param name="To">The child's value, as text.</param>
public sealed record Change(string Decision, string From, string To);

/// <summary>What happened in one search. The names on the wire (see the actors' <c>EventSerializer</c>) are for ever;
/// add cases, never change one.</summary>
public abstract record LineageEvent
{
    LineageEvent() { }

    /// <summary>The search began. Always the first event, and only that.</summary>
    public sealed record Begun(SearchSettings Settings) : LineageEvent;

    /// <summary>A candidate was bred.</summary>
    /// <param name="Birth">One more than the last.</param>
    /// <param name="Parent">Null for a founder, which was drawn at random.</param>
    /// <param name="Genotype">What it is.</param>
    /// <param name="Draw">How often it was drawn before it kept the limits and was new.</param>
    /// <param name="Change">Null for one that was drawn at random, and where the space has no other point than the
    /// parent. A child of two parents has one where it differs from the first in one decision only.</param>
    /// <param name="Mate">The second parent; null where there is none.</param>
    /// <param name="RepeatOf">The birth whose genotype is evaluated once more, with another seed: this is an evaluation
    /// of that birth, numbered as a birth, and no candidate of its own. Null for all others.</param>
    /// <param name="Origin">Of a founder that was proposed, see <see cref="Proposal.Origin"/>; null for all
    /// others.</param>
    /// <param name="Promoted">The birth of the same genotype that goes on with its training on the next rung: this is
    /// that training, numbered as a birth, and no candidate of its own. Null for all others.</param>
    /// <param name="Rung">Of one that is promoted: the rung that it goes to, from 1; null for all others.</param>
    /// <param name="Guards">True where <paramref name="RepeatOf"/> is trained again with its own seed, so that its
    /// score tells of drift; null for all others.</param>
    public sealed record Born(
        BirthNumber Birth,
        BirthNumber? Parent,
        Genotype Genotype,
        int Draw = 0,
        Change? Change = null,
        BirthNumber? Mate = null,
        BirthNumber? RepeatOf = null,
        string? Origin = null,
        BirthNumber? Promoted = null,
        int? Rung = null,
        bool? Guards = null
    ) : LineageEvent;

    /// <summary>Candidates were proposed: they are born next, in this order, as far as the budget goes.</summary>
    public sealed record Proposed(Sequence<Proposal> Proposals) : LineageEvent;

    /// <summary>A candidate was evaluated: its end.</summary>
    /// <param name="Birth">Which.</param>
    /// <param name="Fitness">Its worth under the objective.</param>
    /// <param name="Metrics">All that was measured.</param>
    /// <param name="Curve">The validation metric after every epoch; may be empty.</param>
    /// <param name="StoppedAtEpoch">The epoch (from 1) after which it was stopped early; null if it was trained
    /// to the end.</param>
    /// <param name="Run">How it came about.</param>
    /// <param name="From">Of one that was promoted: the epoch after which its training went on, where that is not the
    /// end of the rung below; 0: it was trained from zero, as no checkpoint was to be had. Null elsewhere.</param>
    public sealed record Scored(
        BirthNumber Birth,
        Fitness Fitness,
        Metrics Metrics,
        Sequence<double> Curve,
        int? StoppedAtEpoch,
        Run Run,
        int? From = null
    ) : LineageEvent;

    /// <summary>A candidate ended without a score. It counts against the budget and never enters the
    /// population.</summary>
    public sealed record RuledOut(BirthNumber Birth, RuledOutReason Reason, string Detail, Run Run) : LineageEvent;

    /// <summary>A member left the population: the oldest, or with several objectives the most crowded of the last
    /// front.</summary>
    public sealed record Retired(BirthNumber Birth) : LineageEvent;

    /// <summary>A candidate breeds no more: its neighbours were born, or many of them in a row were no better.
    /// Written only by algorithms that climb, and with rungs.</summary>
    public sealed record Exhausted(BirthNumber Birth) : LineageEvent;

    /// <summary>The budget was changed; a finished search goes on.</summary>
    public sealed record Extended(Budget Budget) : LineageEvent;

    /// <summary>The search ended.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Spent">With <see cref="FinishedReason.Limit"/> and <see cref="FinishedReason.DrawsSpent"/>: what
    /// the draws came to.</param>
    /// <param name="Winner">Who won, where finalists were evaluated again.</param>
    public sealed record Finished(FinishedReason Reason, DrawsSpent? Spent = null, Winner? Winner = null)
        : LineageEvent;
}

/// <summary>The circumstances of an evaluation: what differs between two runs of one search.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Slot">Where.</param>
/// <param name="Seconds">How long the evaluation took.</param>
/// <param name="AtSeconds">When it ended, in seconds of the search's own clock, which stands while no process runs the
/// search.</param>
/// <param name="Evaluation">The <see cref="SearchSettings.EvaluationFingerprint"/> that the slot evaluated under, where
/// it is not that of the run before: in a sound lineage once after each start of its population. Null also where the
/// slot did not say it.</param>
public sealed record Run(int Attempt, string Slot, double Seconds, double AtSeconds, string? Evaluation = null);
