using EvoNas.Dashboard.Projections;

namespace EvoNas.Dashboard.Tests.Projections;

public class QuantileTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.25, 1.75)]
    [InlineData(1, 4)]
    public void AQuantileLiesBetweenItsNeighbours(double share, double expected) =>
        Assert.Equal(expected, Quantile.Of([1, 2, 3, 4], share));
}
