using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>A calibration of KITTI: how the lidar's frame and the rectified camera's lie to each other.</summary>
sealed class KittiCalibration
{
    // Camera to lidar: three rows of four.
    readonly double[,] _toLidar;

    KittiCalibration(double[,] toLidar) => _toLidar = toLidar;

    /// <summary>Reads a file of <c>calib</c>; its rows are found by name.</summary>
    /// <exception cref="RequestException">A row is missing, or the transform cannot be inverted.</exception>
    public static KittiCalibration Read(string path)
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
        return new(Inverse(toCamera) ?? throw new RequestException($"'{path}': its transform cannot be inverted."));
    }

    /// <summary>The box of an object in the lidar's frame, with its centre.</summary>
    public Box3 ToLidar(in KittiObject one)
    {
        double At(int row, double x, double y, double z) =>
            _toLidar[row, 0] * x + _toLidar[row, 1] * y + _toLidar[row, 2] * z + _toLidar[row, 3];
        // KITTI gives the middle of the bottom.
        return new(
            At(0, one.X, one.Y, one.Z),
            At(1, one.X, one.Y, one.Z),
            At(2, one.X, one.Y, one.Z) + one.Height / 2,
            one.Length,
            one.Width,
            one.Height,
            -one.RotationY - Math.PI / 2
        );
    }

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

/// <summary>A lidar frame with its objects, in the lidar's frame.</summary>
/// <param name="Name">Its number.</param>
/// <param name="Points">Its points.</param>
/// <param name="Objects">Its objects; regions without labels are left out.</param>
sealed record LabelledFrame(string Name, PointCloud Points, LidarObject[] Objects);

/// <summary>Frames of KITTI's layout (velodyne, label_2, calib) and of the plain one (points, labels).</summary>
sealed class LidarFolder
{
    readonly string _folder;
    readonly bool _kitti;
    readonly int _columns;

    LidarFolder(string folder, bool kitti, string[] frames)
    {
        (_folder, _kitti, Frames) = (folder, kitti, frames);
        _columns = kitti ? 4 : ColumnsOf(Path.Combine(folder, "frames.json"));
    }

    /// <summary>Names of the frames that have labels.</summary>
    public string[] Frames { get; }

    /// <summary>Whether it has KITTI's layout.</summary>
    public bool IsKitti => _kitti;

    /// <summary>Where the labels lie.</summary>
    public string Labels => Path.Combine(_folder, _kitti ? "label_2" : "labels");

    /// <summary>Opens a folder.</summary>
    /// <returns>Null if it has neither layout.</returns>
    public static LidarFolder? Open(string folder)
    {
        foreach (var root in new[] { folder, Path.Combine(folder, "training") })
            if (Directory.Exists(Path.Combine(root, "label_2")))
                return new(root, kitti: true, Stems(Path.Combine(root, "label_2")));
        return Directory.Exists(Path.Combine(folder, "points")) && Directory.Exists(Path.Combine(folder, "labels"))
            ? new(folder, kitti: false, Stems(Path.Combine(folder, "labels")))
            : null;
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="RequestException">One of its files is missing or malformed.</exception>
    public LabelledFrame Read(string name)
    {
        var points = PointCloud.Read(Path.Combine(_folder, _kitti ? "velodyne" : "points", name + ".bin"), _columns);
        var labels = Path.Combine(Labels, name + ".txt");
        if (!_kitti)
            return new(name, points, LidarLabels.Read(labels, scored: false));
        var calibration = KittiCalibration.Read(Path.Combine(_folder, "calib", name + ".txt"));
        return new(
            name,
            points,
            [
                .. KittiLabels
                    .Read(labels, scored: false)
                    .Where(static one => !one.IsDontCare)
                    .Select(one => new LidarObject(calibration.ToLidar(one), one.Type, 1, 0)),
            ]
        );
    }

    static string[] Stems(string labels) =>
        [.. TextLines.Files(labels, ".txt").Select(static name => Path.GetFileNameWithoutExtension(name))];

    static int ColumnsOf(string path)
    {
        if (!File.Exists(path))
            return 4;
        using var mapped = MappedFile.Open(path);
        var json = new JsonCursor(path, mapped.Bytes);
        json.EnterObject("the content");
        var columns = 0;
        while (json.Field() is { } field)
            if (field == "columns")
            {
                json.EnterArray("columns");
                for (; json.HasItem(); columns++)
                    json.Text($"columns[{columns}]");
            }
            else
                json.Skip();
        return columns is 4 or 5
            ? columns
            : throw new RequestException($"'{path}': 'columns' must name the 4 or 5 values of a point.");
    }
}
