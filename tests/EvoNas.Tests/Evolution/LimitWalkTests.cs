using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Genetics;

namespace EvoNas.Tests.Evolution;

public class LimitWalkTests
{
    static readonly SearchSpace Digits = new(
        "digits",
        [.. Enumerable.Range(0, 20).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    static readonly Limit AtMostTwo = new(Metrics.MultiplyAdds, 2, AtLeast: false, Hard: true, Power: -1);

    static KnownLimits Within(Space space, params string[] limits) =>
        KnownLimits.Of(Objective.Parse("top1", limits), genotype => Metrics.Of(Cost.Of(space.Decode(genotype))));

    static bool IsWithin((Genotype? Candidate, double Excess) step) => step is { Candidate: not null, Excess: 0 };

    static IEnumerable<(Genotype? Candidate, double Excess)> Walk(SearchSpace space, KnownLimits limits, long birth)
    {
        var walk = default(LimitWalk);
        for (var step = 0; step < LimitWalk.Length; step++)
        {
            (walk, var candidate, _, var excess) = walk.Step(step, space, limits, Some.SeededRandom(birth, step));
            yield return (candidate, excess);
        }
    }

    // Of 300,000 random points 4 have at most 12.55 M multiply-adds in regnet-x, and none has 60 M in mnasnet, where
    // the smallest has 68 M.
    [Theory]
    [InlineData("regnet-x", "madds<=12.55M")]
    [InlineData("mnasnet", "madds<=60M")]
    public void AWalkFindsNetworksThatAreOneInAHundredThousandDraws(string name, string limit)
    {
        var space = SpaceCatalog.Find(name);
        var limits = Within(space, limit);

        // Some walks end in a valley; a birth has sixteen.
        Assert.True(Enumerable.Range(1, 8).Count(birth => Walk(space.Decisions, limits, birth).Any(IsWithin)) >= 4);
    }

    [Fact]
    public void AWalkFindsAPointOfACustomSpaceThatIsOneInThreeBillionDraws()
    {
        KnownLimits limits = new(
            [AtMostTwo],
            genotype => Metrics.Of((Metrics.MultiplyAdds, 2 + genotype.Genes.Sum(gene => gene.Index)))
        );

        for (var birth = 1; birth <= 8; birth++)
            Assert.Contains(
                Walk(Digits, limits, birth),
                step => IsWithin(step) && step.Candidate!.Genes.All(gene => gene.Index == 0)
            );
    }

    [Fact]
    public void AWalkBetweenTwoLimitsFindsTheRareNetworksThatKeepBoth()
    {
        var space = SpaceCatalog.Find("mnasnet");
        var limits = Within(space, "madds<=90M", "parameters>=2.4M");

        Assert.True(Enumerable.Range(1, 8).Count(birth => Walk(space.Decisions, limits, birth).Any(IsWithin)) >= 4);
    }

    [Fact]
    public void WithinTheLimitsAWalkGoesOnAndFindsOtherNetworks()
    {
        var space = SpaceCatalog.Find("mnasnet");

        var found = Walk(space.Decisions, Within(space, "madds<=100M"), birth: 1)
            .Where(IsWithin)
            .Select(step => step.Candidate)
            .Distinct();

        Assert.True(found.Count() > 100);
    }

    [Fact]
    public void TheExcessIsTheSumOfTheLogarithmsBeyondTheBounds()
    {
        Sequence<Limit> limits =
        [
            new("madds", 100, AtLeast: false, Hard: true, Power: -1),
            new("parameters", 10, AtLeast: true, Hard: true, Power: -1),
        ];

        Assert.Equal(0, KnownLimits.Excess(limits, Metrics.Of(("madds", 100), ("parameters", 10))));
        Assert.Equal(
            Math.Log(3) + Math.Log(2),
            KnownLimits.Excess(limits, Metrics.Of(("madds", 300), ("parameters", 5))),
            1e-12
        );
        // What is not known breaks no limit.
        Assert.Equal(0, KnownLimits.Excess(limits, default));
        // A metric without a ratio is farther away than any with one, and the farther the smaller it is.
        Assert.True(
            KnownLimits.Excess(limits, Metrics.Of(("parameters", 1e-9)))
                < KnownLimits.Excess(limits, Metrics.Of(("parameters", 0)))
        );
        Assert.True(
            KnownLimits.Excess(limits, Metrics.Of(("parameters", 0)))
                < KnownLimits.Excess(limits, Metrics.Of(("parameters", -5)))
        );
    }

    [Fact]
    public void OnlyHardLimitsOnWhatIsKnownBeforeATrainingAreWalkedTo() =>
        Assert.Equal(
            ["madds<=5"],
            Objective
                .Parse("top1", ["madds<=5", "parameters<=5 soft", "latencyMs<=5 hard"])
                .LimitsBeforeTraining()
                .Select(limit => limit.ToString())
        );
}
