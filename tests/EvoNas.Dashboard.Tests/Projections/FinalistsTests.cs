using EvoNas.Dashboard.Projections;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Dashboard.Tests.Projections;

public class FinalistsTests
{
    [Fact]
    public void AnotherEvaluationOfABirthIsARowAndNeitherAnImprovementNorAMember()
    {
        var projection = new Projection();
        LineageEvent[] events =
        [
            new LineageEvent.Begun(Some.Settings() with { Finalists = new([new(2, 1)]) }),
            new LineageEvent.Born(new(1), null, Genotype.Of(1)),
            Score(1, 0.5),
            new LineageEvent.Born(new(2), null, Genotype.Of(1), RepeatOf: new BirthNumber(1)),
            Score(2, 0.9),
        ];
        foreach (var (i, happened) in events.Index())
            projection.See(i + 1, DateTime.UnixEpoch, happened);

        Assert.Equal((2, 2, 0), (projection.Count, projection.Scored, projection.Duplicates));
        Assert.Equal((0, 1), (projection.RepeatOf[0], projection.RepeatOf[1]));
        Assert.Equal(1, projection.Best);
        Assert.Equal([1], projection.PopulationAt(events.Length));
        Assert.Equal(1, projection.Founder[1]);
    }

    [Fact]
    public void ItIsKeptAsItLiesInTheJournal() =>
        Assert.False(
            new EventDigest.Writer().TryAdd(
                DateTime.UnixEpoch,
                new LineageEvent.Born(new(2), null, Genotype.Of(1), RepeatOf: new BirthNumber(1))
            )
        );

    static LineageEvent Score(long birth, double fitness) =>
        new LineageEvent.Scored(
            new(birth),
            new(fitness),
            Metrics.Of((Metrics.Top1, fitness)),
            [],
            null,
            new(1, "slot-1", 1, birth)
        );
}
