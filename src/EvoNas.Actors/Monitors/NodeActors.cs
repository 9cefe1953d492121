namespace EvoNas.Actors.Monitors;

/// <summary>What the actors of one node are doing, one by one, at one moment.</summary>
/// <param name="Name">The node's alias; <c>?</c> where it has not answered.</param>
/// <param name="Address">As the cluster calls it; empty in a process that runs one search by itself.</param>
/// <param name="Status">Up, joining, leaving, unreachable.</param>
/// <param name="SilentSeconds">How long ago it answered last, or was asked first; null: it has just answered.</param>
/// <param name="Refusal">Why it does not tell; null: it does, or is silent.</param>
/// <param name="Actors">At most <see cref="ActorsMax"/>: those that are stuck first, then those with the most
/// messages.</param>
/// <param name="ActorCount">How many there are.</param>
/// <param name="Types">All kinds of actors, with those that have ended.</param>
/// <param name="Undelivered">The last hundred messages that were not handled, the newest last.</param>
/// <param name="UndeliveredCounts">How many there were in all, by kind.</param>
public sealed record NodeActors(
    string Name,
    string Address,
    string Status,
    double? SilentSeconds,
    string? Refusal,
    ActorLine[] Actors,
    int ActorCount,
    ActorTypeLine[] Types,
    UndeliveredMessage[] Undelivered,
    UndeliveredCount[] UndeliveredCounts
)
{
    /// <summary>More do not fit into one message between nodes.</summary>
    public const int ActorsMax = 1000;

    /// <summary>A node that does not tell.</summary>
    public static NodeActors Without(
        string name,
        string address,
        string status,
        double? silentSeconds,
        string? refusal
    ) => new(name, address, status, silentSeconds, refusal, [], 0, [], [], []);
}

/// <summary>How long messages waited and took, from counts by powers of two: a value is within a factor of two of the
/// true one.</summary>
/// <param name="WaitMedian">Seconds from the sending to the begin of handling; 0 while there was no message.</param>
/// <param name="WaitP99">Seconds that 99 of 100 waited less than.</param>
/// <param name="HandlingMedian">Seconds of handling.</param>
/// <param name="HandlingP99">Seconds that 99 of 100 took less than.</param>
public sealed record ActorTimes(double WaitMedian, double WaitP99, double HandlingMedian, double HandlingP99);

/// <summary>One actor.</summary>
/// <param name="Path">Where it lies, without the node.</param>
/// <param name="Type">What it is, in one word: <c>population</c>, <c>slot</c>, …</param>
/// <param name="Subject">What it works for, such as the name of a search; null where it is one of its kind.</param>
/// <param name="Depth">Messages in its mailbox.</param>
/// <param name="Stashed">Messages that it put off.</param>
/// <param name="Messages">Handled since it began.</param>
/// <param name="Failures">Of these, those that ended with an exception.</param>
/// <param name="Restarts">How often it was restarted.</param>
/// <param name="Times">Of its messages.</param>
/// <param name="Current">The type of the message that it handles; null: none.</param>
/// <param name="CurrentSeconds">How long it has been handling it.</param>
/// <param name="LastFailure">Type and text of its last exception; null: none.</param>
/// <param name="FailedSecondsAgo">When that was.</param>
/// <param name="Stuck">Why it seems to be stuck; null: it does not.</param>
/// <param name="Recent">While it is watched: its last 64 messages, the newest last.</param>
public sealed record ActorLine(
    string Path,
    string Type,
    string? Subject,
    int Depth,
    int Stashed,
    long Messages,
    long Failures,
    long Restarts,
    ActorTimes Times,
    string? Current,
    double CurrentSeconds,
    string? LastFailure,
    double? FailedSecondsAgo,
    string? Stuck,
    HandledMessage[] Recent
);

/// <summary>All actors of one kind, those that have ended among them.</summary>
/// <param name="Type">What they are, in one word.</param>
/// <param name="Live">How many there are now.</param>
/// <param name="Depth">Messages in their mailboxes.</param>
/// <param name="Stashed">Messages that they put off.</param>
/// <param name="Messages">Handled since the node began.</param>
/// <param name="Failures">Of these, those that ended with an exception.</param>
/// <param name="Restarts">How often they were restarted.</param>
/// <param name="Times">Of their messages.</param>
/// <param name="Stuck">How many seem to be stuck.</param>
public sealed record ActorTypeLine(
    string Type,
    int Live,
    int Depth,
    int Stashed,
    long Messages,
    long Failures,
    long Restarts,
    ActorTimes Times,
    int Stuck
);

/// <summary>A message that an actor has handled.</summary>
/// <param name="Type">Its type.</param>
/// <param name="WaitSeconds">How long it lay in the mailbox; null where that is not known, as of one that was put off
/// before.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failure">The type of the exception that it ended with; null: none.</param>
/// <param name="SecondsAgo">When it had been handled.</param>
public sealed record HandledMessage(
    string Type,
    double? WaitSeconds,
    double Seconds,
    string? Failure,
    double SecondsAgo
)
{
    /// <summary>What it says, cut to <see cref="PayloadCharactersMax"/>; null: it was not asked for.</summary>
    public string? Payload { get; init; }

    /// <summary>Characters of a payload that are kept.</summary>
    public const int PayloadCharactersMax = 500;
}

/// <summary>A message that nothing handled.</summary>
/// <param name="Kind"><c>dead</c>: there was no such actor. <c>dropped</c>: by a full queue. <c>unhandled</c>: the
/// actor does not know it. <c>refused</c>: it may not pass between nodes.</param>
/// <param name="Type">Its type; for one that was refused, what is wrong with it.</param>
/// <param name="To">The receiver's path.</param>
/// <param name="From">The sender's path; null where it had none.</param>
/// <param name="SecondsAgo">When that was.</param>
public sealed record UndeliveredMessage(string Kind, string Type, string To, string? From, double SecondsAgo);

/// <summary>How many messages nothing handled.</summary>
/// <param name="Kind">As in <see cref="UndeliveredMessage"/>.</param>
/// <param name="Count">Since the node began.</param>
public sealed record UndeliveredCount(string Kind, long Count);
