namespace EvoNas.Simulation.Faults;

/// <summary>A bug that is injected on purpose: the invariant checker must find each. Injected by the simulator around
/// the production cells; nothing of it is in them.</summary>
enum InjectedBug
{
    /// <summary>No bug.</summary>
    None,

    /// <summary>Effects are carried out before their events are appended.</summary>
    AcknowledgeBeforeAppend,

    /// <summary>An outcome that arrives twice is counted twice.</summary>
    CountDoubles,

    /// <summary>A recovery forgets the births that are pending.</summary>
    ForgetPending,

    /// <summary>When two writers conflict, the rows of the older one are discarded.</summary>
    DiscardOldWriter,

    /// <summary>All births share one random stream.</summary>
    ShareRandomNumbers,

    /// <summary>After a recovery, pending births are handed out at once.</summary>
    SkipSettling,

    /// <summary>After a recovery the population is not told its orders.</summary>
    SilentAfterRecovery,

    /// <summary>A failed append is taken for a successful one.</summary>
    TrustFailedAppend,

    /// <summary>The answer to an abandoned append is taken for the answer to the current one.</summary>
    TakeLateAnswers,

    /// <summary>Viewers are not told after a recovery of the events that were committed although their append
    /// failed.</summary>
    HideUnseen,
}
