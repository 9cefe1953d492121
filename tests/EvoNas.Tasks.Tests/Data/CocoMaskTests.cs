using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

public class CocoMaskTests
{
    static readonly Dictionary<string, JsonObject> All = Oracle.Cases("coco-masks", "cases", "note");

    public static TheoryData<string> Names => Oracle.Names(All);

    [Theory]
    [MemberData(nameof(Names))]
    public void MasksAreThoseOfPycocotools(string name)
    {
        var expected = All[name];
        var json = new JsonCursor(
            "masks",
            System.Text.Encoding.UTF8.GetBytes(expected["segmentation"]!.ToJsonString())
        );
        var (width, height) = ((int)expected["width"]!, (int)expected["height"]!);
        var mask = CocoOutline.Read(ref json, "segmentation")!.Mask(width, height)!;
        Assert.Equal((long)expected["area"]!, mask.Area);
        var (x, y, w, h) = mask.Bounds;
        Assert.Equal(expected["bbox"]!.Numbers(), (double[])[x, y, w, h]);
        var rows = mask.ToBitmap().Chunk(width).Select(row => string.Concat(row)).ToArray();
        Assert.Equal(expected["mask"]!.AsArray().Select(row => (string)row!), rows);
        if ((string?)expected["compressed"] is { } text)
            Assert.Equal(text, mask.ToText());
        Assert.Equal(mask.Counts, CocoMask.OfText(height, width, mask.ToText())!.Counts);
    }

    [Theory]
    [InlineData(4, 5, "~~")]
    [InlineData(4, 5, "P")]
    [InlineData(4, 6, "d0")]
    public void TextsThatDoNotFillTheImageAreNone(int height, int width, string text) =>
        Assert.Null(CocoMask.OfText(height, width, text));

    [Fact]
    public void RunsOfAnotherSizeThanTheImageAreNone() =>
        Assert.Null(new CocoOutline(null, [20], null, 4, 5).Mask(width: 4, height: 5));
}
