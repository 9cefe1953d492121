using System.CommandLine;
using System.Globalization;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Reports;
using EvoNas.Tasks.Scoring;

namespace EvoNas.Cli.Scoring;

/// <summary><c>evonas score</c>: how good files of predictions are.</summary>
static class ScoreCommand
{
    static readonly string[] Formats = ["coco", "voc", "kitti", "waymo", "miou", "dice"];

    public static Verb Make(Terminal terminal)
    {
        var format = Options.Text("--format", "FORMAT", string.Join(", ", Formats));
        var truth = Options.Text("--truth", "PATH", "Annotations: a file (coco) or a folder");
        var predictions = Options.Text("--predictions", "PATH", "Results: a file (coco) or a folder");
        var split = Options.Text(
            "--split",
            "LIST",
            "voc: a list of ImageSets/Main; kitti, waymo: a file with a frame a line [all]"
        );
        var classes = Options.Text("--classes", "N", "miou, dice: number of classes [as many as occur]");
        var ignore = Options.Text("--ignore", "LABEL", "miou: label of the truth that does not count [255]");
        var iou = Options.Text("--iou", "IOU", "waymo: least overlap of a hit [0.7 for vehicles, 0.5 for others]");
        var distances = Options.Flag("--distances", "dice: HD95 and ASSD as well");
        var json = Options.Json("The numbers");
        return new Verb("score", "Score files of predictions as COCO, VOC, KITTI, Waymo, mean IoU or Dice do")
        {
            Notes = "kitti gives percent, all others numbers from 0 to 1. Conventions: docs/scoring.md.",
        }
            .Takes("Files", format, truth, predictions)
            .Takes("Metric", split, classes, ignore, iou, distances)
            .Takes("Output", json)
            .Example(
                "evonas score --format coco --truth instances.json --predictions results.json",
                "the twelve numbers of COCO"
            )
            .Example("evonas score --format kitti --truth label_2 --predictions results --json", "R40 and R11")
            .Example("evonas score --format dice --truth labelsTs --predictions predicted", "volumes or masks")
            .Does(parsed =>
            {
                string Given(Option<string?> option) =>
                    parsed.GetValue(option) is { Length: > 0 } value
                        ? value
                        : throw new RequestException(
                            $"evonas score needs {option.Name}: {option.HelpName}.",
                            "See evonas score --help."
                        );
                var kind = Given(format);
                if (!Formats.Contains(kind))
                    throw Nearest.Unknown("format", kind, Formats);
                Refuse(parsed, kind, (split, ["voc", "kitti", "waymo"]), (classes, ["miou", "dice"]));
                Refuse(parsed, kind, (ignore, ["miou"]), (iou, ["waymo"]), (distances, ["dice"]));
                var (from, to) = (Existing(Given(truth), truth), Existing(Given(predictions), predictions));
                var count = parsed.GetValue(classes) is null ? null : (int?)parsed.Whole(classes, 0, 1, 1000);
                var report = kind switch
                {
                    "coco" => BoxScoring.Coco(from, to),
                    "voc" => BoxScoring.Voc(from, to, parsed.GetValue(split)),
                    "kitti" => LidarScoring.Kitti(from, to, parsed.GetValue(split)),
                    "waymo" => LidarScoring.Waymo(from, to, parsed.GetValue(split), Overlap(parsed, iou)),
                    "miou" => LabelScoring.Miou(from, to, count, (int)parsed.Whole(ignore, 255, -1, 65535)),
                    _ => LabelScoring.OfDice(from, to, count, parsed.GetValue(distances)),
                };
                foreach (var remark in report.Remarks)
                    Failure.Warn(terminal, remark);
                if (parsed.GetValue(json))
                    terminal.WriteJson(report.Json);
                else
                    Write(terminal, report);
                return Exit.Done;
            });
    }

    static string Existing(string path, Option option) =>
        File.Exists(path) || Directory.Exists(path)
            ? path
            : throw new RequestException($"{option.Name}: there is no file or folder '{path}'.");

    static double? Overlap(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
            return null;
        return
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value is > 0 and <= 1
            ? value
            : throw new RequestException($"{option.Name} is '{text}'; it takes a number above 0, at most 1.");
    }

    static void Refuse(ParseResult parsed, string kind, params (Option Option, string[] Formats)[] options)
    {
        foreach (var (option, formats) in options)
            if (parsed.GetResult(option) is { Implicit: false } && !formats.Contains(kind))
                throw new RequestException(
                    $"{option.Name} is for {string.Join(" and ", formats)}; the format is {kind}.",
                    "Leave it out."
                );
    }

    static void Write(Terminal terminal, ScoreReport report)
    {
        var rows = new Listing(("METRIC", Listing.Kind.Text), ("VALUE", Listing.Kind.Number));
        foreach (var (name, value) in report.Rows)
            rows.Add(name, value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-");
        rows.Write(terminal);
    }
}
