using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Scoring;

/// <summary>Scores files of boxes in pictures.</summary>
static class BoxScoring
{
    static readonly string[] CocoNames =
    [
        "AP",
        "AP50",
        "AP75",
        "AP small",
        "AP medium",
        "AP large",
        "AR 1",
        "AR 10",
        "AR 100",
        "AR small",
        "AR medium",
        "AR large",
    ];

    /// <summary>COCO: an annotation file and a result file.</summary>
    public static ScoreReport Coco(string truthPath, string predictionsPath)
    {
        var truth = CocoFile.Read(truthPath);
        var found = CocoResults.Read(predictionsPath, truth);
        var categories = truth.Categories.Select(static category => category.Id).ToHashSet();
        List<string> remarks = [];
        // What pycocotools leaves out without a word.
        Remark(truth.Annotations.Count(one => truth.Find(one.Image) is null), "annotations of unknown images");
        Remark(truth.Annotations.Count(one => !categories.Contains(one.Category)), "annotations of unknown categories");
        Remark(found.Count(one => !categories.Contains(one.Category)), "detections of unknown categories");
        void Remark(int count, string what)
        {
            if (count > 0)
                remarks.Add($"{count} {what} are left out.");
        }
        var score = CocoAp.Of(
            [.. categories],
            [
                .. truth
                    .Annotations.Where(one => truth.Find(one.Image) is not null)
                    .Select(static one => new TruthBox(one.Image, one.Category, one.Box, one.Area, one.Crowd)),
            ],
            found
        );
        if (score.Ap < 0)
            remarks.Add("There is no truth to score by: the numbers are -1.");
        var names = truth.Categories.ToDictionary(static category => category.Id, static category => category.Name);
        var perCategory = new JsonObject();
        foreach (var (id, ap, ap50, ap75) in score.PerCategory)
            perCategory[id.ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["name"] = names[id],
                ["ap"] = ap,
                ["ap50"] = ap50,
                ["ap75"] = ap75,
            };
        return new(
            new()
            {
                ["stats"] = ScoreReport.Numbers(score.Stats.Select(static value => (double?)value)),
                ["perCategory"] = perCategory,
            },
            [
                .. CocoNames.Zip(score.Stats, static (name, value) => (name, Known(value))),
                .. score.PerCategory.Select(one => ($"AP of {names[one.Category]}", Known(one.Ap))),
            ],
            [.. remarks]
        );
    }

    static double? Known(double value) => value < 0 ? null : value;

    /// <summary>VOC: a folder of XML files, and a folder of <c>…_CLASS.txt</c> with lines
    /// <c>image score xmin ymin xmax ymax</c>.</summary>
    /// <param name="truthFolder">The set, or its folder Annotations.</param>
    /// <param name="predictionsFolder">A file a class.</param>
    /// <param name="split">Name of a list of images in ImageSets/Main; null: all.</param>
    public static ScoreReport Voc(string truthFolder, string predictionsFolder, string? split)
    {
        var report = new DataReport();
        var (names, truths, images) = VocTruths(truthFolder, split, report);
        List<DetectedBox> found = [];
        var files = TextLines.Files(predictionsFolder, ".txt");
        foreach (var file in files)
        {
            var stem = Path.GetFileNameWithoutExtension(file);
            // A class may have an underscore in its name, so the longest that fits is meant.
            var name =
                names
                    .Where(one => stem == one || stem.EndsWith("_" + one, StringComparison.Ordinal))
                    .MaxBy(static one => one.Length)
                ?? throw new RequestException(
                    $"'{Path.Combine(predictionsFolder, file)}' is named for no class; the truth has "
                        + $"{string.Join(", ", names)}.",
                    "Name each file for its class: comp4_det_test_dog.txt or dog.txt."
                );
            ReadVocResults(Path.Combine(predictionsFolder, file), names.IndexOf(name), images, found);
        }
        if (files.Length == 0)
            throw new RequestException($"'{predictionsFolder}' has no .txt file; a file a class was expected.");
        long[] ids = [.. Enumerable.Range(0, names.Count)];
        var every = VocMap.Of(ids, truths, found, VocForm.EveryPoint);
        var eleven = VocMap.Of(ids, truths, found, VocForm.ElevenPoints);
        var perClass = new JsonObject();
        for (var i = 0; i < names.Count; i++)
            perClass[names[i]] = new JsonObject
            {
                ["ap"] = ScoreReport.Number(every.PerCategory[i].Ap),
                ["ap07"] = ScoreReport.Number(eleven.PerCategory[i].Ap),
            };
        return new(
            new()
            {
                ["map"] = ScoreReport.Number(every.Mean),
                ["map07"] = ScoreReport.Number(eleven.Mean),
                ["perClass"] = perClass,
            },
            [
                ("mAP (every point)", every.Mean),
                ("mAP (11 points)", eleven.Mean),
                .. every.PerCategory.Select(one => ($"AP of {names[(int)one.Category]}", one.Ap)),
            ],
            [.. report.Faults.Select(static fault => $"{fault.Kind}: {fault.Count} ({fault.Places[0]}, …).")]
        );
    }

    static (List<string> Names, List<TruthBox> Truths, Dictionary<string, long> Images) VocTruths(
        string folder,
        string? split,
        DataReport report
    )
    {
        var inside = Path.Combine(folder, "Annotations");
        var annotations = Directory.Exists(inside) ? inside : folder;
        var wanted = split is null ? null : VocFolder.Split(folder, split).ToHashSet();
        List<(long Image, VocObject Object)> objects = [];
        Dictionary<string, long> images = [];
        foreach (var name in TextLines.Files(annotations, ".xml"))
        {
            var stem = Path.GetFileNameWithoutExtension(name);
            if (wanted is not null && !wanted.Remove(stem))
                continue;
            images[stem] = images.Count;
            foreach (var one in VocFile.Read(Path.Combine(annotations, name), report).Objects)
                objects.Add((images[stem], one));
        }
        if (wanted is { Count: > 0 })
            throw new RequestException(
                $"'{annotations}' lacks {wanted.Count} images of the list '{split}': {wanted.First()}, …."
            );
        if (images.Count == 0)
            throw new RequestException($"'{annotations}' has no .xml file; annotations of VOC were expected.");
        var names = objects.Select(static one => one.Object.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        return (
            names,
            [
                .. objects.Select(one => new TruthBox(
                    one.Image,
                    names.IndexOf(one.Object.Name),
                    one.Object.Box,
                    one.Object.Box.Area,
                    one.Object.Difficult
                )),
            ],
            images
        );
    }

    static void ReadVocResults(string path, int category, Dictionary<string, long> images, List<DetectedBox> found)
    {
        var number = 0;
        foreach (var line in TextLines.Read(path))
        {
            number++;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
                continue;
            if (words.Length != 6)
                throw new RequestException(
                    $"'{path}', line {number}: image score xmin ymin xmax ymax were expected, "
                        + $"found {words.Length} columns."
                );
            if (!images.TryGetValue(words[0], out var image))
                throw new RequestException($"'{path}', line {number}: the truth has no image '{words[0]}'.");
            double Number(int column) => TextLines.Number(path, number, column + 1, words[column]);
            var box = Box.OfCorners(Number(2) - 1, Number(3) - 1, Number(4), Number(5));
            found.Add(new(image, category, box, Number(1)));
        }
    }
}
