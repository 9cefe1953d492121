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

        var plans = some.Json(
                "simulate",
                "plan",
                "--space",
                some.Space,
                "--evaluators",
                "1,4",
                "--budget",
                "40",
                "--mean",
                "10m"
            )
            .AsArray();

        Assert.Equal([1, 4], plans.Select(plan => (int)plan!["evaluators"]!));
        Assert.True((double)plans[0]!["seconds"]! > 2 * (double)plans[1]!["seconds"]!);
        var drawn = some.Said("simulate", "plan", "--space", some.Space, "--budget", "10", "--plot");
        Assert.Contains("POPULATION", drawn);
        // From no birth to all.
        Assert.Matches(@"\n +10 │", drawn);
        Assert.Matches(@"\n +0 └", drawn);
    }

    [Fact]
    public void APlanOverATableShowsQualityAgainstTime()
    {
        using var some = new Some();

        var plan = some.Json(
            "simulate",
            "plan",
            "--space",
            some.Space,
            "--evaluators",
            "2",
            "--budget",
            "81",
            "--table",
            some.Table,
            "--metric",
            "mean"
        )[0]!;

        Assert.Equal(88, (double?)plan["improvements"]!.AsArray().Last()!["best"]);
    }

    // One evaluator: what is bred, and so when the best is found, follows from the algorithm and the seed.
    [Fact]
    public void APlanIsByTheAlgorithmThatASearchWouldTake()
    {
        using var some = new Some();
        var (usual, auto, evolution) = (Plan(), Plan("--algorithm", "auto"), Plan("--algorithm", "evolution"));

        Assert.Equal(auto, usual);
        Assert.NotEqual(evolution, usual);
        var (code, _, error) = some.Run("simulate", "plan", "--algorithm", "nsga2");
        Assert.Equal(2, code);
        Assert.Contains("--algorithm is 'nsga2'; a plan takes auto, evolution, local or random.", error);

        string Plan(params string[] more) =>
            some.Json([
                    "simulate",
                    "plan",
                    "--space",
                    some.Space,
                    "--evaluators",
                    "1",
                    "--budget",
                    "60",
                    "--table",
                    some.Table,
                    "--metric",
                    "mean",
                    .. more,
                ])
                .ToJsonString();
    }

    [Fact]
    public void APlanWithMachinesThatFailTellsWhatIsLost()
    {
        using var some = new Some();

        var plan = some.Json(
            "simulate",
            "plan",
            "--evaluators",
            "16",
            "--per-node",
            "4",
            "--budget",
            "200",
            "--mean",
            "1h",
            "--failures",
            "24/day/node"
        )[0]!;

        // A machine works for an hour in the mean, and four trainings die with it.
        Assert.InRange((long)plan["attemptsLost"]!, 1, 4 * (long)plan["failures"]!);
        Assert.InRange((double)plan["hoursLost"]!, 0.01, (double)plan["trainingHours"]!);
    }

    [Fact]
    public void ATableOfAnotherSpaceIsRefused()
    {
        using var some = new Some();

        var (code, _, error) = some.Run(
            "simulate",
            "plan",
            "--space",
            "mnasnet",
            "--budget",
            "5",
            "--table",
            some.Table,
            "--metric",
            "mean"
        );

        Assert.Equal(2, code);
        Assert.Contains("None of the 81 keys of", error);
        Assert.Contains("is a genotype of 'mnasnet'", error);
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
    [InlineData("--failures", "-1")]
    [InlineData("--sigma", "9")]
    [InlineData("--append", "-5")]
    [InlineData("--per-node", "0")]
    [InlineData("--like", "yesterday")]
    public void AWrongNumberIsNamed(string option, string value)
    {
        using var some = new Some();

        var (code, _, error) = some.Run("simulate", "plan", option, value);

        Assert.Equal(2, code);
        Assert.Contains(value, error);
    }
}
