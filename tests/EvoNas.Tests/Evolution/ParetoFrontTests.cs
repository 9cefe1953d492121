using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Tests.Evolution;

public class ParetoFrontTests
{
    [Fact]
    public void TheHypervolumeOfTwoObjectivesIsTheAreaOfTheStairs()
    {
        // (3, 1) and (1, 2) over (0, 0): 3 · 1 + 1 · 1.
        Assert.Equal(
            4,
            ParetoFront.Hypervolume(
                [
                    [3, 1],
                    [1, 2],
                ],
                [0, 0]
            ),
            12
        );
        // A dominated one, an equal one and one behind the reference point add nothing.
        Assert.Equal(
            4,
            ParetoFront.Hypervolume(
                [
                    [3, 1],
                    [1, 2],
                    [1, 1],
                    [3, 1],
                    [9, -1],
                ],
                [0, 0]
            ),
            12
        );
        Assert.Equal(0, ParetoFront.Hypervolume([], [0, 0]));
        // Costs are negative values.
        Assert.Equal(
            0.5 * 80,
            ParetoFront.Hypervolume(
                [
                    [0.9, -20],
                ],
                [0.4, -100]
            ),
            12
        );
    }

    [Theory, InlineData(2), InlineData(3), InlineData(4)]
    public void TheHypervolumeIsTheCountOfTheUnitCubesThatAPointCovers(int objectives)
    {
        const int Side = 6;
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var random = SeededRandom.For(seed, "points");
            Sequence<double>[] points =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(_ =>
                        (Sequence<double>)
                            [.. Enumerable.Range(0, objectives).Select(_ => (double)random.Below(Side + 1))]
                    ),
            ];
            var cubes = Enumerable.Range(0, (int)Math.Pow(Side, objectives));
            var covered = cubes.Count(cube =>
                points.Any(point =>
                    Enumerable.Range(0, objectives).All(i => point[i] > cube / (int)Math.Pow(Side, i) % Side)
                )
            );

            Assert.Equal(covered, ParetoFront.Hypervolume(points, [.. Enumerable.Repeat(0.0, objectives)]), 9);
        }
    }

    [Fact]
    public void TheKneeIsFarthestFromTheLineThroughTheEnds()
    {
        Assert.Equal(
            1,
            ParetoFront.Knee([
                [0, 100],
                [0.8, 90],
                [1, 0],
            ])
        );
        Assert.Equal(
            0,
            ParetoFront.Knee([
                [1, 1],
            ])
        );
        Assert.Null(ParetoFront.Knee([]));
    }
}
