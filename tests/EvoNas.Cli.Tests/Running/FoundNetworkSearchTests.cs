using System.Text.Json.Nodes;
using EvoNas.Cli.Tests.Processes;
using EvoNas.Hosting.Workers;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Tests.Support;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches that build on the network of an earlier one, with worker processes that train.</summary>
public sealed class FoundNetworkSearchTests : IDisposable
{
    readonly Some _some = new();
    readonly TinySet _images = new TinySet().WithFashionMnist(train: 24, test: 4);

    public void Dispose()
    {
        _some.Dispose();
        _images.Dispose();
    }

    async Task<string> Said(params string[] args)
    {
        var device = args[0] == "train" ? "--device" : "--devices";
        using var program = ProgramTests.Start(_some, [.. args, "--data", _images.Root, device, "cpu"]);
        var (said, error) = (program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        await program.WaitForExitAsync().WaitAsync(ProgramTests.Patience);
        Assert.True(program.ExitCode == 0, $"{await said}\n{await error}");
        return await said;
    }

    static readonly string[] _short =
    [
        "--slots",
        "1",
        "--steps",
        "1",
        "--image-side",
        "32",
        "--train-images",
        "8",
        "--validation-images",
        "4",
        "--batch-size",
        "4",
        "--measure-latency",
        "false",
    ];

    // Of one search: another task and its data, other data of its own task, and other cells over its backbone.
    [Fact]
    public async Task AFoundNetworkGoesToOtherDataAndTasksAndUnderOtherCells()
    {
        await Said([
            "search",
            "--name",
            "scenes",
            "--space",
            "mnasnet",
            "--task",
            "detection",
            "--limit",
            "parameters<=2M",
            "--budget",
            "1",
            .. _short,
        ]);
        var found = _some.Json("lineage", "scenes")[0]!["genotype"]!.ToString();

        string[] classified = ["--task", "classification", "--data-set", "fashion-mnist"];
        var classes = await Said(["train", "--search", "scenes", .. classified, .. _short[2..]]);
        Assert.Contains($"mnasnet {found}", classes);
        Assert.Contains("Fashion-MNIST at 32×32", classes);
        Assert.Contains("untouched test set", classes);

        WriteCoco(Path.Combine(_images.Root, "photos"));
        var photos = await Said(["train", "--search", "scenes", "--data-set", "photos", .. _short[2..]]);
        Assert.Contains($"mnasnet {found}", photos);
        Assert.Contains("photos at 32×32", photos);
        Assert.Contains("AP ", photos);

        string[] over = ["--space", "nasfpn", "--task", "detection", "--network-of", "scenes"];
        await Said(["search", "--name", "cells", .. over, "--budget", "1", .. _short]);
        var space = JsonNode.Parse(File.ReadAllText(Path.Combine(_some.Home, "searches", "cells", "space.json")))!;
        Assert.Equal(found, space["network"]!["genotype"]!.ToString());
        Assert.Equal(1, (int)_some.Json("status", "cells")["scored"]!);
    }

    // Pictures of a bright square each.
    static void WriteCoco(string folder)
    {
        const int Count = 14,
            Side = 32;
        Directory.CreateDirectory(folder);
        var pixels = new byte[3 * Side * Side];
        for (var row = 8; row < 16; row++)
            pixels.AsSpan(3 * (row * Side + 16), 3 * 8).Fill(250);
        var (images, boxes) = (new JsonArray(), new JsonArray());
        for (var i = 0; i < Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), PngFile.Rgb(Side, Side, pixels));
            images.Add(
                new JsonObject
                {
                    ["id"] = i,
                    ["file_name"] = $"{i}.png",
                    ["width"] = Side,
                    ["height"] = Side,
                }
            );
            boxes.Add(
                new JsonObject
                {
                    ["id"] = i + 1,
                    ["image_id"] = i,
                    ["category_id"] = 7,
                    ["bbox"] = new JsonArray(16, 8, 8, 8),
                }
            );
        }
        var file = new JsonObject
        {
            ["images"] = images,
            ["categories"] = new JsonArray(new JsonObject { ["id"] = 7, ["name"] = "square" }),
            ["annotations"] = boxes,
        };
        File.WriteAllText(Path.Combine(folder, "instances.json"), file.ToJsonString());
    }

    [Fact]
    public async Task PoliciesTrainAFoundNetworkAndTheBestIsComparedWithNone()
    {
        await Said([
            "search",
            "--name",
            "scenes",
            "--space",
            "mnasnet",
            "--task",
            "detection",
            "--limit",
            "parameters<=2M",
            "--budget",
            "1",
            .. _short,
        ]);
        var found = _some.Json("lineage", "scenes")[0]!["genotype"]!.ToString();
        Assert.NotNull(new SampleShelf(Path.Combine(_some.Home, "searches", "scenes", "samples")).Find(1));

        var said = await Said([
            "search",
            "--name",
            "policies",
            "--space",
            "randaugment_detection",
            "--network-of",
            "scenes",
            "--policy-repeats",
            "2",
            "--budget",
            "2",
            .. _short,
        ]);

        Assert.Contains("no policy: ap 0.", said);
        Assert.Contains("The best policy does not beat none by more than 2 sd", said);
        var folder = Path.Combine(_some.Home, "searches", "policies");
        var space = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "space.json")))!;
        Assert.Equal(found, space["network"]!["genotype"]!.ToString());
        Assert.Equal("search_proxy", space["network"]!["profile"]!.ToString());
        // Every training has ended, so nothing is trained again.
        var file = Path.Combine(folder, "policies.json");
        var written = File.ReadAllText(file);
        var kept = JsonNode.Parse(written)!;
        Assert.Equal(4, kept["trainings"]!.AsArray().Count);
        Assert.StartsWith("randaugment_detection ", kept["policy"]!.ToString());
        Assert.Contains("does not beat none", await Said("resume", "policies"));
        Assert.Equal(written, File.ReadAllText(file));
        // What is missing is made up for.
        kept["trainings"]!.AsArray().RemoveAt(3);
        File.WriteAllText(file, kept.ToJsonString());
        var lines = await Said("resume", "policies", "--json");
        var compared = JsonNode.Parse(lines.TrimEnd('\n').Split('\n')[^1])!["comparison"]!;
        Assert.Equal(4, compared["trainings"]!.AsArray().Count);
        Assert.Contains("does not beat none", compared["verdict"]!.ToString());

        var report = Path.Combine(_some.Home, "report.html");
        _some.Said("report", "policies", "--output", report);
        Assert.Contains("The best policy against none", File.ReadAllText(report));
    }
}
