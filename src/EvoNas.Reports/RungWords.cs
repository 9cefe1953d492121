using System.Text.Json.Nodes;
using EvoNas.Evolution;

namespace EvoNas.Reports;

/// <summary>How many candidates have reached the end of each rung.</summary>
static class RungWords
{
    /// <summary>As <c>120 after epoch 1, 41 after 4, 9 after 11</c>; null where a search has no rungs.</summary>
    /// <param name="rules">Of the search.</param>
    /// <param name="counts">Of each rung, the first first.</param>
    public static string? Of(RungRules? rules, IReadOnlyList<long> counts) =>
        rules is null
            ? null
            : string.Join(
                ", ",
                rules.Epochs.Select((epoch, i) => $"{Figures.Exact(counts[i])} after {(i == 0 ? "epoch " : "")}{epoch}")
            );

    /// <summary>The stable form for scripts: the epoch of each rung with its count; null where a search has no
    /// rungs.</summary>
    public static JsonArray? ToJson(RungRules? rules, IReadOnlyList<long> counts) =>
        rules is null
            ? null
            :
            [
                .. rules.Epochs.Select(
                    (epoch, i) => (JsonNode)new JsonObject { ["epoch"] = epoch, ["scored"] = counts[i] }
                ),
            ];
}
