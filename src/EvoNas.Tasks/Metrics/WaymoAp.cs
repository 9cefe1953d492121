namespace EvoNas.Tasks.Metrics;

/// <summary>An object of a lidar frame.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Level">1: easy to see; 2: few points, counts at level 2 only.</param>
readonly record struct LidarTruth(Box3 Box, int Level);

/// <summary>A detection in a lidar frame.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Score">Confidence in [0, 1].</param>
readonly record struct LidarDetection(Box3 Box, double Score);

/// <summary>Objects and detections of one class in one frame.</summary>
readonly record struct LidarFrame(IReadOnlyList<LidarTruth> Truths, IReadOnlyList<LidarDetection> Detections);

/// <summary>Average precision, and the same weighted by headings; each in [0, 1].</summary>
readonly record struct WaymoScore(double Ap, double Aph);

/// <summary>Average precision of boxes in space by the published rules of the Waymo Open Dataset.</summary>
/// <remarks>Source: Sun et al. 2020, arXiv:1912.04838, section 4.1, and the data set's <c>metrics.proto</c>. Written
/// after the rules; the original program was not run.</remarks>
static class WaymoAp
{
    const int CutOffs = 101;

    // Gaps in recall are bridged with the precision of the higher recall, but for a last part of at most this.
    const double RecallStepMax = 0.05;

    /// <summary>Scores detections of one class.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="level">1 or 2: missed truths of a higher level do not count as missed; found ones do.</param>
    /// <param name="overlapMin">Least IoU in space of a hit: 0.7 for vehicles, 0.5 for others.</param>
    /// <returns>Null if no truth counts.</returns>
    public static WaymoScore? Of(IReadOnlyList<LidarFrame> frames, int level, double overlapMin)
    {
        if (!frames.Any(frame => frame.Truths.Any(truth => truth.Level <= level)))
            return null;
        Span<(int Right, int Found, int Missed, double Headings)> sums = new (
            int Right,
            int Found,
            int Missed,
            double Headings
        )[CutOffs];
        foreach (var frame in frames)
            Add(frame, level, overlapMin, sums);
        var points = new List<(double Recall, double Precision, double Weighted)>();
        foreach (var (right, found, missed, headings) in sums)
            // Where nothing was found precision is 1 by the rules, and has no part in the curve.
            if (right > 0)
                points.Add((right / (double)(right + missed), right / (double)found, headings / found));
        return new(
            Area([.. points.Select(static point => (point.Recall, point.Precision))]),
            Area([.. points.Select(static point => (point.Recall, point.Weighted))])
        );
    }

    /// <summary>The class of a range: [0, 30), [30, 50) and from 50 m on.</summary>
    public static int Range(in Box3 box) =>
        Math.Sqrt(box.X * box.X + box.Y * box.Y) switch
        {
            < 30 => 0,
            < 50 => 1,
            _ => 2,
        };

    static void Add(
        LidarFrame frame,
        int level,
        double overlapMin,
        Span<(int Right, int Found, int Missed, double Headings)> sums
    )
    {
        List<(int Truth, int Detection, int Weight)> pairs = [];
        for (var t = 0; t < frame.Truths.Count; t++)
        for (var d = 0; d < frame.Detections.Count; d++)
            if (RotatedIou.Volume(frame.Truths[t].Box, frame.Detections[d].Box) is var iou && iou >= overlapMin)
                pairs.Add((t, d, (int)(iou * 1000)));
        List<(int Truth, int Detection, int Weight)>? last = null;
        List<(int Truth, int Detection)> matches = [];
        for (var cut = 0; cut < CutOffs; cut++)
        {
            var least = cut / 100.0;
            var left = pairs.FindAll(pair => frame.Detections[pair.Detection].Score >= least);
            if (last is null || left.Count != last.Count)
                matches = LargestMatching.Of(left);
            last = left;
            ref var sum = ref sums[cut];
            sum.Right += matches.Count;
            sum.Found += frame.Detections.Count(found => found.Score >= least);
            var taken = matches.ToDictionary(static match => match.Truth, static match => match.Detection);
            for (var t = 0; t < frame.Truths.Count; t++)
                if (taken.TryGetValue(t, out var d))
                    sum.Headings += 1 - Turn(frame.Truths[t].Box.Heading - frame.Detections[d].Box.Heading) / Math.PI;
                else if (frame.Truths[t].Level <= level)
                    sum.Missed++;
        }
    }

    /// <summary>The size of a turn, in [0, π].</summary>
    static double Turn(double angle) => Math.Abs(Math.IEEERemainder(angle, 2 * Math.PI));

    static double Area((double Recall, double Precision)[] points)
    {
        // The best of each recall, then made non-increasing from the right.
        var curve = points
            .GroupBy(static point => point.Recall)
            .Select(static group => (Recall: group.Key, Precision: group.Max(static point => point.Precision)))
            .OrderBy(static point => point.Recall)
            .ToArray();
        for (var i = curve.Length - 2; i >= 0; i--)
            curve[i].Precision = Math.Max(curve[i].Precision, curve[i + 1].Precision);
        var area = 0.0;
        for (var i = 0; i < curve.Length; i++)
        {
            var (before, precision) = i == 0 ? (0, curve[0].Precision) : curve[i - 1];
            var gap = curve[i].Recall - before;
            // A gap of exactly one step, but for rounding, is a last part.
            var flat = RecallStepMax * (Math.Ceiling(gap / RecallStepMax - 1e-9) - 1);
            area += flat * curve[i].Precision + (gap - flat) * (precision + curve[i].Precision) / 2;
        }
        return area;
    }
}
