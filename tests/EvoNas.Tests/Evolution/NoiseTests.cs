using EvoNas.Evolution;

namespace EvoNas.Tests.Evolution;

public class NoiseTests
{
    [Fact]
    public void TheNoiseIsTheVarianceWithinTheCandidatesAndNotBetweenThem()
    {
        // Sums of squares 2, 0.5 and 0 (one value says nothing), with 2 and 1 degrees of freedom.
        var noise = Noise
            .Of([
                [1, 2, 3],
                [10, 11],
                [7],
            ])!
            .Value;

        Assert.Equal(2.5 / 3, noise.Variance, 12);
        Assert.Equal(3, noise.Degrees);
        Assert.Equal(Math.Sqrt(2.5 / 3), noise.Deviation, 12);
    }

    [Fact]
    public void OfSingleValuesTheNoiseIsNotKnown() =>
        Assert.Null(
            Noise.Of([
                [1],
                [2],
                [],
            ])
        );

    // Quantiles of Student's distribution as every table has them.
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(3, 3.182)]
    [InlineData(5, 2.571)]
    [InlineData(10, 2.228)]
    [InlineData(25, 2.060)]
    [InlineData(1000, 1.962)]
    public void AnIntervalIsThatOfStudentsDistribution(int degrees, double quantile) =>
        Assert.Equal(quantile / 2, new Noise(1, degrees).Interval(4), quantile * 0.005);

    [Fact]
    public void TheVarianceOfScoresIsThatOfTheWorthAndThatOfTheNoise()
    {
        Assert.Equal(new Prior(2, 0.75), Prior.Of([1, 2, 3], noise: 0.25));
        // Where the noise explains all, the candidates are nearly alike.
        Assert.Equal(new Prior(2, 0.5), Prior.Of([1, 2, 3], noise: 5));
    }

    [Fact]
    public void AMeanIsShrunkenTheLessTheMoreEvaluationsItHas()
    {
        var prior = new Prior(10, 1);

        Assert.Equal(new Prior(12, 0.5), prior.After(14, 1, noise: 1));
        Assert.Equal(new Prior(13, 0.25), prior.After(14, 3, noise: 1));
        Assert.Equal(new Prior(14, 0), prior.After(14, 1, noise: 0));
        Assert.Equal(new Prior(10, 0), new Prior(10, 0).After(14, 5, noise: 1));
    }
}
