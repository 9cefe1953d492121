using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

public class ErrorDistributionTests
{
    [Fact]
    public void TheShareBelowAnErrorLeavesOutEqualOnes()
    {
        var errors = ErrorDistribution.Of([0.3, 0.1, 0.2, 0.2]);

        Assert.Equal([0, 0, 0.25, 0.75, 1], new[] { 0, 0.1, 0.2, 0.3, 0.4 }.Select(errors.Below));
        Assert.Equal([(0.1, 0.25), (0.2, 0.75), (0.3, 1)], errors.Steps);
    }

    [Theory]
    [InlineData(100, 0.136)]
    [InlineData(500, 0.0608)]
    public void TheBandOfAHundredAndOfFiveHundredNetworksIsThatOfThePaper(int count, double halfWidth) =>
        Assert.Equal(halfWidth, ErrorDistribution.Of(Enumerable.Range(0, count).Select(i => (double)i)).HalfWidth, 4);

    // Worked by hand: behind 3, all of {1, 2, 3} and none of {4, 5, 6, 7}.
    [Fact]
    public void SamplesThatDoNotOverlapDifferByOneBehindTheLastOfTheBetter()
    {
        var comparison = ErrorDistribution.Compare(ErrorDistribution.Of([1, 2, 3]), ErrorDistribution.Of([4, 5, 6, 7]));

        Assert.Equal((1, 3.0, 1), (comparison.Difference, comparison.At, comparison.Sign));
        Assert.Equal(1.36 * Math.Sqrt(1 / 3.0 + 1 / 4.0), comparison.Threshold, 12);
    }

    // Behind 0.3: 2 of 5 and 4 of 5; nowhere is the gap larger.
    [Fact]
    public void AWorkedExampleHasItsDifference()
    {
        var comparison = ErrorDistribution.Compare(
            ErrorDistribution.Of([0.1, 0.3, 0.5, 0.6, 0.7]),
            ErrorDistribution.Of([0.05, 0.1, 0.2, 0.3, 0.8])
        );

        Assert.Equal((0.4, 0.3, -1), (Math.Round(comparison.Difference, 12), comparison.At, comparison.Sign));
        Assert.False(comparison.IsSignificant);
    }

    [Fact]
    public void EqualSamplesDoNotDiffer()
    {
        var errors = ErrorDistribution.Of([0.1, 0.2]);

        var comparison = ErrorDistribution.Compare(errors, errors);

        Assert.Equal((0, null, 0), (comparison.Difference, comparison.At, comparison.Sign));
    }

    [Fact]
    public void DivergedNetworksKeepTheCurveBelowOne()
    {
        var errors = ErrorDistribution.Of([0.1, double.PositiveInfinity, 0.2, double.PositiveInfinity]);

        Assert.Equal((0.1, null), (errors.Quantile(0.25), errors.Quantile(0.75)));
        Assert.Equal(0.5, errors.Below(1e9));
        Assert.Equal(0.5, ErrorDistribution.Compare(errors, ErrorDistribution.Of([0.1, 0.2])).Difference);
    }

    [Fact]
    public void UnequalWeightsCountAsFewerNetworks()
    {
        var errors = ErrorDistribution.Of([(0.1, 2.0), (0.2, 1.0), (0.3, 1.0), (0.4, 0)]);

        Assert.Equal(16 / 6.0, errors.EffectiveCount, 12);
        Assert.Equal(0.5, errors.Below(0.2));
    }

    [Fact]
    public void WhereNothingWeighsThereIsNoDistribution()
    {
        Assert.Throws<ArgumentException>(() => ErrorDistribution.Of([(0.1, 0.0)]));
        Assert.Throws<ArgumentException>(() => ErrorDistribution.Of([double.NaN]));
    }
}
