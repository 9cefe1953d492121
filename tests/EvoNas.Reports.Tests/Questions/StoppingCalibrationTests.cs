using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports.Questions;

namespace EvoNas.Reports.Tests.Questions;

public class StoppingCalibrationTests
{
    const int Epochs = 8;

    // A worth, and how late a network learns: curves cross.
    static double[] Curve(int birth, double crossing)
    {
        var random = SeededRandom.For(5, new BirthNumber(birth));
        var (worth, delay) = (random.Unit(), crossing * random.Unit());
        return [.. Enumerable.Range(1, Epochs).Select(epoch => worth * Math.Pow((double)epoch / Epochs, delay))];
    }

    static IEnumerable<LineageEvent> Births(int count, double crossing) =>
        Enumerable.Range(1, count).SelectMany(birth => Of(birth, Curve(birth, crossing), null));

    static IEnumerable<LineageEvent> Of(int birth, double[] curve, int? stopped) =>
        [
            Some.Born(birth, null),
            new LineageEvent.Scored(
                new(birth),
                new(curve[^1], true),
                Metrics.Of(("top1", curve[^1])),
                [.. curve],
                stopped,
                new(1, "slot-1", 1, birth)
            ),
        ];

    static Ancestry History(IEnumerable<LineageEvent> events) => Some.Search("s", events).Ancestry;

    // As a search with early stopping goes, and how many of the best tenth it stopped.
    static (List<LineageEvent> Events, int Stopped, int Lost) Stopping(int count, double crossing)
    {
        var (events, curves, stopped, ends) = (
            new List<LineageEvent>(),
            default(Sequence<Sequence<double>>),
            new List<double>(),
            new List<double>()
        );
        for (var birth = 1; birth <= count; birth++)
        {
            var curve = Curve(birth, crossing);
            var bars = Lineage.MedianThresholds(curves);
            var epoch = Enumerable
                .Range(1, Epochs - 1)
                .FirstOrDefault(epoch => epoch <= bars.Count && curve[..epoch].Max() < bars[epoch - 1]);
            ends.Add(curve[^1]);
            events.AddRange(Of(birth, epoch == 0 ? curve : curve[..epoch], epoch == 0 ? null : epoch));
            if (epoch == 0)
                curves = Lineage.WithCurve(curves, [.. curve]);
            else
                stopped.Add(curve[^1]);
        }
        var top = ends.OrderDescending().ElementAt(count / 10 - 1);
        return (events, stopped.Count, stopped.Count(end => end >= top));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void ASearchThatStoppedNoneIsReplayed(double crossing)
    {
        var (_, stopped, lost) = Stopping(400, crossing);

        var told = StoppingCalibration.Of(History(Births(400, crossing)))!; // There are enough.

        Assert.True(told.Replayed);
        Assert.Equal((400, Epochs, stopped, lost), (told.Candidates, told.Epochs, told.Stopped, told.Lost));
        Assert.InRange(told.Saved, 0.5, (double)stopped / 400);
        Assert.InRange(lost, told.Low, told.High);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void WhatAStoppedOneWouldHaveBecomeIsForetoldByThoseThatWentOn(double crossing)
    {
        var (events, stopped, lost) = Stopping(600, crossing);

        var told = StoppingCalibration.Of(History(events))!; // There are enough.

        Assert.False(told.Replayed);
        Assert.Equal((600, stopped), (told.Candidates, told.Stopped));
        Assert.InRange(lost, told.Low, told.High);
        Assert.InRange(told.Lost, 0.6 * lost, 1.6 * lost);
    }

    [Fact]
    public void TooFewAndTrainingsOfOneEpochAreNotJudged()
    {
        Assert.Null(StoppingCalibration.Of(History(Births(19, 0))));
        Assert.NotNull(StoppingCalibration.Of(History(Births(20, 0))));
        Assert.Null(
            StoppingCalibration.Of(
                History(Enumerable.Range(1, 40).SelectMany(birth => Of(birth, Curve(birth, 0)[..1], null)))
            )
        );
    }
}
