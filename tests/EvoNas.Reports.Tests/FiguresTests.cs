namespace EvoNas.Reports.Tests;

public class FiguresTests
{
    [Theory]
    [
        InlineData(0, "0"),
        InlineData(7, "7"),
        InlineData(999, "999"),
        InlineData(1000, "1k"),
        InlineData(2_684_792, "2.68M"),
        InlineData(999_600, "1M"),
        InlineData(1.5e9, "1.5G"),
        InlineData(0.0123, "0.0123"),
        InlineData(-2500, "-2.5k")
    ]
    public void AreShort(double number, string text) => Assert.Equal(text, Figures.Short(number));

    [Theory]
    [
        InlineData(-1, "0 s"),
        InlineData(0.24, "0.2 s"),
        InlineData(12, "12 s"),
        InlineData(59.7, "1 min 00 s"),
        InlineData(187, "3 min 07 s"),
        InlineData(7500, "2 h 05 min"),
        InlineData(200_000, "2.3 d")
    ]
    public void OfTimeHaveOneUnitOrTwo(double seconds, string text) => Assert.Equal(text, Figures.Time(seconds));

    [Theory]
    [InlineData(17, "17 B"), InlineData(256_000_000, "256 MB"), InlineData(1.5e12, "1.5 TB")]
    public void OfSizesCountInThousands(double bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));

    [Theory]
    [InlineData(0.87314, "0.8731"), InlineData(92.47, "92.4700"), InlineData(0, "0.0000"), InlineData(0.00002, "2E-05")]
    public void OfFitnessTellTwoCandidatesApart(double value, string text) =>
        Assert.Equal(text, Figures.Fitness(value));

    [Theory]
    [InlineData("abcdef", 6, "abcdef"), InlineData("abcdef", 4, "abc…"), InlineData("abcdef", 1, "…")]
    public void TextsAreCutWithAnEllipsis(string text, int width, string cut) =>
        Assert.Equal(cut, Figures.Cut(text, width));

    [Fact]
    public void ACurveIsOneLineOfText()
    {
        Assert.Equal("▁▅█", Sparkline.Of([0, 0.5, 1]));
        Assert.Equal("▅▅", Sparkline.Of([1, 1]));
        Assert.Equal("", Sparkline.Of([]));
    }
}
