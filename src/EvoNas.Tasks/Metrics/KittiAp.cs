using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Metrics;

/// <summary>Truths and detections of one frame.</summary>
readonly record struct KittiFrame(KittiObject[] Truths, KittiObject[] Detections);

/// <summary>AP in percent for easy, moderate and hard objects; null where it is 0/0.</summary>
/// <param name="R11">Mean of the precision at recall 0, 0.1 … 1, as until 2019.</param>
/// <param name="R40">Mean of the precision at recall 1/40, 2/40 … 1, as since.</param>
sealed record KittiCurve(double?[] R11, double?[] R40);

/// <summary>AP of one class at one set of overlaps.</summary>
/// <param name="Bbox">By boxes in the image; null where these are not usable.</param>
/// <param name="Bev">By boxes on the ground.</param>
/// <param name="Box3">By boxes in space.</param>
/// <param name="Aos">Average orientation similarity; null where angles or image boxes are not known.</param>
sealed record KittiClassScore(KittiCurve? Bbox, KittiCurve Bev, KittiCurve Box3, KittiCurve? Aos);

/// <summary>The result for one class.</summary>
/// <param name="Strict">Overlap above 0.7 for cars, 0.5 for others.</param>
/// <param name="Loose">On the ground and in space above 0.5 for cars, 0.25 for others.</param>
/// <param name="Truths">Truths that count, for easy, moderate and hard.</param>
sealed record KittiScore(KittiClassScore Strict, KittiClassScore Loose, int[] Truths);

/// <summary>Average precision as KITTI's object benchmark defines it.</summary>
/// <remarks>Source: Geiger et al. 2012, doi:10.1109/CVPR.2012.6248074, in the form of OpenPCDet's
/// <c>kitti_object_eval_python</c>; R40: Simonelli et al. 2019, arXiv:1905.12365. Fewer than 41 truths cannot reach
/// 100.</remarks>
static class KittiAp
{
    /// <summary>Truths below which R40 cannot reach 100.</summary>
    public const int TruthsForR40 = 41;

    const int Samples = 41;
    const int Difficulties = 3;

    static readonly double[] HeightMin = [40, 25, 25];
    static readonly int[] OccludedMax = [0, 1, 2];
    static readonly double[] TruncatedMax = [0.15, 0.3, 0.5];

    /// <summary>The classes that are scored.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["Car", "Pedestrian", "Cyclist"];

    /// <summary>Whether a set's image boxes can be used: those of users' own sets are often all 0, and then every
    /// object would be too small for any difficulty.</summary>
    public static bool HasImageBoxes(IEnumerable<KittiFrame> frames)
    {
        var (truths, truthsHigh, detections, detectionsHigh) = (false, false, false, false);
        foreach (var frame in frames)
        {
            foreach (var truth in frame.Truths)
                if (!truth.IsDontCare)
                    (truths, truthsHigh) = (true, truthsHigh || truth.Image.Height != 0);
            foreach (var found in frame.Detections)
                (detections, detectionsHigh) = (true, detectionsHigh || found.Image.Height != 0);
        }
        return (!truths || truthsHigh) && (!detections || detectionsHigh);
    }

    /// <summary>Scores one class.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="type">One of <see cref="Classes"/>.</param>
    public static KittiScore Of(IReadOnlyList<KittiFrame> frames, string type)
    {
        var images = HasImageBoxes(frames);
        // As the original: the first detection of any frame that has one tells whether angles were estimated.
        var angles = frames.Any(frame => frame.Detections is [{ Alpha: not -10 }, ..]);
        var isCar = type == "Car";
        var (strict, loose) = (isCar ? 0.7 : 0.5, isCar ? 0.5 : 0.25);
        var (bbox, truths) = images ? Curves(frames, type, Metric.Image, strict, images) : ([], []);
        var (bev, counted) = Curves(frames, type, Metric.Ground, strict, images);
        var (box3, _) = Curves(frames, type, Metric.Space, strict, images);
        var image = images ? Precision(bbox) : null;
        var aos = images && angles ? Similarity(bbox) : null;
        return new(
            new(image, Precision(bev), Precision(box3), aos),
            new(
                image,
                Precision(Curves(frames, type, Metric.Ground, loose, images).Curves),
                Precision(Curves(frames, type, Metric.Space, loose, images).Curves),
                aos
            ),
            images ? truths : counted
        );
    }

    enum Metric
    {
        Image,
        Ground,
        Space,
    }

    /// <summary>Sums over all frames at one score threshold.</summary>
    record struct Counts(int Right, int Wrong, double Similarity);

    static KittiCurve Precision(Counts[][] difficulties) =>
        Means(difficulties, static at => at.Right / (double)(at.Right + at.Wrong));

    static KittiCurve Similarity(Counts[][] difficulties) =>
        Means(difficulties, static at => at.Similarity / (at.Right + at.Wrong));

