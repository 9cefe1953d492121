using System.Runtime.InteropServices;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

public sealed class LidarFolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The usual axes: the camera looks along the lidar's x, its x is -y, its y is -z. Rows in no order, with blanks.
    const string Calibration = """
        Tr_velo_to_cam: 0 -1 0 0  0 0 -1 0  1 0 0 0
        P2: 700 0 600 0 0 700 180 0 0 0 1 0

        R0_rect: 1 0 0 0 1 0 0 0 1 
        """;

    [Fact]
    public void ObjectsStandInTheLidarsFrameWithTheirCentres()
    {
        _folder.Write(
            "label_2/000001.txt",
            "Car 0.00 0 -1.57 600 150 700 220 1.5 1.6 4.0 -2.0 1.7 20.0 -1.57 \r\n"
                + "DontCare -1 -1 -10 500 100 510 110 -1 -1 -1 -1000 -1000 -1000 -10\r\n"
        );
        _folder.Write("calib/000001.txt", Calibration);
        Points("velodyne/000001.bin", 20, 2, -1, 0.5f, float.NaN, 0, 0, 0);
        var frame = LidarFolder.Open(_folder.Path)!.Read("000001");
        var car = Assert.Single(frame.Objects);
        Assert.Equal((20.0, 2.0), (car.Box.X, car.Box.Y));
        Assert.Equal(-1.7 + 0.75, car.Box.Z, 1e-9);
        Assert.Equal((4.0, 1.6, 1.5), (car.Box.Length, car.Box.Width, car.Box.Height));
        Assert.Equal(0, car.Box.Heading, 1e-3);
        Assert.Equal((1, 1), (frame.Points.Count, frame.Points.Dropped));
    }

    [Fact]
    public void ACalibrationWithoutARowIsRefused()
    {
        var path = _folder.Write("calib.txt", "R0_rect: 1 0 0 0 1 0 0 0 1");
        Assert.Contains(
            "no row Tr_velo_to_cam of 12 numbers",
            Assert.Throws<RequestException>(() => KittiCalibration.Read(path)).Message
        );
    }

    [Fact]
    public void PointsOfAnotherSizeAreRefused()
    {
        var path = _folder.Write("a.bin", new byte[24]);
        Assert.Contains("no multiple of 16", Assert.Throws<RequestException>(() => PointCloud.Read(path)).Message);
    }

    [Theory]
    [InlineData("Car 0 0 0 1 2 3 4 5 6 7 8 9", "line 1: 15 columns")]
    [InlineData("Car 0 0 0 1 2 3 4 5 6 7 8 9 10 nan", "line 1, column 15: a finite number")]
    [InlineData("Car 0 7 0 1 2 3 4 5 6 7 8 9 10 11", "column 3: occluded must be -1 to 3")]
    public void MalformedLabelsAreRefusedWithTheirPlace(string line, string expected)
    {
        var path = _folder.Write("a.txt", line);
        var error = Assert.Throws<RequestException>(() => KittiLabels.Read(path, scored: false));
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void WrittenResultsAreReadBack()
    {
        KittiObject car = new("Car", -1, -1, 0.25, new(1, 2, 3, 4.5), 1.5, 1.6, 4, 1, 2, 20, -1.5, 0.75);
        KittiLabels.Write(_folder.At("a.txt"), [car]);
        Assert.Equal([car], KittiLabels.Read(_folder.At("a.txt"), scored: true));
    }

    [Fact]
    public void PlainFramesHaveTheColumnsThatTheyName()
    {
        _folder.Write("frames.json", """{"columns": ["x", "y", "z", "intensity", "elongation"]}""");
        _folder.Write("labels/7.txt", "\uFEFF1 2 3 4 2 1.5 0.5 vehicle 2\n\n5 5 0 4 2 1.5 0 vehicle\n");
        Points("points/7.bin", 1, 2, 3, 0.5f, 0.1f);
        var frame = LidarFolder.Open(_folder.Path)!.Read("7");
        Assert.Equal((5, 1), (frame.Points.Columns, frame.Points.Count));
        Assert.Equal([2, 1], frame.Objects.Select(one => one.Level));
    }

    [Theory]
    [InlineData("1 2 3 4 2 1.5 0.5 vehicle 3", "the level must be 1 or 2")]
    [InlineData("1 2 3 4 0 1.5 0.5 vehicle", "sides of a box must be positive")]
    [InlineData("1 2 3 4 2 1.5 vehicle", "found 7 columns")]
    public void MalformedFramesAreRefusedWithTheirPlace(string line, string expected)
    {
        var path = _folder.Write("a.txt", line);
        Assert.Contains(expected, Assert.Throws<RequestException>(() => LidarLabels.Read(path, scored: false)).Message);
    }

    void Points(string name, params float[] values) =>
        _folder.Write(name, MemoryMarshal.AsBytes<float>(values).ToArray());
}
