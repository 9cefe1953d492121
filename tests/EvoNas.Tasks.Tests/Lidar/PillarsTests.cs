using System.Text.Json.Nodes;
using EvoNas.Tasks.Lidar;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Lidar;

public class PillarsTests
{
    static readonly JsonNode _oracle = Oracle.Read("lidar")["pillars"]!;

    [Fact]
    public void PillarsHaveTheFeaturesOfTheReleasedSpace()
    {
        using var scope = NewDisposeScope();
        var case_ = _oracle["vertex"]!;
        var (side, most) = ((int)case_["width"]!, (int)case_["max_points"]!);
        var grid = LidarGrid.Around((double)case_["resolution"]! * side / 2, side);
        using var pillars = new Pillars(grid, PillarFeatures.Released, 1000, most, CPU);
        var made = Made(pillars, case_["points"]!.AsArray(), 5);
        Assert.Equal(case_["pillars"]!.AsArray().Count, made.Count);
        foreach (var pillar in case_["pillars"]!.AsArray())
        {
            var points = made[((long)pillar!["row"]!, (long)pillar["column"]!)];
            for (var i = 0; i < most; i++)
                Assert.Equal(
                    i < (int)pillar["kept"]! ? pillar["features"]![i]!.Numbers() : Empty(pillar),
                    points[i],
                    (a, b) => Math.Abs(a - b) < 1e-9
                );
        }

        static double[] Empty(JsonNode pillar) => pillar["features_of_an_empty_slot"]!.Numbers();
    }

    [Fact]
    public void PillarsHaveTheFeaturesOfKittisDetectors()
    {
        using var scope = NewDisposeScope();
        var case_ = _oracle["kitti"]!;
        var (range, cell, most) = (case_["range"]!.Numbers(), (double)case_["voxel"]![0]!, (int)case_["max_points"]!);
        var side = (int)Math.Round((range[3] - range[0]) / cell);
        using var pillars = new Pillars(
            new(cell, side, Left: 0, range[2], range[5]),
            PillarFeatures.Kitti,
            1000,
            most,
            CPU
        );
        var made = Made(pillars, case_["points"]!.AsArray(), 4);
        Assert.Equal(case_["pillars"]!.AsArray().Count, made.Count);
        foreach (var pillar in case_["pillars"]!.AsArray())
        {
            var place = pillar!["zyx"]!.Numbers();
            // Rows of the image go down, y goes up.
            var points = made[(side - 1 - (long)place[1], (long)place[2])];
            for (var i = 0; i < most; i++)
                Assert.Equal(
                    i < (int)pillar["kept"]! ? pillar["features"]![i]!.Numbers() : new double[10],
                    points[i],
                    (a, b) => Math.Abs(a - b) < 1e-9
                );
        }
    }

    [Fact]
    public void ABatchIsWhatItsScansAreAlone()
    {
        using var scope = NewDisposeScope();
        using var pillars = new Pillars(LidarGrid.Around(4, 16), PillarFeatures.Released, 20, 3, CPU);
        manual_seed(1);
        var points = rand(3, 60, 5) * 9 - 4.5;
        var exist = arange(60).unsqueeze(0).lt(tensor((long[])[60, 25, 0]).unsqueeze(1));
        var (features, places) = pillars.Of(points, exist);
        // The first scan has more pillars than the 20 that are taken, the last has none.
        Assert.Equal([3L, 10, 20, 3], features.shape);
        Assert.Equal([20L, 0], [Count(0), Count(2)]);
        for (var i = 0; i < 2; i++)
        {
            var (alone, itsPlaces) = pillars.Of(points.narrow(0, i, 1), exist.narrow(0, i, 1));
            var count = alone.size(2);
            Assert.Equal(Count(i), count);
            Assert.True(alone.eq(features.narrow(0, i, 1).narrow(2, 0, count)).all().item<bool>());
            Assert.True(itsPlaces.eq(places.narrow(0, i, 1).narrow(2, 0, count)).all().item<bool>());
        }

        long Count(int scan) => places[scan, 0].ge(0).sum().item<long>();
    }

    [Fact]
    public void APointOutsideOfTheGridIsNone()
    {
        using var scope = NewDisposeScope();
        using var pillars = new Pillars(LidarGrid.Around(4, 16), PillarFeatures.Released, 20, 3, CPU);
        var points = tensor(new float[] { 4, 0, 0, 1, 0, 1, 1, 3.01f, 1, 0, 1, 1, 3, 1, 0 }, [1, 3, 5]);
        var (_, places) = pillars.Of(points, ones(1, 3, dtype: ScalarType.Bool));
        // Columns of half a metre from −4 on; rows from 4 downward.
        Assert.Equal([5L, 10], places.flatten().data<long>().ToArray());
    }

    // By row and column the features of each point.
    static Dictionary<(long, long), double[][]> Made(Pillars pillars, JsonArray points, int columns)
    {
        var values = points.SelectMany(point => (double[])[.. point!.Numbers(), .. new double[5 - columns]]).ToArray();
        var (features, places) = pillars.Of(
            tensor(values, [1, points.Count, 5]),
            ones(1, points.Count, dtype: ScalarType.Bool)
        );
        var rows = features[0].permute(1, 2, 0).contiguous();
        return Enumerable
            .Range(0, (int)rows.size(0))
            .ToDictionary(
                i => (places[0, 0, i].item<long>(), places[0, 1, i].item<long>()),
                i => Enumerable.Range(0, (int)rows.size(1)).Select(j => rows[i, j].data<double>().ToArray()).ToArray()
            );
    }
}
