using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Reports.Questions;

namespace EvoNas.Reports.Tests.Questions;

public class WhatIfTests
{
    static readonly IEnumerable<LineageEvent> Events =
    [
        .. Some.Birth(1, null, 0.5, 1000),
        .. Some.Birth(2, 1, 0.9, 2900),
        .. Some.Birth(3, 1, 0.7, 500),
        .. Some.Birth(4, 1, 0.7, 500),
        Some.Born(5, 1),
        Some.RuledOut(5, 5),
    ];

    static WhatIf Ask(string objective, params string[] limits) =>
        WhatIf.Of(Some.Search("s", Events).Ancestry, Objective.Parse(objective, limits, Metrics.Computed));

    [Fact]
    public void ATighterLimitNamesTheBestThatKeepsIt()
    {
        var answer = Ask("top1", "madds<=1000");

        Assert.Equal((4, 3), (answer.Weighed, answer.Feasible));
        Assert.Equal(3, answer.Best!.One.Born.Birth.Value); // It has one. Of equals, the first.
        Assert.Equal([1, 3], answer.Steps.Select(step => step.One.Born.Birth.Value));
    }

    [Fact]
    public void AnotherObjectiveWeighsWhatWasMeasured()
    {
        var answer = Ask("top1 * (madds/1000)^-1");

        Assert.Equal(3, answer.Best!.One.Born.Birth.Value); // It has one.
        Assert.Equal(1.4, answer.Best.Fitness.Value, 12);
        Assert.Null(answer.Unscorable);
    }

    [Fact]
    public void ALimitThatNothingKeepsHasNoBest()
    {
        var answer = Ask("top1", "madds<=10");

        Assert.Equal((4, 0), (answer.Weighed, answer.Feasible));
        Assert.Null(answer.Best);
        Assert.Empty(answer.Steps);
    }

    [Fact]
    public void CandidatesWithoutTheMetricAreCountedWithTheReason()
    {
        var answer = Ask("top1 * (latencyMs/10)^-0.07");

        Assert.Equal(0, answer.Weighed);
        Assert.Equal((4, "'latencyMs' was not measured."), answer.Unscorable);
    }
}
