using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Data;

/// <summary>Small data sets of users, as files: gray squares for cats, white ones for dogs, on dark ground.</summary>
static class TinyFolders
{
    public const int Width = 48,
        Height = 32;

    /// <summary>The square of a picture: whose class is even or odd as the number is.</summary>
    public static (int X, int Y, int Side, int Class) Square(int number) =>
        (4 + number * 7 % 24, 2 + number * 5 % 14, 14 + number % 3, number % 2);

    /// <summary>A picture of one square.</summary>
    public static byte[] Picture(int number)
    {
        var (x, y, side, label) = Square(number);
        var pixels = new byte[3 * Width * Height];
        for (var row = 0; row < Height; row++)
        for (var column = 0; column < Width; column++)
        for (var c = 0; c < 3; c++)
            pixels[3 * (row * Width + column) + c] = (byte)(
                row >= y && row < y + side && column >= x && column < x + side ? (label == 0 ? 120 : 250) : 20
            );
        return PngFile.Rgb(Width, Height, pixels);
    }

    /// <summary>Pictures with boxes in COCO's format; category ids have gaps.</summary>
    public static void Coco(
        TemporaryFolder data,
        string name,
        int pictures,
        string annotations = "instances.json",
        int from = 0,
        string second = "dog"
    )
    {
        var (images, boxes) = (new JsonArray(), new JsonArray());
        for (var i = from; i < from + pictures; i++)
        {
            var (x, y, side, label) = Square(i);
            data.Write($"{name}/images/{i}.png", Picture(i));
            images.Add(
                new JsonObject
                {
                    ["id"] = 1000 + i,
                    ["file_name"] = $"{i}.png",
                    ["width"] = Width,
                    ["height"] = Height,
                }
            );
            boxes.Add(
                new JsonObject
                {
                    ["id"] = i + 1,
                    ["image_id"] = 1000 + i,
                    ["category_id"] = label == 0 ? 7 : 90,
                    ["bbox"] = new JsonArray(x, y, side, side),
                    ["area"] = side * side,
                    ["iscrowd"] = 0,
                }
            );
        }
        data.Write(
            $"{name}/annotations/{annotations}",
            new JsonObject
            {
                ["images"] = images,
                ["categories"] = new JsonArray(
                    new JsonObject { ["id"] = 7, ["name"] = "cat" },
                    new JsonObject { ["id"] = 90, ["name"] = second }
                ),
                ["annotations"] = boxes,
            }.ToJsonString()
        );
    }

    /// <summary>Pictures with boxes in VOC's layout.</summary>
    public static void Voc(TemporaryFolder data, string name, int pictures)
    {
        for (var i = 0; i < pictures; i++)
        {
            var (x, y, side, label) = Square(i);
            data.Write($"{name}/JPEGImages/{i}.png", Picture(i));
            data.Write(
                $"{name}/Annotations/{i}.xml",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"""
                    <annotation><filename>{i}.png</filename>
                    <size><width>{Width}</width><height>{Height}</height><depth>3</depth></size>
                    <object><name>{(label == 0 ? "cat" : "dog")}</name><difficult>0</difficult>
                    <bndbox><xmin>{x + 1}</xmin><ymin>{y + 1}</ymin><xmax>{x + side}</xmax><ymax>{y
                        + side}</ymax></bndbox>
                    </object></annotation>
                    """
                )
            );
        }
    }

    /// <summary>Pictures with masks of 0 (ground), 1 (cat) and 2 (dog), and one pixel that does not count.</summary>
    public static void Masks(TemporaryFolder data, string name, int pictures, string part = "", int from = 0)
    {
        for (var i = from; i < from + pictures; i++)
        {
            var (x, y, side, label) = Square(i);
            var labels = new byte[Width * Height];
            for (var row = y; row < y + side; row++)
                labels.AsSpan(row * Width + x, side).Fill((byte)(label + 1));
            labels[0] = 255;
            data.Write(Path.Combine(name, "images", part, $"{i}.png"), Picture(i));
            data.Write(
                Path.Combine(name, "masks", part, $"{i}.png"),
                PngFile.Labels(Width, Height, Array.ConvertAll(labels, static label => (ushort)label))
            );
        }
    }

    /// <summary>A folder a class.</summary>
    public static void Classes(TemporaryFolder data, string name, int pictures, string part = "")
    {
        for (var i = 0; i < pictures; i++)
            data.Write(Path.Combine(name, part, Square(i).Class == 0 ? "cat" : "dog", $"{i}.png"), Picture(i));
    }
}
