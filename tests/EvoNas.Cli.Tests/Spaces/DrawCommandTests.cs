using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml.Linq;

namespace EvoNas.Cli.Tests.Spaces;

public class DrawCommandTests
{
    [Theory]
    [
        InlineData("autoaugment_detection"),
        InlineData("autoaugment_segmentation"),
        InlineData("randaugment_segmentation")
    ]
    public void APolicyIsDrawnAsPng(string space)
    {
        using var some = new Some();
        WriteSquares(Path.Combine(some.Home, "data", "fashion-mnist"));
        var file = Path.Combine(some.Home, "policy.png");

        var said = some.Said("spaces", "draw", space, "--seed", "3", "--pictures", "2", "--output", file);

        Assert.Contains("5 times varied", said);
        var (width, height, pixels) = Read(File.ReadAllBytes(file));
        Assert.Equal((6 * 312 + 4, 2 * 312 + 4), (width, height)); // 28 pixels 11 times, a gap of 4 around.
        Assert.Equal((byte)255, pixels[1]); // The gap; the first byte of a row is its filter.
        // Inside of the first image's square: white, or tinted by the mask.
        var middle = pixels[(3 * width + 1) * 158 + 1 + 3 * 158 + 1];
        Assert.True(
            space.EndsWith("segmentation", StringComparison.Ordinal) ? middle is > 160 and < 255 : middle == 250
        );
    }

    [Fact]
    public void ANetworkIsDrawnAsSvgABoxABlockAndALineAConnection()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "network.svg");

        var said = some.Said("spaces", "draw", "regnet-x", "RegNetX-200MF", "--output", file);

        Assert.Contains("RegNetX-200MF (regnet-x): 16 blocks", said); // Input, stem, 1 + 1 + 4 + 7, head.
        var svg = XDocument.Load(file);
        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Equal(16, svg.Descendants(space + "g").Count());
        Assert.Equal(15, svg.Root!.Elements(space + "path").Count());
        Assert.Contains(
            svg.Descendants(space + "title"),
            title => title.Value.StartsWith("stage4.block", StringComparison.Ordinal)
        );
        // Finer maps stand higher: the boxes of a chain that only halves never climb.
        var heights = svg.Descendants(space + "g")
            .Select(box => (int)box.Element(space + "rect")!.Attribute("y")!)
            .ToList();
        Assert.Equal(heights.Order(), heights);
    }

    [Fact]
    public void ANetworkIsWrittenForGraphviz()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "network.dot");

        some.Said("spaces", "draw", "mnasnet", "MobileNetV2", "--output", file);

        var dot = File.ReadAllText(file);
        Assert.StartsWith("digraph \"MobileNetV2 (mnasnet)\" {", dot);
        // A chain: one line less than boxes.
        Assert.Equal(dot.Split(" [label=").Length - 2, dot.Split(" -> ").Length - 1);
    }

    [Theory]
    [InlineData("network.jpg", "not drawn as '.jpg'"), InlineData("network", "not drawn as ''")]
    public void AnUnknownKindOfImageIsRefused(string name, string said)
    {
        using var some = new Some();

        var (code, _, error) = some.Run("spaces", "draw", "regnet-x", "--output", Path.Combine(some.Home, name));

        Assert.Equal(2, code);
        Assert.Contains(said, error);
        Assert.False(File.Exists(Path.Combine(some.Home, name)));
    }

    // Four images of a bright square on black, in the files of Fashion-MNIST.
    static void WriteSquares(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var part in new[] { "train", "t10k" })
        {
            var images = new byte[16 + 4 * 784];
            var labels = new byte[8 + 4];
            BinaryPrimitives.WriteInt32BigEndian(images, 0x803);
            BinaryPrimitives.WriteInt32BigEndian(labels, 0x801);
            foreach (var (at, number) in new[] { (4, 4), (8, 28), (12, 28) })
                BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(at), number);
            BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), 4);
            for (var image = 0; image < 4; image++)
            for (var row = 8; row < 20; row++)
                images.AsSpan(16 + image * 784 + row * 28 + 8, 12).Fill(250);
            File.WriteAllBytes(Path.Combine(folder, $"{part}-images-idx3-ubyte"), images);
            File.WriteAllBytes(Path.Combine(folder, $"{part}-labels-idx1-ubyte"), labels);
        }
    }

    static (int Width, int Height, byte[] Rows) Read(byte[] png)
    {
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal("IEND", System.Text.Encoding.ASCII.GetString(png[^8..^4]));
        // The checksum of an empty IEND is the same in every file.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        return (
            BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)),
            rows.ToArray()
        );
    }
}
