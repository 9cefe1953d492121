using System.Text.Json.Nodes;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>Lists of numbers as JSON, for specifications.</summary>
static class Json
{
    public static JsonArray List(IEnumerable<int> numbers) =>
        [.. numbers.Select(number => (JsonNode)JsonValue.Create(number))];

    /// <summary>Reals keep their point: <c>1.0</c>.</summary>
    public static JsonArray List(IEnumerable<double> numbers) =>
        [.. numbers.Select(number => new Literal.Real(number).ToJson())];
}
