using EvoNas.Reports.Proxies;

namespace EvoNas.Reports.Tests.Proxies;

public class SpearmanTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 10.0, 200, 3000, 40000 }, 1.0)]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 4.0, 3, 2, 1 }, -1.0)]
    // 1 − 6·Σd²/(n(n² − 1)) with Σd² = 4.
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 2.0, 1, 4, 3 }, 0.6)]
    // Ranks 1.5, 1.5, 3 and 1, 2, 3: 1.5/√(1.5·2).
    [InlineData(new[] { 5.0, 5, 7 }, new[] { 1.0, 2, 3 }, 0.8660254037844386)]
    public void ItIsTheCorrelationOfRanks(double[] ours, double[] theirs, double rho) =>
        Assert.Equal(rho, Spearman.Of(ours, theirs)!.Value, 12);

    [Fact]
    public void ThereIsNoneWithoutTwoDifferentNumbers()
    {
        Assert.Null(Spearman.Of([1], [2]));
        Assert.Null(Spearman.Of([1, 1, 1], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => Spearman.Of([1, 2], [1]));
    }
}
