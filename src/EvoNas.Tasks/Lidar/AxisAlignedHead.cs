using System.Globalization;
using EvoNas.Networks;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>Boxes along the axes of the image from above, whose heading, height and z are told besides: the head of the
/// released trainer of the space.</summary>
/// <remarks>A box lies along the rows whatever its heading, in matching and in suppression too: overlaps of turned cars
/// are not those of what is drawn.</remarks>
sealed class AxisAlignedHead : LidarHead
{
    /// <summary>Overlap from which on an anchor is positive.</summary>
    public const double Match = 0.6;

    /// <summary>Overlap below which an anchor is negative.</summary>
    public const double Unmatch = 0.45;

    // 15.752693 and 6.930973 cells of 0.3 m, at every level.
    const double AnchorLength = 15.752693 * 0.3,
        AnchorWidth = 6.930973 * 0.3;

    const double BoxWeight = 100,
        AttributeWeight = 10,
        HuberDelta = 0.1;

    const double Threshold = 0.05,
        OverlapMax = 0.5;

    const int Before = 5000,
        Most = 200;

    // A box of a smaller side, in cells, is none.
    const double SideMin = 0.01;

    static readonly string[] _maps = ["scores", "boxes", "heading", "height", "z"];

    readonly LidarGrid _grid;
    readonly int _levels;

    // In float64 for the matching, in float32 for decoding.
    readonly Tensor _anchors,
        _decoding;

    /// <param name="network">With outputs as of <see cref="PillarBlocks.AnchorHead"/>.</param>
    /// <param name="grid">The image from above.</param>
    /// <param name="device">Where it computes.</param>
    public AxisAlignedHead(Network network, LidarGrid grid, torch.Device device)
    {
        _grid = grid;
        var maps = Maps(network, _maps[0]).ToArray();
        _levels = maps.Length;
        using var scope = NewDisposeScope();
        _anchors = AnchorsOf(maps, grid, device).DetachFromDisposeScope();
        _decoding = _anchors.to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Why a network is no detector with this head; null if it is one.</summary>
    public static string? Misfit(Network network)
    {
        var levels = Maps(network, _maps[0]).Count();
        int[] numbers = [2, 4, 1, 1, 1];
        for (var i = 0; i < _maps.Length; i++)
        {
            var maps = Maps(network, _maps[i]).ToArray();
            if (maps.Length == 0 || maps.Length != levels || maps.Any(map => map.Shape.Channels != numbers[i]))
                return $"The network makes {string.Join(", ", network.Outputs.Select(output => output.Name))}; "
                    + $"a detector in lidar scans makes {string.Join(", ", _maps)} of each level, "
                    + $"{string.Join(", ", numbers)} numbers a place.";
        }
        return null;
    }

    static IEnumerable<(int Level, Shape Shape)> Maps(Network network, string kind) =>
        from output in network.Outputs
        where output.Name.StartsWith(kind, StringComparison.Ordinal)
        where int.TryParse(output.Name.AsSpan(kind.Length), CultureInfo.InvariantCulture, out _)
        select (int.Parse(output.Name[kind.Length..], CultureInfo.InvariantCulture), network.ShapeOf(output));

    // [A, 4]: top, left, bottom, right in cells; one anchor a place, as large at every level.
    static Tensor AnchorsOf((int Level, Shape Shape)[] maps, LidarGrid grid, torch.Device device)
    {
        var (length, width) = (AnchorLength / grid.Cell, AnchorWidth / grid.Cell);
        var parts = maps.Select(map =>
        {
            var stride = 1 << map.Level;
            var (height, across) = (map.Shape.Sides[0], map.Shape.Sides[1]);
            var y = (arange(height, dtype: ScalarType.Float64, device: device) + 0.5) * stride;
            var x = (arange(across, dtype: ScalarType.Float64, device: device) + 0.5) * stride;
            var (rows, columns) = (
                y.unsqueeze(1).expand(height, across).flatten(),
                x.unsqueeze(0).expand(height, across).flatten()
            );
            return stack([rows - width / 2, columns - length / 2, rows + width / 2, columns + length / 2], 1);
        });
        return cat([.. parts]);
    }

    /// <summary>Channels [n, A], codes [n, A, 4], heading, height and z [n, A, 3], and of each scan what the losses of
    /// the batch are divided by.</summary>
    public override Tensor[] Targets(Tensor[] truth)
    {
        using var quiet = no_grad();
        var (boxes, kinds) = (truth[0], truth[1]);
        var image = InImage(boxes);
        var isThere = kinds
            .eq(1)
            .logical_and((image.select(2, 2) - image.select(2, 0)).ge(SideMin))
            .logical_and((image.select(2, 3) - image.select(2, 1)).ge(SideMin));
        var classes = where(isThere, kinds, full_like(kinds, Scans.Nothing));
        var (channels, codes, objects) = AnchorMatching.Of(_anchors, image, classes, Match, Unmatch);
        var attributes = stack([boxes.select(2, 6), boxes.select(2, 5), boxes.select(2, 2)], 2)
            .gather(1, objects.unsqueeze(2).expand(-1, -1, 3));
        return [channels, codes, attributes, DetectionLoss.Normaliser(channels).expand(channels.size(0))];
    }

    // [n, B, 4] in cells, cut to the image.
    Tensor InImage(Tensor boxes)
    {
        var (x, y) = (boxes.select(2, 0) / _grid.Cell + _grid.Left, _grid.OriginRow - boxes.select(2, 1) / _grid.Cell);
        var (length, width) = (boxes.select(2, 3) / _grid.Cell, boxes.select(2, 4) / _grid.Cell);
        return BoxCode.Clipped(
            stack([y - width / 2, x - length / 2, y + width / 2, x + length / 2], 2),
            _grid.Side,
            _grid.Side
        );
    }

    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share)
    {
        var (channels, attributes) = (targets[0], targets[2]);
        // Three Huber losses of one number each, not one of their mean.
        var wrong = cat(
            [
                WrappedAngle(Map(outputs, 2, 1) - attributes.narrow(2, 0, 1)),
                Map(outputs, 3, 1) - attributes.narrow(2, 1, 1),
                Map(outputs, 4, 1) - attributes.narrow(2, 2, 1),
            ],
            2
        );
        return (
                DetectionLoss.Focal(Map(outputs, 0, 2), channels)
                + DetectionLoss.Huber(Map(outputs, 1, 4), targets[1], channels) * BoxWeight
                + DetectionLoss.HuberOfImages(wrong, channels, HuberDelta).sum() * (3 * AttributeWeight)
            ) / targets[3][0];
    }

