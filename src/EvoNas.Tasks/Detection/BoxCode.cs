using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>Boxes relative to anchors, without weights: shifts of the centre over the anchor's sides, logarithms of the
/// ratios of the sides. Boxes are [.., 4]: top, left, bottom, right.</summary>
static class BoxCode
{
    // Sides grow at most to 1000/16 of the anchor's, as in every released detector.
    static readonly double _logRatioMax = Math.Log(1000.0 / 16);

    /// <summary>Shifts down and right, logarithms of height and width.</summary>
    public static Tensor Of(Tensor boxes, Tensor anchors)
    {
        var (y, x, height, width) = Centred(boxes);
        var (anchorY, anchorX, anchorHeight, anchorWidth) = Centred(anchors);
        return stack(
            [
                (y - anchorY) / anchorHeight,
                (x - anchorX) / anchorWidth,
                (height / anchorHeight).log(),
                (width / anchorWidth).log(),
            ],
            -1
        );
    }

    /// <summary>The boxes of codes.</summary>
    public static Tensor Decoded(Tensor codes, Tensor anchors)
    {
        var (anchorY, anchorX, anchorHeight, anchorWidth) = Centred(anchors);
        var (y, x) = (codes.select(-1, 0) * anchorHeight + anchorY, codes.select(-1, 1) * anchorWidth + anchorX);
        var height = codes.select(-1, 2).clamp(max: _logRatioMax).exp() * anchorHeight;
        var width = codes.select(-1, 3).clamp(max: _logRatioMax).exp() * anchorWidth;
        return stack([y - height / 2, x - width / 2, y + height / 2, x + width / 2], -1);
    }

    /// <summary>Boxes cut to an image.</summary>
    public static Tensor Clipped(Tensor boxes, int height, int width)
    {
        using var bounds = tensor([(float)height, width, height, width], device: boxes.device);
        return boxes.clamp(min: 0).minimum(bounds);
    }

    static (Tensor Y, Tensor X, Tensor Height, Tensor Width) Centred(Tensor boxes)
    {
        var (top, left, bottom, right) = (
            boxes.select(-1, 0),
            boxes.select(-1, 1),
            boxes.select(-1, 2),
            boxes.select(-1, 3)
        );
        return ((top + bottom) / 2, (left + right) / 2, bottom - top, right - left);
    }
}

/// <summary>Overlaps of boxes [.., 4]: top, left, bottom, right.</summary>
static class Overlap
{
    /// <summary>Intersection over union, where the shapes without the last side broadcast; 0 or NaN where both boxes
    /// have no area.</summary>
    public static Tensor Iou(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        var height = one.select(-1, 2).minimum(other.select(-1, 2)) - one.select(-1, 0).maximum(other.select(-1, 0));
        var width = one.select(-1, 3).minimum(other.select(-1, 3)) - one.select(-1, 1).maximum(other.select(-1, 1));
        var both = height.clamp_(min: 0).mul_(width.clamp_(min: 0));
        return (both / (Area(one) + Area(other) - both)).MoveToOuterDisposeScope();
    }

    static Tensor Area(Tensor boxes) =>
        (boxes.select(-1, 2) - boxes.select(-1, 0)) * (boxes.select(-1, 3) - boxes.select(-1, 1));
}
