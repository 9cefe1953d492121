namespace EvoNas.Simulation.Faults;

/// <summary>A defect that is put in on purpose: whoever checks the promises must find each of them. For tests; nothing
/// of it is in the cells.</summary>
enum InjectedBug
{
    /// <summary>The cells as they are.</summary>
    None,

    /// <summary>Effects are carried out before the events are kept.</summary>
    AcknowledgeBeforeAppend,

    /// <summary>An outcome that comes twice is counted twice.</summary>
    CountDoubles,

    /// <summary>A recovery forgets the births that are pending.</summary>
    ForgetPending,

    /// <summary>Where two writers meet, the rows of the older one are thrown away.</summary>
    DiscardOldWriter,

    /// <summary>All births roll one die.</summary>
    ShareRandomNumbers,

    /// <summary>After a recovery, pending births are handed out at once.</summary>
    SkipSettling,

    /// <summary>After a recovery a population does not hear its orders.</summary>
    SilentAfterRecovery,

    /// <summary>An append that failed is taken for one that was done.</summary>
    TrustFailedAppend,

    /// <summary>The answer to an append that was given up is taken for the answer to the one that is under
    /// way.</summary>
    TakeLateAnswers,

    /// <summary>Viewers are not told after a recovery of the events that were committed although their append
    /// failed.</summary>
    HideUnseen,
}
