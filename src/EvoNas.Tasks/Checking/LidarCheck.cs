using EvoNas.Tasks.Data;
using EvoNas.Tasks.Drawings;
using EvoNas.Tasks.Lidar;

namespace EvoNas.Tasks.Checking;

/// <summary>Looks at lidar frames: most sets that score 0 have boxes where no points are.</summary>
static class LidarCheck
{
    const int SamplesMax = 12;

    // The range of OpenPCDet's pointpillar.yaml.
    static readonly (double Min, double Max)[] KittiRange = [(0, 69.12), (-39.68, 39.68), (-3, 1)];

    static readonly (double Min, double Max)[] WideRange = [(-74.88, 74.88), (-74.88, 74.88), (-2, 4)];

    /// <summary>Reads all frames.</summary>
    public static DataCheck Of(LidarFolder folder, DataReport report)
    {
        var range = folder.IsKitti ? KittiRange : WideRange;
        long points = 0,
            pointsIn = 0,
            boxes = 0,
            boxesIn = 0,
            empty = 0,
            inside = 0;
        var classes = new SortedDictionary<string, long>(StringComparer.Ordinal);
        List<Sample> samples = [];
        var drawn = DataCheck.Spread(folder.Frames.Length, SamplesMax).ToHashSet();
        for (var i = 0; i < folder.Frames.Length; i++)
        {
            LabelledFrame frame;
            try
            {
                frame = folder.Read(folder.Frames[i]);
            }
            catch (RequestException damaged)
            {
                report.Count("frames that cannot be used: left out", damaged.Message);
                continue;
            }
            if (frame.Points.Dropped > 0)
                report.Count("frames with points that are NaN or infinite: these are left out", frame.Name);
            points += frame.Points.Count;
            for (var p = 0; p < frame.Points.Values.Length; p += frame.Points.Columns)
                if (Within(range, frame.Points.Values[p], frame.Points.Values[p + 1], frame.Points.Values[p + 2]))
                    pointsIn++;
            foreach (var one in frame.Objects)
            {
                boxes++;
                classes[one.Class] = classes.GetValueOrDefault(one.Class) + 1;
                boxesIn += Within(range, one.Box.X, one.Box.Y, one.Box.Z) ? 1 : 0;
                var within = LidarPoints.Inside(frame.Points, one.Box).Length / PointCloud.ColumnsMax;
                inside += within;
                empty += within == 0 ? 1 : 0;
            }
            if (drawn.Contains(i))
                samples.Add(Sample.OfFrame(frame, range));
        }
        var facts = new List<(string, string)>
        {
            ("frames", DataCheck.Text(folder.Frames.Length)),
            ("points a frame", DataCheck.Text(folder.Frames.Length == 0 ? 0 : points / folder.Frames.Length)),
            ("points in the usual range", Share(pointsIn, points)),
            ("boxes", DataCheck.Text(boxes)),
            ("boxes in the usual range", Share(boxesIn, boxes)),
            ("boxes without a point inside", Share(empty, boxes)),
            ("points inside a box, on average", DataCheck.Text(boxes == 0 ? 0 : inside / boxes)),
        };
        if (empty > boxes / 2)
            report.Count(
                "more than half of the boxes hold no point: check centre or bottom, axes and calibration",
                $"{empty} of {boxes}"
            );
        if (folder.IsKitti)
            CheckImageBoxes(folder, report);
        return new(
            folder.IsKitti ? "kitti" : "lidar",
            "lidar",
            facts,
            [.. classes.Select(static one => (one.Key, one.Value))],
            report.Faults,
            samples
        );
    }

    // Below 25 pixels an object is of no difficulty, and KITTI's AP of such a set is 0.
    static void CheckImageBoxes(LidarFolder folder, DataReport report)
    {
        var (objects, flat) = (0, 0);
        foreach (var name in folder.Frames)
        {
            KittiObject[] labels;
            try
            {
                labels = KittiLabels.Read(Path.Combine(folder.Labels, name + ".txt"), scored: false);
            }
            catch (RequestException)
            {
                continue; // It was counted above.
            }
            objects += labels.Count(static one => !one.IsDontCare);
            flat += labels.Count(static one => !one.IsDontCare && one.Image.Height == 0);
        }
        if (flat > 0)
            report.Count(
                "objects whose box in the image has the height 0: they are of no difficulty unless all are so",
                $"{flat} of {objects}"
            );
    }

    static bool Within((double Min, double Max)[] range, double x, double y, double z) =>
        x >= range[0].Min
        && x <= range[0].Max
        && y >= range[1].Min
        && y <= range[1].Max
        && z >= range[2].Min
        && z <= range[2].Max;

    static string Share(long part, long all) =>
        all == 0 ? "none" : $"{DataCheck.Text(part)} ({DataCheck.Text(100.0 * part / all)} %)";
}
