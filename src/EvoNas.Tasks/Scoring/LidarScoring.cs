using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Scoring;

/// <summary>Scores folders of boxes in space, a text file a frame.</summary>
static class LidarScoring
{
    static readonly string[] Difficulties = ["easy", "moderate", "hard"];
    static readonly string[] Ranges = ["0-30", "30-50", "50-inf"];

    /// <summary>KITTI: label_2 and results.</summary>
    /// <param name="truthFolder">The set, or its folder label_2.</param>
    /// <param name="predictionsFolder">Results, or the folder above their folder data.</param>
    /// <param name="split">A file with a frame a line; null: all that have labels.</param>
    public static ScoreReport Kitti(string truthFolder, string predictionsFolder, string? split)
    {
        List<string> remarks = [];
        var frames = Pairs(Inside(truthFolder, "label_2"), Inside(predictionsFolder, "data"), split, remarks)
            .Select(static pair => new KittiFrame(
                KittiLabels.Read(pair.Truth, scored: false),
                pair.Prediction is null ? [] : KittiLabels.Read(pair.Prediction, scored: true)
            ))
            .ToArray();
        if (!KittiAp.HasImageBoxes(frames))
            remarks.Add(
                "All boxes in the image have the height 0: difficulties go by occlusion and truncation alone, "
                    + "and bbox and aos have no value."
            );
        var json = new JsonObject();
        List<(string, double?)> rows = [];
        foreach (var type in KittiAp.Classes)
        {
            var score = KittiAp.Of(frames, type);
            var entry = Kitti(score.Strict);
            entry["loose"] = Kitti(score.Loose);
            entry["truths"] = new JsonArray([.. score.Truths.Select(static count => JsonValue.Create(count))]);
            json[type] = entry;
            foreach (var (metric, curve) in Metrics(score.Strict))
                for (var d = 0; d < 3; d++)
                    rows.Add(($"{type} {metric} R40 {Difficulties[d]}", curve?.R40[d]));
            if (score.Truths.Any(static count => count is > 0 and < KittiAp.TruthsForR40))
                remarks.Add(
                    $"{type} has {string.Join(", ", score.Truths)} truths (easy, moderate, hard); with fewer than "
                        + $"{KittiAp.TruthsForR40} even a perfect detector stays below 100."
                );
        }
        return new(json, [.. rows], [.. remarks]);
    }

    static JsonObject Kitti(KittiClassScore score)
    {
        var json = new JsonObject();
        foreach (var (metric, curve) in Metrics(score))
            json[metric] = curve is null
                ? null
                : new JsonObject { ["r40"] = ScoreReport.Numbers(curve.R40), ["r11"] = ScoreReport.Numbers(curve.R11) };
        return json;
    }

    static (string Metric, KittiCurve? Curve)[] Metrics(KittiClassScore score) =>
        [("3d", score.Box3), ("bev", score.Bev), ("bbox", score.Bbox), ("aos", score.Aos)];

