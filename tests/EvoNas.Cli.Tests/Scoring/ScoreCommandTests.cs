namespace EvoNas.Cli.Tests.Scoring;

public sealed class ScoreCommandTests : IDisposable
{
    const string Truth = """
        {"images": [{"id": 1, "file_name": "a.jpg"}], "categories": [{"id": 7, "name": "dog"}],
         "annotations": [{"id": 0, "image_id": 1, "category_id": 7, "bbox": [0, 0, 40, 40], "area": 1600}]}
        """;

    const string Found = """[{"image_id": 1, "category_id": 7, "bbox": [0, 0, 40, 40], "score": 0.5}]""";

    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public void CocosTwelveNumbersAreJson()
    {
        var json = _some.Json("score", "--format", "coco", "--truth", At(Truth), "--predictions", At(Found, "found"));
        double[] expected = [1, 1, 1, -1, 1, -1, 1, 1, 1, -1, 1, -1];
        Assert.Equal(expected, json["stats"]!.AsArray().Select(number => Math.Round((double)number!, 9)));
        Assert.Equal("dog", (string)json["perCategory"]!["7"]!["name"]!);
    }

    [Fact]
    public void APersonReadsATable()
    {
        var said = _some.Said("score", "--format", "coco", "--truth", At(Truth), "--predictions", At(Found, "found"));
        Assert.Matches("\nAP75 +1\\.0000\n", said);
        Assert.Matches("\nAP small +-\n", said);
    }

    [Theory]
    [InlineData("There is no format called 'coc'.", "--format", "coc")]
    [InlineData("evonas score needs --format", "--truth", "x")]
    [InlineData("evonas score needs --predictions", "--format", "coco", "--truth", "TRUTH")]
    [InlineData(
        "--truth: there is no file or folder 'gone'",
        "--format",
        "coco",
        "--truth",
        "gone",
        "--predictions",
        "gone"
    )]
    [InlineData("--iou is for waymo", "--format", "coco", "--truth", "TRUTH", "--predictions", "TRUTH", "--iou", "0.5")]
    [InlineData("must be a list of detections", "--format", "coco", "--truth", "TRUTH", "--predictions", "TRUTH")]
    public void WhatIsWrongIsOneErrorWithExitTwo(string expected, params string[] args)
    {
        var truth = At(Truth);
        var (code, said, error) = _some.Run(["score", .. args.Select(arg => arg == "TRUTH" ? truth : arg)]);
        Assert.Equal((2, ""), (code, said));
        Assert.Contains(expected, error);
        Assert.Single(error.Split('\n'), line => line.StartsWith("error:"));
    }

    [Fact]
    public void ADataSetIsCheckedAndDrawn()
    {
        var folder = Path.Combine(_some.Home, "lidar");
        Directory.CreateDirectory(Path.Combine(folder, "points"));
        Directory.CreateDirectory(Path.Combine(folder, "labels"));
        File.WriteAllBytes(Path.Combine(folder, "points", "1.bin"), new byte[32]);
        File.WriteAllText(Path.Combine(folder, "labels", "1.txt"), "0 0 0 4 2 1.5 0 vehicle 1\n");
        var page = Path.Combine(_some.Home, "page.html");
        var json = _some.Json("data", "check", folder, "--page", page);
        Assert.Equal(("lidar", 1), ((string)json["kind"]!, (int)json["classes"]!["vehicle"]!));
        Assert.Empty(json["faults"]!.AsArray());
        Assert.Contains("<polygon", File.ReadAllText(page));
        Assert.Contains("Nothing wrong was found.", _some.Said("data", "check", folder, "--page", page));
    }

    string At(string text, string name = "truth") => _some.Write(name + ".json", text);
}