    /// <summary>An angle or a difference of two as the same turn in [−π, π).</summary>
    public static Tensor WrappedAngle(Tensor angle) =>
        angle - (((angle.detach() + Math.PI) / (2 * Math.PI)).floor() * (2 * Math.PI));

    // [n, A, numbers] of a kind of map.
    Tensor Map(Tensor[] outputs, int kind, int numbers) =>
        DetectionHead.Flat(outputs.AsSpan(kind * _levels, _levels), numbers);

    public override LidarDetection[][] Objects(Tensor[] outputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var boxes = BoxCode.Clipped(BoxCode.Decoded(Map(outputs, 1, 4), _decoding), _grid.Side, _grid.Side);
        // Channel 0 is that of the ground.
        var kept = NonMaximumSuppression.Of(
            Map(outputs, 0, 2).sigmoid().transpose(1, 2).narrow(1, 1, 1),
            boxes,
            Threshold,
            OverlapMax,
            Before,
            Most
        );
        var attributes = cat([Map(outputs, 2, 1), Map(outputs, 3, 1), Map(outputs, 4, 1)], 2)
            .gather(1, kept.Anchors.unsqueeze(2).expand(-1, -1, 3));
        var numbers = cat([kept.Scores.unsqueeze(2), kept.Boxes, attributes], 2).cpu().contiguous();
        var values = numbers.data<float>().ToArray();
        var (scans, most) = ((int)numbers.size(0), (int)numbers.size(1));
        return [.. Enumerable.Range(0, scans).Select(scan => OfScan(values.AsSpan(scan * most * 8, most * 8)))];
    }

    // Of each box score, top, left, bottom, right, heading, height and z.
    LidarDetection[] OfScan(ReadOnlySpan<float> values)
    {
        var found = new List<LidarDetection>();
        for (var at = 0; at < values.Length && values[at] > 0; at += 8)
        {
            var (top, left, bottom, right) = (values[at + 1], values[at + 2], values[at + 3], values[at + 4]);
            // A box without a side or a height is none.
            if (!(bottom > top && right > left && values[at + 6] > 0))
                continue;
            found.Add(
                new(
                    new(
                        ((left + right) / 2 - _grid.Left) * _grid.Cell,
                        (_grid.OriginRow - (top + bottom) / 2) * _grid.Cell,
                        values[at + 7],
                        (right - left) * _grid.Cell,
                        (bottom - top) * _grid.Cell,
                        values[at + 6],
                        values[at + 5]
                    ),
                    values[at]
                )
            );
        }
        return [.. found];
    }

    public override void Dispose()
    {
        _anchors.Dispose();
        _decoding.Dispose();
    }
}
