using EvoNas.Tasks.Lidar;

namespace EvoNas.Tasks.Data;

/// <summary>A lidar frame with its objects, in the lidar's frame.</summary>
/// <param name="Name">Its number.</param>
/// <param name="Points">Its points.</param>
/// <param name="Objects">Its objects; regions without labels are left out.</param>
sealed record LabelledFrame(string Name, PointCloud Points, LidarObject[] Objects)
{
    /// <summary>Of a frame of KITTI; null: of a plain one.</summary>
    public KittiCalibration? Calibration { get; init; }
}

/// <summary>Frames of KITTI's layout (velodyne, label_2, calib) and of the plain one (points, labels).</summary>
sealed class LidarFolder
{
    readonly string _folder;
    readonly string? _sets;
    readonly bool _kitti;
    readonly int _columns;

    LidarFolder(string folder, bool kitti, string[] frames, string? sets = null)
    {
        (_folder, _kitti, Frames, _sets) = (folder, kitti, frames, sets);
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
                return new(root, kitti: true, Stems(Path.Combine(root, "label_2")), SetsOf(folder, root));
        return Directory.Exists(Path.Combine(folder, "points")) && Directory.Exists(Path.Combine(folder, "labels"))
            ? new(folder, kitti: false, Stems(Path.Combine(folder, "labels")))
            : null;
    }

    string PointsOf(string name) => Path.Combine(_folder, _kitti ? "velodyne" : "points", name + ".bin");

    string LabelsOf(string name) => Path.Combine(Labels, name + ".txt");

    string CalibrationOf(string name) => Path.Combine(_folder, "calib", name + ".txt");

    /// <summary>The file that a frame lacks, from the folder on; null: it has all.</summary>
    public string? Missing(string name) =>
        new[] { PointsOf(name), LabelsOf(name), _kitti ? CalibrationOf(name) : null }
            .OfType<string>()
            .Where(path => !File.Exists(path))
            .Select(path => Path.GetRelativePath(_folder, path))
            .FirstOrDefault();

    /// <summary>The frames of the parts: by KITTI's <c>ImageSets</c> where it is there, else all to learn
    /// from.</summary>
    /// <param name="report">Counts lists of frames without labels, as those of the published test part.</param>
    public (string[] Train, string[]? Validation, string[]? Test) Lists(DataReport report)
    {
        string[]? Listed(string[] part)
        {
            var file = _sets is null
                ? null
                : Directory
                    .EnumerateFiles(_sets, "*.txt")
                    .FirstOrDefault(path => DataParts.Is(part, Path.GetFileNameWithoutExtension(path)));
            if (file is null)
                return null;
            string[] names = [.. TextLines.Read(file).Select(line => line.Trim()).Where(line => line != "").Distinct()];
            if (names.Any(name => File.Exists(LabelsOf(name))))
                return names;
            report.Count("lists of frames without labels: left out", file);
            return null;
        }
        return Listed(DataParts.Train) is { } train
            ? (train, Listed(DataParts.Validation), Listed(DataParts.Test))
            : (Frames, null, null);
    }

    /// <summary>Reads a frame to learn from or to judge by. KITTI's labels end where the camera's view does, so points
    /// beside it are left out; an object of five points or fewer is of level 2, as the Waymo Open Dataset has
    /// it.</summary>
    /// <exception cref="RequestException">One of its files is missing or malformed.</exception>
    public LabelledFrame ForTraining(string name)
    {
        const int FewPoints = 5;
        var whole = Read(name);
        if (whole.Calibration is not { } calibration)
            return whole;
        var seen = calibration.InView(whole.Points);
        return whole with
        {
            Points = seen,
            Objects = Array.ConvertAll(
                whole.Objects,
                one =>
                    LidarPoints.Inside(seen, one.Box).Length / PointCloud.ColumnsMax <= FewPoints
                        ? one with
                        {
                            Level = 2,
                        }
                        : one
            ),
        };
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="RequestException">One of its files is missing or malformed.</exception>
    public LabelledFrame Read(string name)
    {
        var points = PointCloud.Read(PointsOf(name), _columns);
        var labels = LabelsOf(name);
        if (!_kitti)
            return new(name, points, LidarLabels.Read(labels, scored: false));
        var image = Path.Combine(_folder, "image_2", name + ".png");
        var calibration = KittiCalibration.Read(CalibrationOf(name), File.Exists(image) ? image : null);
        return new(
            name,
            points,
            [
                .. KittiLabels
                    .Read(labels, scored: false)
                    .Where(static one => !one.IsDontCare)
                    .Select(one => new LidarObject(calibration.ToLidar(one), one.Type, 1, 0)),
            ]
        )
        {
            Calibration = calibration,
        };
    }

    // Beside the parts, as OpenPCDet wants it, or in one of them.
    static string? SetsOf(params string[] folders) =>
        folders.Select(folder => Path.Combine(folder, "ImageSets")).FirstOrDefault(Directory.Exists);

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
