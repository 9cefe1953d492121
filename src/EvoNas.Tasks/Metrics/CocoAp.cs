using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EvoNas.Tasks.Metrics;

/// <summary>The result of <see cref="CocoAp"/>.</summary>
/// <param name="Stats">AP, AP50, AP75, AP of small, medium and large objects, AR with at most 1, 10 and 100 detections,
/// AR of small, medium and large objects; each in [0, 1], or −1 where there is no truth to measure it by.</param>
/// <param name="PerCategory">The same for each category, by rising id.</param>
sealed record CocoScore(ImmutableArray<double> Stats, ImmutableArray<CocoCategoryScore> PerCategory)
{
    /// <summary>Mean over IoU thresholds 0.50, 0.55 … 0.95 and categories.</summary>
    public double Ap => Stats[0];

    /// <summary>At IoU 0.50.</summary>
    public double Ap50 => Stats[1];

    /// <summary>At IoU 0.75.</summary>
    public double Ap75 => Stats[2];
}

/// <summary>AP of one category; −1 where it has no truth.</summary>
readonly record struct CocoCategoryScore(long Category, double Ap, double Ap50, double Ap75);

/// <summary>Average precision and recall of detections as COCO defines them.</summary>
/// <remarks>Source: cocodataset/cocoapi 8c9bcc3, <c>cocoeval.py</c>, iouType bbox. One difference: there an annotation
/// with id 0 can never be matched (issues 507, 546, 664); here ids of annotations play no part.</remarks>
static class CocoAp
{
    const int Thresholds = 10;
    const int RecallPoints = 101;
    const int DetectionsMax = 100;

    // np.spacing(1): keeps precision defined where nothing was counted yet.
    const double Epsilon = 2.220446049250313e-16;

    static readonly int[] Limits = [1, 10, DetectionsMax];

    // Both ends belong to a range, so an area of 32² is small and medium.
    static readonly (double Min, double Max)[] AreaRanges =
    [
        (0, 1e10),
        (0, 32 * 32),
        (32 * 32, 96 * 96),
        (96 * 96, 1e10),
    ];

    // As numpy's linspace rounds them: these very doubles decide at an IoU of exactly 0.75.
    static readonly double[] IouThresholds = Linspace(0.5, 0.95, Thresholds);

    static readonly double[] Recalls = Linspace(0, 1, RecallPoints);

    /// <summary>Scores detections.</summary>
    /// <param name="categories">Ids of all categories; truths and detections of others are left out.</param>
    /// <param name="truths">In the order of the file: of two truths with one overlap the later is taken.</param>
    /// <param name="detections">In the order of the file: of two with one score the earlier goes first. None may have
    /// a score of NaN.</param>
    public static CocoScore Of(
        IReadOnlyList<long> categories,
        IReadOnlyList<TruthBox> truths,
        IReadOnlyList<DetectedBox> detections
    )
    {
        var sorted = categories.Distinct().Order().ToArray();
        var truthsOf = ByCategoryThenImage(truths, static truth => (truth.Category, truth.Image));
        var detectionsOf = ByCategoryThenImage(detections, static found => (found.Category, found.Image));
        var cells = new Cells[sorted.Length];
        for (var k = 0; k < sorted.Length; k++)
            cells[k] = Category(
                truthsOf.GetValueOrDefault(sorted[k]) ?? [],
                detectionsOf.GetValueOrDefault(sorted[k]) ?? []
            );
        return new(Summary(cells), [.. cells.Select((cell, k) => OfCategory(sorted[k], cell))]);
    }

    static CocoCategoryScore OfCategory(long category, Cells cell)
    {
        var precision = cell.Precision[0, Limits.Length - 1];
        return new(
            category,
            Mean(precision),
            precision is null ? -1 : Mean(precision[..RecallPoints]),
            precision is null ? -1 : Mean(precision.AsSpan(5 * RecallPoints, RecallPoints).ToArray())
        );
    }

