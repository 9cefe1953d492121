using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public sealed class CocoApTests : IDisposable
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("coco-ap", "cases", "name");

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => Oracle.Names(All);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void TheTwelveNumbersAreThoseOfPycocotools(string name)
    {
        var expected = All[name]["expected"]!;
        var score = Score(All[name]);
        var stats = expected["stats"]!.Numbers();
        for (var i = 0; i < 12; i++)
            Assert.True(Math.Abs(stats[i] - score.Stats[i]) < 1e-9, $"number {i}: {stats[i]}, not {score.Stats[i]}");
        foreach (var (category, ap, ap50, _) in score.PerCategory)
        {
            Assert.Equal((double)expected["ap_per_category"]![category.ToString()]!, ap, 1e-9);
            Assert.Equal((double)expected["ap50_per_category"]![category.ToString()]!, ap50, 1e-9);
        }
        Assert.Equal(expected["ap_per_category"]!.AsObject().Count, score.PerCategory.Length);
    }

    [Fact]
    public void AnAnnotationWithIdZeroIsFound()
    {
        var quirk = Oracle.Read("coco-ap")["quirks"]![0]!.AsObject();
        Assert.Equal(quirk["right"]!["stats"]!.Numbers(), Score(quirk).Stats.Select(one => Math.Round(one, 9)));
    }

    [Fact]
    public void DetectionsOfUnknownCategoriesChangeNothing()
    {
        TruthBox[] truths = [new(1, 1, new(0, 0, 10, 10), 100, false)];
        DetectedBox[] found = [new(1, 1, new(0, 0, 10, 10), 0.5), new(1, 9, new(0, 0, 10, 10), 0.9)];
        Assert.Equal(1, CocoAp.Of([1], truths, found).Ap, 1e-9);
    }

    CocoScore Score(JsonObject single)
    {
        var truth = CocoFile.Read(_folder.Write("truth.json", single.ToJsonString()));
        var found = CocoResults.Read(_folder.Write("found.json", single["detections"]!.ToJsonString()), truth);
        return CocoAp.Of(
            [.. truth.Categories.Select(category => category.Id)],
            [.. truth.Annotations.Select(one => new TruthBox(one.Image, one.Category, one.Box, one.Area, one.Crowd))],
            found
        );
    }
}
