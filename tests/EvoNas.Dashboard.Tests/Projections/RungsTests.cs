using EvoNas.Dashboard.Projections;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Dashboard.Tests.Projections;

public class RungsTests
{
    static readonly LineageEvent[] s_events =
    [
        new LineageEvent.Begun(
            Some.Settings() with
            {
                Algorithm = Algorithm.Asha,
                Rungs = new([1, 3], 2, 10),
                EarlyStopping = false,
            }
        ),
        new LineageEvent.Born(new(1), null, Genotype.Of(1)),
        Score(1, 0.9),
        new LineageEvent.Born(new(2), null, Genotype.Of(2)),
        Score(2, 0.8),
        new LineageEvent.Born(new(3), null, Genotype.Of(1), Promoted: new BirthNumber(1), Rung: 1),
        Score(3, 0.5) with
        {
            From = 0,
        },
        new LineageEvent.Born(new(4), new(3), Genotype.Of(3), Change: new("d", "1", "3")),
        Score(4, 0.6),
    ];

    [Fact]
    public void OnlyFullTrainingsAreComparedAndEachRowHasItsRung()
    {
        var projection = new Projection();
        foreach (var (i, happened) in s_events.Index())
            projection.See(i + 1, DateTime.UnixEpoch, happened);

        var rows = Enumerable.Range(1, 4).Select(birth => EvaluationRows.Of(projection, birth)).ToArray();
        Assert.Equal([0, 0, 1, 0], rows.Select(row => row.Rung));
        Assert.Equal([null, null, 1, null], rows.Select(row => row.Promoted));
        // Of another rung than its parent, a score gains nothing.
        Assert.All(rows, row => Assert.Null(row.Gain));
        Assert.Equal((3, 1, 0), (projection.Best, projection.Founder[2], projection.Duplicates));
        // A line of descent goes on through the rungs.
        Assert.Equal([null, null, 1, 3], rows.Select(row => row.Parent));
        Assert.Equal([3], projection.PopulationAt(s_events.Length));
    }

    [Fact]
    public void PromotionsAreKeptAsTheyLieInTheJournal()
    {
        var writer = new EventDigest.Writer();

        Assert.False(writer.TryAdd(DateTime.UnixEpoch, s_events[5]));
        Assert.False(writer.TryAdd(DateTime.UnixEpoch, s_events[6]));
        Assert.True(writer.TryAdd(DateTime.UnixEpoch, s_events[4]));
    }

    static LineageEvent.Scored Score(long birth, double fitness) =>
        new(new(birth), new(fitness), Metrics.Of((Metrics.Top1, fitness)), [], null, new(1, "slot-1", 1, birth));
}
