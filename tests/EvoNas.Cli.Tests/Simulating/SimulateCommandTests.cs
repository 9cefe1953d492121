using System.Text.Json.Nodes;

namespace EvoNas.Cli.Tests.Simulating;

public class SimulateCommandTests
{
    [Fact]
    public void ReportsWhatHappenedInItsWorlds()
    {
        using var some = new Some();

        var report = some.Json("simulate", "--seeds", "5", "--first-seed", "40");

        Assert.Equal(0, (int?)report["broken"]);
        Assert.Equal(40, (int?)report["firstSeed"]);
        Assert.True((double?)report["virtualHours"] > 1);
        Assert.True((long?)report["births"] > 50);
        Assert.Contains("no promise broke", some.Said("simulate", "--seeds", "2"));
    }

    [Fact]
    public void AWorldThatBreaksNothingHasNothingToShrink()
    {
        using var some = new Some();

        Assert.Equal("Seed 3 breaks no promise.\n", some.Said("simulate", "--shrink", "3"));
    }

    [Fact]
    public void APlanForSeveralNumbersOfEvaluatorsShowsThatMoreTakeLessTime()
    {
        using var some = new Some();

        var plans = some.Json("simulate", "plan", "--space", some.Space, "--evaluators", "1,4", "--budget", "40", "--mean", "10m").AsArray();

        Assert.Equal([1, 4], plans.Select(plan => (int)plan!["evaluators"]!));
        Assert.True((double)plans[0]!["seconds"]! > 2 * (double)plans[1]!["seconds"]!);
        Assert.Contains("POPULATION", some.Said("simulate", "plan", "--space", some.Space, "--budget", "10", "--plot"));
    }

    [Fact]
    public void APlanOverATableShowsQualityAgainstTime()
    {
        using var some = new Some();

        var plan = some.Json("simulate", "plan", "--space", some.Space, "--evaluators", "2", "--budget", "81", "--table", some.Table, "--metric", "mean")[0]!;

        Assert.Equal(88, (double?)plan["improvements"]!.AsArray().Last()!["best"]);
    }

    [Fact]
    public void ASearchOfLookUpsHasNoTimesToPlanBy()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "10", "--name", "night"]);

        var (code, _, error) = some.Run("simulate", "plan", "--space", some.Space, "--like", "night");

        Assert.Equal(2, code);
        Assert.Contains("'night' has no training whose time is known", error);
    }

    [Theory]
    [InlineData("--evaluators", "0")]
    [InlineData("--evaluators", "four")]
    [InlineData("--mean", "soon")]
    [InlineData("--failures", "often")]
    [InlineData("--sigma", "9")]
    public void AWrongNumberIsNamed(string option, string value)
    {
        using var some = new Some();

        var (code, _, error) = some.Run("simulate", "plan", option, value);

        Assert.Equal(2, code);
        Assert.Contains(value, error);
    }
}
