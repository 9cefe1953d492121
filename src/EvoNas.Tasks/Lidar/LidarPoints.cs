using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Lidar;

/// <summary>Points of scans in memory, before they go to the device. Five numbers each: x, y, z, intensity,
/// elongation.</summary>
static class LidarPoints
{
    /// <summary>Those in a box.</summary>
    public static float[] Inside(PointCloud points, in Box3 box)
    {
        var (sine, cosine) = Math.SinCos(box.Heading);
        var inside = new List<float>();
        for (var p = 0; p < points.Values.Length; p += points.Columns)
        {
            var (x, y, z) = (points.Values[p] - box.X, points.Values[p + 1] - box.Y, points.Values[p + 2] - box.Z);
            if (
                Math.Abs(z) <= box.Height / 2
                && Math.Abs(x * cosine + y * sine) <= box.Length / 2
                && Math.Abs(y * cosine - x * sine) <= box.Width / 2
            )
                Add(inside, points, p);
        }
        return [.. inside];
    }

    /// <summary>Those on a grid, in random order: of a cell with too many points the first count.</summary>
    public static float[] OnGrid(LidarGrid grid, LabelledFrame frame, ulong seed)
    {
        var points = frame.Points;
        var (xMin, xMax, yMin, yMax) = grid.Bounds;
        var on = new List<float>();
        foreach (var i in Split.Shuffled(points.Count, SeededRandom.For(seed, "order of points")))
        {
            var p = i * points.Columns;
            var (x, y, z) = (points.Values[p], points.Values[p + 1], points.Values[p + 2]);
            // A point in the sensor itself is a ray without an echo.
            var isEcho = x != 0 || y != 0 || z != 0;
            if (isEcho && x >= xMin && x < xMax && y >= yMin && y < yMax && z >= grid.ZMin && z <= grid.ZMax)
                Add(on, points, p);
        }
        return [.. on];
    }

    /// <summary>How many lie on a grid.</summary>
    public static int CountOn(LidarGrid grid, PointCloud points)
    {
        var (count, (xMin, xMax, yMin, yMax)) = (0, grid.Bounds);
        for (var p = 0; p < points.Values.Length; p += points.Columns)
        {
            var (x, y, z) = (points.Values[p], points.Values[p + 1], points.Values[p + 2]);
            if (x >= xMin && x < xMax && y >= yMin && y < yMax && z >= grid.ZMin && z <= grid.ZMax)
                count++;
        }
        return count;
    }

    /// <summary>Whether the centre of a box is on a grid.</summary>
    public static bool IsOn(LidarGrid grid, in Box3 box)
    {
        var (xMin, xMax, yMin, yMax) = grid.Bounds;
        return box.X >= xMin
            && box.X < xMax
            && box.Y >= yMin
            && box.Y < yMax
            && box.Z >= grid.ZMin
            && box.Z <= grid.ZMax;
    }

    /// <summary>A box as <see cref="Boxes3"/> has it.</summary>
    public static float[] Numbers(in Box3 box) =>
        [
            (float)box.X,
            (float)box.Y,
            (float)box.Z,
            (float)box.Length,
            (float)box.Width,
            (float)box.Height,
            (float)box.Heading,
        ];

    static void Add(List<float> to, PointCloud points, int at)
    {
        to.AddRange(points.Values.AsSpan(at, points.Columns));
        // Points of KITTI have no elongation.
        for (var column = points.Columns; column < PointCloud.ColumnsMax; column++)
            to.Add(0);
    }
}
