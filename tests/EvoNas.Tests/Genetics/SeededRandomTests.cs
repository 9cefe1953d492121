using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

public class SeededRandomTests
{
    [Fact]
    public void TheSameBirthRollsTheSameForEver() =>
        Assert.Equal([13640568250514816176UL, 102806155499525579UL], Rolls(SeededRandom.For(7, new BirthNumber(1)), 2));

    [Fact]
    public void DifferentSeedsBirthsAndDrawsRollDifferently()
    {
        HashSet<ulong> first = [];
        var random = 0;
        for (ulong seed = 0; seed < 20; seed++)
        for (var birth = 1; birth <= 20; birth++)
        for (var draw = 0; draw < 20; draw++, random++)
            first.Add(SeededRandom.For(seed, new BirthNumber(birth), draw).Next());
        Assert.Equal(random, first.Count);
    }

    // Goal: streams do not overlap. Method: 1,000 neighbouring births, 100 numbers each; a shared stretch would show as
    // equal numbers.
    [Fact]
    public void NeighbouringBirthsShareNoStretchOfTheirStreams()
    {
        var seen = new HashSet<ulong>();
        for (var birth = 1; birth <= 1000; birth++)
            foreach (var number in Rolls(SeededRandom.For(1, new BirthNumber(birth)), 100))
                Assert.True(seen.Add(number), $"Birth {birth} repeats a number.");
    }

    [Fact]
    public void NeighbouringStreamsAreUncorrelated()
    {
        // The bits of two streams that agree are Binomial(64 n, 1/2); six standard deviations are never left by chance.
        const int n = 10_000;
        for (var birth = 1; birth <= 5; birth++)
        {
            var agree = Rolls(SeededRandom.For(1, new BirthNumber(birth)), n)
                .Zip(
                    Rolls(SeededRandom.For(1, new BirthNumber(birth + 1)), n),
                    (a, b) => System.Numerics.BitOperations.PopCount(~(a ^ b))
                )
                .Sum();
            Assert.InRange(agree, 32 * n - 6 * Math.Sqrt(16 * n), 32 * n + 6 * Math.Sqrt(16 * n));
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(6), InlineData(7), InlineData(1000)]
    public void EverySideComesUpEquallyOften(int sides)
    {
        var (random, rolls, counts) = (SeededRandom.For(3, new BirthNumber(sides)), 1000 * sides, new int[sides]);
        for (var i = 0; i < rolls; i++)
            counts[random.Below(sides)]++;
        foreach (var count in counts)
            Assert.InRange(count, 1000 - 6 * Math.Sqrt(1000), 1000 + 6 * Math.Sqrt(1000));
    }

    [Fact]
    public void AUnitIsBelowOneAndMeansAHalf()
    {
        var random = SeededRandom.For(3, "units");
        var units = Enumerable.Range(0, 100_000).Select(_ => random.Unit()).ToArray();
        Assert.All(units, unit => Assert.InRange(unit, 0, Math.BitDecrement(1.0)));
        Assert.InRange(units.Average(), 0.49, 0.51);
    }

    [Fact]
    public void PurposesHaveDiceOfTheirOwn() =>
        Assert.NotEqual(SeededRandom.For(1, "split").Next(), SeededRandom.For(1, "initialisation").Next());

    [Fact]
    public void ADieNeedsASide() => Assert.Throws<ArgumentOutOfRangeException>(() => Some.SeededRandom(1).Below(0));

    static ulong[] Rolls(SeededRandom random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next())];
}
