namespace EvoNas.Reports.Tests;

public class PolicyComparisonTests
{
    static PolicyComparison Some(double?[] with, double?[] without) =>
        new(
            7,
            "randaugment_detection 1,4",
            "ap",
            with.Length,
            [
                .. with.Select((score, i) => new PolicyTraining(true, i + 1, score, 2.5)),
                .. without.Select((score, i) => new PolicyTraining(false, i + 1, score, 2.5)),
            ]
        );

    [Theory]
    // Both deviate by 0.01.
    [InlineData(0.20, 0.15, "beats none by 0.0500, more than 2 sd (0.0100)")]
    [InlineData(0.16, 0.15, "does not beat none by more than 2 sd (0.0100): the difference is 0.0100")]
    [InlineData(0.15, 0.16, "does not beat none by more than 2 sd (0.0100): the difference is -0.0100")]
    [InlineData(0.10, 0.15, "loses to none by 0.0500, more than 2 sd")]
    public void WhatIsWithinTwoDeviationsIsChance(double with, double without, string said) =>
        Assert.Contains(said, Some(Around(with), Around(without)).Verdict);

    static double?[] Around(double mean) => [mean - 0.01, mean, mean + 0.01];

    [Fact]
    public void MeanAndDeviationStandInTheRows()
    {
        var rows = Some(Around(0.2), [0.1, null, 0.3]).Rows.ToArray();
        Assert.Equal(("randaugment_detection 1,4", "ap 0.2000 ± 0.0100 (3 trainings)"), rows[0]);
        Assert.Equal(("no policy", "ap 0.2000 ± 0.1414 (2 trainings, 1 failed)"), rows[1]);
    }

    [Fact]
    public void WhatHasEndedIsNotTrainedAgain()
    {
        var some = Some(Around(0.2), Around(0.1));
        Assert.Empty(some.Missing);
        var begun = some with { Trainings = [.. some.Trainings.Where(one => one.WithPolicy || one.Repeat == 2)] };
        Assert.Equal([(false, 1), (false, 3)], begun.Missing);
        Assert.Null(begun.Verdict);
        Assert.True(begun.IsOf(some));
        Assert.False(begun.IsOf(some with { Birth = 8 }));
    }

    [Fact]
    public void ItIsReadAsItWasWritten()
    {
        var some = Some([0.125, null], [0.25, 0.5]);
        var read = PolicyComparison.FromJson(some.ToJson().ToJsonString())!;
        Assert.True(read.IsOf(some));
        Assert.Equal(some.Trainings, read.Trainings);
        Assert.Null(PolicyComparison.FromJson("{\"birth\": 1}"));
        Assert.Null(PolicyComparison.FromJson("no"));
    }
}
