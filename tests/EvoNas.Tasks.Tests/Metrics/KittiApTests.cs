using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public class KittiApTests
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("kitti-ap", "cases", "note");

    public static TheoryData<string> Names => Oracle.Names(All);

    [Theory]
    [MemberData(nameof(Names))]
    public void ThePercentagesAreThoseOfTheOriginal(string name)
    {
        KittiFrame[] frames =
        [
            .. All[name]["frames"]!
                .AsArray()
                .Select(frame => new KittiFrame(Objects(frame!["truth"]!), Objects(frame["detections"]!))),
        ];
        foreach (var type in KittiAp.Classes)
        {
            var score = KittiAp.Of(frames, type);
            foreach (var (found, overlaps) in new[] { (score.Strict, "strict"), (score.Loose, "loose") })
            {
                var expected = All[name]["expected"]![type]![overlaps]!;
                Same(expected["bbox"]!, found.Bbox!, $"{type} {overlaps} bbox");
                Same(expected["bev"]!, found.Bev, $"{type} {overlaps} bev");
                Same(expected["3d"]!, found.Box3, $"{type} {overlaps} 3d");
                Same(expected["aos"]!, found.Aos!, $"{type} {overlaps} aos");
            }
        }
    }

    [Fact]
    public void ImageBoxesThatAreAllZeroAreLeftOut()
    {
        var car = new KittiObject("Car", 0, 0, -10, default, 1.5, 1.6, 4, 2, 1.6, 20, 0.3, 0.9);
        KittiFrame[] frames = [.. Enumerable.Repeat(new KittiFrame([car], [car]), KittiAp.TruthsForR40)];
        Assert.False(KittiAp.HasImageBoxes(frames));
        var (strict, _, truths) = KittiAp.Of(frames, "Car");
        Assert.Null(strict.Bbox);
        Assert.Null(strict.Aos);
        Assert.Equal(100, strict.Box3.R40[0]!.Value, 1e-9);
        Assert.Equal([41, 41, 41], truths);
    }

    static void Same(JsonNode expected, KittiCurve found, string what)
    {
        foreach (var (key, values) in new[] { ("R11", found.R11), ("R40", found.R40) })
            for (var i = 0; i < 3; i++)
            {
                var right = (double?)expected[key]![i];
                Assert.True(
                    right is null ? values[i] is null : Math.Abs(right.Value - values[i]!.Value) < 1e-4,
                    $"{what} {key}[{i}]: {right} expected, {values[i]} found"
                );
            }
    }

    static KittiObject[] Objects(JsonNode list) =>
        [
            .. list.AsArray()
                .Select(one =>
                {
                    var (box, size, place) = (one!["bbox"]!.Numbers(), one["hwl"]!.Numbers(), one["xyz"]!.Numbers());
                    return new KittiObject(
                        (string)one["type"]!,
                        (double)one["truncated"]!,
                        (int)one["occluded"]!,
                        (double)one["alpha"]!,
                        Box.OfCorners(box[0], box[1], box[2], box[3]),
                        size[0],
                        size[1],
                        size[2],
                        place[0],
                        place[1],
                        place[2],
                        (double)one["ry"]!,
                        (double?)one["score"] ?? 0
                    );
                }),
        ];
}