    static ImmutableArray<double> Summary(Cells[] cells)
    {
        var most = Limits.Length - 1;
        double Precision(int area, int from, int count)
        {
            var (sum, n) = (0.0, 0L);
            foreach (var cell in cells)
                if (cell.Precision[area, most] is { } values)
                {
                    foreach (var value in values.AsSpan(from * RecallPoints, count * RecallPoints))
                        sum += value;
                    n += count * RecallPoints;
                }
            return n == 0 ? -1 : sum / n;
        }
        double Recall(int area, int limit)
        {
            var (sum, n) = (0.0, 0L);
            foreach (var cell in cells)
                if (cell.Recall[area, limit] is { } values)
                {
                    foreach (var value in values)
                        sum += value;
                    n += values.Length;
                }
            return n == 0 ? -1 : sum / n;
        }
        return
        [
            Precision(0, 0, Thresholds),
            Precision(0, 0, 1),
            Precision(0, 5, 1),
            Precision(1, 0, Thresholds),
            Precision(2, 0, Thresholds),
            Precision(3, 0, Thresholds),
            Recall(0, 0),
            Recall(0, 1),
            Recall(0, 2),
            Recall(1, most),
            Recall(2, most),
            Recall(3, most),
        ];
    }

    static double Mean(double[]? values)
    {
        if (values is null)
            return -1;
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }

    /// <summary>One category over all images.</summary>
    static Cells Category(
        SortedDictionary<long, List<TruthBox>> truths,
        SortedDictionary<long, List<DetectedBox>> found
    )
    {
        var cells = new Cells();
        var images = truths.Keys.Union(found.Keys).Order().ToArray();
        var matching = new ImageMatching[images.Length];
        for (var i = 0; i < images.Length; i++)
            matching[i] = new(
                truths.GetValueOrDefault(images[i]) ?? [],
                StrongestFirst(found.GetValueOrDefault(images[i]) ?? [])
            );
        for (var area = 0; area < AreaRanges.Length; area++)
        {
            var normal = 0;
            foreach (var image in matching)
                normal += image.Match(AreaRanges[area]);
            if (normal > 0)
                for (var limit = 0; limit < Limits.Length; limit++)
                    (cells.Precision[area, limit], cells.Recall[area, limit]) = Curves(matching, Limits[limit], normal);
        }
        return cells;
    }

    /// <summary>Precision at each threshold and recall point, and the last recall of each threshold.</summary>
    /// <param name="images">Matched images, by rising id.</param>
    /// <param name="limit">Detections of an image that count.</param>
    /// <param name="normal">Truths that can be found; at least one.</param>
    static (double[] Precision, double[] Recall) Curves(ImageMatching[] images, int limit, int normal)
    {
        var count = 0;
        foreach (var image in images)
            count += Math.Min(limit, image.Detections.Length);
        var (scores, places) = (new double[count], new (int Image, int Detection)[count]);
        var next = 0;
        for (var i = 0; i < images.Length; i++)
        for (var d = 0; d < Math.Min(limit, images[i].Detections.Length); d++, next++)
            (scores[next], places[next]) = (images[i].Detections[d].Score, (i, d));
        var order = FallingStably(scores);
        var (precision, recall) = (new double[Thresholds * RecallPoints], new double[Thresholds]);
        if (count == 0)
            return (precision, recall);
        var (recalls, precisions) = (new double[count], new double[count]);
        for (var t = 0; t < Thresholds; t++)
        {
            var (right, wrong) = (0, 0);
            for (var i = 0; i < count; i++)
            {
                var (image, detection) = places[order[i]];
                switch (images[image].Outcome(t, detection))
                {
                    case Outcome.Right:
                        right++;
                        break;
                    case Outcome.Wrong:
                        wrong++;
                        break;
                }
                recalls[i] = (double)right / normal;
                precisions[i] = right / (wrong + right + Epsilon);
            }
            recall[t] = recalls[^1];
            for (var i = count - 1; i > 0; i--)
                precisions[i - 1] = Math.Max(precisions[i - 1], precisions[i]);
            // Both rise, so one walk finds the first place of each recall point.
            for (int point = 0, i = 0; point < RecallPoints; point++)
            {
                while (i < count && recalls[i] < Recalls[point])
                    i++;
                if (i == count)
                    break;
                precision[t * RecallPoints + point] = precisions[i];
            }
        }
        return (precision, recall);
    }

    static DetectedBox[] StrongestFirst(List<DetectedBox> found)
    {
        var order = FallingStably([.. found.Select(static one => one.Score)]);
        return [.. order.Take(DetectionsMax).Select(index => found[index])];
    }

