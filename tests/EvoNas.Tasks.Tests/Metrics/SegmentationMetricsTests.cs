using System.Text.Json.Nodes;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public class SegmentationMetricsTests
{
    [Fact]
    public void IouAndAccuracyAreThoseOfTheWholeSet()
    {
        foreach (var set in Oracle.Read("segmentation")["images"]!.AsArray())
        {
            var classes = (int)set!["classes"]!;
            var matrix = new ConfusionMatrix(classes, (int)set["ignore"]!);
            foreach (var (truth, found) in set["truth"]!.AsArray().Zip(set["prediction"]!.AsArray()))
            {
                var one = new ConfusionMatrix(classes, (int)set["ignore"]!);
                one.Add(Words((string)truth!), Digits((string)found!));
                matrix.Add(one);
            }
            for (var t = 0; t < classes; t++)
            for (var p = 0; p < classes; p++)
                Assert.Equal((long)set["confusion"]![t]![p]!, matrix[t, p]);
            for (var c = 0; c < classes; c++)
                Same((double?)set["iou"]![c], matrix.Iou(c));
            Same((double?)set["mean_iou"], matrix.MeanIou);
            Same((double?)set["pixel_accuracy"], matrix.PixelAccuracy);
        }
    }

    [Fact]
    public void AClassThatDoesNotOccurLeavesTheMean()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add((byte[])[0, 0, 1, 255], (byte[])[0, 1, 1, 2]);
        Assert.Null(matrix.Iou(2));
        Assert.Equal(0.5, matrix.MeanIou);
    }

    [Fact]
    public void ALabelBeyondTheClassesIsRefused() =>
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(2).Add((byte[])[2], (byte[])[0]));

    [Fact]
    public void DiceAndDistancesAreThoseOfTheVolumes()
    {
        foreach (var volume in Oracle.Read("segmentation")["volumes"]!.AsArray())
        {
            var (truth, found) = (Digits((string)volume!["truth"]!), Digits((string)volume["prediction"]!));
            foreach (var (label, dice) in volume["dice"]!.AsObject())
                Same((double?)dice, Dice.Of(truth, found, int.Parse(label)));
            Same(
                (double?)volume["mean_dice_foreground"],
                Dice.Mean([
                    .. volume["dice"]!
                        .AsObject()
                        .Where(one => one.Key != "0")
                        .Select(one => Dice.Of(truth, found, int.Parse(one.Key))),
                ])
            );
            var (shape, spacing) = (volume["shape"]!.Numbers(), volume["spacing"]!.Numbers());
            foreach (var (label, expected) in volume["surface"]!.AsObject())
            {
                var surface = SurfaceDistances.Of(
                    truth,
                    found,
                    ((int)shape[0], (int)shape[1], (int)shape[2]),
                    (spacing[0], spacing[1], spacing[2]),
                    int.Parse(label)
                );
                Same((double?)expected?["hd"], surface?.Hausdorff);
                Same((double?)expected?["hd95"], surface?.Hausdorff95);
                Same((double?)expected?["assd"], surface?.Average);
            }
        }
    }

    [Fact]
    public void ATruthWithoutTheLabelHasNoDice() => Assert.Null(Dice.Of([0, 0], [1, 1], 1));

    static void Same(double? expected, double? found)
    {
        Assert.Equal(expected is null, found is null);
        if (expected is { } right)
            Assert.Equal(right, found!.Value, 1e-9);
    }

    static ushort[] Words(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ushort.Parse)];

    static ushort[] Digits(string text) => [.. text.Select(digit => (ushort)(digit - '0'))];
}
