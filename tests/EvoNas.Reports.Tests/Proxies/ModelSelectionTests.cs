using EvoNas.Genetics;
using EvoNas.Reports.Proxies;

namespace EvoNas.Reports.Tests.Proxies;

public class ModelSelectionTests
{
    static LearningCurve[] Models(int count)
    {
        var random = SeededRandom.For(8, "models");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new LearningCurve(
                    "p",
                    $"m{i}",
                    [.. Enumerable.Range(1, 100).Select(step => new CurvePoint(step, random.Unit()))],
                    10 * random.Unit()
                )),
        ];
    }

    [Fact]
    public void OfThirtyModelsFiveARoundAreRemovedAfterGrowingSharesOfTheTraining()
    {
        var selection = ModelSelection.Of(Models(30), failed: 0);

        Assert.Equal([0.0333, 0.0733, 0.1233, 0.19], selection.Rounds.Select(round => Math.Round(round.Share, 4)));
        Assert.All(selection.Rounds, round => Assert.Equal(5, round.Removed.Count));
        Assert.Equal(10, selection.Kept.Count);
    }

    [Fact]
    public void FailedModelsCountAsRemoved()
    {
        var selection = ModelSelection.Of(Models(24), failed: 6);

        // All of the first round and one of the second.
        Assert.Equal([0, 4, 5, 5], selection.Rounds.Select(round => round.Removed.Count));
        Assert.Equal([0.0333, 0.0733, 0.1233, 0.19], selection.Rounds.Select(round => Math.Round(round.Share, 4)));
        Assert.Equal(10, selection.Kept.Count);
    }

    [Fact]
    public void MoreThanSixFailuresAreTooMany() =>
        Assert.Contains(
            "7 models have no curve or no latency; at most 6 may fail.",
            Assert.Throws<RequestException>(() => ModelSelection.Of(Models(23), failed: 7)).Message
        );

    [Fact]
    public void TwoModelsAlwaysStay()
    {
        Assert.Equal(2, ModelSelection.Of(Models(4), failed: 0, keep: 2, aRound: 100).Kept.Count);
        Assert.Throws<RequestException>(() => ModelSelection.Of(Models(1), failed: 0));
        // Fewer than are to be kept.
        Assert.Empty(ModelSelection.Of(Models(5), failed: 0).Rounds);
    }

    [Fact]
    public void BeforeItsFirstEvaluationACurveHasTheFirst()
    {
        var curve = new LearningCurve("p", "m", [new(5, 0.2), new(10, 0.4)]);

        Assert.Null(curve.At(1));
        Assert.Equal(
            [0.2, 0.2, 0.3, 0.4],
            new[] { 0.1, 0.5, 0.75, 1 }.Select(share => Math.Round(curve.AtShare(share), 12))
        );
    }

    [Fact]
    public void PointsOfOneValueAreThinnedOutToo() =>
        Assert.Equal(3, ModelFilter.Removed([(0.5, 1), (0.5, 1), (0.5, 1), (0.5, 1), (0.5, 1)], 5).Count);
}
