using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Lidar;

public class VariationTests
{
    // Ten points in each box, and one far from all.
    static LabelledFrame Frame(params Box3[] boxes)
    {
        var points = new List<float>();
        foreach (var box in boxes)
            for (var i = 0; i < 10; i++)
                points.AddRange([(float)box.X, (float)box.Y, (float)(box.Z + 0.01 * i), 0.5f, 0]);
        points.AddRange([20, 20, 0, 0.5f, 0]);
        return new("frame", new(5, [.. points], 0), [.. boxes.Select(box => new LidarObject(box, "vehicle", 1, 0))]);
    }

    static Box3 Car(double x, double y, double heading = 0) => new(x, y, 0, 4, 2, 1.5, heading);

    static LidarSamples Samples(LidarVariation variation, params LabelledFrame[] frames)
    {
        var grid = LidarGrid.Around(25.6, 64);
        return new(frames, LidarFrames.IsCar, grid, new(grid, PillarFeatures.Kitti, 1000, 16, CPU), variation, CPU);
    }

    [Fact]
    public void PointsStayInTheirBoxesHoweverAScanIsMoved()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var boxes = rand(6, 3, 7) * tensor((float[])[20, 20, 1, 8, 6, 4, 6]) + 0.5f;
        var points = rand(6, 500, 5) * tensor((float[])[20, 20, 2, 1, 1]);
        using var moves = new LidarVariation(Mirror: true, Turn: 0.8, ScaleMin: 0.9, ScaleMax: 1.1).Roll(
            6,
            0,
            SeededRandom.For(3, "moves"),
            CPU
        );
        var before = Boxes3.Contain(points, boxes);
        var after = Boxes3.Contain(moves.Points(points), moves.Boxes(boxes));
        // But for a point on a face, that rounding moves to the other side.
        Assert.InRange(before.ne(after).sum().item<long>(), 0, 3);
        Assert.True(before.sum().item<long>() > 50);
        Assert.False(moves.Boxes(boxes).isclose(boxes).all().item<bool>());
        Assert.Equal([-1f, 1f], moves.Flip.data<float>().ToArray().Distinct().Order());
    }

    [Fact]
    public void ObjectsArePutWhereThereIsRoomAndNowhereElse()
    {
        using var scope = NewDisposeScope();
        // Of the second scan's cars one stands where the first scan has one.
        var (here, there) = (Frame(Car(5, 0)), Frame(Car(6, 0), Car(-10, 0), Car(-10, 10)));
        using var bank = ObjectBank.Of([there], _ => true, CPU);
        using var samples = Samples(new(Mirror: false), here);
        var (boxes, kinds) = (samples.Plain(0, 1).Truth[0], samples.Plain(0, 1).Truth[1]);
        var points = tensor((float[])[.. here.Points.Values, -10, 0.5f, 0.2f, 0.5f, 0], [1, here.Points.Count + 1, 5]);
        var exist = ones(1, here.Points.Count + 1, dtype: ScalarType.Bool);
        var made = bank.PutInto(new(points, exist, boxes, kinds), tensor((long[])[0, 1, 2, 2, 1], [1, 5]));
        // The third and the fourth are the same one and meet: neither is put. With one object that there is, a fifth
        // would be too many.
        Assert.Equal([1L, -1, 1, -1, -1, -1], made.Kinds.data<long>().ToArray());
        // A point that was in the box of what was put is gone, ten came.
        Assert.Equal(here.Points.Count + 10, made.Exist.sum().item<long>());
        Assert.False(made.Exist[0, here.Points.Count].item<bool>());
    }

    [Fact]
    public void AScanHasAtMostAsManyObjectsAsAreAskedFor()
    {
        using var scope = NewDisposeScope();
        var frames = Enumerable.Range(0, 6).Select(i => Frame(Car(-20 + 7 * i, 8), Car(-20 + 7 * i, -8))).ToArray();
        using var samples = Samples(new(Mirror: false, Paste: 5), frames);
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch"));
        using var same = samples.Begin(SeededRandom.For(1, "epoch"));
        var (one, two) = (epoch.Batch(0, 6), same.Batch(0, 6));
        var counts = one.Truth[1].eq(1).sum(1).data<long>().ToArray();
        Assert.All(counts, count => Assert.InRange(count, 2, 5));
        Assert.Contains(counts, count => count > 2);
        foreach (var (a, b) in one.Inputs.Concat(one.Truth).Zip(two.Inputs.Concat(two.Truth)))
            Assert.True(a.eq(b).all().item<bool>());
    }

    [Fact]
    public void WhatIsTurnedOffTheGridIsNoObject()
    {
        using var scope = NewDisposeScope();
        using var samples = Samples(new(Mirror: false, ScaleMin: 2, ScaleMax: 2), Frame(Car(20, 0), Car(5, 5)));
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch"));
        var (_, truth) = epoch.Batch(0, 1);
        Assert.Equal([-1L, 1], truth[1].data<long>().ToArray());
        Assert.Equal(10, truth[0][0, 1, 0].item<float>(), 1e-5);
    }

    [Fact]
    public void ObjectsOfLevelTwoAndThoseWithoutPointsAreNotLearntFrom()
    {
        using var scope = NewDisposeScope();
        var frame = Frame(Car(5, 0), Car(-5, 0));
        frame = frame with
        {
            Objects =
            [
                frame.Objects[0] with
                {
                    Level = 2,
                },
                frame.Objects[1],
                new(Car(0, 15), "vehicle", 1, 0),
                new(Car(0, -15), "tree", 1, 0),
            ],
        };
        using var samples = Samples(new(Mirror: false), frame);
        var kinds = samples.Plain(0, 1).Truth[1];
        Assert.Equal([-2L, 1, -2], kinds.data<long>().ToArray());
        // What no ray met cannot be found, and is not missed.
        Assert.Equal([2, 1], samples.Truths[0].Select(truth => truth.Level));
    }
}
