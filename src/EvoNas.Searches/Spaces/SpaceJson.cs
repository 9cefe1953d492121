using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Searches.Spaces;

/// <summary>A space as JSON: its decisions, profiles and published networks.</summary>
/// <remarks>The fingerprint of a search's space is made of the decisions: their form must not change.</remarks>
static class SpaceJson
{
    public static JsonObject Of(Space space) =>
        new()
        {
            ["name"] = space.Name,
            ["task"] = space.Task,
            ["summary"] = space.Summary,
            ["source"] = space.Source,
            ["slots"] = space.Decisions.SlotCount,
            ["size"] = space.Decisions.SizeText,
            ["decisions"] = new JsonArray([.. space.Decisions.Decisions.Select(ToJson)]),
            ["profiles"] = new JsonArray([.. space.Profiles.Select(profile => (JsonNode)profile)]),
            ["named"] = new JsonArray([
                .. space.Named.Select(named => new JsonObject
                {
                    ["name"] = named.Name,
                    ["genotype"] = named.Genotype.ToString(),
                }),
            ]),
        };

    static JsonNode ToJson(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => new JsonObject
            {
                ["name"] = one.Name,
                ["kind"] = "oneOf",
                ["candidates"] = ToJson(one.Candidates),
            },
            Decision.ManyOf many => new JsonObject
            {
                ["name"] = many.Name,
                ["kind"] = "manyOf",
                ["picks"] = many.Picks,
                ["distinct"] = many.Distinct,
                ["sorted"] = many.Sorted,
                ["candidates"] = ToJson(many.Candidates),
            },
            Decision.Range range => new JsonObject
            {
                ["name"] = range.Name,
                ["kind"] = "range",
                ["min"] = range.Min,
                ["max"] = range.Max,
                ["step"] = range.Step,
                ["count"] = range.Count,
                ["scale"] = range.Scale.ToString().ToLowerInvariant(),
            },
            Decision.Real real => new JsonObject
            {
                ["name"] = real.Name,
                ["kind"] = "real",
                ["min"] = real.Min,
                ["max"] = real.Max,
                ["scale"] = real.Scale.ToString().ToLowerInvariant(),
            },
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static JsonArray ToJson(Sequence<Candidate> candidates) =>
        new([
            .. candidates.Select(candidate =>
            {
                var node = new JsonObject { ["value"] = candidate.Value.ToJson() };
                if (candidate.Children.Count > 0)
                    node["children"] = new JsonArray([.. candidate.Children.Select(ToJson)]);
                return (JsonNode)node;
            }),
        ]);
}
