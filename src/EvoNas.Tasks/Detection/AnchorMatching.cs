using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>Which anchor answers for which object. All images of a batch at once, on their device.</summary>
/// <remarks>An anchor takes the object that it overlaps most, the first of equals; from <see cref="Match"/> on it is
/// positive, below it negative. Then the best anchor of each object, the first of equals, is positive for that
/// object whatever it overlaps; if it is the best of several objects, the first of the list has it. Source: the
/// released trainers of NAS-FPN and SpineNet.</remarks>
static class AnchorMatching
{
    /// <summary>The class of an anchor that covers no object.</summary>
    public const int Negative = -1;

    /// <summary>The class of an anchor that is neither positive nor negative.</summary>
    public const int Ignored = -2;

    /// <summary>Overlap from which on an anchor is positive.</summary>
    public const double Match = 0.5;

    // So many overlaps are computed at a time: a batch of large images with a hundred objects each would not fit.
    const long OverlapsAtOnce = 1 << 25;

    /// <summary>Matches.</summary>
    /// <param name="anchors">[A, 4], float64: of anchors that overlap an object alike the first is to be found.</param>
    /// <param name="boxes">[n, M, 4]; those of no object are 0.</param>
    /// <param name="classes">[n, M], int64; negative where there is no object.</param>
    /// <param name="match">Overlap from which on an anchor is positive.</param>
    /// <param name="unmatch">Overlap below which an anchor is negative; between the two it is ignored.</param>
    /// <returns>Classes [n, A], of negative anchors <see cref="Negative"/>; codes [n, A, 4], 0 but for positive
    /// anchors; and which of the image's objects each anchor was compared with, [n, A]. The caller's, or its
    /// scope's.</returns>
    public static (Tensor Classes, Tensor Codes, Tensor Objects) Of(
        Tensor anchors,
        Tensor boxes,
        Tensor classes,
        double match = Match,
        double unmatch = Match
    )
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (images, most) = (
            boxes.size(0),
            Math.Max(1, OverlapsAtOnce / Math.Max(1, anchors.size(0) * boxes.size(1)))
        );
        var parts = new List<(Tensor Classes, Tensor Codes, Tensor Objects)>();
        for (var start = 0L; start < images; start += most)
        {
            var count = Math.Min(most, images - start);
            parts.Add(OfPart(anchors, boxes.narrow(0, start, count), classes.narrow(0, start, count), match, unmatch));
        }
        return (
            cat([.. parts.Select(part => part.Classes)]).MoveToOuterDisposeScope(),
            cat([.. parts.Select(part => part.Codes)]).MoveToOuterDisposeScope(),
            cat([.. parts.Select(part => part.Objects)]).MoveToOuterDisposeScope()
        );
    }

    static (Tensor, Tensor, Tensor) OfPart(Tensor anchors, Tensor boxes, Tensor classes, double match, double unmatch)
    {
        using var scope = NewDisposeScope();
        boxes = boxes.to(anchors.dtype);
        var exists = classes.ge(0).unsqueeze(1);
        var overlaps = where(exists, Overlap.Iou(anchors.view(1, -1, 1, 4), boxes.unsqueeze(1)), -1.0); // [n, A, M]
        var taken = overlaps.argmax(2);
        var overlap = overlaps.gather(2, taken.unsqueeze(2)).squeeze(2);
        var places = arange(anchors.size(0), dtype: ScalarType.Int64, device: anchors.device).view(1, -1, 1);
        var forced = places.eq(overlaps.argmax(1).unsqueeze(1)).logical_and(exists);
        var isForced = forced.any(2);
        var matching = where(isForced, forced.to(ScalarType.Byte).argmax(2), taken);
        var isPositive = overlap.ge(match).logical_or(isForced);
        var others = where(
            overlap.lt(unmatch),
            tensor((long)Negative, device: anchors.device),
            tensor((long)Ignored, device: anchors.device)
        );
        var matched = boxes.gather(1, matching.unsqueeze(2).expand(-1, -1, 4));
        var codes = where(isPositive.unsqueeze(2), BoxCode.Of(matched, anchors), 0.0).to(ScalarType.Float32);
        return (
            where(isPositive, classes.gather(1, matching), others).MoveToOuterDisposeScope(),
            codes.MoveToOuterDisposeScope(),
            matching.MoveToOuterDisposeScope()
        );
    }
}
