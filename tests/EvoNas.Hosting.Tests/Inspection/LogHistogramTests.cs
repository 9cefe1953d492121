using System.Diagnostics;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Tests.Inspection;

public class LogHistogramTests
{
    [Fact]
    public void NothingHasNoQuantile() => Assert.Equal(0, new LogHistogram().Quantile(0.99));

    [Theory]
    [InlineData(0.5, 0.001)]
    [InlineData(0.9, 0.001)]
    [InlineData(0.995, 1)]
    public void AQuantileIsWithinAFactorOfTwo(double share, double seconds)
    {
        var histogram = new LogHistogram();
        for (var i = 0; i < 99; i++)
            histogram.Add(Stopwatch.Frequency / 1000);
        histogram.Add(Stopwatch.Frequency);

        Assert.InRange(histogram.Quantile(share), seconds / 2, seconds * 2);
        Assert.Equal(100, histogram.Count);
    }

    [Fact]
    public void QuantilesGrowWithTheirShare()
    {
        var histogram = new LogHistogram();
        for (var i = 1; i <= 1000; i++)
            histogram.Add(i);

        var quantiles = Enumerable.Range(1, 100).Select(i => histogram.Quantile(i / 100.0)).ToArray();

        Assert.Equal(quantiles.Order(), quantiles);
        Assert.InRange(quantiles[^1] * Stopwatch.Frequency, 1000, 1024);
    }

    [Fact]
    public void WhatIsTooShortOrTooLongIsCountedAtTheEnds()
    {
        var histogram = new LogHistogram();
        foreach (var ticks in (long[])[-5, 0, long.MaxValue])
            histogram.Add(ticks);

        Assert.Equal(3, histogram.Count);
        Assert.InRange(histogram.Quantile(0.5) * Stopwatch.Frequency, 1, 2);
        Assert.Equal(Math.Pow(2, 40), histogram.Quantile(1) * Stopwatch.Frequency, 0.1);
    }

    [Fact]
    public void ASumHasTheCountsOfBoth()
    {
        var (one, other) = (new LogHistogram(), new LogHistogram());
        one.Add(10);
        other.Add(1_000_000);

        one.Add(other);

        Assert.Equal(2, one.Count);
        Assert.InRange(one.Quantile(1) * Stopwatch.Frequency, 1_000_000, 1_048_577);
    }
}
