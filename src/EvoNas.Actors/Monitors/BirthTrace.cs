namespace EvoNas.Actors.Monitors;

/// <summary>What the actors of one node did with the messages about one birth.</summary>
/// <param name="Name">The node's alias; <c>?</c> where it has not answered.</param>
/// <param name="Address">As the cluster calls it; empty in a process that runs one search by itself.</param>
/// <param name="Refusal">Why it does not tell; null: it does.</param>
/// <param name="Steps">In the order in which they were handled.</param>
/// <param name="KeptSeconds">How far back the node remembers messages about births; null: it has forgotten
/// none.</param>
public sealed record BirthTrace(string Name, string Address, string? Refusal, BirthStep[] Steps, double? KeptSeconds);

/// <summary>A message about a birth, which an actor has handled.</summary>
/// <param name="Path">The actor, without the node.</param>
/// <param name="Actor">What the actor is, in one word: <c>population</c>, <c>slot</c>, …</param>
/// <param name="Message">The type of the message.</param>
/// <param name="Attempt">Of the evaluation; 0: the message names none.</param>
/// <param name="WaitSeconds">How long it lay in the mailbox; null where that is not known.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failure">The type of the exception that it ended with; null: none.</param>
/// <param name="SecondsAgo">When it had been handled. Clocks of nodes need not agree.</param>
public sealed record BirthStep(
    string Path,
    string Actor,
    string Message,
    int Attempt,
    double? WaitSeconds,
    double Seconds,
    string? Failure,
    double SecondsAgo
);
