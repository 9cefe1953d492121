namespace EvoNas.Tasks.Metrics;

/// <summary>A box in space that stands upright, in metres and radians.</summary>
/// <param name="X">Centre.</param>
/// <param name="Y">Centre.</param>
/// <param name="Z">Centre.</param>
/// <param name="Length">Side along the heading.</param>
/// <param name="Width">Side across the heading.</param>
/// <param name="Height">Side along z.</param>
/// <param name="Heading">Counter-clockwise from the x axis.</param>
readonly record struct Box3(double X, double Y, double Z, double Length, double Width, double Height, double Heading)
{
    /// <summary>Square metres on the ground.</summary>
    public double GroundArea => Length * Width;

    /// <summary>Cubic metres.</summary>
    public double Volume => Length * Width * Height;
}

/// <summary>Overlap of turned boxes.</summary>
static class RotatedIou
{
    /// <summary>Intersection over union on the ground, in [0, 1]; 0 where the union is empty.</summary>
    public static double Bev(in Box3 a, in Box3 b)
    {
        var both = Intersection(a, b);
        var union = a.GroundArea + b.GroundArea - both;
        return union > 0 ? both / union : 0;
    }

    /// <summary>Intersection over union in space, in [0, 1]; 0 where the union is empty.</summary>
    public static double Volume(in Box3 a, in Box3 b)
    {
        var height =
            Math.Min(a.Z + a.Height / 2, b.Z + b.Height / 2) - Math.Max(a.Z - a.Height / 2, b.Z - b.Height / 2);
        if (height <= 0)
            return 0;
        var both = Intersection(a, b) * height;
        var union = a.Volume + b.Volume - both;
        return union > 0 ? both / union : 0;
    }

    /// <summary>Ground that both cover, in square metres.</summary>
    /// <remarks>Boxes that cannot meet end after one comparison of radii. The rest is clipped (Sutherland and Hodgman
    /// 1974) in the frame of <paramref name="b"/>, where its sides are the axes: four comparisons a side, and no
    /// precision is lost far from the origin.</remarks>
    public static double Intersection(in Box3 a, in Box3 b)
    {
        var (dx, dy) = (a.X - b.X, a.Y - b.Y);
        var reach = a.Length * a.Length + a.Width * a.Width + b.Length * b.Length + b.Width * b.Width;
        // (r + s)² ≤ 2r² + 2s², with r and s half the diagonals.
        if (!(dx * dx + dy * dy <= reach / 2) || !(a.GroundArea > 0 && b.GroundArea > 0))
            return 0;
        var (sinB, cosB) = Math.SinCos(b.Heading);
        var (sin, cos) = Math.SinCos(a.Heading - b.Heading);
        var (x, y) = (dx * cosB + dy * sinB, dy * cosB - dx * sinB);
        var (lx, ly) = (cos * a.Length / 2, sin * a.Length / 2);
        var (wx, wy) = (-sin * a.Width / 2, cos * a.Width / 2);
        // A rectangle cut by four lines has at most eight corners.
        Span<double> xs = stackalloc double[8];
        Span<double> ys = stackalloc double[8];
        Span<double> nextXs = stackalloc double[8];
        Span<double> nextYs = stackalloc double[8];
        (xs[0], ys[0]) = (x + lx + wx, y + ly + wy);
        (xs[1], ys[1]) = (x - lx + wx, y - ly + wy);
        (xs[2], ys[2]) = (x - lx - wx, y - ly - wy);
        (xs[3], ys[3]) = (x + lx - wx, y + ly - wy);
        var count = 4;
        count = Clip(xs, ys, count, nextXs, nextYs, 1, b.Length / 2);
        count = Clip(nextXs, nextYs, count, xs, ys, -1, b.Length / 2);
        count = Clip(ys, xs, count, nextYs, nextXs, 1, b.Width / 2);
        count = Clip(nextYs, nextXs, count, ys, xs, -1, b.Width / 2);
        var twice = 0.0;
        for (var i = 1; i + 1 < count; i++)
            twice += (xs[i] - xs[0]) * (ys[i + 1] - ys[0]) - (xs[i + 1] - xs[0]) * (ys[i] - ys[0]);
        return Math.Abs(twice) / 2;
    }

    /// <summary>Keeps the part of a polygon where sign·u ≤ limit.</summary>
    /// <returns>Corners that are left.</returns>
    static int Clip(
        ReadOnlySpan<double> us,
        ReadOnlySpan<double> vs,
        int count,
        Span<double> toUs,
        Span<double> toVs,
        double sign,
        double limit
    )
    {
        if (count == 0)
            return 0;
        var kept = 0;
        var (u, v) = (us[count - 1], vs[count - 1]);
        var over = sign * u - limit;
        for (var i = 0; i < count; i++)
        {
            var (nextU, nextV) = (us[i], vs[i]);
            var nextOver = sign * nextU - limit;
            if (over <= 0 != nextOver <= 0 && kept < toUs.Length)
            {
                toUs[kept] = sign * limit;
                toVs[kept++] = v + (nextV - v) * (over / (over - nextOver));
            }
            if (nextOver <= 0 && kept < toUs.Length)
            {
                toUs[kept] = nextU;
                toVs[kept++] = nextV;
            }
            (u, v, over) = (nextU, nextV, nextOver);
        }
        return kept;
    }
}
