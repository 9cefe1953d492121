using EvoNas.Evolution;

namespace EvoNas.Tests.Evolution;

public class RungRulesTests
{
    [Theory]
    [InlineData(100, null, 3, "1,4,11,33,100")]
    [InlineData(81, 5, 3, "1,3,9,27,81")]
    [InlineData(20, null, 3, "1,2,7,20")]
    [InlineData(2, null, 2, "1,2")]
    [InlineData(64, 4, 4, "1,4,16,64")]
    public void EachRungEndsAtAShareOfTheNext(int horizon, int? count, int reduction, string epochs) =>
        Assert.Equal(epochs, string.Join(',', RungRules.Of(horizon, count, reduction).Epochs));

    [Fact]
    public void RungsEndWhereAValueIsKnown() =>
        Assert.Equal([1, 5, 10, 30, 90], RungRules.Of(90, known: [1, 5, 10, 30, 60, 90]).Epochs);

    [Fact]
    public void ARungCostsWhatItAddsToTheOneBelow()
    {
        var rules = RungRules.Of(100);

        Assert.Equal([1, 3, 7, 22, 67], Enumerable.Range(0, 5).Select(rules.Cost));
        Assert.Equal((100, 4, 33), (rules.Horizon, rules.Top, rules.Start(4)));
    }

    [Theory]
    [InlineData(20, 5, 3, "5 rungs with a reduction of 3 do not fit into a full training of 20 epochs; 4 do.")]
    [InlineData(1, null, 3, "A full training of 1 epoch has no rungs below it.")]
    [InlineData(100, 1, 3, "1 rungs promote nothing; it takes 2 to 20.")]
    [InlineData(100, 5, 1, "A reduction of 1 promotes nothing; it takes 2 to 100.")]
    public void RungsThatDoNotFitAreRefused(int horizon, int? count, int reduction, string message) =>
        Assert.Equal(
            message,
            Assert.Throws<RequestException>(() => RungRules.Of(horizon, count, reduction)).Message
        );

    [Fact]
    public void RungsThatTheColumnsOfATableDoNotHaveAreRefused() =>
        Assert.Equal(
            "3 rungs with a reduction of 3 do not fit into a full training of 100 epochs, by the columns of the table; "
                + "2 do.",
            Assert.Throws<RequestException>(() => RungRules.Of(100, 3, known: [30, 100])).Message
        );

    [Fact]
    public void OnlyTheAlgorithmAshaHasRungsAndNoEarlyStopping()
    {
        var asha = new SearchSettings
        {
            Space = "cubes",
            SpaceFingerprint = "",
            Algorithm = Algorithm.Asha,
            Rungs = RungRules.Of(9),
            EarlyStopping = false,
            PopulationSize = 20,
            TournamentSize = 10,
            Budget = new(10),
        };

        Assert.Same(asha, asha.Checked());
        Assert.Throws<RequestException>(() => (asha with { Rungs = null }).Checked());
        Assert.Throws<RequestException>(() => (asha with { Algorithm = Algorithm.Evolution }).Checked());
        Assert.Throws<RequestException>(() => (asha with { EarlyStopping = true }).Checked());
        Assert.Throws<RequestException>(() => (asha with { Rungs = new([1, 3, 3], 3, 9) }).Checked());
    }
}
