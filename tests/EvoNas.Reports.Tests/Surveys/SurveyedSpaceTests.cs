using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports.Proxies;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Tests.Surveys;

/// <summary>What a history gives a survey, and learning curves a comparison of proxies.</summary>
public class SurveyedSpaceTests
{
    static readonly SearchSettings Sampling = Some.Settings with
    {
        Algorithm = Algorithm.Random,
        EarlyStopping = false,
    };

    static ReportedSearch Search(SearchSettings settings, params IEnumerable<LineageEvent> events) =>
        ReportedSearch.Of(
            "s.ladder",
            events.Prepend(new LineageEvent.Begun(settings)).Select(happened => (DateTime.UnixEpoch, happened))
        );

    static LineageEvent Ended(long birth, RuledOutReason reason) =>
        new LineageEvent.RuledOut(new(birth), reason, "", new(1, "slot-1", 1, birth));

    [Fact]
    public void DivergedNetworksCountAndLostOnesDoNot()
    {
        var space = SurveyedSpace.Of(
            Search(
                Sampling,
                [
                    .. Some.Birth(1, null, 0.75),
                    Some.Born(2, null),
                    Ended(2, RuledOutReason.Diverged),
                    Some.Born(3, null),
                    Ended(3, RuledOutReason.Crash),
                    Some.Born(4, null),
                ]
            ),
            perfect: 1
        );

        Assert.Equal([0.25, double.PositiveInfinity], space.Networks.Select(one => one.Error));
        // Of a hundred, three ended.
        Assert.Equal((1, 1, 97), (space.Diverged, space.Lost, space.Pending));
        Assert.Equal("madds<=3000", Assert.Single(space.Limits));
    }

    [Fact]
    public void AFinishedSearchDrawsNoMore() =>
        Assert.Equal(
            0,
            SurveyedSpace
                .Of(
                    Search(
                        Sampling,
                        [.. Some.Birth(1, null, 0.75), new LineageEvent.Finished(FinishedReason.Exhausted)]
                    ),
                    perfect: 1
                )
                .Pending
        );

    // Draws at random are spread evenly; those behind them walk.
    [Fact]
    public void ANetworkThatAWalkFoundIsMarked()
    {
        LineageEvent[] Drawn(long birth, int draw) =>
            [
                new LineageEvent.Born(new(birth), null, Genotype.Of(1), draw),
                new LineageEvent.Scored(
                    new(birth),
                    new(0.5, true),
                    Metrics.Of(("top1", 0.5)),
                    [],
                    null,
                    new(1, "slot-1", 1, birth)
                ),
            ];

        var space = SurveyedSpace.Of(Search(Sampling, [.. Drawn(1, 2047), .. Drawn(2, 2048)]), perfect: 1);

        Assert.Equal([false, true], space.Networks.Select(one => one.Walked));
    }

    public static TheoryData<string, string> NoSamples =>
        new()
        {
            { "evolution", "no random sample" },
            { "stopping", "stops trainings early" },
            { "two metrics", "an error is made of one metric" },
            { "soft", "an error is made of one metric" },
            { "score", "which is above a perfect one of 1" },
        };

    [Theory, MemberData(nameof(NoSamples))]
    public void WhatIsNoSampleOfErrorsIsRefused(string what, string said)
    {
        var settings = what switch
        {
            "evolution" => Sampling with { Algorithm = Algorithm.Evolution },
            "stopping" => Sampling with { EarlyStopping = true },
            "two metrics" => Sampling with { Objective = Objective.Parse("top1 * (madds/100)^-0.07") },
            "soft" => Sampling with { Objective = Objective.Parse("top1", ["madds<=3000 soft"]) },
            _ => Sampling,
        };

        var fault = Assert.Throws<RequestException>(() =>
            SurveyedSpace.Of(Search(settings, Some.Birth(1, null, 93.5)), perfect: 1)
        );

        Assert.Contains(said, fault.Message);
    }

    [Fact]
    public void TheNumbersOfAPointAreThoseOfItsNumericDecisions()
    {
        var space = new SearchSpace(
            "s",
            [
                new Decision.ManyOf("widths", 2, [8, 16, 24], Distinct: false, Sorted: true),
                Decision.Among("op", "conv", "pool"),
                new Decision.Range("depth", 1, 9, 1),
            ]
        );

        var numbers = SurveyedSpace.NumbersOf(space.Read(Genotype.Of(0, 2, 1, 4)));

        Assert.Equal(
            [("depth", 5.0), ("widths[0]", 8), ("widths[1]", 24)],
            numbers.Select(one => (one.Key, one.Value)).Order()
        );
    }

    [Fact]
    public void EpochsOfASearchAreStepsOfACurve()
    {
        LineageEvent[] Trained(long birth, int? stopped) =>
            [
                Some.Born(birth, null),
                new LineageEvent.Scored(
                    new(birth),
                    new(0.6, true),
                    Metrics.Of(("top1", 0.6), ("latencyMs", 3)),
                    [0.5, 0.6],
                    stopped,
                    new(1, "slot-1", 10, birth)
                ),
            ];

        var curve = Assert.Single(
            LearningCurve.Of(
                Search(Sampling, [.. Trained(1, null), .. Trained(2, 2), .. Some.Birth(3, null, 0.5)]),
                "latencyMs"
            )
        );

        Assert.Equal([new CurvePoint(1, 0.5, 5), new CurvePoint(2, 0.6, 10)], curve.Points);
        Assert.Equal(("s.ladder", "1", 3.0), (curve.Proxy, curve.Model, curve.Latency));
    }
}
