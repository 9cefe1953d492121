using System.Collections.Concurrent;
using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Messages;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Watches the cells of its node, and tells what their slots do.</summary>
/// <param name="slots">All slots of the node: one that never worked is idle.</param>
/// <param name="time">Its clock.</param>
sealed class MonitorActor(IEnumerable<string> slots, TimeProvider time)
    : CellActor<Board, Message.Observed>(MonitorBehavior.Behavior, "monitor", time)
{
    readonly SortedDictionary<string, string> _searches = new(StringComparer.Ordinal);

    // When the training of a slot began.
    readonly Dictionary<string, (Assignment Work, long At)> _since = [];

    // For each slot: does it take no more work? Read by collectors.
    readonly ConcurrentDictionary<string, bool> _drains = new(
        slots.Select(slot => KeyValuePair.Create(slot, false)),
        StringComparer.Ordinal
    );
    IDisposable? _readings;

    protected override void PreStart()
    {
        _readings = Telemetry.Slots.Add(() =>
            _drains.SelectMany(slot => SlotReadings.Of(slot.Key, State.Slots.GetValueOrDefault(slot.Key), slot.Value))
        );
        base.PreStart();
    }

    protected override void PostStop()
    {
        _readings?.Dispose();
        base.PostStop();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Seen seen:
                if (seen.Search is not null)
                    _searches[seen.Cell.Name] = seen.Search;
                Read(new Message.Observed(seen.Cell, seen.Happened), seen.Cell);
                if (
                    State.Slots.GetValueOrDefault(seen.Cell.Name) is SlotPhase.Training { Assignment: var work }
                    && _since.GetValueOrDefault(seen.Cell.Name).Work != work
                )
                    _since[seen.Cell.Name] = (work, Time.GetTimestamp());
                break;
            case Draining draining:
                _drains[draining.Slot.Name] = true;
                break;
            case AskSlots:
                Sender.Tell(new SlotsNow(Lines(), Losses()));
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    SlotLine[] Lines() =>
        [
            .. _drains
                .Keys.Union(State.Slots.Keys)
                .Order(StringComparer.Ordinal)
                .Select(slot => LineOf(slot, State.Slots.GetValueOrDefault(slot))),
        ];

    LossCount[] Losses() =>
        [.. State.AttemptsLost.Select(lost => new LossCount(lost.Key.ToString().ToLowerInvariant(), lost.Value))];

    SlotLine LineOf(string name, SlotPhase? phase)
    {
        var search = _searches.GetValueOrDefault(name);
        return phase switch
        {
            SlotPhase.Training { Assignment: var work, Progress: var progress } => new(
                name,
                "training",
                search,
                work.Birth.Value,
                work.Attempt,
                progress is null
                    ? null
                    : $"epoch {progress.Epoch}/{progress.Epochs}, step {progress.Step}/{progress.Steps}",
                work.Genotype.ToString(),
                progress,
                _since.TryGetValue(name, out var since) ? Time.GetElapsedTime(since.At).TotalSeconds : 0
            ),
            SlotPhase.Reporting { Outcome: var outcome } => new(
                name,
                "reporting",
                search,
                outcome.Birth.Value,
                outcome.Attempt,
                null
            ),
            SlotPhase.Quarantined sick => new(name, "quarantined", search, 0, 0, sick.Reason),
            _ => new(name, "idle", null, 0, 0, null),
        };
    }

    /// <summary>An event of a cell of this node.</summary>
    /// <param name="Search">For which search; null where it is not known.</param>
    public sealed record Seen(Address Cell, string? Search, object Happened);

    /// <summary>A slot of this node takes no more work.</summary>
    public sealed record Draining(Address Slot);

    /// <summary>Answered by <see cref="SlotsNow"/>.</summary>
    public sealed record AskSlots;

    /// <summary>What the slots of this node do.</summary>
    public sealed record SlotsNow(SlotLine[] Slots, LossCount[] Losses);
}
