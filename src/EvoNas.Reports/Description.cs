using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Reports;

/// <summary>A genotype with all that follows from it: values, specification, network, cost.</summary>
sealed record Description(Space Space, Point Point, Target Target, Network? Network, Cost? Cost)
{
    public static Description Of(Space space, Genotype genotype, Target target)
    {
        var network = space.Build is null ? null : space.Decode(genotype, target);
        return new(space, space.Decisions.Read(genotype), target, network, network is null ? null : Cost.Of(network));
    }

    /// <summary>The stable form for scripts. What a space of policies or of decisions alone does not have is null; only
    /// one of policies has a policy.</summary>
    public JsonObject ToJson()
    {
        var json = Figures();
        if (Space.Policy is { } policy)
            json["policy"] = policy(Point).ToJson();
        return json;
    }

    JsonObject Figures() =>
        new()
        {
            ["space"] = Space.Name,
            ["genotype"] = Point.Genotype.ToString(),
            ["values"] = Point.Values(),
            ["choices"] = Point.Choices(),
            ["specification"] = Space.Specify(Point),
            ["parameters"] = Cost?.Parameters,
            ["buffers"] = Cost?.Buffers,
            ["multiplyAdds"] = Cost?.MultiplyAdds,
            ["biasAdds"] = Cost?.BiasAdds,
            ["activations"] = Cost?.Activations,
            ["peakActivationBytes"] = Cost?.PeakActivationBytes,
            ["fingerprint"] = Network?.Fingerprint,
            ["input"] = Network is null ? null : Sides(Network.Input),
            ["outputs"] = new JsonArray([
                .. Network?.Outputs.Select(output => new JsonObject
                {
                    ["name"] = output.Name,
                    ["shape"] = Sides(Network.ShapeOf(output)),
                })
                    ?? [],
            ]),
        };

    static JsonArray Sides(Shape shape) =>
        new([.. new[] { shape.Channels }.Concat(shape.Sides).Select(side => (JsonNode)side)]);
}
