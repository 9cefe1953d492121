namespace EvoNas.Networks;

/// <summary>What detectors of objects in lidar scans are built of: pillars of points become an image seen from above,
/// anchors on its maps become boxes.</summary>
/// <remarks>Source: Lang et al. 2019, arXiv:1812.05784, fig. 2.</remarks>
public static class PillarBlocks
{
    /// <summary>The image: of every pillar the largest value of each channel over its points, laid at the pillar's
    /// place.</summary>
    /// <param name="x">Features of the points, [N, C, pillars, points].</param>
    /// <param name="places">Row and column of each pillar, [N, 2, pillars].</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    /// <returns>[N, C, <paramref name="height"/>, <paramref name="width"/>]; zero where there is no pillar, the sum
    /// where there are several. A pillar of a negative row is none.</returns>
    public static Node FromAbove(this Node x, Node places, int height, int width)
    {
        var points = x.Shape.Sides[1];
        return x.Then(new Layer.Pool(PoolKind.Max, [1, points], [1, points], Padding.None))
            .Then(new Layer.PillarScatter(height, width), places);
    }

    /// <summary>The detector's end, on every map with the same weights: 3×3 convolutions with bias to <c>scores1</c>, …
    /// [N, classes·anchors, H, W], <c>boxes1</c>, … [N, 4·anchors, H, W], and <c>heading1</c>, … (in radians),
    /// <c>height1</c>, …, <c>z1</c>, … [N, anchors, H, W].</summary>
    /// <param name="levels">From fine to coarse, all with equal channels.</param>
    /// <param name="classes">The background is one.</param>
    /// <param name="anchors">Boxes a place.</param>
    public static Network AnchorHead(IReadOnlyList<PyramidLevel> levels, int classes, int anchors = 1) =>
        Network.Of([
            .. Predictor(levels, "scores", classes * anchors),
            .. Predictor(levels, "boxes", 4 * anchors),
            .. Predictor(levels, "heading", anchors)
                .Select(output => (output.Name, output.Map.Activate(ActivationKind.Angle))),
            .. Predictor(levels, "height", anchors),
            .. Predictor(levels, "z", anchors),
        ]);

    /// <summary>The end of a detector of turned boxes, on one map with two anchors a place, along x and along y: 3×3
    /// convolutions with bias to <c>scores1</c> [N, classes·anchors, H, W], <c>codes1</c> [N, 7·anchors, H, W] and
    /// <c>direction1</c> [N, 2·anchors, H, W].</summary>
    /// <param name="level">The map and its level.</param>
    /// <param name="classes">Without the background.</param>
    /// <param name="anchors">Boxes a place.</param>
    /// <remarks>Source: Lang et al. 2019, arXiv:1812.05784, §2.3, in the form of OpenPCDet.</remarks>
    public static Network RotatedHead(PyramidLevel level, int classes, int anchors = 2) =>
        Network.Of([
            .. Predictor([level], "scores", classes * anchors),
            .. Predictor([level], "codes", 7 * anchors),
            .. Predictor([level], "direction", 2 * anchors),
        ]);

    static IEnumerable<(string Name, Node Map)> Predictor(IReadOnlyList<PyramidLevel> levels, string name, int channels)
    {
        Node? first = null;
        foreach (var (level, map) in levels)
        {
            var x = map.In($"head.level{level}.{name}");
            yield return (
                $"{name}{level}",
                first is null ? first = x.Conv(channels, kernel: 3, bias: true) : x.Again(first)
            );
        }
    }
}
