using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Data;

public class PictureTests
{
    static readonly Dictionary<string, JsonObject> Pictures = Oracle.Cases("images", "pictures", "name");
    static readonly Dictionary<string, JsonObject> Masks = Oracle.Cases("images", "masks", "name");

    public static TheoryData<string> PictureNames => Oracle.Names(Pictures);

    public static TheoryData<string> MaskNames => Oracle.Names(Masks);

    [Theory]
    [MemberData(nameof(PictureNames))]
    public void PicturesAreThoseOfPillow(string name)
    {
        // Without the library CMYK is refused, which a test of its own shows.
        if (name.Contains("cmyk") && !TurboJpeg.IsThere)
            return;
        var (bytes, expected) = (Bytes(Pictures[name], "file"), Pictures[name]["expected"]);
        if (expected is null)
        {
            var error = Assert.Throws<RequestException>(() => PictureFile.Read("a.jpg", bytes));
            Assert.StartsWith("'a.jpg'", error.Message);
            Assert.Contains((string)Pictures[name]["expected_error"]!, error.Message);
            return;
        }
        var picture = PictureFile.Read("a.jpg", bytes);
        Assert.Equal(((int)expected["width"]!, (int)expected["height"]!), (picture.Width, picture.Height));
        Close(Bytes(expected, "rgb"), picture.Rgb, (int)expected["tolerance"]!);
    }

    [Theory]
    [MemberData(nameof(PictureNames))]
    public void TheManagedDecoderReadsAllButCmyk(string name)
    {
        var bytes = Bytes(Pictures[name], "file");
        if (!name.Contains("jpeg") || Pictures[name]["expected"] is not { } expected)
            return;
        if (name.Contains("cmyk"))
        {
            var error = Assert.Throws<RequestException>(() => JpegFile.Read("a.jpg", bytes, managed: true));
            Assert.Contains("libturbojpeg0", error.Hint);
            return;
        }
        var rgb = JpegFile.Read("a.jpg", bytes, managed: true);
        var picture = Orientation.Upright(JpegFile.Measure("a.jpg", bytes), rgb);
        Close(Bytes(expected, "rgb"), picture.Rgb, (int)expected["tolerance"]!);
    }

    [Theory]
    [MemberData(nameof(MaskNames))]
    public void MasksKeepTheirLabels(string name)
    {
        var (single, bytes) = (Masks[name], Bytes(Masks[name], "file"));
        ColourTable? colours = null;
        if (single["colour_table"] is { } table)
        {
            Assert.Throws<RequestException>(() => MaskFile.Read("a.png", bytes));
            colours = new(
                table
                    .AsArray()
                    .Select(row => row!.Numbers())
                    .ToDictionary(row => ((byte)row[1], (byte)row[2], (byte)row[3]), row => (ushort)row[0])
            );
        }
        // That a mask fits its picture is seen where both are known.
        if ((string?)single["expected_error"] is { } expected && expected != "size")
        {
            var error = Assert.Throws<RequestException>(() => MaskFile.Read("a.png", bytes));
            Assert.Contains(expected, error.Message);
            return;
        }
        var mask = MaskFile.Read("a.png", bytes, colours);
        if (single["labels"] is not null)
        {
            Assert.Equal(((int)single["width"]!, (int)single["height"]!), (mask.Width, mask.Height));
            Assert.Equal(Bytes(single, "labels"), mask.Labels.Select(label => (byte)label));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void BoxesTurnWithTheirPictures(int orientation)
    {
        var head = new PictureHead(5, 4, orientation);
        var stored = new ushort[20];
        // Pixels of the box (1, 2, 3, 1).
        foreach (var x in new[] { 1, 2, 3 })
            stored[2 * 5 + x] = 1;
        var (width, height, labels) = Orientation.Upright(head, stored);
        var (bx, by, bw, bh) = Orientation.Upright(head, new Box(1, 2, 3, 1));
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            Assert.Equal(x >= bx && x < bx + bw && y >= by && y < by + bh, labels[y * width + x] == 1);
    }

    [Fact]
    public void SixteenBitsOfAMaskAreItsLabel()
    {
        ushort[] labels = [0, 255, 256, 300, 65535, 1];
        Assert.Equal(labels, MaskFile.Read("a.png", PngFile.Labels(3, 2, labels)).Labels);
    }

    [Fact]
    public void AWrittenPictureIsReadBack()
    {
        byte[] rgb = [.. Enumerable.Range(0, 5 * 4 * 3).Select(i => (byte)(i * 37))];
        Assert.Equal(rgb, PictureFile.Read("a.png", PngFile.Rgb(5, 4, rgb)).Rgb);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(-1)]
    public void ATruncatedPngIsRefused(int length)
    {
        var png = Bytes(Pictures.Single(one => one.Key.EndsWith(" png")).Value, "file");
        var cut = png[..(length < 0 ? png.Length + length : length)];
        var error = Assert.Throws<RequestException>(() => PictureFile.Read("a.png", cut));
        Assert.Contains("truncated", error.Message);
    }

    static void Close(byte[] expected, byte[] found, int tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - found[i]) <= tolerance,
                $"byte {i}: {expected[i]} expected, {found[i]} found"
            );
    }

    static byte[] Bytes(JsonNode node, string key) => Convert.FromBase64String((string)node[key]!);
}
