using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Scoring;

/// <summary>Scores folders of masks or volumes, a pair of files at a time.</summary>
static class LabelScoring
{
    // Instance ids read as labels would ask for a matrix of gigabytes.
    const int ClassesMax = 1000;

    /// <summary>Mean IoU over the whole set.</summary>
    /// <param name="truths">A folder of masks or volumes, or one of them.</param>
    /// <param name="predictions">Files of the same names, or one file.</param>
    /// <param name="classes">Number of classes; null: as many as the labels that occur need.</param>
    /// <param name="ignore">Label of the truth that does not count.</param>
    public static ScoreReport Miou(string truths, string predictions, int? classes, int ignore)
    {
        List<string> remarks = [];
        // Without a number the matrix is as large as the largest label asks for, and cut afterwards.
        var matrix = new ConfusionMatrix(classes ?? 1, ignore);
        foreach (var (truthPath, predictionPath) in Pairs(truths, predictions, remarks))
        {
            var (truth, found) = LabelFile.ReadPair(truthPath, predictionPath);
            var largest = Largest(truth, found, (truthPath, predictionPath), classes, ignore);
            if (largest >= ClassesMax)
                throw new RequestException(
                    $"'{truthPath}' or its prediction has the label {largest}; without --classes at most "
                        + $"{ClassesMax} classes are scored.",
                    "Give --classes and --ignore as the labels mean them."
                );
            if (largest >= matrix.Classes)
                matrix = matrix.Grown(largest + 1);
            matrix.Add(truth.Labels, found.Labels);
        }
        var perClass = new JsonObject();
        List<(string, double?)> rows = [("mIoU", matrix.MeanIou), ("pixel accuracy", matrix.PixelAccuracy)];
        for (var c = 0; c < matrix.Classes; c++)
        {
            perClass[c.ToString(CultureInfo.InvariantCulture)] = ScoreReport.Number(matrix.Iou(c));
            rows.Add(($"IoU of {c}", matrix.Iou(c)));
        }
        if (matrix.MeanIou is null)
            remarks.Add("No pixel counts: there are no numbers.");
        return new(
            new()
            {
                ["mean"] = ScoreReport.Number(matrix.MeanIou),
                ["pixelAccuracy"] = ScoreReport.Number(matrix.PixelAccuracy),
                ["perClass"] = perClass,
            },
            [.. rows],
            [.. remarks]
        );
    }

    /// <summary>Dice of each class: mean over the cases whose truth has it; the mean over classes leaves out class
    /// 0.</summary>
    /// <param name="truths">A folder of masks or volumes, or one of them.</param>
    /// <param name="predictions">Files of the same names, or one file.</param>
    /// <param name="classes">Number of classes; null: those that the truths have.</param>
    /// <param name="distances">Whether HD95 and ASSD are wanted as well.</param>
    public static ScoreReport OfDice(string truths, string predictions, int? classes, bool distances)
    {
        List<string> remarks = [];
        List<(string Name, SortedDictionary<int, (double? Dice, SurfaceScore? Surface)> Scores)> cases = [];
        foreach (var (truthPath, predictionPath) in Pairs(truths, predictions, remarks))
        {
            var (truth, found) = LabelFile.ReadPair(truthPath, predictionPath);
            Largest(truth, found, (truthPath, predictionPath), classes, ignore: null);
            var present = truth.Labels.Concat(found.Labels).Distinct().Select(static label => (int)label);
            SortedDictionary<int, (double?, SurfaceScore?)> scores = [];
            foreach (var label in present.Union(Enumerable.Range(0, classes ?? 0)))
                scores[label] = (
                    Dice.Of(truth.Labels, found.Labels, label),
                    distances && label > 0
                        ? SurfaceDistances.Of(truth.Labels, found.Labels, truth.Shape, truth.Spacing, label)
                        : null
                );
            cases.Add((LabelFile.Stem(Path.GetFileName(truthPath)), scores));
        }
        var labels = cases.SelectMany(static one => one.Scores.Keys).Distinct().Order().ToArray();
        JsonObject PerClass(Func<int, double?> value)
        {
            var json = new JsonObject();
            foreach (var label in labels)
                json[label.ToString(CultureInfo.InvariantCulture)] = ScoreReport.Number(value(label));
            return json;
        }
        double? Over(int label, Func<(double? Dice, SurfaceScore? Surface), double?> value) =>
            Dice.Mean(cases.Select(one => one.Scores.TryGetValue(label, out var score) ? value(score) : null));
        double? DiceOf(int label) => Over(label, static score => score.Dice);
        var mean = Dice.Mean(labels.Where(static label => label > 0).Select(DiceOf));
        var json = new JsonObject { ["mean"] = ScoreReport.Number(mean), ["perClass"] = PerClass(DiceOf) };
        List<(string, double?)> rows =
        [
            ("mean Dice without class 0", mean),
            .. labels.Select(label => ($"Dice of {label}", DiceOf(label))),
        ];
        if (distances)
        {
            double? Hd95(int label) => Over(label, static score => score.Surface?.Hausdorff95);
            double? Assd(int label) => Over(label, static score => score.Surface?.Average);
            json["hd95"] = PerClass(Hd95);
            json["assd"] = PerClass(Assd);
            rows.AddRange(labels.Where(static label => label > 0).Select(label => ($"HD95 of {label}", Hd95(label))));
            rows.AddRange(labels.Where(static label => label > 0).Select(label => ($"ASSD of {label}", Assd(label))));
        }
        var perCase = new JsonObject();
        foreach (var (name, scores) in cases)
            perCase[name] = PerClass(label => scores.TryGetValue(label, out var score) ? score.Dice : null);
        json["perCase"] = perCase;
        var absent = labels.Where(label => DiceOf(label) is null).ToArray();
        if (absent.Length > 0)
            remarks.Add($"No truth has the labels {string.Join(", ", absent)}: they leave the mean.");
        return new(json, [.. rows], [.. remarks]);
    }

