using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

/// <summary>Networks and spaces of surveys that a test does not care about further.</summary>
static class SomeSurvey
{
    public static SurveyedNetwork Network(long birth, double error, params (string Name, double Value)[] decisions) =>
        new(
            1,
            birth,
            $"{birth}",
            error,
            double.IsFinite(error)
                ? Metrics.Of((Metrics.MultiplyAdds, 1000 + birth), (Metrics.Top1, 1 - error))
                : default,
            decisions.ToDictionary(one => one.Name, one => one.Value),
            Walked: false
        );

    public static SurveyedSpace Space(string name, params IEnumerable<SurveyedNetwork> networks) =>
        new(
            name,
            "0123456789abcdef",
            Metrics.Top1,
            1,
            ["madds<=3000000"],
            Trained("""{"epochs":1,"batchSize":64,"profile":"textbook"}"""),
            [.. networks],
            Lost: 0,
            Pending: 0
        );

    /// <summary>An evaluation by training.</summary>
    /// <param name="settings">As JSON.</param>
    public static JsonObject Trained(string settings) =>
        JsonNode.Parse($$"""{"kind":"training","settings":{{settings}}}""")!.AsObject(); // The text is an object.
}
