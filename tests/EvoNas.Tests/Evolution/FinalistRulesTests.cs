using EvoNas.Evolution;

namespace EvoNas.Tests.Evolution;

public class FinalistRulesTests
{
    [Theory]
    [InlineData(199, null)]
    [InlineData(200, "5x6")]
    [InlineData(999, "5x6")]
    [InlineData(1000, "30x2+10x5+4x12")]
    [InlineData(100_000, "30x2+10x5+4x12")]
    public void AFewHundredEvaluationsAffordFinalists(int evaluations, string? rules) =>
        Assert.Equal(rules, FinalistRules.For(new(evaluations))?.ToString());

    [Fact]
    public void ABudgetThatCountsNoEvaluationsHasNoFinalists() => Assert.Null(FinalistRules.For(new(Hours: 1000)));

    [Theory]
    [InlineData("5x6", "5x6", 30)]
    [InlineData(" 5 x 6 ", "5x6", 30)]
    [InlineData("10×3", "10x3", 30)]
    [InlineData("10x1 + 5x2+2x5", "10x1+5x2+2x5", 30)]
    public void RoundsAreWrittenAsCandidatesTimesEvaluations(string text, string written, int cost)
    {
        var rules = FinalistRules.Parse(text);

        Assert.Equal((written, cost), (rules.ToString(), rules.Cost));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("")]
    [InlineData("5x")]
    [InlineData("-5x6")]
    [InlineData("5x6+")]
    [InlineData("all")]
    [InlineData("1x6")]
    [InlineData("5x0")]
    [InlineData("1001x2")]
    [InlineData("5x99999999999")]
    public void OtherTextsAreRefusedWithTheForm(string text) =>
        Assert.Contains("5x6", Assert.Throws<RequestException>(() => FinalistRules.Parse(text)).Hint);

    [Fact]
    public void FinalistsOfMoreThanHalfOfTheBudgetAreRefused()
    {
        var rules = FinalistRules.Parse("5x6");

        var error = Assert.Throws<RequestException>(() => rules.CheckedFor(new(59)));

        Assert.Equal("Finalists (5x6) take 30 evaluations, more than half of a budget of 59.", error.Message);
        Assert.Same(rules, rules.CheckedFor(new(60)));
    }

    [Fact]
    public void FinalistsNeedABudgetOfEvaluationsOneObjectiveAndDifferentGenotypes()
    {
        var settings = Settings with { Finalists = FinalistRules.Parse("5x6") };

        Assert.Contains(
            "counts none",
            Assert.Throws<RequestException>(() => settings.Finalists.CheckedFor(new(Hours: 2))).Message
        );
        Assert.Contains("different genotypes", Refusal(settings with { RepeatDuplicates = true }));
        var objectives = ObjectiveList.Parse("top1, -madds");
        Assert.Contains(
            "one objective",
            Refusal(
                settings with
                {
                    Algorithm = Algorithm.Random,
                    Objective = objectives[0],
                    Pareto = new([objectives[1]]),
                }
            )
        );

        static string Refusal(SearchSettings settings) => Assert.Throws<RequestException>(settings.Checked).Message;
    }

    static readonly SearchSettings Settings = new()
    {
        Space = "digits",
        SpaceFingerprint = "",
        PopulationSize = 10,
        TournamentSize = 2,
        Budget = new(1000),
    };
}
