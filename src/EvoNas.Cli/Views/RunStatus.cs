using System.Collections.Immutable;
using EvoNas.Hosting.Messages;

namespace EvoNas.Cli.Views;

/// <summary>What a run of a search is doing at this moment, beside what its events say.</summary>
sealed record RunStatus
{
    /// <summary>Births that had ended when this run, or this view of it, began.</summary>
    public long EndedBefore { get; init; }

    /// <summary>Seconds of this run, or of this view of it.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of all runs.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Why nothing is handed out; null while births are handed out.</summary>
    public string? PausedFor { get; init; }

    /// <summary>That no draw keeps the limits yet; null while one does.</summary>
    public string? DrawnInVain { get; init; }

    /// <summary>What the slots do.</summary>
    public ImmutableArray<SlotLine> Slots { get; init; } = [];

    /// <summary>Attempts that came to nothing, by cause.</summary>
    public ImmutableArray<LossCount> Losses { get; init; } = [];

    /// <summary>This with what a report says of the slots that work for a search, or for none.</summary>
    public RunStatus With(ClusterReport report, string search) =>
        this with
        {
            Slots =
            [
                .. report
                    .Nodes.SelectMany(node => node.Slots)
                    .Where(slot => slot.Search == search || slot.Search is null)
                    .OrderBy(slot => slot.Name, StringComparer.Ordinal),
            ],
            Losses =
            [
                .. report
                    .Nodes.SelectMany(node => node.Losses)
                    .GroupBy(loss => loss.Cause, StringComparer.Ordinal)
                    .OrderBy(same => same.Key, StringComparer.Ordinal)
                    .Select(same => new LossCount(same.Key, same.Sum(loss => loss.Count))),
            ],
        };
}
