using EvoNas.Networks;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Metrics;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Lidar;

/// <summary>Turned boxes, as detectors on KITTI have them: two anchors a place, along x and along y, codes of seven
/// numbers, and the half of the circle in which the heading is.</summary>
/// <remarks>Source: Lang et al. 2019, arXiv:1812.05784, with the constants of OpenPCDet's
/// <c>pointpillar.yaml</c>.</remarks>
sealed class RotatedHead : LidarHead
{
    /// <summary>Overlap on the ground from which on an anchor is positive.</summary>
    public const double Match = 0.6;

    /// <summary>Overlap on the ground below which an anchor is negative.</summary>
    public const double Unmatch = 0.45;

    const double FocalAlpha = 0.25,
        FocalGamma = 2,
        CodeWeight = 2,
        CodeBeta = 1.0 / 9,
        DirectionWeight = 0.2;

    const double Threshold = 0.1,
        OverlapMax = 0.01;

    const int Before = 4096,
        Most = 500;

    readonly Tensor _anchors,
        _nearest;

    /// <param name="network">With outputs as of <see cref="PillarBlocks.RotatedHead"/>.</param>
    /// <param name="grid">The image from above.</param>
    /// <param name="anchor">The usual object: its sides and its z.</param>
    /// <param name="device">Where it computes.</param>
    public RotatedHead(Network network, LidarGrid grid, Box3 anchor, torch.Device device)
    {
        var map = network.ShapeOf(network.Outputs[0]);
        using var scope = NewDisposeScope();
        _anchors = AnchorsOf(map, grid, anchor, device).DetachFromDisposeScope();
        _nearest = AlongAxes(_anchors).DetachFromDisposeScope();
    }

    /// <summary>Whether a network ends in such boxes.</summary>
    public static bool IsOf(Network network) => network.Outputs.Any(output => output.Name == "direction1");

    /// <summary>Why a network is no detector with this head; null if it is one.</summary>
    public static string? Misfit(Network network)
    {
        (string Name, int Numbers)[] expected = [("scores1", 2), ("codes1", 14), ("direction1", 4)];
        return
            network.Outputs.Count == expected.Length
            && network
                .Outputs.Zip(expected)
                .All(pair =>
                    pair.First.Name == pair.Second.Name && network.ShapeOf(pair.First).Channels == pair.Second.Numbers
                )
            ? null
            : $"The network makes {string.Join(", ", network.Outputs.Select(output => output.Name))}; a detector of "
                + "rotated boxes makes scores1, codes1 and direction1, 2, 14 and 4 numbers a place.";
    }

    // [A, 7]: places go from edge to edge, as in OpenPCDet; two headings a place.
    static Tensor AnchorsOf(Shape map, LidarGrid grid, Box3 anchor, torch.Device device)
    {
        var (xMin, xMax, yMin, yMax) = grid.Bounds;
        var (height, width) = (map.Sides[0], map.Sides[1]);
        var y = linspace(yMax, yMin, height, dtype: ScalarType.Float32, device: device);
        var x = linspace(xMin, xMax, width, dtype: ScalarType.Float32, device: device);
        var usual = tensor(
            (float[])[(float)anchor.Z, (float)anchor.Length, (float)anchor.Width, (float)anchor.Height],
            device: device
        );
        var headings = tensor((float[])[0, MathF.PI / 2], device: device).view(1, 1, 2, 1);
        return cat(
                [
                    x.view(1, width, 1, 1).expand(height, width, 2, 1),
                    y.view(height, 1, 1, 1).expand(height, width, 2, 1),
                    usual.view(1, 1, 1, 4).expand(height, width, 2, 4),
                    headings.expand(height, width, 2, 1),
                ],
                3
            )
            .view(-1, Boxes3.Numbers);
    }