    static KittiCurve Means(Counts[][] difficulties, Func<Counts, double> value)
    {
        var (r11, r40) = (new double?[Difficulties], new double?[Difficulties]);
        for (var d = 0; d < Difficulties; d++)
        {
            var curve = new double[Samples];
            for (var i = 0; i < difficulties[d].Length; i++)
                curve[i] = value(difficulties[d][i]);
            // 0/0 spreads to the left, as it does in the original.
            for (var i = Samples - 2; i >= 0; i--)
                curve[i] = Math.Max(curve[i], curve[i + 1]);
            var (sum11, sum40) = (0.0, 0.0);
            for (var i = 0; i < Samples; i++)
            {
                sum11 += i % 4 == 0 ? curve[i] : 0;
                sum40 += i > 0 ? curve[i] : 0;
            }
            r11[d] = double.IsNaN(sum11) ? null : sum11 / 11 * 100;
            r40[d] = double.IsNaN(sum40) ? null : sum40 / 40 * 100;
        }
        return new(r11, r40);
    }

    static (Counts[][] Curves, int[] Truths) Curves(
        IReadOnlyList<KittiFrame> frames,
        string type,
        Metric metric,
        double overlap,
        bool images
    )
    {
        var (curves, counted) = (new Counts[Difficulties][], new int[Difficulties]);
        var overlaps = frames.Select(frame => Overlaps(frame, metric)).ToArray();
        for (var d = 0; d < Difficulties; d++)
        {
            var matching = new KittiMatching[frames.Count];
            List<double> scores = [];
            for (var f = 0; f < matching.Length; f++)
            {
                var frame = frames[f];
                var truths = Array.ConvertAll(frame.Truths, truth => RoleOfTruth(truth, type, d, images));
                var found = Array.ConvertAll(frame.Detections, one => RoleOfDetection(one, type, d, images));
                matching[f] = new(frame, overlaps[f], overlap, truths, found, metric == Metric.Image);
                counted[d] += truths.Count(static role => role == KittiRole.Counts);
                matching[f].CollectScores(scores);
            }
            var thresholds = Thresholds(scores, counted[d]);
            curves[d] = new Counts[thresholds.Count];
            for (var t = 0; t < thresholds.Count; t++)
                foreach (var frame in matching)
                {
                    var (right, wrong, similarity) = frame.Count(thresholds[t]);
                    curves[d][t].Right += right;
                    curves[d][t].Wrong += wrong;
                    curves[d][t].Similarity += similarity;
                }
        }
        return (curves, counted);
    }

    static KittiRole RoleOfTruth(in KittiObject truth, string type, int difficulty, bool images)
    {
        var same = truth.Type.Equals(type, StringComparison.OrdinalIgnoreCase);
        // What looks alike is neither to be found nor wrong to find.
        var alike =
            (type == "Pedestrian" && truth.Type.Equals("Person_sitting", StringComparison.OrdinalIgnoreCase))
            || (type == "Car" && truth.Type.Equals("Van", StringComparison.OrdinalIgnoreCase));
        var hard =
            truth.Occluded > OccludedMax[difficulty]
            || truth.Truncated > TruncatedMax[difficulty]
            || (images && truth.Image.Height <= HeightMin[difficulty]);
        return same && !hard ? KittiRole.Counts
            : same || alike ? KittiRole.Neutral
            : KittiRole.Other;
    }

    static KittiRole RoleOfDetection(in KittiObject found, string type, int difficulty, bool images) =>
        // A small detection is neutral whatever its class; this is the original's order.
        images && Math.Abs(found.Image.Height) < HeightMin[difficulty]
            ? KittiRole.Neutral
        : found.Type.Equals(type, StringComparison.OrdinalIgnoreCase) ? KittiRole.Counts
        : KittiRole.Other;

    /// <summary>Overlap of each detection with each truth, detections slowest.</summary>
    static double[] Overlaps(KittiFrame frame, Metric metric)
    {
        var overlaps = new double[frame.Detections.Length * frame.Truths.Length];
        var truths = Array.ConvertAll(frame.Truths, static truth => truth.Box3);
        for (var j = 0; j < frame.Detections.Length; j++)
        {
            var found = frame.Detections[j].Box3;
            for (var i = 0; i < truths.Length; i++)
                overlaps[j * truths.Length + i] = metric switch
                {
                    Metric.Image => frame.Detections[j].Image.Iou(frame.Truths[i].Image),
                    Metric.Ground => RotatedIou.Bev(found, truths[i]),
                    _ => RotatedIou.Volume(found, truths[i]),
                };
        }
        return overlaps;
    }

    /// <summary>At most 41 scores at which recall rises by about 1/40.</summary>
    static List<double> Thresholds(List<double> scores, int truths)
    {
        scores.Sort(static (a, b) => b.CompareTo(a));
        var recall = 0.0;
        List<double> thresholds = [];
        for (var i = 0; i < scores.Count; i++)
        {
            var left = (i + 1) / (double)truths;
            var right = i < scores.Count - 1 ? (i + 2) / (double)truths : left;
            if (right - recall < recall - left && i < scores.Count - 1)
                continue;
            thresholds.Add(scores[i]);
            recall += 1 / (Samples - 1.0);
        }
        return thresholds;
    }
}
