using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Tasks.Checking;

namespace EvoNas.Cli.Scoring;

/// <summary><c>evonas data</c>: what a data set is, and what is wrong with it.</summary>
static class DataCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config) =>
        new Verb("data", "Look at data sets before a network is trained on them, and make derived ones").With(
            MakeCheck(terminal),
            MakeDataCommand.Make(terminal, config)
        );

    static Verb MakeCheck(Terminal terminal)
    {
        var folder = new Argument<string>("folder") { HelpName = "FOLDER", Description = "The folder of a data set" };
        var annotations = Options.Text("--annotations", "FILE", "COCO's annotation file [the first in the folder]");
        var split = Options.Text("--split", "NAME", "Such as train or val [all]");
        var page = Options.Text("--page", "FILE", "Where the page of samples is written [data-check.html]");
        var json = Options.Json("What was found");
        return new Verb("check", "Say what a data set is and what is wrong with it, and draw a page of samples")
        {
            Notes =
                "COCO, VOC, Cityscapes, folders of masks, KITTI, plain lidar frames, Medical Segmentation Decathlon, "
                + "nnU-Net, a folder a class. The layouts: docs/data.md.",
        }
            .Takes(folder)
            .Takes("Part", annotations, split)
            .Takes("Output", page, json)
            .Example("evonas data check VOC2012", "classes, boxes, damaged pictures")
            .Example("evonas data check kitti --page kitti.html", "boxes from above")
            .Does(parsed =>
            {
                var root = parsed.GetValue(folder)!; // A required argument.
                var found = DataCheck.Of(root, parsed.GetValue(annotations), parsed.GetValue(split));
                var path = Path.GetFullPath(parsed.GetValue(page) ?? "data-check.html");
                File.WriteAllText(path, SamplePage.Of(Path.GetFullPath(root), found));
                if (parsed.GetValue(json))
                    terminal.WriteJson(Json(found, path));
                else
                    Write(terminal, found, path);
                return Exit.Done;
            });
    }

    static JsonObject Json(DataCheck found, string page)
    {
        var (facts, classes) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in found.Facts)
            facts[name] = value;
        foreach (var (name, count) in found.Classes)
            classes[name] = count;
        return new()
        {
            ["kind"] = found.Kind,
            ["task"] = found.Task,
            ["facts"] = facts,
            ["classes"] = classes,
            ["faults"] = new JsonArray([
                .. found.Faults.Select(static fault => new JsonObject
                {
                    ["kind"] = fault.Kind,
                    ["count"] = fault.Count,
                    ["places"] = new JsonArray([.. fault.Places.Select(static place => JsonValue.Create(place))]),
                }),
            ]),
            ["page"] = page,
        };
    }

    static void Write(Terminal terminal, DataCheck found, string page)
    {
        terminal.Out.WriteLine($"{found.Kind}: data for {found.Task}");
        foreach (var (name, value) in found.Facts)
            terminal.Out.WriteLine($"  {name}: {value}");
        var rows = new Listing(("CLASS", Listing.Kind.Long), ("COUNT", Listing.Kind.Number));
        foreach (var (name, count) in found.Classes)
            rows.Add(name, count.ToString("#,0", CultureInfo.InvariantCulture));
        rows.Write(terminal);
        foreach (var (kind, count, places) in found.Faults)
        {
            terminal.Out.WriteLine($"{count} {kind}");
            foreach (var place in places)
                terminal.Out.WriteLine($"  {place}");
        }
        if (found.Faults.Count == 0)
            terminal.Out.WriteLine("Nothing wrong was found.");
        terminal.Out.WriteLine($"Samples to look at: {page}");
    }
}
