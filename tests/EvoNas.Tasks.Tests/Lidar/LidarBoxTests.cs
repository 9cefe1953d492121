using System.Text.Json.Nodes;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Lidar;

public class LidarBoxTests
{
    static readonly JsonNode _oracle = Oracle.Read("lidar");

    [Fact]
    public void CodesAndBinsAreThoseOfKittisDetectors()
    {
        foreach (var one in _oracle["residual3d"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var (anchor, box) = (tensor(one!["anchor"]!.Numbers()), tensor(one["box"]!.Numbers()));
            var code = ResidualCode.Of(box, anchor);
            Near(one["code"]!.Numbers(), code);
            Near(one["box"]!.Numbers(), ResidualCode.Decoded(code, anchor));
            var bin = ResidualCode.DirectionBin(box[6]);
            Assert.Equal((long)one["direction_bin"]!, bin.item<long>());
            foreach (var line in (double[])[0, Math.PI, -3 * Math.PI])
                Near([(double)one["decoded_heading"]!], ResidualCode.Heading(box[6] + line, bin).reshape(1));
        }
    }

    [Fact]
    public void LossesOfHeadingsAreThoseOfBothTrainers()
    {
        foreach (var row in _oracle["heading"]!["rows"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var numbers = row!.Numbers();
            var away = tensor(numbers[0] - numbers[1]).reshape(1, 1, 1);
            var positive = zeros(1, 1, dtype: ScalarType.Int64);
            var wrapped = AxisAlignedHead.WrappedAngle(away);
            // Half a turn is one either way.
            Assert.Equal(Math.Abs(numbers[2]), Math.Abs(wrapped.item<double>()), 1e-9);
            Near([numbers[3]], DetectionLoss.HuberOfImages(wrapped, positive, 0.1));
            Near([numbers[4]], DetectionLoss.HuberOfImages(away.sin(), positive, 1.0 / 9) * 9);
        }
    }

    [Fact]
    public void RotatedSuppressionKeepsWhatExactClippingKeeps()
    {
        foreach (var one in _oracle["rotated"]!.AsArray())
        {
            var scores = one!["scores"]!.Numbers();
            int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i])];
            var boxes = Array.ConvertAll(
                order,
                i =>
                    one["boxes"]![i]!.Numbers() is var box
                        ? new Box3(box[0], box[1], 0, box[2], box[3], 1, box[4])
                        : default
            );
            var kept = RotatedSuppression.Of(boxes, (double)one["iou_threshold"]!, most: 1000);
            Assert.Equal(one["keep"]!.Numbers(), kept.Select(i => (double)order[i]));
            Assert.Equal(2, RotatedSuppression.Of(boxes, (double)one["iou_threshold"]!, most: 2).Length);
        }
    }

    [Fact]
    public void BoxesMeetWhereTheirOverlapIsPositive()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var boxes = rand(1, 60, 7, dtype: ScalarType.Float64) * tensor((double[])[12, 12, 1, 4, 2, 1, 6.3]);
        var meet = Boxes3.Meet(boxes, boxes);
        var list = Enumerable
            .Range(0, 60)
            .Select(i => boxes[0, i].data<double>().ToArray())
            .Select(box => new Box3(box[0], box[1], box[2], box[3], box[4], box[5], box[6]))
            .ToArray();
        var met = 0;
        for (var i = 0; i < 60; i++)
        for (var j = 0; j < 60; j++)
        {
            var expected = i == j || RotatedIou.Intersection(list[i], list[j]) > 0;
            Assert.Equal(expected, meet[0, i, j].item<bool>());
            met += expected ? 1 : 0;
        }
        Assert.InRange(met, 100, 3000); // Both kinds occur.
    }

    [Fact]
    public void BoxesAlongTheAxesChangeSidesBeyondFortyFiveDegrees()
    {
        using var scope = NewDisposeScope();
        foreach (
            var (heading, isAcross) in ((double, bool)[])
                [(0, false), (0.7, false), (0.8, true), (Math.PI / 2, true), (2.3, true), (2.4, false), (-3.1, false)]
        )
            Near(
                isAcross ? [0, -0, 4, 2] : [1, -1, 3, 3],
                RotatedHead.AlongAxes(tensor((double[])[1, 2, 0, 4, 2, 1, heading]))
            );
    }

    static void Near(double[] expected, Tensor found) =>
        Assert.Equal(expected, found.data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-9);
}
