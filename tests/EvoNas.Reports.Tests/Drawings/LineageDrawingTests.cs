using System.Text;
using System.Xml.Linq;
using EvoNas.Reports.Drawings;

namespace EvoNas.Reports.Tests.Drawings;

public class LineageDrawingTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void EveryAncestorOfTheWinnerIsADotThatTellsItsGain()
    {
        var search = Some.Search(
            "few",
            [.. Some.Birth(1, null, 0.5), .. Some.Birth(2, null, 0.4), .. Some.Birth(3, 1, 0.75)]
        );

        var svg = XDocument.Parse(LineageDrawing.Svg(search, alone: true));

        Assert.Equal(
            ["#1: 0.5000", "#3: 0.7500 (+0.2500), depth 1 → 2"],
            svg.Descendants(Svg + "circle").Select(dot => dot.Value)
        );
        Assert.Contains("prefers-color-scheme:dark", svg.Descendants(Svg + "style").Single().Value);
    }

    [Theory]
    [InlineData(20), InlineData(100_000)]
    public void ItsSizeIsBoundedWhateverTheNumberOfBirths(int births)
    {
        var svg = LineageDrawing.Svg(Some.Search("many", Some.Many(births)), alone: true);

        Assert.True(Encoding.UTF8.GetByteCount(svg) < 1_000_000);
        XDocument.Parse(svg);
        Assert.Equal(births > 20, svg.Contains("drawn as"));
    }

    [Fact]
    public void ACandidateBeyondALimitIsNoWinnerWhereAnotherKeepsIt()
    {
        var search = Some.Search("few", [.. Some.Birth(1, null, 0.9, madds: 5000), .. Some.Birth(2, null, 0.6)]);

        Assert.Equal(2, search.Winner!.Born.Birth.Value); // Two have a score.
        Assert.Equal([(2, 0.6)], search.Rises(Over.Births));
    }

    [Theory]
    [InlineData(0, 1000, "0 100 200 300 400 500 600 700 800 900 1,000")]
    [InlineData(0.9123, 0.9191, "0.913 0.914 0.915 0.916 0.917 0.918 0.919")]
    [InlineData(-3, 3, "-3 -2 -1 0 1 2 3")]
    public void TicksAreRoundNumbers(double low, double high, string ticks) =>
        Assert.Equal(ticks, string.Join(' ', new Axis(low, high, 0, 100).Ticks(10).Select(tick => tick.Text)));

    [Fact]
    public void AFewBadCandidatesDoNotPressTheOthersAgainstTheEdge()
    {
        var values = Enumerable.Range(0, 100).Select(i => 0.9 + i * 0.001).Append(-500);

        Assert.Equal(0.9 + 0.001, Axis.Robust(values).Low, 9);
    }
}
