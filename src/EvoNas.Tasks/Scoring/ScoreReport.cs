using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EvoNas.Tasks.Scoring;

/// <summary>What came of scoring a set of predictions.</summary>
/// <param name="Json">For scripts; the names of its fields are for ever.</param>
/// <param name="Rows">For people: what, and how much.</param>
/// <param name="Remarks">What to know about the numbers, a sentence each.</param>
sealed record ScoreReport(
    JsonObject Json,
    ImmutableArray<(string Name, double? Value)> Rows,
    ImmutableArray<string> Remarks
)
{
    /// <summary>A number, or null where there is none.</summary>
    public static JsonNode? Number(double? value) => value is { } number ? JsonValue.Create(number) : null;

    /// <summary>A list of numbers.</summary>
    public static JsonArray Numbers(IEnumerable<double?> values) => [.. values.Select(Number)];
}
