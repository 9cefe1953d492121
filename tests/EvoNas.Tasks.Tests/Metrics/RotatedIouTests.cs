using System.Text.Json.Nodes;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public class RotatedIouTests
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("rotated-iou", "pairs", "note");

    public static TheoryData<string> Names => Oracle.Names(All);

    [Theory]
    [MemberData(nameof(Names))]
    public void OverlapOnTheGroundIsExact(string name)
    {
        var (a, b) = (Ground(All[name]["a"]!), Ground(All[name]["b"]!));
        Assert.Equal((double)All[name]["intersection"]!, RotatedIou.Intersection(a, b), 1e-9);
        Assert.Equal((double)All[name]["iou"]!, RotatedIou.Bev(a, b), 1e-9);
        Assert.Equal((double)All[name]["iou"]!, RotatedIou.Bev(b, a), 1e-9);
    }

    [Fact]
    public void OverlapInSpaceIsExact()
    {
        foreach (var pair in Oracle.Read("rotated-iou")["pairs3d"]!.AsArray())
        {
            var (a, b) = (Space(pair!["a"]!), Space(pair["b"]!));
            Assert.Equal((double)pair["bev_iou"]!, RotatedIou.Bev(a, b), 1e-9);
            Assert.Equal((double)pair["iou3d"]!, RotatedIou.Volume(a, b), 1e-9);
        }
    }

    static Box3 Ground(JsonNode node) =>
        node.Numbers() is [var x, var y, var length, var width, var angle]
            ? new(x, y, 0, length, width, 1, angle)
            : default;

    static Box3 Space(JsonNode node) =>
        node.Numbers() is [var x, var y, var z, var l, var w, var h, var heading]
            ? new(x, y, z, l, w, h, heading)
            : default;
}