    /// <summary>Plain frames, by the rules of the Waymo Open Dataset.</summary>
    /// <param name="truthFolder">The set, or its folder labels.</param>
    /// <param name="predictionsFolder">Results.</param>
    /// <param name="split">A file with a frame a line; null: all that have labels.</param>
    /// <param name="iou">Least overlap; null: 0.7 for vehicles and cars, 0.5 for others.</param>
    public static ScoreReport Waymo(string truthFolder, string predictionsFolder, string? split, double? iou)
    {
        List<string> remarks = [];
        var frames = Pairs(Inside(truthFolder, "labels"), Inside(predictionsFolder, "labels"), split, remarks)
            .Select(static pair =>
                (
                    Truths: LidarLabels.Read(pair.Truth, scored: false),
                    Found: pair.Prediction is null ? [] : LidarLabels.Read(pair.Prediction, scored: true)
                )
            )
            .ToArray();
        var classes = frames
            .SelectMany(static frame => frame.Truths)
            .Select(static truth => truth.Class)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        var unknown = frames.Sum(frame => frame.Found.Count(found => !classes.Contains(found.Class)));
        if (unknown > 0)
            remarks.Add($"{unknown} detections of classes without truths are left out.");
        if (classes.Length == 0)
            throw new RequestException($"'{truthFolder}' has frames, but no object in any of them.");
        var json = new JsonObject();
        List<(string, double?)> rows = [];
        foreach (var name in classes)
        {
            var least = iou ?? (name.ToLowerInvariant() is "vehicle" or "car" ? 0.7 : 0.5);
            LidarFrame[] Of(int? range) =>
                [
                    .. frames.Select(frame => new LidarFrame(
                        [
                            .. frame
                                .Truths.Where(one => one.Class == name && In(one.Box, range))
                                .Select(static one => new LidarTruth(one.Box, one.Level)),
                        ],
                        [
                            .. frame
                                .Found.Where(one => one.Class == name && In(one.Box, range))
                                .Select(static one => new LidarDetection(one.Box, one.Score)),
                        ]
                    )),
                ];
            var all = Of(range: null);
            var entry = Levels(all, least);
            entry["iou"] = least;
            var ranges = new JsonObject();
            for (var range = 0; range < Ranges.Length; range++)
                ranges[Ranges[range]] = Levels(Of(range), least);
            entry["ranges"] = ranges;
            json[name] = entry;
            for (var level = 1; level <= 2; level++)
            {
                var score = WaymoAp.Of(all, level, least);
                rows.Add(($"{name} AP level {level}", score?.Ap));
                rows.Add(($"{name} APH level {level}", score?.Aph));
            }
        }
        return new(json, [.. rows], [.. remarks]);
    }

    static bool In(in Box3 box, int? range) => range is null || WaymoAp.Range(box) == range;

    static JsonObject Levels(LidarFrame[] frames, double iou)
    {
        var json = new JsonObject();
        for (var level = 1; level <= 2; level++)
        {
            var score = WaymoAp.Of(frames, level, iou);
            json[$"level{level}"] = new JsonObject
            {
                ["ap"] = ScoreReport.Number(score?.Ap),
                ["aph"] = ScoreReport.Number(score?.Aph),
            };
        }
        return json;
    }

    static string Inside(string folder, string name) =>
        Path.Combine(folder, name) is var inside && Directory.Exists(inside) ? inside : folder;

    static List<(string Truth, string? Prediction)> Pairs(
        string truths,
        string predictions,
        string? split,
        List<string> remarks
    )
    {
        var frames = TextLines.Files(truths, ".txt");
        if (frames.Length == 0)
            throw new RequestException($"'{truths}' has no .txt file; a file of labels a frame was expected.");
        var found = TextLines.Files(predictions, ".txt").ToHashSet(StringComparer.Ordinal);
        var known = frames.ToHashSet(StringComparer.Ordinal);
        if (found.FirstOrDefault(name => !known.Contains(name)) is { } stray)
            throw new RequestException(
                $"'{Path.Combine(predictions, stray)}' is of a frame that '{truths}' does not have."
            );
        if (split is not null)
            frames = Wanted(split, known);
        var missing = frames.Count(name => !found.Contains(name));
        if (missing == frames.Length)
            throw new RequestException($"'{predictions}' has no file of any frame of '{truths}'.");
        if (missing > 0)
            remarks.Add(
                $"{missing} of {frames.Length} frames have no file of predictions: they count as frames in which "
                    + "nothing was found. Give --split for a part of the set."
            );
        return
        [
            .. frames.Select(name =>
                (Path.Combine(truths, name), found.Contains(name) ? Path.Combine(predictions, name) : null)
            ),
        ];
    }

    static string[] Wanted(string split, HashSet<string> known)
    {
        var names = TextLines
            .Read(split)
            .Select(static line => line.Trim())
            .Where(static line => line.Length > 0)
            .Select(static line => line + ".txt")
            .ToArray();
        return names.FirstOrDefault(name => !known.Contains(name)) is { } unknown
            ? throw new RequestException($"'{split}' names the frame '{unknown[..^4]}', which has no labels.")
            : names;
    }
}
