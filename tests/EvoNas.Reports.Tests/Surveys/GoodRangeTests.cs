using EvoNas.Genetics;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

public class GoodRangeTests
{
    // e = (x − 3)² + noise.
    [Fact]
    public void TheGoodRangeOfAParabolaHoldsItsLowestPoint()
    {
        var random = SeededRandom.For(5, "parabola");
        var sampled = Enumerable
            .Range(0, 200)
            .Select(_ => 10 * random.Unit())
            .Select(x => (x, (x - 3) * (x - 3) + 0.5 * random.Unit()));

        var range = GoodRange.Of("x", sampled)!; // There are enough.

        Assert.InRange(range.Median, 2.5, 3.5);
        Assert.InRange(range.Low, 1.8, 3);
        Assert.InRange(range.High, 3, 4.2);
        Assert.Equal(200, range.Count);
    }

    [Fact]
    public void ADecisionThatMattersNothingHasAWideRange()
    {
        var random = SeededRandom.For(6, "noise");
        var sampled = Enumerable.Range(0, 400).Select(_ => (10 * random.Unit(), random.Unit()));

        var range = GoodRange.Of("x", sampled)!; // There are enough.

        Assert.True(range.High - range.Low > 4, $"{range}");
    }

    [Fact]
    public void FewNetworksAndASingleValueHaveNoRange()
    {
        Assert.Null(GoodRange.Of("x", Enumerable.Range(0, 7).Select(i => ((double)i, (double)i))));
        Assert.Null(GoodRange.Of("x", Enumerable.Range(0, 20).Select(i => (3.0, (double)i))));
        Assert.NotNull(GoodRange.Of("x", Enumerable.Range(0, 8).Select(i => ((double)i, (double)i))));
    }

    [Fact]
    public void TheSameNetworksHaveTheSameRange()
    {
        (double, double)[] sampled = [.. Enumerable.Range(0, 50).Select(i => ((double)i, Math.Sin(i)))];

        Assert.Equal(GoodRange.Of("x", sampled), GoodRange.Of("x", sampled));
    }

    [Fact]
    public void WhereADecisionIsNotActiveANetworkDoesNotCount()
    {
        SurveyedNetwork[] networks =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(i => SomeSurvey.Network(i + 1, 0.1 + i / 100.0, ("depth", i), ("k", i % 5))),
            .. Enumerable.Range(0, 20).Select(i => SomeSurvey.Network(i + 21, 0.01, ("depth", i))),
            SomeSurvey.Network(41, double.PositiveInfinity, ("depth", 99)),
        ];

        var ranges = GoodRange.Of(networks);

        Assert.Equal([("depth", 40, 19.0), ("k", 20, 4.0)], ranges.Select(one => (one.Decision, one.Count, one.Most)));
    }
}
