using EvoNas.Actors.Populations;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>What a <see cref="DurableCell"/> wants its host to do. The host carries commands out in the order in which
/// they come.</summary>
/// <remarks>The lists that a command holds are the cell's own, apart from those of <see cref="Append"/>: they are valid
/// until the cell takes its next turn.</remarks>
public abstract record DurableCommand
{
    DurableCommand() { }

    /// <summary>Read the journal: offer the newest snapshot that is not after <paramref name="SnapshotMax"/>, if there
    /// is one, then every event after it. Answered by <see cref="DurableCell.Offer"/>,
    /// <see cref="DurableCell.Replay"/> and <see cref="DurableCell.Recovered"/>, or by
    /// <see cref="DurableCell.RecoveryFailed"/>. Whatever the host knows of an earlier recovery or append is
    /// void.</summary>
    /// <param name="Ticket">For the answers.</param>
    /// <param name="AfterSeconds">How long to wait first, in seconds; 0 for at once.</param>
    /// <param name="SnapshotMax">Events after which no snapshot may be used; 0: use none.</param>
    /// <param name="Reason">Why the cell recovers, for the log; null at its start.</param>
    public sealed record Recover(int Ticket, double AfterSeconds, long SnapshotMax, string? Reason) : DurableCommand;

    /// <summary>Append these events, all or none, and make them durable. Answered by
    /// <see cref="DurableCell.Appended"/> or <see cref="DurableCell.AppendFailed"/>; a host that gives up waiting says
    /// that it failed.</summary>
    /// <param name="Ticket">For the answer.</param>
    /// <param name="First">The number of the first event, from 1.</param>
    /// <param name="Events">At least one. The array is the host's to keep.</param>
    public sealed record Append(int Ticket, long First, SerializedEvent[] Events) : DurableCommand;

    /// <summary>Tell viewers: these events happened, and those of the lineage are durable. Every event of the lineage
    /// is told exactly once in the life of a cell, in order, also one that was committed although its append
    /// failed.</summary>
    /// <param name="First">The number of the first row.</param>
    /// <param name="Events">What happened, in order. The <see cref="PopulationEvent.Kept"/> ones among them are the
    /// rows.</param>
    /// <param name="Rows">The durable ones as they lie in the journal; may be empty.</param>
    public sealed record Tell(long First, IReadOnlyList<PopulationEvent> Events, IReadOnlyList<SerializedEvent> Rows)
        : DurableCommand;

    /// <summary>Carry out these effects: send messages, set reminders.</summary>
    public sealed record CarryOut(IReadOnlyList<Effect> Effects) : DurableCommand;

    /// <summary>Write a snapshot of this lineage (see <see cref="LineageSnapshot.Write"/>) under the number of its last
    /// event. Answered by <see cref="DurableCell.SnapshotKept"/> or <see cref="DurableCell.SnapshotFailed"/>; until the
    /// answer comes the cell goes on.</summary>
    public sealed record KeepSnapshot(Lineage Lineage) : DurableCommand;

    /// <summary>Delete the snapshots of events before this one. A failure does not matter.</summary>
    public sealed record ForgetSnapshots(long Before) : DurableCommand;

    /// <summary>The cell has stopped. It reads nothing more until <see cref="DurableCell.Start"/>.</summary>
    /// <param name="Trouble">Why; null if it was closed.</param>
    /// <param name="Reason">In words.</param>
    public sealed record Stopped(JournalTrouble? Trouble, string Reason) : DurableCommand;
}

/// <summary>What the supervisor of a search wants of it. A population is told after every recovery and whenever it
/// changes: what it was told before and could not keep, it was never told.</summary>
/// <param name="Settings">Begin this search; if it has begun, this is its budget.</param>
/// <param name="PausedFor">Why nothing is to be handed out; null: hand out.</param>
/// <param name="Founders">What is born first in a search that begins; may be empty.</param>
public sealed record PopulationOrders(
    Evolution.SearchSettings Settings,
    string? PausedFor = null,
    Sequence<Proposal> Founders = default
);
