using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>A calibration of KITTI: how the lidar's frame and the rectified camera's lie to each other, and where the
/// left colour camera sees what.</summary>
sealed class KittiCalibration
{
    /// <summary>Pixels of the images of the published set, where a frame has none of its own.</summary>
    public const int UsualWidth = 1242,
        UsualHeight = 375;

    // Three rows of four each; the last one is null where the file has no P2.
    readonly double[,] _toCamera,
        _toLidar;
    readonly double[]? _project;
    readonly string _path;

    KittiCalibration(string path, double[,] toCamera, double[,] toLidar, double[]? project) =>
        (_path, _toCamera, _toLidar, _project) = (path, toCamera, toLidar, project);

    /// <summary>Pixels of the camera's image, from the left.</summary>
    public int Width { get; init; } = UsualWidth;

    /// <summary>Pixels of the camera's image, from the top.</summary>
    public int Height { get; init; } = UsualHeight;

    /// <summary>Reads a file of <c>calib</c>; its rows are found by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The camera's image, whose header says how large it is; null: as in the published
    /// set.</param>
    /// <exception cref="RequestException">A row is missing, or the transform cannot be inverted.</exception>
    public static KittiCalibration Read(string path, string? image = null)
    {
        var rows = new Dictionary<string, double[]>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in TextLines.Read(path))
        {
            number++;
            if (line.IndexOf(':') is not (> 0 and var colon))
                continue;
            var words = line[(colon + 1)..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            rows[line[..colon].Trim()] = [.. words.Select((word, i) => TextLines.Number(path, number, i + 2, word))];
        }
        double[] Row(int count, params string[] names) =>
            names.Select(name => rows.GetValueOrDefault(name)).FirstOrDefault(row => row?.Length == count)
            ?? throw new RequestException($"'{path}' has no row {names[0]} of {count} numbers.");
        var (rectify, move) = (Row(9, "R0_rect", "R_rect"), Row(12, "Tr_velo_to_cam", "Tr_velo_cam"));
        var toCamera = new double[3, 4];
        for (var r = 0; r < 3; r++)
        for (var c = 0; c < 4; c++)
        for (var k = 0; k < 3; k++)
            toCamera[r, c] += rectify[3 * r + k] * move[4 * k + c];
        var toLidar = Inverse(toCamera) ?? throw new RequestException($"'{path}': its transform cannot be inverted.");
        var size = image is null ? (PictureHead?)null : PictureFile.Measure(image);
        return new(path, toCamera, toLidar, rows.GetValueOrDefault("P2") is { Length: 12 } project ? project : null)
        {
            Width = size?.Width ?? UsualWidth,
            Height = size?.Height ?? UsualHeight,
        };
    }

    /// <summary>The points that the camera sees: beside its image KITTI has no labels.</summary>
    /// <exception cref="RequestException">The file has no P2.</exception>
    public PointCloud InView(PointCloud points)
    {
        var (seen, at) = (new float[points.Values.Length], 0);
        for (var p = 0; p < points.Values.Length; p += points.Columns)
        {
            var (x, y, z) = Move(_toCamera, points.Values[p], points.Values[p + 1], points.Values[p + 2]);
            if (Pixel(x, y, z) is not var (column, row) || column < 0 || column >= Width || row < 0 || row >= Height)
                continue;
            points.Values.AsSpan(p, points.Columns).CopyTo(seen.AsSpan(at));
            at += points.Columns;
        }
        return points with { Values = seen[..at] };
    }

    /// <summary>The box of an object in the lidar's frame, with its centre.</summary>
    public Box3 ToLidar(in KittiObject one)
    {
        // KITTI gives the middle of the bottom.
        var (x, y, z) = Move(_toLidar, one.X, one.Y, one.Z);
        return new(x, y, z + one.Height / 2, one.Length, one.Width, one.Height, -one.RotationY - Math.PI / 2);
    }