    /// <summary>The largest label that counts; one beyond the classes is refused with its place.</summary>
    static int Largest(
        LabelImage truth,
        LabelImage found,
        (string Truth, string Prediction) paths,
        int? classes,
        int? ignore
    )
    {
        var largest = 0;
        for (var i = 0; i < truth.Labels.Length; i++)
        {
            if (truth.Labels[i] == ignore)
                continue;
            Check(truth, i, paths.Truth, "");
            Check(found, i, paths.Prediction, found.Labels[i] == ignore ? " where the truth has another" : "");
        }
        return largest;

        void Check(LabelImage image, int i, string path, string where)
        {
            var label = image.Labels[i];
            if (label < classes || (classes is null && where == ""))
            {
                largest = Math.Max(largest, label);
                return;
            }
            var (_, height, width) = image.Shape;
            var place = $"({i % width}, {i / width % height}, {i / (width * height)})";
            throw new RequestException(
                classes is null
                    ? $"'{path}', place {place}: the label {label} marks what does not count, predicted{where}."
                    : $"'{path}', place {place}: the label {label} is none of {classes} classes.",
                "Give --classes and --ignore as the labels mean them."
            );
        }
    }

    static List<(string Truth, string Prediction)> Pairs(string truths, string predictions, List<string> remarks)
    {
        if (File.Exists(truths) && File.Exists(predictions))
            return [(truths, predictions)];
        var found = ByStem(predictions);
        var known = ByStem(truths);
        if (known.Count == 0)
            throw new RequestException(
                $"'{truths}' has no mask or volume; files that end with {string.Join(", ", LabelFile.Endings)} "
                    + "were expected."
            );
        var missing = known.Keys.Where(stem => !found.ContainsKey(stem)).Order(StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
            throw new RequestException(
                $"'{predictions}' lacks {missing.Length} of {known.Count} files of the truth: "
                    + string.Join(", ", missing.Take(5))
                    + (missing.Length > 5 ? ", …." : ".")
            );
        if (found.Count > known.Count)
            remarks.Add($"{found.Count - known.Count} predictions without a truth are left out.");
        return
        [
            .. known
                .Keys.Order(StringComparer.Ordinal)
                .Select(stem => (Path.Combine(truths, known[stem]), Path.Combine(predictions, found[stem]))),
        ];
    }

    static Dictionary<string, string> ByStem(string folder)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (var name in TextLines.Files(folder, LabelFile.Endings))
            if (!files.TryAdd(LabelFile.Stem(name), name))
                throw new RequestException(
                    $"'{folder}' has two files of one name: {files[LabelFile.Stem(name)]} and {name}."
                );
        return files;
    }
}
