using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>What remains of the boxes of a detector.</summary>
/// <param name="Boxes">[n, k, 4]: top, left, bottom, right.</param>
/// <param name="Scores">[n, k], falling; −1 where an image has no more.</param>
/// <param name="Classes">[n, k], int64.</param>
/// <param name="Anchors">[n, k], int64: which boxes they were.</param>
sealed record Kept(Tensor Boxes, Tensor Scores, Tensor Classes, Tensor Anchors);

/// <summary>Greedy suppression of boxes that overlap a better one of their class: all classes of all images of a batch
/// at once, on their device.</summary>
/// <remarks>Of equal scores the lower index comes first, of equal scores of different classes the lower
/// class.</remarks>
static class NonMaximumSuppression
{
    // Asks the device so often whether anything is left.
    const int PicksBetweenQuestions = 8;

    /// <summary>Keeps the best.</summary>
    /// <param name="scores">[n, classes, A].</param>
    /// <param name="boxes">[n, A, 4], the same for all classes.</param>
    /// <param name="threshold">Only scores above it count.</param>
    /// <param name="overlap">A box that overlaps a better one by more is suppressed.</param>
    /// <param name="before">The best so many of each class take part.</param>
    /// <param name="most">Kept of each class, and of all classes together.</param>
    /// <returns>The caller's, or its scope's.</returns>
    public static Kept Of(
        Tensor scores,
        Tensor boxes,
        double threshold = 0.05,
        double overlap = 0.5,
        int before = 5000,
        int most = 100
    )
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (images, classes) = (scores.size(0), scores.size(1));
        var rows = images * classes;
        var (sorted, order) = scores.sort(-1, descending: true, stable: true);
        // Most anchors are nowhere near: the longest list of those above the threshold sets the length of all.
        var longest = sorted.gt(threshold).sum(-1).max().item<long>();
        var length = Math.Clamp(longest, 1, Math.Min(before, scores.size(2)));
        sorted = sorted.narrow(2, 0, length).reshape(rows, length);
        order = order.narrow(2, 0, length);
        var candidates = boxes
            .unsqueeze(1)
            .expand(images, classes, boxes.size(1), 4)
            .gather(2, order.unsqueeze(3).expand(images, classes, length, 4))
            .reshape(rows, length, 4);
        order = order.reshape(rows, length);
        var picks = Pick(sorted, candidates, threshold, overlap, (int)Math.Min(most, length));
        return Best(picks, sorted, candidates, order, (images, classes), most);
    }

    // [rows, picks]: places in the sorted lists, of which −1 is none.
    static Tensor Pick(Tensor sorted, Tensor candidates, double threshold, double overlap, int most)
    {
        using var scope = NewDisposeScope();
        var alive = sorted.gt(threshold);
        var places = arange(sorted.size(1), dtype: ScalarType.Int64, device: sorted.device).view(1, -1);
        var picks = full([sorted.size(0), most], -1L, dtype: ScalarType.Int64, device: sorted.device);
        for (var pick = 0; pick < most; pick++)
        {
            using var step = NewDisposeScope();
            if (pick % PicksBetweenQuestions == 0 && !alive.any().item<bool>())
                break;
            var first = alive.to(ScalarType.Byte).argmax(1, true); // Lists are sorted: the first one left is the best.
            var exists = alive.gather(1, first);
            picks.select(1, pick).copy_(where(exists, first, -1L).squeeze(1));
            var best = candidates.gather(1, first.unsqueeze(2).expand(-1, 1, 4));
            var suppressed = Overlap.Iou(best, candidates).gt(overlap).logical_or(places.eq(first));
            alive.logical_and_(suppressed.logical_not_());
        }
        return picks.MoveToOuterDisposeScope();
    }

    // Moves what it returns out of the scope of its caller.
    static Kept Best(
        Tensor picks,
        Tensor sorted,
        Tensor candidates,
        Tensor order,
        (long Images, long Classes) sizes,
        int most
    )
    {
        var perClass = picks.size(1);
        var places = picks.clamp(min: 0);
        var scores = where(picks.ge(0), sorted.gather(1, places), -1f);
        // By class, then by falling score: a stable sort keeps the lower class first.
        var (best, at) = scores.view(sizes.Images, -1).sort(-1, descending: true, stable: true);
        var count = Math.Min(most, best.size(1));
        (best, at) = (best.narrow(1, 0, count), at.narrow(1, 0, count));
        var boxes = candidates.gather(1, places.unsqueeze(2).expand(-1, -1, 4)).view(sizes.Images, -1, 4);
        var anchors = order.gather(1, places).view(sizes.Images, -1);
        return new(
            boxes.gather(1, at.unsqueeze(2).expand(-1, -1, 4)).MoveToOuterDisposeScope(),
            best.contiguous().MoveToOuterDisposeScope(),
            at.div(perClass, RoundingMode.floor).MoveToOuterDisposeScope(),
            anchors.gather(1, at).MoveToOuterDisposeScope()
        );
    }
}
