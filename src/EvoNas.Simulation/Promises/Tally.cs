namespace EvoNas.Simulation.Promises;

/// <summary>Situations that must occur in a batch of simulations: faults without effect test nothing.</summary>
public enum Occurrence
{
    /// <summary>An append was committed, but its writer got no confirmation.</summary>
    UnknownWrite,

    /// <summary>An append was committed after its writer had abandoned it.</summary>
    LateCommit,

    /// <summary>An outcome of a birth that had ended arrived again and changed nothing.</summary>
    DoubleIgnored,

    /// <summary>A writer lost against another writer and stopped.</summary>
    ZombieFenced,

    /// <summary>A training went on through a recovery of the population.</summary>
    Adopted,

    /// <summary>A genotype that kills its workers was ruled out.</summary>
    PoisonRuledOut,

    /// <summary>A genotype for which the objective has no value was ruled out.</summary>
    UnscorableRuledOut,

    /// <summary>A search ended because no draw kept its limit.</summary>
    EndedByLimit,

    /// <summary>A snapshot could not be read, and the events were read instead.</summary>
    SnapshotFallback,

    /// <summary>A damaged row was detected and the recovery refused.</summary>
    DamageRefused,

    /// <summary>A candidate bred no more, in a search by local search or by <c>auto</c>.</summary>
    Exhausted,

    /// <summary>A candidate was stopped early.</summary>
    StoppedEarly,

    /// <summary>The search was paused and resumed.</summary>
    PausedAndResumed,

    /// <summary>The budget was raised.</summary>
    Extended,

    /// <summary>A genotype that the user proposed was taken.</summary>
    Proposed,

    /// <summary>One that was proposed was born.</summary>
    BornOfProposal,

    /// <summary>The finalists of a round were evaluated again.</summary>
    Repeated,

    /// <summary>A candidate was trained again to tell of drift.</summary>
    Guarded,

    /// <summary>A candidate went on to the next rung.</summary>
    Promoted,

    /// <summary>One was trained from zero there, as its checkpoint was on another machine.</summary>
    TrainedFromZero,

    /// <summary>A search ended with a winner of its finalists.</summary>
    Won,

    /// <summary>A slot was put into quarantine.</summary>
    Quarantined,

    /// <summary>An outcome that was on disk during a crash was counted.</summary>
    SpooledCounted,

    /// <summary>An append failed, its events were in the journal all the same, and viewers were told of them after the
    /// recovery.</summary>
    ToldAfterRecovery,

    /// <summary>A crash interrupted an append, or came between an append and its effects.</summary>
    CrashAmidTurn,
}

/// <summary>Counts over one simulation, or over many together.</summary>
public sealed class Tally
{
    readonly long[] _occurrences = new long[Enum.GetValues<Occurrence>().Length];

    /// <summary>Births.</summary>
    public long Births { get; internal set; }

    /// <summary>Events in journals.</summary>
    public long Events { get; internal set; }

    /// <summary>Machines that lost power.</summary>
    public long Crashes { get; internal set; }

    /// <summary>Machines that froze for a while.</summary>
    public long Freezes { get; internal set; }

    /// <summary>Links that were cut, one direction each.</summary>
    public long Partitions { get; internal set; }

    /// <summary>Recoveries of a population.</summary>
    public long Recoveries { get; internal set; }

    /// <summary>Messages that were read.</summary>
    public long Messages { get; internal set; }

    /// <summary>Messages that were lost on the way.</summary>
    public long MessagesLost { get; internal set; }

    /// <summary>Virtual time, in seconds.</summary>
    public double Seconds { get; internal set; }

    /// <summary>How often a situation occurred.</summary>
    public long this[Occurrence occurrence] => _occurrences[(int)occurrence];

    /// <summary>Situations that never occurred.</summary>
    public IEnumerable<Occurrence> Missing => Enum.GetValues<Occurrence>().Where(occurrence => this[occurrence] == 0);

    /// <summary>Adds the counts of another simulation.</summary>
    public void Add(Tally other)
    {
        Births += other.Births;
        Events += other.Events;
        Crashes += other.Crashes;
        Freezes += other.Freezes;
        Partitions += other.Partitions;
        Recoveries += other.Recoveries;
        Messages += other.Messages;
        MessagesLost += other.MessagesLost;
        Seconds += other.Seconds;
        for (var i = 0; i < _occurrences.Length; i++)
            _occurrences[i] += other._occurrences[i];
    }

    internal void See(Occurrence occurrence) => _occurrences[(int)occurrence]++;
}
