namespace EvoNas.Tasks.Lidar;

/// <summary>The image from above into which a scan is laid: square cells, of which the first row is the largest y, the
/// first column the smallest x.</summary>
/// <param name="Cell">Side of a cell, in metres.</param>
/// <param name="Side">Rows, and columns.</param>
/// <param name="Left">Columns left of the sensor.</param>
/// <param name="ZMin">The lowest point that counts, in metres.</param>
/// <param name="ZMax">The highest point that counts, in metres.</param>
sealed record LidarGrid(double Cell, int Side, int Left, double ZMin, double ZMax)
{
    /// <summary>Rows below the sensor.</summary>
    public int Below => Side / 2;

    /// <summary>With the sensor in the middle.</summary>
    /// <param name="range">Half the side, in metres.</param>
    /// <param name="side">Cells; even.</param>
    public static LidarGrid Around(double range, int side) => new(2 * range / side, side, side / 2, -3, 3);

    /// <summary>With the sensor in the middle of the left edge: what lies ahead of it.</summary>
    /// <param name="range">The side, in metres.</param>
    /// <param name="side">Cells; even.</param>
    public static LidarGrid Ahead(double range, int side) => new(range / side, side, 0, -3, 3);

    /// <summary>The smallest and the largest x and y, in metres.</summary>
    public (double XMin, double XMax, double YMin, double YMax) Bounds =>
        (-Left * Cell, (Side - Left) * Cell, -Below * Cell, (Side - Below) * Cell);

    /// <summary>The row of y = 0, fractions allowed. As in the released trainer it is one less than the edge between
    /// cells, on which y = 0 lies.</summary>
    public int OriginRow => Side - 1 - Below;
}
