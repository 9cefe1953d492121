using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Tests.Lidar;

public class RayCastTests
{
    static LabelledFrame Scan(int number) => RayCaster.Cast("scan", SeededRandom.For(1, $"test {number}"));

    [Fact]
    public void TheSameSeedGivesTheSameScan()
    {
        var (one, two, other) = (Scan(1), Scan(1), Scan(2));
        Assert.Equal(one.Points.Values, two.Points.Values);
        Assert.Equal(one.Objects, two.Objects);
        Assert.NotEqual(one.Points.Values, other.Points.Values);
    }

    [Fact]
    public void PointsLieOnGroundOrOnThingsAndCarsHoldPoints()
    {
        var (cars, points, apart) = (0, 0, 0);
        for (var number = 0; number < 20; number++)
        {
            var scan = Scan(number);
            cars += scan.Objects.Length;
            points += scan.Points.Count;
            Assert.InRange(scan.Objects.Length, 0, 8);
            foreach (var (i, car) in scan.Objects.Index())
            {
                Assert.InRange(car.Box.Length, 3.9, 4.9);
                Assert.InRange(car.Box.Width, 1.7, 2.1);
                Assert.InRange(car.Box.Height, 1.4, 1.8);
                // On the ground, of which the sensor is 1.8 m above.
                Assert.Equal(-1.8, car.Box.Z - car.Box.Height / 2, 1e-9);
                Assert.True(scan.Objects[..i].All(other => RotatedIou.Intersection(car.Box, other.Box) == 0));
                // Two centimetres of noise move some points out of the box, not most.
                var around = car.Box with
                {
                    Length = car.Box.Length + 0.2,
                    Width = car.Box.Width + 0.2,
                };
                Assert.True(LidarPoints.Inside(scan.Points, around).Length >= 4 * PointCloud.ColumnsMax);
            }
            for (var p = 0; p < scan.Points.Values.Length; p += PointCloud.ColumnsMax)
            {
                Assert.InRange(scan.Points.Values[p], -25.6f, 25.6f);
                Assert.InRange(scan.Points.Values[p + 2], -2.0f, 3.3f);
                apart += scan.Points.Values[p + 2] > -1.7f ? 1 : 0;
            }
        }
        Assert.InRange(cars / 20.0, 3.5, 7);
        Assert.InRange(points / 20, 5000, 7500);
        Assert.InRange(apart / (double)points, 0.1, 0.6);
    }

    [Fact]
    public void ADamagedFrameIsMadeAnew()
    {
        using var folder = new TemporaryFolder();
        var (data, said) = (new DataFolder(folder.Path), new List<string>());
        var first = RayCastScenes.Read(data, Part.Test, said.Add);
        var kept = RayCastScenes.Read(data, Part.Test, said.Add);
        Assert.Equal((RayCastScenes.TestCount, 1), (kept.Length, said.Count));
        Assert.All(first.Zip(kept), pair => Assert.Equal(pair.First.Objects, pair.Second.Objects));
        Assert.All(first.Zip(kept), pair => Assert.Equal(pair.First.Points.Values, pair.Second.Points.Values));

        var path = Path.Combine(RayCastScenes.PathOf(data, Part.Test), "labels", "000007.txt");
        File.WriteAllText(path, "");
        var anew = RayCastScenes.Read(data, Part.Test, said.Add);
        Assert.Equal(2, said.Count);
        Assert.Equal(first[7].Objects, anew[7].Objects);
        Assert.NotEmpty(File.ReadAllText(path));
        // Nothing else is left in the folder.
        Assert.Equal(
            ["test"],
            Directory.GetFileSystemEntries(Path.Combine(folder.Path, "ray-cast")).Select(Path.GetFileName)
        );
    }
}
