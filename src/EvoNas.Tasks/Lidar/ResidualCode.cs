using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>Turned boxes relative to anchors: offsets over the diagonal of the anchor on the ground (of z over its
/// height), logarithms of the ratios of length, width and height, the difference of the headings. Boxes and codes are
/// [.., 7], see <see cref="Boxes3"/>.</summary>
/// <remarks>Source: Yan, Mao and Li 2018, doi:10.3390/s18103337, §3.2, in the form of OpenPCDet.</remarks>
static class ResidualCode
{
    // Just below π/4: no car that stands along an axis lies between two bins.
    const double DirectionOffset = 0.78539;

    /// <summary>The codes of boxes.</summary>
    public static Tensor Of(Tensor boxes, Tensor anchors)
    {
        using var scope = NewDisposeScope();
        return cat(
                [
                    (boxes.narrow(-1, 0, 3) - anchors.narrow(-1, 0, 3)) / Units(anchors),
                    (boxes.narrow(-1, 3, 3) / anchors.narrow(-1, 3, 3)).log(),
                    boxes.narrow(-1, 6, 1) - anchors.narrow(-1, 6, 1),
                ],
                -1
            )
            .MoveToOuterDisposeScope();
    }

    /// <summary>The boxes of codes; of their headings only the line counts, see <see cref="Heading"/>.</summary>
    public static Tensor Decoded(Tensor codes, Tensor anchors)
    {
        using var scope = NewDisposeScope();
        return cat(
                [
                    codes.narrow(-1, 0, 3) * Units(anchors) + anchors.narrow(-1, 0, 3),
                    codes.narrow(-1, 3, 3).exp() * anchors.narrow(-1, 3, 3),
                    codes.narrow(-1, 6, 1) + anchors.narrow(-1, 6, 1),
                ],
                -1
            )
            .MoveToOuterDisposeScope();
    }

    /// <summary>Which of two halves of the circle a heading is in: 0 or 1, int64.</summary>
    public static Tensor DirectionBin(Tensor heading)
    {
        using var scope = NewDisposeScope();
        // Rounding can make the remainder a whole turn.
        return (heading - DirectionOffset)
            .remainder(2 * Math.PI)
            .div(Math.PI)
            .floor()
            .clamp(min: 0, max: 1)
            .to(ScalarType.Int64)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The heading on a line that lies in a bin.</summary>
    /// <param name="line">A heading, or the opposite one.</param>
    /// <param name="bin">0 or 1.</param>
    public static Tensor Heading(Tensor line, Tensor bin)
    {
        using var scope = NewDisposeScope();
        return (
            (line - DirectionOffset).remainder(Math.PI) + DirectionOffset + bin.to(line.dtype) * Math.PI
        ).MoveToOuterDisposeScope();
    }

    static Tensor Units(Tensor anchors)
    {
        var (length, width) = (anchors.narrow(-1, 3, 1), anchors.narrow(-1, 4, 1));
        var diagonal = (length * length + width * width).sqrt();
        return cat([diagonal, diagonal, anchors.narrow(-1, 5, 1)], -1);
    }
}
