using System.Text.Json.Nodes;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>What is said of a candidate that is trained again and again to tell of drift.</summary>
static class DriftWords
{
    /// <summary>As <c>#12 scored 0.8731 when it was born, and 0.8731 to 0.8735 in 4 trainings since; …</c>.</summary>
    public static string Of(Drift drift)
    {
        var (low, high) = (drift.Again.Min(), drift.Again.Max());
        return $"{drift.Birth} scored {Figures.Fitness(drift.First)} when it was born, and "
            + (low == high ? Figures.Fitness(low) : $"{Figures.Fitness(low)} to {Figures.Fitness(high)}")
            + $" in {Figures.Counted(drift.Again.Count, "training")} since, with the same seed"
            + (Warning(drift) is { } warning ? $"; {warning}" : "");
    }

    /// <summary>Why something is not what it was; null where all is as usual.</summary>
    public static string? Warning(Drift drift) =>
        drift.Found is var (ago, off, usual)
            ? "DRIFT: "
                + (ago == 0 ? "the last score is" : $"a score, {Figures.Counted(ago, "training")} ago, was")
                + $" off by {Figures.Gain(off)}, where {Figures.Fitness(usual)} is usual"
            : null;

    /// <summary>The stable form for scripts.</summary>
    public static JsonObject ToJson(Drift drift) =>
        new()
        {
            ["birth"] = drift.Birth.Value,
            ["first"] = drift.First,
            ["again"] = new JsonArray([.. drift.Again.Select(value => (JsonNode)value)]),
            ["off"] = drift.Last?.Off,
            ["usual"] = drift.Last?.Usual,
            ["isOff"] = drift.IsOff,
            ["offAgo"] = drift.Found?.Ago,
        };
}
