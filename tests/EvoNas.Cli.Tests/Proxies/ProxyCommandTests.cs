namespace EvoNas.Cli.Tests.Proxies;

public class ProxyCommandTests
{
    // Ten models whose score under the full training is their number; the quarter ranks them alike, the other
    // backwards.
    static string Curves(Some some)
    {
        var lines =
            from model in Enumerable.Range(0, 10)
            from proxy in new[] { ("full", 1), ("quarter", 1), ("backwards", -1) }
            from step in new[] { 10, 20 }
            let score = 0.5 + proxy.Item2 * model / 40.0 + step / 1000.0
            select FormattableString.Invariant($"{proxy.Item1},\"m,{model}\",{step},{score},{step * 36},{model % 7}\n");
        return some.Write("curves.csv", "proxy,model,step,score,seconds,latency\n" + string.Concat(lines));
    }

    [Fact]
    public void TheControllerFindsTheProxyThatRanksAlike()
    {
        using var some = new Some();
        var curves = Curves(some);

        var answer = some.Json("proxy", "controller", curves, "--reference", "full");

        Assert.Equal("quarter", (string?)answer["best"]);
        Assert.Equal(
            [("quarter", "MetCorrelation"), ("backwards", "RanToCompletion")],
            answer["trials"]!.AsArray().Select(trial => ((string)trial!["proxy"]!, (string)trial["end"]!))
        );
        Assert.Contains(
            "quarter ranks the 10 models as the full training does",
            some.Said("proxy", "controller", curves, "--reference", "full")
        );
    }

    [Fact]
    public void JsonHoldsCurvesToo()
    {
        using var some = new Some();
        var file = some.Write(
            "five.json",
            """
            [ { "model": "m", "points": [ { "step": 1, "score": 0.5 }, { "step": 2, "score": 0.6 } ] },
              { "model": "m", "points": [ { "step": 1, "score": 0.5 }, { "step": 2, "score": 0.7, "seconds": 3 } ] } ]
            """
        );

        var answer = some.Json("proxy", "variance", file)[0]!;

        Assert.Equal(("five", 2, true), ((string?)answer["proxy"], (int)answer["trainings"]!, (bool)answer["good"]!));
        Assert.Equal(0.05 / 0.65, (double)answer["variance"]!, 12);
    }

    [Fact]
    public void ModelsAreSelectedByScoreAndLatency()
    {
        using var some = new Some();
        var lines =
            from model in Enumerable.Range(0, 20)
            from step in Enumerable.Range(1, 10)
            select $"m{model},{step},0.{model * 37 % 89 + 10},{model * 53 % 97}\n";
        var file = some.Write("models.csv", "model,step,score,latency\n" + string.Concat(lines));

        var answer = some.Json("proxy", "select", file, "--keep", "6");

        Assert.Equal(6, answer["kept"]!.AsArray().Count);
        Assert.Equal([5, 5, 4], answer["rounds"]!.AsArray().Select(round => round!["removed"]!.AsArray().Count));
        Assert.Contains("after 5.0% of the training, removed: m", some.Said("proxy", "select", file, "--keep", "6"));
    }

    [Theory]
    [InlineData("model,step\n", "has no column 'score'")]
    [InlineData("model,step,score\nm,1,high\n", "line 2: 'score' is 'high'; it takes a number.")]
    [InlineData("model,step,score\nm,,1\n", "line 2: 'step' is empty.")]
    [InlineData("model,step,score\nm,1,1,1\n", "line 2: 4 cells, where the head has 3.")]
    [InlineData("model,step,score\nm,1,1\nm,1,2\n", "'m' has two scores at step 1")]
    [InlineData("model,step,score\n", "holds no curve")]
    public void AFileThatHoldsNoCurvesIsRefusedWithItsPlace(string text, string said)
    {
        using var some = new Some();

        var (code, _, error) = some.Run("proxy", "variance", some.Write("bad.csv", text));

        Assert.Equal(2, code);
        Assert.Contains(said, error);
    }

    [Theory]
    [InlineData(new[] { "proxy", "controller", "CURVES" }, "--reference is missing")]
    [InlineData(new[] { "proxy", "controller", "CURVES", "--reference", "ful" }, "Did you mean 'full'?")]
    [InlineData(new[] { "proxy", "controller", "CURVES", "--reference", "full", "--correlation", "2" }, "from -1 to 1")]
    [InlineData(new[] { "proxy", "select", "CURVES" }, "Models are selected under one proxy")]
    [InlineData(new[] { "proxy", "variance", "none.csv" }, "There is no file 'none.csv'.")]
    [InlineData(new[] { "proxy", "variance", "none" }, "There is no search called 'none'")]
    [InlineData(new[] { "proxy", "variance", "BAD" }, "a model, points, a step or a score is missing")]
    public void WhatCannotBeAnsweredIsRefused(string[] command, string said)
    {
        using var some = new Some();
        var (curves, bad) = (Curves(some), some.Write("bad.json", """[ { "model": "m" } ]"""));

        var (code, _, error) = some.Run([
            .. command.Select(word =>
                word switch
                {
                    "CURVES" => curves,
                    "BAD" => bad,
                    _ => word,
                }
            ),
        ]);

        Assert.Equal(2, code);
        Assert.Contains(said, error);
    }

    [Fact]
    public void ASearchOverATableHasNoCurves()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "10", "--name", "cubes"]);

        var (code, _, error) = some.Run("proxy", "variance", "cubes");

        Assert.Equal(2, code);
        Assert.Contains("'cubes' has no learning curve", error);
    }
}
