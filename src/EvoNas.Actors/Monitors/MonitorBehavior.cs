using System.Collections.Immutable;
using EvoNas.Actors.Evaluators;
using EvoNas.Actors.Populations;
using EvoNas.Lineages;

namespace EvoNas.Actors.Monitors;

/// <summary>What a monitor saw since it woke: every slot, what was lost and why, and the last things that
/// happened.</summary>
public sealed record Board
{
    /// <summary>Nothing seen.</summary>
    public static readonly Board Empty = new();

    /// <summary>What each slot does, by name.</summary>
    public ImmutableSortedDictionary<string, SlotPhase> Slots { get; init; } =
        ImmutableSortedDictionary.Create<string, SlotPhase>(StringComparer.Ordinal);

    /// <summary>Births ruled out, by reason.</summary>
    public ImmutableSortedDictionary<RuledOutReason, long> RuledOut { get; init; } =
        ImmutableSortedDictionary<RuledOutReason, long>.Empty;

    /// <summary>Attempts that came to nothing, by cause.</summary>
    public ImmutableSortedDictionary<LossCause, long> AttemptsLost { get; init; } =
        ImmutableSortedDictionary<LossCause, long>.Empty;

    /// <summary>Births that were stopped early.</summary>
    public long StoppedEarly { get; init; }

    /// <summary>Births that ended.</summary>
    public long Ended { get; init; }

    /// <summary>The last ends and other news, the newest last.</summary>
    public ImmutableList<LineageEvent> Recent { get; init; } = [];

    const int RecentMax = 32;

    internal Board See(Address cell, object happened) =>
        happened switch
        {
            EvaluatorEvent slot => this with
            {
                Slots = Slots.SetItem(
                    cell.Name,
                    (
                        Slots.TryGetValue(cell.Name, out var phase)
                            ? EvaluatorState.Start with
                            {
                                Phase = phase,
                            }
                            : EvaluatorState.Start
                    )
                        .Evolve(slot)
                        .Phase
                ),
            },
            PopulationEvent.AttemptLost lost => this with
            {
                AttemptsLost = AttemptsLost.SetItem(lost.Cause, AttemptsLost.GetValueOrDefault(lost.Cause) + 1),
            },
            PopulationEvent.Kept { Happened: LineageEvent.Scored scored } => Ends(scored) with
            {
                StoppedEarly = StoppedEarly + (scored.StoppedAtEpoch is null ? 0 : 1),
            },
            PopulationEvent.Kept { Happened: LineageEvent.RuledOut ruledOut } => Ends(ruledOut) with
            {
                RuledOut = RuledOut.SetItem(ruledOut.Reason, RuledOut.GetValueOrDefault(ruledOut.Reason) + 1),
            },
            PopulationEvent.Kept
            {
                Happened: LineageEvent.Extended or LineageEvent.Finished or LineageEvent.Begun
            } kept => Tell(kept.Happened),
            _ => this,
        };

    Board Ends(LineageEvent end) => Tell(end) with { Ended = Ended + 1 };

    Board Tell(LineageEvent news) =>
        this with
        {
            Recent = (Recent.Count < RecentMax ? Recent : Recent.RemoveAt(0)).Add(news),
        };
}

/// <summary>Watches: every event of every cell comes by, after it was kept. It is asked for nothing, so that a slow
/// monitor slows no other actor down.</summary>
public static class MonitorBehavior
{
    /// <summary>A monitor; its events are the ones it saw.</summary>
    public static readonly Behavior<Board, Message.Observed> Behavior = new(
        Start: Board.Empty,
        Decide: (_, received) =>
            received.Message is Message.Observed seen ? new([seen], []) : Reaction<Message.Observed>.None,
        Evolve: (board, seen) => board.See(seen.Cell, seen.Happened),
        Resume: _ => []
    );
}
