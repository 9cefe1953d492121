namespace EvoNas.Cli.Tests.Lineages;

/// <summary>Questions that a history answers without a training.</summary>
public class QuestionTests
{
    static Some Searched()
    {
        var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "40", "--name", "cubes"]);
        return some;
    }

    [Fact]
    public void UnderALimitTheBestIsOneThatKeepsIt()
    {
        using var some = Searched();
        var answer = some.Json("lineage", "cubes", "what-if", "--limit", "flops<=5000");

        Assert.InRange((long)answer["feasible"]!, 1, 39);
        Assert.InRange((double)answer["best"]!["metrics"]!["flops"]!, 0, 5000);
        Assert.Equal(40, (long)answer["weighed"]!);
        Assert.Contains("would do", some.Said("lineage", "cubes", "what-if", "--limit", "flops<=5000"));
    }

    [Theory]
    [InlineData(new[] { "what-if" }, "evonas lineage NAME what-if needs to know what would be otherwise.")]
    [InlineData(new[] { "what-if", "--limit", "flop<=3" }, "Did you mean 'flops'?")]
    [InlineData(
        new[] { "what-if", "--no-limits", "--limit", "flops<=3" },
        "--limit and --no-limits contradict each other."
    )]
    [InlineData(new[] { "outlook", "--evaluations", "0" }, "--evaluations")]
    public void AQuestionThatCannotBeAnsweredIsRefused(string[] question, string said)
    {
        using var some = Searched();

        var (code, _, error) = some.Run(["lineage", "cubes", .. question]);

        Assert.Equal(2, code);
        Assert.Contains(said, error);
    }

    [Fact]
    public void TheOutlookSaysGainChanceAndCost()
    {
        using var some = Searched();

        var outlook = some.Json("lineage", "cubes", "outlook", "--evaluations", "10");

        Assert.Equal(10, (long)outlook["evaluations"]!);
        Assert.InRange((double)outlook["gain"]!, (double)outlook["low"]! - 1e-12, double.MaxValue);
        Assert.Contains("10 more evaluations", some.Said("lineage", "cubes", "outlook", "--evaluations", "10"));
    }

    [Fact]
    public void EarlyStoppingIsNotJudgedWhereNoCurveWasKept()
    {
        using var some = Searched();

        var (code, _, error) = some.Run("lineage", "cubes", "early-stopping");

        Assert.Equal(1, code);
        Assert.Contains("fewer than 20 candidates that were trained to their end", error);
    }

    [Fact]
    public void TheMutationsOfEveryDecisionAreListed()
    {
        using var some = Searched();

        var gains = some.Json("lineage", "cubes", "mutations").AsArray();

        Assert.NotEmpty(gains);
        Assert.All(gains, one => Assert.InRange((long)one!["improved"]!, 0, (long)one["children"]!));
        Assert.StartsWith("DECISION", some.Said("lineage", "cubes", "mutations"));
    }
}
