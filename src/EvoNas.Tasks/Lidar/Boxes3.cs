using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>Turned boxes on the device, [.., 7]: x, y, z of the centre, length, width, height in metres, heading in
/// radians.</summary>
static class Boxes3
{
    /// <summary>Numbers of a box.</summary>
    public const int Numbers = 7;

    /// <summary>Which points are in which boxes.</summary>
    /// <param name="points">[n, M, ≥ 3].</param>
    /// <param name="boxes">[n, B, 7].</param>
    /// <returns>[n, M, B]; the caller's, or its scope's.</returns>
    public static Tensor Contain(Tensor points, Tensor boxes)
    {
        using var scope = NewDisposeScope();
        var away = points.narrow(2, 0, 3).unsqueeze(2) - boxes.narrow(2, 0, 3).unsqueeze(1);
        var heading = boxes.select(2, 6).unsqueeze(1);
        var (sine, cosine) = (heading.sin(), heading.cos());
        var (x, y) = (away.select(3, 0), away.select(3, 1));
        var half = boxes.narrow(2, 3, 3).unsqueeze(1) / 2;
        return (x * cosine + y * sine)
            .abs()
            .le(half.select(3, 0))
            .logical_and((y * cosine - x * sine).abs().le(half.select(3, 1)))
            .logical_and(away.select(3, 2).abs().le(half.select(3, 2)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Which boxes meet on the ground: none of the four axes of two rectangles shows a gap.</summary>
    /// <param name="one">[n, A, 7].</param>
    /// <param name="other">[n, B, 7].</param>
    /// <returns>[n, A, B]; the caller's, or its scope's.</returns>
    public static Tensor Meet(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (one.unsqueeze(2), other.unsqueeze(1));
        var away = b.narrow(3, 0, 2) - a.narrow(3, 0, 2);
        var apart = GapAlong(a, a, b, away).logical_or(GapAlong(b, a, b, away));
        return apart.logical_not().MoveToOuterDisposeScope();
    }

    // Along one of the two axes of some boxes.
    static Tensor GapAlong(Tensor axes, Tensor a, Tensor b, Tensor away)
    {
        var (sine, cosine) = (axes.select(3, 6).sin(), axes.select(3, 6).cos());
        var (x, y) = (away.select(3, 0), away.select(3, 1));
        return (x * cosine + y * sine)
            .abs()
            .gt(Reach(a, axes, 0) + Reach(b, axes, 0))
            .logical_or((y * cosine - x * sine).abs().gt(Reach(a, axes, 1) + Reach(b, axes, 1)));
    }

    // How far a box reaches from its centre along the first or the second axis of another.
    static Tensor Reach(Tensor boxes, Tensor axes, int axis)
    {
        var turn = boxes.select(3, 6) - axes.select(3, 6);
        var (sine, cosine) = (turn.sin().abs(), turn.cos().abs());
        var (length, width) = (boxes.select(3, 3) / 2, boxes.select(3, 4) / 2);
        return axis == 0 ? cosine * length + sine * width : sine * length + cosine * width;
    }
}