    /// <summary>An object as KITTI's results have it, with its box in the image: what the image does not show is cut
    /// off.</summary>
    /// <param name="found">In the lidar's frame.</param>
    /// <exception cref="RequestException">The file has no P2.</exception>
    public KittiObject ToCamera(in LidarObject found)
    {
        var box = found.Box;
        var (x, y, z) = Move(_toCamera, box.X, box.Y, box.Z - box.Height / 2);
        var turn = Math.IEEERemainder(-box.Heading - Math.PI / 2, 2 * Math.PI);
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        var (sine, cosine) = Math.SinCos(turn);
        foreach (var along in (double[])[-0.5, 0.5])
        foreach (var across in (double[])[-0.5, 0.5])
        foreach (var up in (double[])[0, 1])
        {
            var (l, w) = (along * box.Length, across * box.Width);
            if (Pixel(x + l * cosine + w * sine, y - up * box.Height, z - l * sine + w * cosine) is not var (u, v))
                continue;
            (left, top) = (Math.Min(left, u), Math.Min(top, v));
            (right, bottom) = (Math.Max(right, u), Math.Max(bottom, v));
        }
        return new(
            found.Class,
            -1,
            -1,
            Math.IEEERemainder(turn - Math.Atan2(x, z), 2 * Math.PI),
            right < left
                ? default
                : Box.OfCorners(
                    Math.Clamp(left, 0, Width - 1),
                    Math.Clamp(top, 0, Height - 1),
                    Math.Clamp(right, 0, Width - 1),
                    Math.Clamp(bottom, 0, Height - 1)
                ),
            box.Height,
            box.Width,
            box.Length,
            x,
            y,
            z,
            turn,
            found.Score
        );
    }

    // Null behind the camera.
    (double Column, double Row)? Pixel(double x, double y, double z)
    {
        var p =
            _project
            ?? throw new RequestException(
                $"'{_path}' has no row P2 of 12 numbers, which says what the camera sees.",
                "KITTI's files have it; without it only evonas data check reads them."
            );
        var depth = p[8] * x + p[9] * y + p[10] * z + p[11];
        if (!(z > 0 && depth > 0))
            return null;
        return ((p[0] * x + p[1] * y + p[2] * z + p[3]) / depth, (p[4] * x + p[5] * y + p[6] * z + p[7]) / depth);
    }

    static (double X, double Y, double Z) Move(double[,] by, double x, double y, double z) =>
        (
            by[0, 0] * x + by[0, 1] * y + by[0, 2] * z + by[0, 3],
            by[1, 0] * x + by[1, 1] * y + by[1, 2] * z + by[1, 3],
            by[2, 0] * x + by[2, 1] * y + by[2, 2] * z + by[2, 3]
        );

    static double[,]? Inverse(double[,] a)
    {
        double Minor(int r0, int r1, int c0, int c1) => a[r0, c0] * a[r1, c1] - a[r0, c1] * a[r1, c0];
        var determinant = a[0, 0] * Minor(1, 2, 1, 2) - a[0, 1] * Minor(1, 2, 0, 2) + a[0, 2] * Minor(1, 2, 0, 1);
        if (!(Math.Abs(determinant) > 1e-12))
            return null;
        double[,] inverse =
        {
            { Minor(1, 2, 1, 2), -Minor(0, 2, 1, 2), Minor(0, 1, 1, 2), 0 },
            { -Minor(1, 2, 0, 2), Minor(0, 2, 0, 2), -Minor(0, 1, 0, 2), 0 },
            { Minor(1, 2, 0, 1), -Minor(0, 2, 0, 1), Minor(0, 1, 0, 1), 0 },
        };
        for (var r = 0; r < 3; r++)
        {
            for (var c = 0; c < 3; c++)
                inverse[r, c] /= determinant;
            for (var c = 0; c < 3; c++)
                inverse[r, 3] -= inverse[r, c] * a[c, 3];
        }
        return inverse;
    }
}
