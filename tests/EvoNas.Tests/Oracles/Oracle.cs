using System.Reflection;
using System.Text.Json;
using EvoNas.Genetics;

namespace EvoNas.Tests.Oracles;

/// <summary>Figures that other people's code gave, kept beside this file as JSON; they travel inside the test
/// assembly.</summary>
static class Oracle
{
    public static JsonElement Read(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"There is no oracle '{name}'.");
        return JsonDocument.Parse(stream).RootElement;
    }

    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString()!;

    public static long Whole(this JsonElement json, string property) => json.GetProperty(property).GetInt64();

    /// <summary>Small spaces that exercise every construct of the language, with ids, sizes and orders as PyGlove 0.5.0
    /// gives them.</summary>
    public static IEnumerable<(JsonElement Oracle, SearchSpace Space)> Language()
    {
        foreach (var oracle in Read("language.json").GetProperty("spaces").EnumerateArray())
            yield return (
                oracle,
                new(oracle.Text("space"), Children([.. oracle.GetProperty("decisions").EnumerateArray()], parent: null))
            );
    }

    static Sequence<Decision> Children(JsonElement[] all, (string Id, int Candidate)? parent) =>
        [.. all.Where(decision => ParentOf(decision) == parent).Select(decision => Make(all, decision))];

    static (string, int)? ParentOf(JsonElement decision) =>
        decision.TryGetProperty("parent", out var parent)
            ? (parent.Text("decision"), parent.GetProperty("candidate").GetInt32())
            : null;

    static Decision Make(JsonElement[] all, JsonElement decision)
    {
        var (id, name) = (decision.Text("id"), decision.Text("location"));
        if (decision.Text("kind") == "floatv")
            return new Decision.Real(
                name,
                decision.GetProperty("min").GetDouble(),
                decision.GetProperty("max").GetDouble(),
                decision.TryGetProperty("scale", out var scale) && scale.GetString() == "log"
                    ? Scale.Logarithmic
                    : Scale.Linear
            );
        Sequence<Candidate> candidates =
        [
            .. decision
                .GetProperty("candidates")
                .EnumerateArray()
                .Select((value, i) => new Candidate(Literal.From(value, id), Children(all, (id, i)))),
        ];
        return decision.Text("kind") == "oneof"
            ? new Decision.OneOf(name, candidates)
            : new Decision.ManyOf(
                name,
                decision.GetProperty("num_choices").GetInt32(),
                candidates,
                decision.GetProperty("distinct").GetBoolean(),
                decision.GetProperty("sorted").GetBoolean()
            );
    }
}