    /// <summary>The boxes along the axes that are nearest to turned ones: length and width change places beyond
    /// 45°.</summary>
    /// <param name="boxes">[.., 7].</param>
    /// <returns>[.., 4]: the smaller y and x, the larger y and x, in metres; the caller's, or its scope's.</returns>
    public static Tensor AlongAxes(Tensor boxes)
    {
        using var scope = NewDisposeScope();
        var heading = boxes.select(-1, 6);
        // In [−π/2, π/2).
        var line = (heading - ((heading / Math.PI + 0.5).floor() * Math.PI)).abs();
        var (x, y) = (boxes.select(-1, 0), boxes.select(-1, 1));
        var isAcross = line.gt(Math.PI / 4);
        var alongX = where(isAcross, boxes.select(-1, 4), boxes.select(-1, 3)) / 2;
        var alongY = where(isAcross, boxes.select(-1, 3), boxes.select(-1, 4)) / 2;
        return stack([y - alongY, x - alongX, y + alongY, x + alongX], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Classes [n, A] (0 of an object, else <see cref="AnchorMatching.Negative"/> or
    /// <see cref="AnchorMatching.Ignored"/>), codes [n, A, 7] and bins [n, A].</summary>
    public override Tensor[] Targets(Tensor[] truth)
    {
        using var quiet = no_grad();
        var (classes, objects) = Matched(truth[0], truth[1]);
        var boxes = truth[0].gather(1, objects.unsqueeze(2).expand(-1, -1, Boxes3.Numbers));
        var isPositive = classes.ge(0);
        var codes = where(isPositive.unsqueeze(2), ResidualCode.Of(boxes, _anchors), 0.0);
        return [classes, codes.to(ScalarType.Float32), ResidualCode.DirectionBin(boxes.select(2, 6))];
    }

    // An anchor takes the object that it overlaps most; all anchors that are an object's best are positive for the one
    // that they overlap most themselves.
    (Tensor Classes, Tensor Objects) Matched(Tensor boxes, Tensor kinds)
    {
        using var scope = NewDisposeScope();
        var exists = kinds.eq(1).unsqueeze(1);
        var overlaps = where(exists, Overlap.Iou(_nearest.view(1, -1, 1, 4), AlongAxes(boxes).unsqueeze(1)), -1.0);
        var (overlap, objects) = overlaps.max(2);
        var best = overlaps.amax([1], keepdim: true);
        var isForced = overlaps.eq(best).logical_and(best.gt(0)).any(2);
        var isPositive = overlap.ge(Match).logical_or(isForced);
        // 0, −1 or −2.
        var classes = where(
            isPositive,
            zeros_like(objects),
            where(
                overlap.lt(Unmatch),
                full_like(objects, AnchorMatching.Negative),
                full_like(objects, AnchorMatching.Ignored)
            )
        );
        return (classes.MoveToOuterDisposeScope(), objects.MoveToOuterDisposeScope());
    }

    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share)
    {
        var (classes, codes, bins) = (targets[0], DetectionHead.Flat(outputs.AsSpan(1, 1), 7), targets[2]);
        var positive = classes.ge(0);
        // The sine does not tell a heading from its opposite; the bin does.
        var wrong = cat(
            [
                codes.narrow(2, 0, 6) - targets[1].narrow(2, 0, 6),
                (codes.narrow(2, 6, 1) - targets[1].narrow(2, 6, 1)).sin(),
            ],
            2
        );
        var direction = F.cross_entropy(
                DetectionHead.Flat(outputs.AsSpan(2, 1), 2).transpose(1, 2),
                bins,
                reduction: nn.Reduction.None
            )
            .mul(positive)
            .sum([1]);
        // A smooth L1 loss is a Huber loss over its δ; all seven numbers are added up.
        var losses =
            DetectionLoss.FocalOfImages(DetectionHead.Flat(outputs.AsSpan(0, 1), 1), classes, FocalAlpha, FocalGamma)
            + DetectionLoss.HuberOfImages(wrong, classes, CodeBeta) * (Boxes3.Numbers / CodeBeta * CodeWeight)
            + direction * DirectionWeight;
        // Of each scan by its positives, then the mean of the scans.
        return (losses / positive.sum(1).clamp(min: 1)).mean() * share;
    }

    public override LidarDetection[][] Objects(Tensor[] outputs)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var scores = DetectionHead.Flat(outputs.AsSpan(0, 1), 1).squeeze(2).sigmoid();
        var boxes = ResidualCode.Decoded(DetectionHead.Flat(outputs.AsSpan(1, 1), 7), _anchors);
        var bins = DetectionHead.Flat(outputs.AsSpan(2, 1), 2).argmax(2);
        boxes = cat(
            [boxes.narrow(2, 0, 6), ResidualCode.Heading(boxes.select(2, 6), bins).to(boxes.dtype).unsqueeze(2)],
            2
        );
        var longest = Math.Clamp(scores.gt(Threshold).sum(1).max().item<long>(), 1, Math.Min(Before, scores.size(1)));
        var (sorted, order) = scores.sort(1, descending: true, stable: true);
        (sorted, order) = (sorted.narrow(1, 0, longest), order.narrow(1, 0, longest));
        var chosen = boxes.gather(1, order.unsqueeze(2).expand(-1, -1, Boxes3.Numbers));
        var numbers = cat([sorted.unsqueeze(2), chosen], 2).cpu().contiguous();
        var values = numbers.data<float>().ToArray();
        var size = (int)longest * 8;
        return [.. Enumerable.Range(0, (int)numbers.size(0)).Select(scan => OfScan(values.AsSpan(scan * size, size)))];
    }

    // Of each box its score and its seven numbers.
    static LidarDetection[] OfScan(ReadOnlySpan<float> values)
    {
        var (boxes, scores) = (new List<Box3>(), new List<double>());
        for (var at = 0; at < values.Length && values[at] > Threshold; at += 8)
        {
            var one = values.Slice(at + 1, Boxes3.Numbers);
            // An overflow of the exponential is no box.
            if (!float.IsFinite(one[3] * one[4] * one[5]))
                continue;
            boxes.Add(new(one[0], one[1], one[2], one[3], one[4], one[5], one[6]));
            scores.Add(values[at]);
        }
        var kept = RotatedSuppression.Of(
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(boxes),
            OverlapMax,
            Most
        );
        return Array.ConvertAll(kept, i => new LidarDetection(boxes[i], scores[i]));
    }

    public override void Dispose()
    {
        _anchors.Dispose();
        _nearest.Dispose();
    }
}
