using System.Text.Json.Nodes;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public class WaymoApTests
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("waymo-ap", "cases", "note");

    public static TheoryData<string> Names => Oracle.Names(All);

    [Theory]
    [MemberData(nameof(Names))]
    public void ApAndAphFollowThePublishedRules(string name)
    {
        LidarFrame[] frames =
        [
            .. All[name]["frames"]!
                .AsArray()
                .Select(frame => new LidarFrame(
                    [.. frame!["truth"]!.AsArray().Select(one => new LidarTruth(Box(one!), (int)one!["level"]!))],
                    [
                        .. frame["detections"]!
                            .AsArray()
                            .Select(one => new LidarDetection(Box(one!), (double)one!["score"]!)),
                    ]
                )),
        ];
        foreach (var level in new[] { 1, 2 })
        foreach (var overlap in new[] { "0.7", "0.5" })
        {
            var expected = All[name]["expected"]![$"level_{level}_iou_{overlap}"]!;
            var (ap, aph) = WaymoAp.Of(frames, level, overlap == "0.7" ? 0.7 : 0.5)!.Value;
            Assert.Equal((double)expected["ap"]!, ap, 1e-6);
            Assert.Equal((double)expected["aph"]!, aph, 1e-6);
        }
    }

    [Fact]
    public void AFrameWithoutTruthsThatCountHasNoScore() =>
        Assert.Null(WaymoAp.Of([new([new(new(0, 0, 0, 4, 2, 2, 0), Level: 2)], [])], level: 1, overlapMin: 0.7));

    // A greedy choice would take the 900, and then only the 100.
    [Fact]
    public void TheLargestTotalWins() =>
        Assert.Equal(
            [(0, 1), (1, 0)],
            LargestMatching.Of([(0, 0, 900), (0, 1, 800), (1, 0, 700), (1, 1, 100)]).Order()
        );

    static Box3 Box(JsonNode one) =>
        one["box"]!.Numbers() is [var x, var y, var z, var l, var w, var h, var heading]
            ? new(x, y, z, l, w, h, heading)
            : default;
}