    /// <summary>Indices by falling score; equal scores keep their order.</summary>
    static int[] FallingStably(double[] scores)
    {
        var order = new int[scores.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        order.AsSpan().Sort((a, b) => scores[a] == scores[b] ? a.CompareTo(b) : scores[b].CompareTo(scores[a]));
        return order;
    }

    static Dictionary<long, SortedDictionary<long, List<T>>> ByCategoryThenImage<T>(
        IReadOnlyList<T> all,
        Func<T, (long Category, long Image)> key
    )
    {
        var groups = new Dictionary<long, SortedDictionary<long, List<T>>>();
        foreach (var one in all)
        {
            var (category, image) = key(one);
            ref var ofCategory = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, category, out _);
            ofCategory ??= [];
            if (!ofCategory.TryGetValue(image, out var ofImage))
                ofCategory[image] = ofImage = [];
            ofImage.Add(one);
        }
        return groups;
    }

    static double[] Linspace(double from, double to, int count)
    {
        var step = (to - from) / (count - 1);
        var values = new double[count];
        for (var i = 0; i < count; i++)
            values[i] = i == count - 1 ? to : i * step + from;
        return values;
    }

    /// <summary>Curves of one category by area range and limit; null where there is no truth.</summary>
    sealed class Cells
    {
        public double[]?[,] Precision { get; } = new double[]?[AreaRanges.Length, Limits.Length];

        public double[]?[,] Recall { get; } = new double[]?[AreaRanges.Length, Limits.Length];
    }

    enum Outcome : byte
    {
        Wrong,
        Right,
        Ignored,
    }

    /// <summary>Truths and detections of one category in one image, and what came of each detection.</summary>
    sealed class ImageMatching(List<TruthBox> truths, DetectedBox[] detections)
    {
        readonly double[] _overlaps = Overlaps(truths, detections);
        readonly Outcome[] _outcomes = new Outcome[Thresholds * detections.Length];
        readonly bool[] _taken = new bool[truths.Count];
        readonly bool[] _ignored = new bool[truths.Count];
        readonly int[] _order = new int[truths.Count];

        /// <summary>By falling score.</summary>
        public DetectedBox[] Detections => detections;

        public Outcome Outcome(int threshold, int detection) => _outcomes[threshold * detections.Length + detection];

        /// <summary>Matches at every threshold.</summary>
        /// <returns>Truths that count in this range.</returns>
        public int Match((double Min, double Max) range)
        {
            var normal = 0;
            for (var g = 0; g < truths.Count; g++)
            {
                _ignored[g] = truths[g].Crowd || truths[g].Area < range.Min || truths[g].Area > range.Max;
                if (!_ignored[g])
                    _order[normal++] = g;
            }
            // What is ignored comes last, in the order of the file.
            for (int g = 0, last = normal; g < truths.Count; g++)
                if (_ignored[g])
                    _order[last++] = g;
            for (var t = 0; t < Thresholds; t++)
            {
                Array.Clear(_taken);
                for (var d = 0; d < detections.Length; d++)
                    _outcomes[t * detections.Length + d] = Match(d, IouThresholds[t], range);
            }
            return normal;
        }

        Outcome Match(int d, double threshold, (double Min, double Max) range)
        {
            var best = Math.Min(threshold, 1 - 1e-10);
            var match = -1;
            foreach (var g in _order)
            {
                if (_taken[g] && !truths[g].Crowd)
                    continue;
                if (match >= 0 && !_ignored[match] && _ignored[g])
                    break;
                if (_overlaps[d * truths.Count + g] < best)
                    continue;
                best = _overlaps[d * truths.Count + g];
                match = g;
            }
            if (match >= 0)
            {
                _taken[match] = true;
                return _ignored[match] ? CocoAp.Outcome.Ignored : CocoAp.Outcome.Right;
            }
            var area = detections[d].Area;
            return area < range.Min || area > range.Max ? CocoAp.Outcome.Ignored : CocoAp.Outcome.Wrong;
        }

        // A crowd covers many objects, so what counts is how much of the detection lies in it.
        static double[] Overlaps(List<TruthBox> truths, DetectedBox[] detections)
        {
            var overlaps = new double[truths.Count * detections.Length];
            for (var d = 0; d < detections.Length; d++)
            for (var g = 0; g < truths.Count; g++)
            {
                var box = detections[d].Box;
                var both = box.Intersection(truths[g].Box);
                if (both > 0)
                    overlaps[d * truths.Count + g] =
                        both / (truths[g].Crowd ? box.Area : box.Area + truths[g].Box.Area - both);
            }
            return overlaps;
        }
    }
}
