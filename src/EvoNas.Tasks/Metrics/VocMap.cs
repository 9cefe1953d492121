using System.Collections.Immutable;

namespace EvoNas.Tasks.Metrics;

/// <summary>How the area under a precision-recall curve is taken.</summary>
public enum VocForm
{
    /// <summary>Exactly, as VOC does since 2010.</summary>
    EveryPoint,

    /// <summary>Mean of the best precision at recall 0, 0.1 … 1, as until 2009.</summary>
    ElevenPoints,
}

/// <summary>The result of <see cref="VocMap"/>.</summary>
/// <param name="Mean">Mean over the classes with truths, in [0, 1]; null where there is none.</param>
/// <param name="PerCategory">AP of each category by rising id; null for one without truths.</param>
sealed record VocScore(double? Mean, ImmutableArray<(long Category, double? Ap)> PerCategory);

/// <summary>Mean average precision at one IoU threshold as PASCAL VOC defines it.</summary>
/// <remarks>Source: Everingham et al. 2010, doi:10.1007/s11263-009-0275-4, and the development kit's
/// <c>VOCevaldet.m</c>: an overlap that equals the threshold counts.</remarks>
static class VocMap
{
    /// <summary>Scores detections.</summary>
    /// <param name="categories">Ids of the classes to score.</param>
    /// <param name="truths">Objects; difficult ones have <see cref="TruthBox.Crowd"/> set, and count neither
    /// way.</param>
    /// <param name="detections">Detections; of two with one score the earlier goes first.</param>
    /// <param name="form">How the area is taken.</param>
    /// <param name="threshold">Least IoU of a hit.</param>
    public static VocScore Of(
        IReadOnlyList<long> categories,
        IReadOnlyList<TruthBox> truths,
        IReadOnlyList<DetectedBox> detections,
        VocForm form,
        double threshold = 0.5
    )
    {
        var truthsOf = truths.ToLookup(truth => truth.Category);
        var foundOf = detections.ToLookup(found => found.Category);
        var each = categories
            .Distinct()
            .Order()
            .Select(category => (category, Category(truthsOf[category], foundOf[category], form, threshold)))
            .ToImmutableArray();
        var known = each.Where(one => one.Item2 is not null).ToArray();
        return new(known.Length == 0 ? null : known.Average(one => one.Item2), each);
    }

    static double? Category(
        IEnumerable<TruthBox> truths,
        IEnumerable<DetectedBox> detections,
        VocForm form,
        double threshold
    )
    {
        var inImage = truths.GroupBy(truth => truth.Image).ToDictionary(group => group.Key, group => group.ToArray());
        var taken = inImage.ToDictionary(pair => pair.Key, pair => new bool[pair.Value.Length]);
        var count = inImage.Values.Sum(all => all.Count(truth => !truth.Crowd));
        if (count == 0)
            return null;
        var (recalls, precisions) = (new List<double>(), new List<double>());
        var (right, wrong) = (0, 0);
        foreach (var found in detections.OrderByDescending(found => found.Score))
        {
            var (best, match) = (double.NegativeInfinity, -1);
            if (inImage.TryGetValue(found.Image, out var candidates))
                for (var i = 0; i < candidates.Length; i++)
                    if (found.Box.Iou(candidates[i].Box) is var overlap && overlap > best)
                        (best, match) = (overlap, i);
            if (best < threshold)
                wrong++;
            else if (!candidates![match].Crowd) // a match is one of them
            {
                if (taken[found.Image][match])
                    wrong++;
                else
                    right++;
                taken[found.Image][match] = true;
            }
            recalls.Add((double)right / count);
            precisions.Add(right + wrong == 0 ? 0 : (double)right / (right + wrong));
        }
        return form == VocForm.ElevenPoints ? ElevenPoints(recalls, precisions) : EveryPoint(recalls, precisions);
    }

    static double ElevenPoints(List<double> recalls, List<double> precisions)
    {
        var sum = 0.0;
        for (var point = 0; point <= 10; point++)
        {
            var best = 0.0;
            for (var i = 0; i < recalls.Count; i++)
                if (recalls[i] >= point / 10.0)
                    best = Math.Max(best, precisions[i]);
            sum += best / 11;
        }
        return sum;
    }

    static double EveryPoint(List<double> recalls, List<double> precisions)
    {
        var (sum, best) = (0.0, 0.0);
        for (var i = recalls.Count - 1; i >= 0; i--)
        {
            best = Math.Max(best, precisions[i]);
            sum += (recalls[i] - (i == 0 ? 0 : recalls[i - 1])) * best;
        }
        return sum;
    }
}
