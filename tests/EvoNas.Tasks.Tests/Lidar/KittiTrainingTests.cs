using System.Runtime.InteropServices;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Tests.Lidar;

/// <summary>Folders of KITTI's layout as data sets.</summary>
public sealed class KittiTrainingTests : IDisposable
{
    // The camera stands at the lidar's place and looks along its x; 90 degrees wide.
    const string Calibration = """
        P2: 600 0 600 0  0 600 180 0  0 0 1 0
        R0_rect: 1 0 0 0 1 0 0 0 1
        Tr_velo_to_cam: 0 -1 0 0  0 0 -1 0  1 0 0 0
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly TrainingSettings _asked = TaskCatalog.Preset(TaskCatalog.Lidar, "quick") with
    {
        DataSet = "mine",
        ImageSide = 64,
        Epochs = 1,
        Head = LidarTask.Rotated,
        MeasureLatency = false,
    };

    DataFolder Data => new(_folder.Path);

    // A car ahead, one behind the camera and a van, each with a block of points.
    void Make(int frames, string root = "mine/training", Func<int, string>? labels = null)
    {
        for (var i = 0; i < frames; i++)
        {
            var name = $"{root}/{{0}}/{i:000000}";
            var points = new List<float>();
            foreach (var (x, y) in ((float, float)[])[(15 + i, 2), (-20, 0), (30, -5)])
                for (var p = 0; p < 12; p++)
                    points.AddRange([x - 1 + p % 4 * 0.5f, y - 0.4f + p / 4 * 0.4f, -1.2f, 0.5f]);
            points.AddRange([float.NaN, 0, 0, 0]);
            _folder.Write(
                string.Format(null, name, "velodyne") + ".bin",
                MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(points)).ToArray()
            );
            _folder.Write(string.Format(null, name, "calib") + ".txt", Calibration);
            _folder.Write(
                string.Format(null, name, "label_2") + ".txt",
                labels?.Invoke(i)
                    ?? $"Car 0.00 0 -1.57 600 150 700 220 1.5 1.6 4.0 -2.0 1.7 {15 + i}.0 -1.57 \r\n"
                        + "Van 0.00 0 -1.57 600 150 700 220 1.9 1.8 4.5 5.0 1.7 30.0 -1.57\r\n"
                        + "DontCare -1 -1 -10 500 100 510 110 -1 -1 -1 -1000 -1000 -1000 -10\r\n"
            );
        }
    }

    TrainingSettings WithFacts(List<string>? said = null, bool skipMissing = false, bool skipDamaged = false) =>
        TaskCatalog.Checked(
            UserDataSet.WithFacts(
                _asked with
                {
                    SkipMissing = skipMissing ? true : null,
                    SkipDamaged = skipDamaged ? true : null,
                },
                TaskCatalog.Lidar,
                Data,
                (said ?? []).Add
            )
        );

    [Fact]
    public void AFolderOfKittiIsTrainedAndItsResultsAreKittis()
    {
        Make(12);
        var said = new List<string>();
        var settings = TaskCatalog.Lidar.Fitted(WithFacts(said), _ => false) with { BatchSize = 2 };
        Assert.Equal(("kitti", 11, 1), (settings.Data!.Layout, settings.Data.Train, settings.Data.Test));
        Assert.Contains(said, line => line.StartsWith("12 frames with points that are NaN", StringComparison.Ordinal));
        Assert.Contains(
            said,
            line =>
                line.StartsWith("12 cars and vehicles in 12 frames", StringComparison.Ordinal)
                && line.Contains(
                    "x 0 to 76.8, y -38.4 to 38.4, z -3 to 3 m) lie 100 % of the points and 100 % of them."
                )
        );

        var space = SpaceCatalog.Find("pointpillars");
        var network = space.Decode(
            space.Decisions.Parse(
                "0,1,1,"
                    + string.Concat(Enumerable.Repeat("0,0,0,0,0,1,1,", 5))
                    + string.Join(',', Enumerable.Repeat("0,0,0,0,0,1", 3))
            ),
            TaskCatalog.Lidar.Target(settings)
        );
        var predictions = Path.Combine(_folder.Path, "found");
        var outcome = FullTraining.Run(TaskCatalog.Lidar, network, settings, Data, predictions: predictions);
        Assert.IsType<TrainingOutcome.Trained>(outcome);
        var file = Assert.Single(Directory.GetFiles(predictions, "*.txt"));
        Assert.True(File.Exists(Path.Combine(predictions, "samples.svg")));
        Assert.All(KittiLabels.Read(file, scored: true), one => Assert.Equal("Car", one.Type));
    }

    [Fact]
    public void PointsBesideTheCamerasViewAreLeftOut()
    {
        Make(1);
        var frames = LidarFolder.Open(_folder.At("mine"))!;
        var (whole, seen) = (frames.Read("000000"), frames.ForTraining("000000"));
        Assert.Equal((36, 24), (whole.Points.Count, seen.Points.Count));
        for (var p = 0; p < seen.Points.Values.Length; p += 4)
            Assert.True(seen.Points.Values[p] > 0);
        // Both have a dozen points.
        Assert.Equal([1, 1], seen.Objects.Select(one => one.Level));
    }

    [Fact]
    public void AnObjectOfFewPointsIsOfTheSecondLevel()
    {
        Make(1, labels: _ => "Car 0 0 -1.57 600 150 700 220 1.5 1.6 4.0 -9.0 1.7 15.0 -1.57");
        var frame = LidarFolder.Open(_folder.At("mine"))!.ForTraining("000000");
        Assert.Equal(2, Assert.Single(frame.Objects).Level);
    }

    [Fact]
    public void AFoundBoxGoesToTheCameraAndBack()
    {
        Make(1);
        var calibration = LidarFolder.Open(_folder.At("mine"))!.Read("000000").Calibration!;
        foreach (var heading in (double[])[0, 0.7, -2.5])
        {
            var box = new Box3(20, 3, -0.9, 4, 1.6, 1.5, heading);
            var there = calibration.ToCamera(new(box, "Car", 1, 0.5));
            var back = calibration.ToLidar(there);
            Assert.Equal((box.X, box.Y, box.Z), (Math.Round(back.X, 9), Math.Round(back.Y, 9), Math.Round(back.Z, 9)));
            Assert.Equal(Math.Sin(heading), Math.Sin(back.Heading), 1e-9);
            Assert.Equal(Math.Cos(heading), Math.Cos(back.Heading), 1e-9);
            // The middle of the box is seen left of the image's middle, within the box in the image.
            Assert.InRange(600 - 600 * 3 / 20.0, there.Image.X, there.Image.Right);
            Assert.InRange(180 + 600 * 0.9 / 20, there.Image.Y, there.Image.Bottom);
            Assert.InRange(there.Image.Width, 30, 200);
        }
        Assert.Equal(default, calibration.ToCamera(new(new(-20, 0, -1, 4, 1.6, 1.5, 0), "Car", 1, 0.5)).Image);
    }

    [Fact]
    public void ImageSetsAreTheParts()
    {
        Make(8);
        _folder.Write("mine/ImageSets/train.txt", "000000\r\n000001\r\n000002\r\n000003\r\n");
        _folder.Write("mine/ImageSets/val.txt", "\uFEFF000004\n000005 \n\n");
        // Of the published test part nobody has labels.
        _folder.Write("mine/ImageSets/test.txt", "000900\n000901\n");
        var said = new List<string>();
        var facts = WithFacts(said).Data!;
        Assert.Equal((4, 0, 2), (facts.Train, facts.Validation, facts.Test));
        Assert.Contains(said, line => line.Contains("lists of frames without labels: left out"));
    }

    [Fact]
    public void FramesThatAreNotWholeAreRefusedOrLeftOut()
    {
        Make(8);
        File.Delete(_folder.At("mine/training/velodyne/000002.bin"));
        File.Delete(_folder.At("mine/training/calib/000005.txt"));
        var refused = Assert.Throws<RequestException>(() => WithFacts());
        Assert.Contains("2 of 8 frames", refused.Message);
        Assert.Contains("velodyne/000002.bin, calib/000005.txt", refused.Message.Replace('\\', '/'));
        Assert.Contains("--skip-missing", refused.Hint);
        var said = new List<string>();
        Assert.Equal(5, WithFacts(said, skipMissing: true).Data!.Train);
        Assert.Contains(said, line => line.StartsWith("2 frames without all of their files", StringComparison.Ordinal));
    }

    [Fact]
    public void DamagedFramesAreRefusedOrLeftOut()
    {
        Make(8);
        _folder.Write("mine/training/velodyne/000003.bin", new byte[17]);
        _folder.Write("mine/training/label_2/000004.txt", "Car 0 0 0 1 2");
        Assert.Contains("no multiple of 16", Assert.Throws<RequestException>(() => WithFacts()).Message);
        var said = new List<string>();
        var settings = WithFacts(said, skipDamaged: true);
        Assert.Equal((5, 1), (settings.Data!.Train, settings.Data.Test));
        Assert.Contains(said, line => line.StartsWith("2 frames that cannot be used", StringComparison.Ordinal));
        // What was left out is left out of the training too.
        using var opened = TaskCatalog.Lidar.Open(
            TaskCatalog.Lidar.Fitted(settings, _ => false),
            Data,
            1,
            TorchSharp.torch.CPU
        );
        Assert.Equal(4, opened.Train.Count);
    }

    public static TheoryData<string, string, string> Malformed =>
        new()
        {
            { "calib/000001.txt", Calibration.Replace("P2", "P3"), "no row P2 of 12 numbers" },
            { "calib/000001.txt", Calibration.Replace("R0_rect", "R9_rect"), "no row R0_rect of 9 numbers" },
            { "label_2/000001.txt", "Car 0 0 0 1 2 3 4 5 6 7 8 9 10 nan", "line 1, column 15" },
        };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void MalformedFilesAreRefusedWithTheirPlace(string name, string text, string named)
    {
        Make(4);
        _folder.Write($"mine/training/{name}", text);
        Assert.Contains(named, Assert.Throws<RequestException>(() => WithFacts()).Message);
    }

    [Fact]
    public void CarsThatLieOutsideOfTheRangeAreToldAtOnce()
    {
        Make(4, labels: _ => "Car 0 0 -1.57 600 150 700 220 1.5 1.6 4.0 -2.0 90 20.0 -1.57");
        Assert.Contains("None of the 4 cars", Assert.Throws<RequestException>(() => WithFacts()).Message);
        Make(4, labels: _ => "Pedestrian 0 0 -1.57 600 150 700 220 1.5 1.6 4.0 -2.0 1.7 20.0 -1.57");
        Assert.Contains("its classes are Pedestrian", Assert.Throws<RequestException>(() => WithFacts()).Message);
    }

    [Fact]
    public void AheadOfTheSensorIsALeftEdge()
    {
        var grid = LidarGrid.Ahead(76.8, 128);
        Assert.Equal((0, 76.8, -38.4, 38.4), grid.Bounds);
        Assert.True(LidarPoints.IsOn(grid, new(1, 0, -1, 4, 2, 1.5, 0)));
        Assert.False(LidarPoints.IsOn(grid, new(-1, 0, -1, 4, 2, 1.5, 0)));
    }
}
