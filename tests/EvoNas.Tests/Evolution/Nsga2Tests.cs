using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Tests.Evolution;

public class Nsga2Tests
{
    static ParetoPoint At(double a, double b, double violation = 0) => new([a, b], violation);

    static ParetoPoint[] Random(int count, int objectives, ulong seed)
    {
        var random = SeededRandom.For(seed, "points");
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => new ParetoPoint(
                    // Few values, so that many are equal.
                    [.. Enumerable.Range(0, objectives).Select(_ => (double)random.Below(12))],
                    random.Below(4) == 0 ? random.Below(3) : 0
                )),
        ];
    }

    [Fact]
    public void OfTwoTheOneThatIsNowhereWorseAndSomewhereBetterDominates()
    {
        Assert.True(At(2, 1).Dominates(At(1, 1)));
        Assert.False(At(1, 1).Dominates(At(1, 1)));
        Assert.False(At(2, 1).Dominates(At(1, 2)));
    }

    [Fact]
    public void WhoKeepsTheLimitsDominatesWhoDoesNotAndElseTheNearer()
    {
        Assert.True(At(0, 0).Dominates(At(9, 9, violation: 0.1)));
        Assert.True(At(0, 0, violation: 0.1).Dominates(At(9, 9, violation: 0.2)));
        Assert.True(At(2, 2, violation: 0.1).Dominates(At(1, 1, violation: 0.1)));
    }

    [Theory, InlineData(2), InlineData(3), InlineData(4)]
    public void APointIsInTheFrontBehindThoseThatDominateIt(int objectives)
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var points = Random(60, objectives, seed);
            var fronts = Nsga2.FrontsOf(points);
            for (var i = 0; i < points.Length; i++)
            {
                // The definition, from the front before each.
                var dominating = Enumerable
                    .Range(0, points.Length)
                    .Where(j => points[j].Dominates(points[i]))
                    .ToArray();
                Assert.Equal(dominating.Length == 0 ? 0 : 1 + dominating.Max(j => fronts[j]), fronts[i]);
            }
        }
    }

    [Fact]
    public void CrowdingIsTheSumOfTheGapsBetweenNeighboursAsSharesOfTheSpan()
    {
        // One front: ends are infinite; (2, 6) lies between (0, 10) and (5, 3), (5, 3) between (2, 6) and (10, 0).
        ParetoPoint[] points = [At(0, 10), At(2, 6), At(5, 3), At(10, 0)];
        var crowding = Nsga2.CrowdingOf(points, [0, 0, 0, 0]);

        Assert.Equal(double.PositiveInfinity, crowding[0]);
        Assert.Equal(0.5 + 0.7, crowding[1], 12);
        Assert.Equal(0.8 + 0.6, crowding[2], 12);
        Assert.Equal(double.PositiveInfinity, crowding[3]);
    }

    [Fact]
    public void TheLeastFarFromItsNeighboursInTheLastFrontLeaves()
    {
        Assert.Equal(1, Nsga2.Leaving([At(0, 10), At(2, 6), At(5, 3), At(10, 0)]));
        // A dominated one leaves before all of the front.
        Assert.Equal(2, Nsga2.Leaving([At(0, 10), At(10, 0), At(0, 0)]));
        Assert.Equal(0, Nsga2.Leaving([At(9, 9, violation: 2), At(0, 0, violation: 1), At(0, 0)]));
    }

    [Fact]
    public void OfTwoDrawnTheOneInTheBetterFrontBreedsMoreOften()
    {
        // Each of the two in front wins whenever it is drawn against one behind; the last wins against none.
        ParetoPoint[] points = [At(3, 2), At(2, 3), At(1, 1), At(0, 0)];
        var members = new Population([
            .. points.Select((_, i) => new Individual(new(i + 1), null, Genotype.Of(i), new(0))),
        ]);
        var bred = new int[4];
        for (var birth = 1; birth <= 4_000; birth++)
        {
            var (first, second) = Nsga2.Parents(members, [.. points], SeededRandom.For(1, new(birth), draw: -1));
            Assert.NotEqual(first, second);
            bred[first.Birth.Value - 1]++;
        }
        Assert.InRange(bred[0] + bred[1], 2_850, 3_150); // 12 of 16 draws of two.
        Assert.InRange(bred[2], 600, 900); // 3 of 16
        Assert.InRange(bred[3], 180, 320); // 1 of 16: against itself.
    }
}
