using System.Text.Json.Nodes;

namespace EvoNas.Tasks.Tests;

/// <summary>Answers of other programs, kept in the folder Oracles; each file says in its field about how they were
/// made.</summary>
static class Oracle
{
    /// <summary>The content of a file.</summary>
    public static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Oracles", name + ".json")))!.AsObject();

    /// <summary>The cases of a file by what they are called.</summary>
    public static Dictionary<string, JsonObject> Cases(string name, string list, string key) =>
        Read(name)[list]!
            .AsArray()
            .Select((node, index) => (Name: $"{index} {(string?)node![key]}", Case: node!.AsObject()))
            .ToDictionary(one => one.Name, one => one.Case);

    /// <summary>Names for a theory.</summary>
    public static TheoryData<string> Names(Dictionary<string, JsonObject> cases) => [.. cases.Keys];

    public static double[] Numbers(this JsonNode node) =>
        [.. node.AsArray().Select(number => number!.GetValue<double>())];
}
