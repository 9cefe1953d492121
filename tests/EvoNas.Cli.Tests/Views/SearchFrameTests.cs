using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Tests.Views;

public class SearchFrameTests
{
    [Theory]
    [
        InlineData(20, 5),
        InlineData(40, 12),
        InlineData(60, 24),
        InlineData(80, 24),
        InlineData(100, 30),
        InlineData(200, 60)
    ]
    public void FitsTheTerminal(int width, int height)
    {
        var frame = SearchFrame.Draw(
            "a-name-of-a-search",
            "regnet-x, fashion-mnist",
            "running",
            Played(40),
            Run,
            "Ctrl-C pauses",
            width,
            height
        );

        var lines = frame.Fitting(width).ToArray();
        Assert.True(lines.Length < height, $"{lines.Length} lines");
        Assert.All(lines, line => Assert.True(line.Sum(segment => segment.Text.Length) <= width - Frame.Margin));
    }

    [Fact]
    public void ShowsTheBestTheSlotsAndWhatIsLeft()
    {
        var text = string.Join(
            '\n',
            SearchFrame
                .Draw("night", "regnet-x", "running", Played(40), Run, "", 120, 40)
                .Lines.Select(line => line.ToString())
        );

        Assert.Contains("40 of 100", text);
        Assert.Contains("0.8400", text);
        Assert.Contains("slot-1", text);
        Assert.Contains("epoch 1/2", text);
        Assert.Contains("1.23k img/s", text);
        Assert.Contains("attempt 2", text);
        Assert.Contains("quarantined", text);
        Assert.Contains("240/h", text);
        Assert.Contains("15 min 00 s left", text);
    }

    [Fact]
    public void OfManySlotsTheRestIsCounted()
    {
        var run = Run with
        {
            Slots =
            [
                .. Enumerable
                    .Range(1, 64)
                    .Select(i => new SlotLine($"slot-{i}", "training", "night", i, 1, null, "1,2")),
            ],
        };

        var text = string.Join(
            '\n',
            SearchFrame
                .Draw("night", "regnet-x", "running", Played(3), run, "", 100, 30)
                .Lines.Select(line => line.ToString())
        );

        Assert.Contains("and 55 more slots, 55 of them busy", text);
    }

    [Fact]
    public void BeforeTheFirstEndThereIsNothingToBoastOf() =>
        Assert.Contains(
            "none yet",
            string.Join(
                '\n',
                SearchFrame
                    .Draw("night", "regnet-x", "running", new SearchViewModel(), new RunStatus(), "", 80, 24)
                    .Lines.Select(line => line.ToString())
            )
        );

    static RunStatus Run =>
        new()
        {
            Seconds = 600,
            ElapsedSeconds = 600,
            Slots =
            [
                new(
                    "slot-1",
                    "training",
                    "night",
                    41,
                    2,
                    null,
                    "12,3,400,700,5,3",
                    new(Epoch: 1, Epochs: 2, Step: 50, Steps: 200, ImagesPerSecond: 1234, Loss: 1, Top1: null),
                    12
                ),
                new("slot-2", "idle", null, 0, 0, null),
                new("slot-3", "quarantined", null, 0, 0, "3 different births were lost here"),
            ],
        };

    static SearchViewModel Played(int births)
    {
        var view = new SearchViewModel();
        view.See(
            new LineageEvent.Begun(
                new()
                {
                    Space = "regnet-x",
                    SpaceFingerprint = "",
                    PopulationSize = 10,
                    TournamentSize = 2,
                    Budget = new(100),
                }
            )
        );
        for (var birth = 1; birth <= births; birth++)
        {
            view.See(
                new LineageEvent.Born(
                    new(birth),
                    birth > 10 ? new BirthNumber(birth - 1) : null,
                    Genotype.Of(12, 3, 400 + birth, 700, 5, 3),
                    0,
                    birth > 10 ? new("depth", "12", "13") : null
                )
            );
            var run = new Run(1, "slot-1", 14, birth * 15);
            view.See(
                birth % 7 == 0
                    ? new LineageEvent.RuledOut(new(birth), RuledOutReason.Diverged, "", run)
                    : new LineageEvent.Scored(
                        new(birth),
                        new(0.8 + birth * 0.001),
                        Metrics.Of(("top1", 0.8), ("madds", 3e6), ("parameters", 1e5)),
                        [],
                        birth % 5 == 0 ? 1 : null,
                        run
                    )
            );
        }
        return view;
    }
}
