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
        // Most anchors are nowhere near: the longest list of those above the threshold sets the length of all.
        var longest = scores.gt(threshold).sum(-1).max().item<long>();
        var length = Math.Clamp(longest, 1, Math.Min(before, scores.size(2)));
        var (sorted, order) = Sorted(scores.reshape(rows, -1), length, longest <= length);
        order = order.view(images, classes, length);
        var candidates = boxes
            .unsqueeze(1)
            .expand(images, classes, boxes.size(1), 4)
            .gather(2, order.unsqueeze(3).expand(images, classes, length, 4))
            .reshape(rows, length, 4);
        order = order.reshape(rows, length);
        var picks = Pick(sorted, candidates, (images, classes), threshold, overlap, most);
        return Best(picks, candidates, order, (images, classes), most);
    }

    // The best of each row, falling; of equals the lower index first. A sort of everything takes most of the time, and
    // is needed only where it matters which of equals are among the best.
    static (Tensor Scores, Tensor Order) Sorted(Tensor scores, long length, bool holdsAllThatCount)
    {
        if (!holdsAllThatCount)
        {
            var (all, places) = scores.sort(-1, descending: true, stable: true);
            return (all.narrow(1, 0, length), places.narrow(1, 0, length).contiguous());
        }
        var (_, best) = scores.topk((int)length, 1);
        (best, _) = best.sort(1);
        var (sorted, at) = scores.gather(1, best).sort(-1, descending: true, stable: true);
        return (sorted, best.gather(1, at));
    }

    // [rows, picks]: places in the sorted lists, of which −1 is none, and their scores.
    static (Tensor Places, Tensor Scores) Pick(
        Tensor sorted,
        Tensor candidates,
        (long Images, long Classes) sizes,
        double threshold,
        double overlap,
        int most
    )
    {
        using var scope = NewDisposeScope();
        var (rows, perClass) = (sorted.size(0), (int)Math.Min(most, sorted.size(1)));
        var places = full([rows, perClass], -1L, dtype: ScalarType.Int64, device: sorted.device);
        var scores = full([rows, perClass], -1f, dtype: sorted.dtype, device: sorted.device);
        // [6, rows, length]: the four sides, the area and the score, each in one piece.
        var sides = candidates.permute(2, 0, 1);
        var area = (sides[2] - sides[0]) * (sides[3] - sides[1]);
        var planes = cat([sides, area.unsqueeze(0), sorted.unsqueeze(0)], 0);
        var alive = sorted.gt(threshold);
        var left = arange(rows, dtype: ScalarType.Int64, device: sorted.device);
        var nothing = zeros(1, 1, dtype: ScalarType.Bool, device: sorted.device);
        for (var asked = 0; asked < perClass; asked += PicksBetweenQuestions)
        {
            var open = Open(planes[5], alive, left, scores, sizes, most).nonzero().squeeze(1);
            if (open.size(0) == 0)
                break;
            (alive, left, planes) = (
                alive.index_select(0, open),
                left.index_select(0, open),
                planes.index_select(1, open)
            );
            for (var pick = asked; pick < Math.Min(perClass, asked + PicksBetweenQuestions); pick++)
            {
                using var step = NewDisposeScope();
                var first = First(alive);
                var exists = alive.gather(1, first);
                var best = planes.gather(2, first.unsqueeze(0).expand(planes.size(0), -1, -1));
                places.select(1, pick).index_copy_(0, left, where(exists, first, -1L).squeeze(1));
                scores.select(1, pick).index_copy_(0, left, where(exists, best[5], -1f).squeeze(1));
                alive.scatter_(1, first, nothing.expand_as(first));
                alive.logical_and_(Overlaps(best, planes).gt(overlap).logical_not_());
            }
        }
        return (places.MoveToOuterDisposeScope(), scores.MoveToOuterDisposeScope());
    }

    // Rows are sorted: the first one left is the best.
    static Tensor First(Tensor alive) => alive.to(ScalarType.Byte).argmax(1, true);

    // Which rows go on: something is left of them, and it may be among the best of all classes of its image. Few
    // classes are in many places of an image, so that most rows end soon.
    static Tensor Open(
        Tensor sorted,
        Tensor alive,
        Tensor left,
        Tensor picked,
        (long Images, long Classes) sizes,
        int most
    )
    {
        using var scope = NewDisposeScope();
        var open = alive.any(1);
        var all = picked.view(sizes.Images, -1);
        if (all.size(1) > most)
        {
            var worst = all.topk(most, 1).values.select(1, most - 1);
            var bar = worst.index_select(0, left.div(sizes.Classes, RoundingMode.floor));
            open.logical_and_(sorted.gather(1, First(alive)).squeeze(1).ge(bar));
        }
        return open.MoveToOuterDisposeScope();
    }

    // Of one box of each row [6, rows, 1] with all of its row; the arithmetic is that of Overlap.Iou.
    static Tensor Overlaps(Tensor one, Tensor planes)
    {
        var height = planes[2].minimum(one[2]).sub_(planes[0].maximum(one[0]));
        var width = planes[3].minimum(one[3]).sub_(planes[1].maximum(one[1]));
        var both = height.clamp_(min: 0).mul_(width.clamp_(min: 0));
        return both / (one[4] + planes[4]).sub_(both);
    }

    // Moves what it returns out of the scope of its caller.
    static Kept Best(
        (Tensor Places, Tensor Scores) picks,
        Tensor candidates,
        Tensor order,
        (long Images, long Classes) sizes,
        int most
    )
    {
        var perClass = picks.Places.size(1);
        var places = picks.Places.clamp(min: 0);
        // By class, then by falling score: a stable sort keeps the lower class first.
        var (best, at) = picks.Scores.view(sizes.Images, -1).sort(-1, descending: true, stable: true);
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
