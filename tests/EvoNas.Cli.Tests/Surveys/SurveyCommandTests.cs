using System.Text.Json.Nodes;

namespace EvoNas.Cli.Tests.Surveys;

public class SurveyCommandTests
{
    // A space whose best x is 12, and its table.
    static string[] Of(Some some, string name, double worse = 0)
    {
        var space = some.Write(
            $"{name}.json",
            $$"""
            { "name": "{{name}}", "decisions": [
                { "name": "x", "integer": { "min": 1, "max": 40 } }, { "name": "y", "one_of": [1, 2, 4] } ] }
            """
        );
        var rows =
            from x in Enumerable.Range(0, 40)
            from y in Enumerable.Range(0, 3)
            select FormattableString.Invariant(
                $"\"{x},{y}\",{0.9 - worse - Math.Pow((x - 11) / 45.0, 2)},{1000 * (x + 1) * (y + 1)}\n"
            );
        var table = some.Write($"{name}.csv", "arch,acc,madds\n" + string.Concat(rows));
        return ["--space", space, "--evaluate", $"table:{table}", "--key", "arch", "--metric", "acc"];
    }

    [Fact]
    public void ASurveySaysErrorsAndGoodRanges()
    {
        using var some = new Some();

        var survey = some.Json(["survey", "s", .. Of(some, "grid"), "--networks", "60"]);

        var space = survey["spaces"]![0]!;
        Assert.Equal(("grid", 60, 0), ((string?)space["space"], (int)space["networks"]!, (int)space["pending"]!));
        Assert.Equal(0.1, (double)space["errorMin"]!, 2);
        Assert.InRange((double)space["goodRanges"]![0]!["median"]!, 10, 14);
        Assert.Equal("finished", (string?)some.Json("status", "s.grid")["state"]);
    }

    [Fact]
    public void TheSameCommandGoesOnAndTheNameAloneReports()
    {
        using var some = new Some();
        some.Said(["survey", "s", .. Of(some, "grid"), "--networks", "10"]);
        var more = some.Json(["survey", "s", .. Of(some, "grid"), "--networks", "25"]);

        var again = some.Json("survey", "s");

        Assert.Equal(25, (int)more["spaces"]![0]!["networks"]!);
        Assert.True(JsonNode.DeepEquals(more, again));
    }

    [Fact]
    public void PiecesOfTwoCommandsAreJoinedAndCompared()
    {
        using var some = new Some();
        var pieces = new[] { ("a", 0.0, "1"), ("b", 0.3, "1"), ("a", 0.0, "2") }
            .Select(
                (piece, i) =>
                    some.Write(
                        $"{i}.json",
                        some.Said([
                            "survey",
                            $"s{i}",
                            .. Of(some, piece.Item1, piece.Item2),
                            "--seed",
                            piece.Item3,
                            "--networks",
                            "30",
                            "--json",
                        ])
                    )
            )
            .ToArray();
        var page = Path.Combine(some.Home, "page.html");
        var drawing = Path.Combine(some.Home, "drawing.svg");

        var joined = some.Json(["survey", "--merge", .. pieces, "-o", page]);
        var said = some.Said(["survey", "all", "--merge", .. pieces, "-o", drawing]);

        Assert.Equal([60, 30], joined["spaces"]!.AsArray().Select(space => (int)space!["networks"]!));
        Assert.Equal("a", (string?)joined["comparisons"]![0]!["better"]);
        Assert.True((bool)joined["comparisons"]![0]!["significant"]!);
        Assert.Contains("a is better", said);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page));
        Assert.StartsWith("<svg", File.ReadAllText(drawing));
    }

    [Theory]
    [InlineData(new[] { "survey" }, "evonas survey needs a NAME, or --merge")]
    [InlineData(new[] { "survey", "none" }, "There is no survey called 'none'")]
    [InlineData(new[] { "survey", "No Name" }, "is not a valid name")]
    [InlineData(
        new[] { "survey", "s", "--space", "anynet-a", "--where", "latencyMs<=3" },
        "no cost called 'latencyMs'"
    )]
    [InlineData(new[] { "survey", "s", "--space", "anynet-a", "--where", "madds<=3M soft" }, "is soft")]
    [InlineData(new[] { "survey", "s", "--space", "anynet-a", "--band", "madds<=3M" }, "it takes a cost")]
    [InlineData(new[] { "survey", "s", "--space", "anynet-a", "--band", "madds=-1" }, "is no limit")]
    [InlineData(new[] { "survey", "s", "--space", "anynet-z" }, "Did you mean 'anynet-a'?")]
    [InlineData(new[] { "survey", "--merge", "none.json" }, "There is no file 'none.json'.")]
    [InlineData(new[] { "survey", "--merge", "none.json", "--epochs", "2" }, "--epochs and --merge are given")]
    [InlineData(new[] { "survey", "s", "--json", "--csv" }, "--json and --csv are given.")]
    [InlineData(new[] { "survey", "s", "-o", "page.pdf" }, "A survey is not written as '.pdf'.")]
    public void WhatCannotBeSurveyedIsRefused(string[] command, string said)
    {
        using var some = new Some();

        var (code, _, error) = some.Run(command);

        Assert.Equal(2, code);
        Assert.Contains(said, error);
        Assert.Empty(some.Json("status").AsArray());
    }

    [Fact]
    public void OtherSettingsThanThoseItBeganWithAreRefusedBeforeAnythingIsEvaluated()
    {
        using var some = new Some();
        some.Said(["survey", "s", .. Of(some, "grid"), "--networks", "10"]);

        var (code, _, error) = some.Run(["survey", "s", .. Of(some, "grid"), "--networks", "10", "--seed", "9"]);

        Assert.Equal(2, code);
        Assert.Contains("'s.grid' was begun with other settings.", error);
    }

    [Fact]
    public void ScoresAboveAPerfectOneAskForAnother()
    {
        using var some = new Some();
        string[] cubes = ["survey", "s", .. some.Search, "--networks", "10"];

        var (code, _, error) = some.Run(cubes);
        var survey = some.Json([.. cubes, "--perfect", "100"]);

        Assert.Equal(2, code);
        Assert.Contains("which is above a perfect one of 1", error);
        Assert.InRange((double)survey["spaces"]![0]!["errorMin"]!, 12, 20);
    }

    [Fact]
    public void ASearchThatClimbsIsNoSample()
    {
        using var some = new Some();
        some.Said(["search", .. Of(some, "grid"), "--name", "s.grid", "--budget", "10"]);

        var (code, _, error) = some.Run("survey", "s");

        Assert.Equal(2, code);
        Assert.Contains("no random sample", error.ReplaceLineEndings(" "));
    }

    [Fact]
    public void EveryNetworkIsARowOfTheCsv()
    {
        using var some = new Some();

        var lines = some.Said(["survey", "s", .. Of(some, "grid"), "--networks", "10", "--csv"]).Split('\n');

        Assert.StartsWith("space,seed,birth,genotype,error,walked,acc", lines[0]);
        Assert.Equal(12, lines.Length);
    }
}
