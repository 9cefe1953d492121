using System.Text.Json.Nodes;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>What is said of the winner of the finalists.</summary>
static class WinnerWords
{
    /// <summary>As <c>mean 0.9214 ± 0.0011 of 6 more evaluations; P(best) 71 %; noise 0.0013</c>.</summary>
    public static string Of(Winner winner) =>
        $"mean {Figures.Fitness(winner.Mean)} ± {Figures.Fitness((winner.High - winner.Low) / 2)} of "
        + $"{Figures.Counted(winner.Evaluations, "more evaluation")}; "
        + $"P(best) {Figures.Percent(winner.Probability)}; noise {Figures.Fitness(winner.Noise)}"
        + (
            winner.Gap is { } gap
                ? $"; by images that the search never saw, where finalists score {Figures.Gain(-gap)} in the mean"
                : ""
        );

    /// <summary>The stable form for scripts.</summary>
    public static JsonObject ToJson(Winner winner)
    {
        var json = Fields(winner);
        // Only where finalists were judged by data of their own.
        if (winner.Gap is { } gap)
            json["gap"] = gap;
        return json;
    }

    static JsonObject Fields(Winner winner) =>
        new()
        {
            ["birth"] = winner.Birth.Value,
            ["mean"] = winner.Mean,
            ["low"] = winner.Low,
            ["high"] = winner.High,
            ["evaluations"] = winner.Evaluations,
            ["probability"] = winner.Probability,
            ["noise"] = winner.Noise,
        };
}
