using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>What an evaluator is to do for one birth.</summary>
/// <param name="Birth">Which.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Genotype">What it is.</param>
/// <param name="PruningThresholds">The median rule's bar after each epoch; empty: train to the end.</param>
/// <param name="Divisor">The batch is worked in this many parts: 1, or 2 after the device ran out of memory.</param>
/// <param name="Stage">The part of a full training that is to be done; null: all of it.</param>
/// <param name="SeedOf">The birth whose training this is again, by its seed; null: its own.</param>
/// <param name="HeldOut">Judged by data that no birth was judged by; null: by those that judge births.</param>
public sealed record Assignment(
    BirthNumber Birth,
    int Attempt,
    Genotype Genotype,
    [property: System.Text.Json.Serialization.JsonPropertyName("bars")] Sequence<double> PruningThresholds,
    int Divisor = 1,
    Stage? Stage = null,
    BirthNumber? SeedOf = null,
    bool? HeldOut = null
)
{
    /// <summary>The birth whose number decides all that is drawn at random in the training.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BirthNumber Seed => SeedOf ?? Birth;
}

/// <summary>A part of a full training: one rung.</summary>
/// <param name="Rung">From 0.</param>
/// <param name="From">The epoch after which it goes on; 0: it begins.</param>
/// <param name="Until">The epoch after which it ends, by the schedule of the full training.</param>
/// <param name="Continues">The birth that was trained until <paramref name="From"/>; null where it begins.</param>
/// <param name="Needed">Of each rung below the top, the first birth whose checkpoint may be gone on with: those before
/// it need not be kept.</param>
public sealed record Stage(
    int Rung,
    int From,
    int Until,
    BirthNumber? Continues = null,
    Sequence<BirthNumber> Needed = default
);

/// <summary>What an evaluation came to.</summary>
public abstract record Outcome
{
    Outcome() { }

    /// <summary>It has a score.</summary>
    /// <param name="Metrics">All that was measured; finite.</param>
    /// <param name="Curve">The validation metric after every epoch; may be empty.</param>
    /// <param name="StoppedAtEpoch">The epoch after which it was given up; null if it was trained to the end.</param>
    /// <param name="From">Of a <see cref="Stage"/>: the epoch after which it went on, where that is not the one that
    /// was asked for. Null elsewhere.</param>
    public sealed record Trained(
        Metrics Metrics,
        Sequence<double> Curve = default,
        int? StoppedAtEpoch = null,
        int? From = null
    ) : Outcome;

    /// <summary>It has none and never will: it would fail again.</summary>
    public sealed record Failed(RuledOutReason Reason, string Detail) : Outcome;

    /// <summary>The device's memory did not suffice. Tried once more in smaller parts.</summary>
    public sealed record OutOfMemory(string Detail) : Outcome;

    /// <summary>Its worker was lost; another attempt may succeed.</summary>
    /// <param name="Cause">How.</param>
    /// <param name="Detail">In words: exit code, signal, last lines.</param>
    public sealed record Lost(LossCause Cause, string Detail) : Outcome;
}

/// <summary>How a worker was lost.</summary>
public enum LossCause
{
    /// <summary>It ended by itself.</summary>
    Exit,

    /// <summary>A signal ended it: a native crash, or a kill.</summary>
    Signal,

    /// <summary>The kernel ended it because memory ran out.</summary>
    Oom,

    /// <summary>It made no progress and was ended.</summary>
    Timeout,

    /// <summary>Its node is gone, or was silent for a whole lease.</summary>
    Node,
}

/// <summary>A child that could be born.</summary>
/// <param name="Draw">At which it was drawn.</param>
/// <param name="Parent">Null: drawn at random.</param>
/// <param name="Genotype">What it is.</param>
/// <param name="Change">From its parent; null where it has none, and where it differs in several decisions.</param>
/// <param name="Mate">The second parent; null where there is none.</param>
public sealed record Offspring(
    int Draw,
    BirthNumber? Parent,
    Genotype Genotype,
    Change? Change,
    BirthNumber? Mate = null
);

/// <summary>How far a training is.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">In all.</param>
/// <param name="Step">Of the whole training, from 1.</param>
/// <param name="Steps">In all.</param>
/// <param name="ImagesPerSecond">Lately.</param>
/// <param name="Loss">Lately; finite.</param>
/// <param name="Top1">After the last epoch, in [0, 1]; null before.</param>
public sealed record Progress(
    int Epoch,
    int Epochs,
    long Step,
    long Steps,
    double ImagesPerSecond,
    double Loss,
    double? Top1
);

/// <summary>What actors say to each other. Any may come late, twice or never; who reads it says how that is
/// borne.</summary>
public abstract record Message
{
    Message() { }

    /// <summary>To any cell, by its host, before all others.</summary>
    public sealed record Wake : Message;

    /// <summary>To the population: begin this search, unless it has begun.</summary>
    /// <param name="Settings">How it goes.</param>
    /// <param name="Founders">What is born first; may be empty.</param>
    public sealed record Begin(SearchSettings Settings, Sequence<Proposal> Founders = default) : Message;

    /// <summary>To the population: these are to be born next. The sender has made sure that they are of the space and
    /// keep the limits that are known before a training. Answered by <see cref="Answered"/>.</summary>
    public sealed record Propose(Sequence<Proposal> Proposals) : Message;

