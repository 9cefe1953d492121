using System.Text.Json.Nodes;
using EvoNas.Reports.Pages;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

public class SurveyPiecesTests
{
    static readonly SurveyedSpace Space = SomeSurvey.Space(
        "anynet-a",
        Enumerable.Range(1, 12).Select(i => SomeSurvey.Network(i, i / 100.0, ("depth", i), ("width<script>", i % 3)))
    );

    [Fact]
    public void WhatIsWrittenIsReadAgain()
    {
        var written = Space with
        {
            Networks = [.. Space.Networks, SomeSurvey.Network(13, double.PositiveInfinity)],
            Lost = 2,
            Pending = 3,
        };

        var read = SurveyJson.Read(SurveyJson.Of(new("s", [written], "madds")).ToJsonString(), "piece.json");

        var one = Assert.Single(read);
        Assert.Equal(written.Networks.Count, one.Networks.Count);
        Assert.Equal(written.Networks.Select(network => network.Error), one.Networks.Select(network => network.Error));
        Assert.Equal(written.Networks[3].Decisions, one.Networks[3].Decisions);
        Assert.Equal(written.Networks[3].Metrics, one.Networks[3].Metrics);
        Assert.Equal((written.Lost, written.Pending), (one.Lost, one.Pending));
        Assert.True(JsonNode.DeepEquals(written.Evaluation, one.Evaluation));
    }

    [Fact]
    public void PiecesOfOneSpaceAreJoined()
    {
        var more = Space with { Networks = [.. Space.Networks.Select(one => one with { Seed = 2 })] };

        var joined = SurveyPieces.Join([("a", Space), ("b", SomeSurvey.Space("regnet-x")), ("c", more)], out var known);

        Assert.Equal([("anynet-a", 24), ("regnet-x", 0)], joined.Select(one => (one.Space, one.Networks.Count)));
        Assert.Equal(0, known);
    }

    [Fact]
    public void ANetworkOfTwoPiecesCountsOnce()
    {
        var joined = SurveyPieces.Join([("a", Space), ("b", Space)], out var known);

        Assert.Equal((12, 12), (Assert.Single(joined).Networks.Count, known));
    }

    public static TheoryData<string, string> Others =>
        new()
        {
            { "epochs", "training: epochs: 1 there, 2 in the piece" },
            { "metric", "metric: top1 there, ap in the piece" },
            { "limits", "limits: madds<=3000000 there, none in the piece" },
            { "perfect", "perfect score: 1 there, 100 in the piece" },
            { "table", "evaluation: \"training\" there, \"table\" in the piece" },
        };

    [Theory, MemberData(nameof(Others))]
    public void PiecesThatWereEvaluatedOtherwiseAreRefusedByName(string what, string said)
    {
        var other = SomeSurvey.Space("regnet-x");
        other = what switch
        {
            "epochs" => other with { Evaluation = SomeSurvey.Trained("""{"epochs":2,"batchSize":64}""") },
            "metric" => other with { Metric = "ap" },
            "limits" => other with { Limits = [] },
            "perfect" => other with { Perfect = 100 },
            _ => other with { Evaluation = new() { ["kind"] = "table" } },
        };

        var fault = Assert.Throws<RequestException>(() =>
            SurveyPieces.Join([("one.json", Space), ("other.json", other)], out _)
        );

        Assert.StartsWith("'other.json' (regnet-x) cannot be joined with 'one.json' (anynet-a).", fault.Message);
        Assert.Contains(said, fault.Message);
    }

    [Fact]
    public void PiecesOfASpaceThatChangedAreRefused()
    {
        var changed = Space with { Fingerprint = "ffff" };

        var fault = Assert.Throws<RequestException>(() =>
            SurveyPieces.Join([("one.json", Space), ("other.json", changed)], out _)
        );

        Assert.Contains("decisions of the space: 0123456789abcdef there, ffff in the piece", fault.Message);
    }

    [Fact]
    public void SpacesMayDifferInTheirProfiles() =>
        Assert.Equal(
            2,
            SurveyPieces
                .Join(
                    [
                        ("a", Space),
                        (
                            "b",
                            SomeSurvey.Space("spinenet") with
                            {
                                Evaluation = SomeSurvey.Trained("""{"epochs":1,"batchSize":64,"profile":"search"}"""),
                            }
                        ),
                    ],
                    out _
                )
                .Count
        );

    [Theory]
    [InlineData("[]", "an object is missing")]
    [InlineData("{", "is no piece of a survey")]
    [InlineData("{}", "the field 'spaces' is missing")]
    [InlineData("""{"spaces":[{"space":3}]}""", "the field 'space' holds 3")]
    public void AFileThatIsNoPieceIsRefused(string text, string said)
    {
        var fault = Assert.Throws<RequestException>(() => SurveyJson.Read(text, "piece.json"));

        Assert.StartsWith("'piece.json' is no piece of a survey", fault.Message);
        Assert.Contains(said, fault.Message);
    }

    [Fact]
    public void ThePageHasEveryPartAndNoMarkupFromOutside()
    {
        var survey = new Survey(
            "panels & more",
            [Space, SomeSurvey.Space("b", Space.Networks), SomeSurvey.Space("c", Space.Networks)],
            "madds"
        );

        var page = SurveyPage.Of(survey, "0.1.0", DateTime.UnixEpoch);

        Assert.Contains("<h1>Survey panels &amp; more</h1>", page);
        Assert.Contains("anynet-a and b", page);
        Assert.Contains("At equal madds", page);
        Assert.Contains("Good ranges", page);
        Assert.DoesNotContain("<script>", page);
        // All, two pairs side by side, equal cost, two decisions of three spaces.
        Assert.Equal(10, page.Split("<svg").Length - 1);
    }

    [Fact]
    public void EveryNetworkIsARowOfTheCsv()
    {
        string[] lines = [.. SurveyCsv.Lines(new("s", [Space], "madds"))];

        Assert.Equal(
            "space,seed,birth,genotype,error,walked,madds,top1,decision.depth,decision.width<script>\n",
            lines[0]
        );
        Assert.Equal("anynet-a,1,2,2,0.02,false,1002,0.98,2,2\n", lines[2]);
        Assert.Equal(13, lines.Length);
    }
}
