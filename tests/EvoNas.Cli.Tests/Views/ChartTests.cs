using EvoNas.Cli.Views;

namespace EvoNas.Cli.Tests.Views;

public class ChartTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(30), InlineData(5000)]
    public void AChartHasTheHeightThatItWasGivenAndFits(int scores)
    {
        var lines = Chart
            .Draw([.. Enumerable.Range(0, scores).Select(i => i % 9 == 8 ? double.NaN : Math.Sin(i))], 5000, 60, 6)
            .ToArray();

        Assert.Equal(6, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length <= 60));
    }

    [Fact]
    public void AChartOfNothingIsNothing() => Assert.Empty(Chart.Draw([double.NaN], 10, 60, 6));
}
