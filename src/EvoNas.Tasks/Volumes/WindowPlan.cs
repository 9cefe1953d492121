namespace EvoNas.Tasks.Volumes;

/// <summary>Where the windows lie by which a network sees a whole volume, and what their voxels count.</summary>
/// <remarks>As MONAI's <c>SlidingWindowInferer</c>: steps of a share of the window, the last window clamped to the
/// end.</remarks>
static class WindowPlan
{
    // A voxel at a window's corner counts at least this much of one in its middle.
    const float LeastWeight = 1e-3f;

    /// <summary>The first voxels of the windows along one axis.</summary>
    /// <param name="size">Voxels; not fewer than the window.</param>
    /// <param name="window">Voxels of a window.</param>
    /// <param name="overlap">Share of a window that the next one covers again, in [0, 1).</param>
    public static int[] Starts(int size, int window, double overlap)
    {
        var step = Math.Max(1, (int)(window * (1 - overlap)));
        var starts = new int[(size - window + step - 1) / step + 1];
        for (var i = 0; i < starts.Length; i++)
            starts[i] = Math.Min(i * step, size - window);
        return starts;
    }

    /// <summary>The first voxels of all windows of a volume, the first axis slowest.</summary>
    /// <param name="size">Voxels along each axis; none shorter than the window's.</param>
    /// <param name="window">Voxels of a window along each axis.</param>
    /// <param name="overlap">Share of a window that the next one covers again, in [0, 1).</param>
    public static IEnumerable<(int X, int Y, int Z)> Of(Grid size, Grid window, double overlap) =>
        from x in Starts(size.X, window.X, overlap)
        from y in Starts(size.Y, window.Y, overlap)
        from z in Starts(size.Z, window.Z, overlap)
        select (x, y, z);

    /// <summary>What the voxels of a window count: a Gaussian around its middle, whose deviation is an eighth of the
    /// window.</summary>
    /// <returns>The first axis slowest; in [0.001, 1].</returns>
    public static float[] Gaussian(Grid window)
    {
        var (x, y, z) = (Bell(window.X), Bell(window.Y), Bell(window.Z));
        var weights = new float[window.Voxels];
        var at = 0;
        foreach (var first in x)
        foreach (var second in y)
        foreach (var third in z)
            weights[at++] = Math.Max((float)(first * second * third), LeastWeight);
        return weights;
    }

    static double[] Bell(int length) =>
        [
            .. Enumerable
                .Range(0, length)
                .Select(i => Math.Exp(-Math.Pow(i - (length - 1) / 2.0, 2) / (2 * Math.Pow(length / 8.0, 2)))),
        ];
}

/// <summary>Voxels along three axes: to the right, to the front and up.</summary>
readonly record struct Grid(int X, int Y, int Z)
{
    /// <summary>How many there are.</summary>
    public int Voxels => checked(X * Y * Z);

    /// <summary>The larger of two along each axis.</summary>
    public static Grid Max(Grid one, Grid other) =>
        new(Math.Max(one.X, other.X), Math.Max(one.Y, other.Y), Math.Max(one.Z, other.Z));

    /// <summary>As errors write it: <c>96x96x64</c>.</summary>
    public override string ToString() => $"{X}x{Y}x{Z}";
}
