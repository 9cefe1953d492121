using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Benchmarks.Lidar;

/// <summary>How many overlaps of turned boxes a core computes in a second.</summary>
static class LidarSpeed
{
    const int Boxes = 2000;

    // Cars on a square: of all pairs, and of those alone that are near enough to be clipped.
    public static void Run()
    {
        foreach (var side in (double[])[50, 6])
        {
            var random = SeededRandom.For(1, "boxes");
            var boxes = new Box3[Boxes];
            foreach (ref var box in boxes.AsSpan())
                box = new(
                    random.Unit() * side,
                    random.Unit() * side,
                    random.Unit(),
                    4 + random.Unit(),
                    1.7 + random.Unit() / 2,
                    1.5,
                    random.Unit() * 6.28
                );
            foreach (
                var (name, of) in ((string, Func<Box3, Box3, double>)[])
                    [("on the ground", (a, b) => RotatedIou.Bev(a, b)), ("in space", (a, b) => RotatedIou.Volume(a, b))]
            )
            {
                var (sum, clock) = (0.0, Stopwatch.StartNew());
                foreach (var a in boxes)
                foreach (var b in boxes)
                    sum += of(a, b);
                var pairs = Boxes * (double)Boxes;
                Console.WriteLine(
                    $"overlaps {name}, cars on {side} m: {pairs / clock.Elapsed.TotalSeconds / 1e6:0.0} million pairs "
                        + $"a second (mean {sum / pairs:0.000})"
                );
            }
        }
    }
}
