using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports.Questions;

namespace EvoNas.Reports.Tests.Questions;

public class OutlookTests
{
    static Ancestry Of(IEnumerable<double> values) =>
        Some.Search("s", values.SelectMany((value, i) => Some.Birth(i + 1, null, value))).Ancestry;

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void OfExponentialFitnessesTheExpectedGainIsThatOfTheory(long more)
    {
        // Independent of each other, so the best of n more has a known distribution.
        var random = SeededRandom.For(3, "exponential");
        double[] values = [.. Enumerable.Range(0, 200).Select(_ => 5 - Math.Log(1 - random.Unit()))];
        var best = values.Max();
        var (expected, width) = (0.0, 0.01);
        for (var t = width / 2; t < 40; t += width)
            expected += width * (1 - Math.Pow(1 - Math.Exp(-(best + t - 5)), more));

        var outlook = Outlook.Of(Of(values), more)!; // There are enough.

        Assert.InRange(expected, outlook.Low, outlook.High);
        Assert.InRange(outlook.Gain, expected / 2, expected * 2);
        Assert.InRange(outlook.Chance, 0, 1);
    }

    [Fact]
    public void WhereAllAreAlikeNothingIsGained()
    {
        var outlook = Outlook.Of(Of(Enumerable.Repeat(0.5, 30)), 100)!; // There are enough.

        Assert.Equal((0, 0, 0, 0), (outlook.Gain, outlook.Low, outlook.High, outlook.Chance));
    }

    [Fact]
    public void MoreEvaluationsGainMore()
    {
        var ancestry = Some.Search("s", Some.Many(300)).Ancestry;

        var gains = new long[] { 1, 10, 100, 1000 }
            .Select(more => Outlook.Of(ancestry, more)!.Gain)
            .ToArray();

        Assert.Equal(gains.Order(), gains);
        Assert.True(gains[0] < gains[^1]);
    }

    [Fact]
    public void FewerThanTwentyAreTooFewToJudgeBy()
    {
        Assert.Null(Outlook.Of(Of(Enumerable.Range(0, 19).Select(i => i / 19.0)), 100));
        Assert.NotNull(Outlook.Of(Of(Enumerable.Range(0, 20).Select(i => i / 20.0)), 100));
    }

    [Fact]
    public void TheCostIsTheMeanOfTheLastEvaluations() =>
        // Each takes a second.
        Assert.Equal(2, Outlook.Of(Of(Enumerable.Range(0, 30).Select(i => i / 30.0)), 7200)!.SlotHours, 12);
}
