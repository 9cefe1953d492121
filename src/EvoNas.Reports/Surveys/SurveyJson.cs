using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Evolution;

namespace EvoNas.Reports.Surveys;

/// <summary>A survey in the stable form for scripts, which is also a piece that another machine can join.</summary>
static class SurveyJson
{
    /// <summary>The survey with every network and all that follows from them.</summary>
    public static JsonObject Of(Survey survey) =>
        new()
        {
            ["survey"] = survey.Name,
            ["costMetric"] = survey.CostMetric,
            ["spaces"] = new JsonArray([
                .. survey.Spaces.Select(
                    (space, i) => Of(space, survey.Distributions[i], survey.CostControlled?[i], survey.GoodRanges[i])
                ),
            ]),
            ["comparisons"] = Pairs(survey, survey.Distributions),
            ["costControlled"] = survey.CostControlled is { } controlled ? Pairs(survey, controlled) : null,
        };

    static JsonArray Pairs(Survey survey, IReadOnlyList<ErrorDistribution> distributions) =>
        new([
            .. Survey
                .Pairs(distributions)
                .Select(pair => new JsonObject
                {
                    ["one"] = survey.Spaces[pair.One].Space,
                    ["other"] = survey.Spaces[pair.Other].Space,
                    ["difference"] = pair.Comparison.Difference,
                    ["threshold"] = pair.Comparison.Threshold,
                    ["significant"] = pair.Comparison.IsSignificant,
                    ["at"] = pair.Comparison.At,
                    ["better"] = pair.Comparison.Sign switch
                    {
                        > 0 => survey.Spaces[pair.One].Space,
                        < 0 => survey.Spaces[pair.Other].Space,
                        _ => null,
                    },
                }),
        ]);

    static JsonObject Of(
        SurveyedSpace space,
        ErrorDistribution errors,
        ErrorDistribution? controlled,
        IReadOnlyList<GoodRange> ranges
    )
    {
        var moments = SurveyFigures.MomentsOf(space);
        return new()
        {
            ["space"] = space.Space,
            ["fingerprint"] = space.Fingerprint,
            ["metric"] = space.Metric,
            ["perfect"] = space.Perfect,
            ["limits"] = new JsonArray([.. space.Limits.Select(limit => (JsonNode)limit)]),
            ["evaluation"] = space.Evaluation.DeepClone(),
            ["networks"] = space.Networks.Count,
            ["diverged"] = space.Diverged,
            ["lost"] = space.Lost,
            ["pending"] = space.Pending,
            ["walked"] = space.Networks.Count(one => one.Walked),
            ["errorMin"] = space.Errors.Any() ? space.Errors.Min() : null,
            ["errorMean"] = moments.MeanOrNull,
            ["errorMeanHalfWidth"] = moments.HalfWidth,
            ["errorMedian"] = errors.Quantile(0.5),
            ["bandHalfWidth"] = errors.HalfWidth,
            ["effectiveCount"] = controlled?.EffectiveCount,
            ["goodRanges"] = new JsonArray([
                .. ranges.Select(range => new JsonObject
                {
                    ["decision"] = range.Decision,
                    ["networks"] = range.Count,
                    ["low"] = range.Low,
                    ["median"] = range.Median,
                    ["high"] = range.High,
                    ["least"] = range.Least,
                    ["most"] = range.Most,
                }),
            ]),
            ["members"] = new JsonArray([.. space.Networks.Select(Of)]),
        };
    }

    static JsonObject Of(SurveyedNetwork network)
    {
        var decisions = new JsonObject();
        foreach (var (name, value) in network.Decisions)
            decisions[name] = value;
        return new()
        {
            ["seed"] = network.Seed,
            ["birth"] = network.Birth,
            ["genotype"] = network.Genotype,
            ["error"] = double.IsFinite(network.Error) ? network.Error : null,
            ["walked"] = network.Walked,
            ["metrics"] = CandidateJson.Of(network.Metrics),
            ["decisions"] = decisions,
        };
    }

    /// <summary>Reads the spaces of a piece that <see cref="Of(Survey)"/> wrote.</summary>
    /// <param name="text">The text of the piece.</param>
    /// <param name="place">Its file, for errors.</param>
    /// <exception cref="RequestException">It is no piece of a survey; names what is missing.</exception>
    public static IReadOnlyList<SurveyedSpace> Read(string text, string place)
    {
        try
        {
            return [.. Field<JsonArray>(JsonNode.Parse(text), "spaces").Select(Space)];
        }
        catch (Exception fault)
            when (fault is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new RequestException(
                $"'{place}' is no piece of a survey: {Figures.OneLine(fault.Message)}",
                "A piece is what evonas survey NAME --json writes."
            );
        }
    }

    static SurveyedSpace Space(JsonNode? node) =>
        new(
            Field<string>(node, "space"),
            Field<string>(node, "fingerprint"),
            Field<string>(node, "metric"),
            Field<double>(node, "perfect"),
            // An item that is null is refused as one that is no text.
            [.. Field<JsonArray>(node, "limits").Select(limit => limit!.GetValue<string>())],
            (JsonObject)Field<JsonObject>(node, "evaluation").DeepClone(),
            [.. Field<JsonArray>(node, "members").Select(Network)],
            Field<int>(node, "lost"),
            Field<long>(node, "pending")
        );

    static SurveyedNetwork Network(JsonNode? node)
    {
        var error = node?["error"]?.GetValue<double>() ?? double.PositiveInfinity;
        return new(
            Field<ulong>(node, "seed"),
            Field<long>(node, "birth"),
            Field<string>(node, "genotype"),
            error >= 0 ? error : throw new FormatException($"an error is {error}; it must be at least 0."),
            Metrics.Of(Numbers(node, "metrics")),
            Numbers(node, "decisions").ToDictionary(StringComparer.Ordinal),
            Field<bool>(node, "walked")
        );
    }

    static IEnumerable<KeyValuePair<string, double>> Numbers(JsonNode? node, string name) =>
        Field<JsonObject>(node, name)
            .Select(pair => KeyValuePair.Create(pair.Key, Value<double>(pair.Value, pair.Key)));

    static T Field<T>(JsonNode? node, string name) =>
        node is JsonObject fields ? Value<T>(fields[name], name) : throw new FormatException("an object is missing.");

    static T Value<T>(JsonNode? node, string name) =>
        node switch
        {
            T structure => structure,
            JsonValue value when value.TryGetValue<T>(out var read) => read,
            null => throw new FormatException($"the field '{name}' is missing."),
            _ => throw new FormatException($"the field '{name}' holds {node.ToJsonString()}."),
        };
}