    /// <summary>To who proposed, once it is durable.</summary>
    /// <param name="Refused">Why not, a sentence; null: it was taken.</param>
    public sealed record Answered(string? Refused) : Message;

    /// <summary>To the population: this is the budget now.</summary>
    public sealed record Extend(Budget Budget) : Message;

    /// <summary>To the population: hand out nothing more for now; what runs may end.</summary>
    public sealed record Pause(string Reason) : Message;

    /// <summary>To the population: hand out again.</summary>
    public sealed record Resume : Message;

    /// <summary>To the population, from a slot whenever it is free, and every
    /// <see cref="Evaluators.EvaluatorBehavior.SpeaksEverySeconds"/>.</summary>
    /// <param name="Holding">The birth it evaluates or reports; null if it is free.</param>
    /// <param name="Attempt">Of that birth.</param>
    public sealed record Ready(BirthNumber? Holding = null, int Attempt = 0) : Message;

    /// <summary>To the population: the slot takes no more work.</summary>
    public sealed record Departing(string Reason) : Message;

    /// <summary>To the population: the slot cannot take this birth. It was not tried; the slot may do for other
    /// searches.</summary>
    public sealed record Declined(BirthNumber Birth, string Reason) : Message;

    /// <summary>To the population, repeated until it is answered. The slot is free as soon as it reads the
    /// answer.</summary>
    /// <param name="Birth">Which.</param>
    /// <param name="Attempt">Which try.</param>
    /// <param name="Outcome">What it came to.</param>
    /// <param name="Seconds">How long it took.</param>
    /// <param name="Leaving">The slot takes no more work.</param>
    /// <param name="Evaluation">The <see cref="Evolution.SearchSettings.EvaluationFingerprint"/> of what the slot was
    /// told; null where it is not known (outcomes found on disk, slots of earlier builds).</param>
    public sealed record Evaluated(
        BirthNumber Birth,
        int Attempt,
        Outcome Outcome,
        double Seconds,
        bool Leaving = false,
        string? Evaluation = null
    ) : Message;

    /// <summary>To a slot. Names the whole assignment, so that it may come twice.</summary>
    public sealed record Evaluate(Assignment Assignment) : Message;

    /// <summary>To a slot: the journal has the one end of this birth, for ever.</summary>
    public sealed record Recorded(BirthNumber Birth) : Message;

    /// <summary>To a slot: what it says of this birth changes nothing; it may forget it.</summary>
    public sealed record Released(BirthNumber Birth) : Message;

    /// <summary>To the mutator: breed this birth from this parent, from this draw on.</summary>
    /// <param name="Parent">Null: draw at random.</param>
    /// <param name="At">Where the walk towards the limits was after the draw before; null before its first
    /// step.</param>
    /// <param name="Mate">The second parent; null where there is none.</param>
    public sealed record Mutate(
        ulong Seed,
        BirthNumber Birth,
        int Draw,
        Individual? Parent,
        Genotype? At = null,
        Individual? Mate = null
    ) : Message;

    /// <summary>To the population: the child; for a birth that is drawn again, more of them, of which the first that is
    /// not known yet is taken.</summary>
    /// <param name="Birth">Asked for.</param>
    /// <param name="Children">At least one, by rising draw; each keeps the limits.</param>
    public sealed record Mutated(BirthNumber Birth, Sequence<Offspring> Children) : Message;

    /// <summary>To the population: no child yet; ask again from <paramref name="Next"/> on.</summary>
    /// <param name="Birth">Asked for.</param>
    /// <param name="Draw">From which draw on was asked.</param>
    /// <param name="Next">The first draw that was not looked at.</param>
    /// <param name="At">Where the walk towards the limits is; null before its first step.</param>
    /// <param name="Nearest">The metrics under limits of the draw that came nearest to keeping them; empty where all
    /// kept them.</param>
    public sealed record DrawnInVain(BirthNumber Birth, int Draw, int Next, Genotype? At, Metrics Nearest) : Message;

    /// <summary>To the population: all draws of a birth found nothing.</summary>
    /// <param name="Birth">Asked for.</param>
    /// <param name="Draw">From which draw on was asked: the number of all draws.</param>
    /// <param name="HasAllPoints">Every point of the space was among them.</param>
    public sealed record Barren(BirthNumber Birth, int Draw, bool HasAllPoints = false) : Message;

    /// <summary>To the population, by itself: look for leases that ran out.</summary>
    public sealed record LeasesDue : Message;

    /// <summary>To a slot, by itself: say again what the population should know.</summary>
    public sealed record SayAgain : Message;

    /// <summary>To a slot, from its worker.</summary>
    public sealed record Progressed(BirthNumber Birth, int Attempt, Progress Progress) : Message;

    /// <summary>To a slot, from its worker.</summary>
    public sealed record Ended(BirthNumber Birth, int Attempt, Outcome Outcome, double Seconds) : Message;

    /// <summary>To a slot, by its host: its worker or device cannot be used any longer.</summary>
    public sealed record Sick(string Reason) : Message;

    /// <summary>To the monitor: an event of a cell, after it was kept.</summary>
    public sealed record Observed(Address Cell, object Happened) : Message;
}
