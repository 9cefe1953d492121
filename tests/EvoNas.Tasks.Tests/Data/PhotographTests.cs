using System.Globalization;
using System.Xml.Linq;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Data;

/// <summary>Three photographs of VOC 2011 in Debian's labelme-examples, annotated twice by hand: boxes as VOC's XML,
/// and outlines, of more objects, as COCO's JSON.</summary>
public sealed class PhotographTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DataReport _report = new();

    public void Dispose() => _folder.Dispose();

    static string Voc => Path.Combine(PhotographFactAttribute.Folder, "bbox_detection", "data_dataset_voc");

    static string Coco => Path.Combine(PhotographFactAttribute.Folder, "instance_segmentation", "data_dataset_coco");

    DetectionSet ReadCoco() => CocoFolder.Read(Path.Combine(Coco, "annotations.json"), Coco, _report);

    [PhotographFact]
    public void BothFormatsTellOfTheSameObjects()
    {
        var (voc, coco) = (VocFolder.Read(Voc, null, _report), ReadCoco());
        Assert.Empty(_report.Faults);
        var outlined = coco.Pictures.ToDictionary(Stem, picture => picture);
        Assert.Equal(3, voc.Pictures.Length);
        Assert.Equal(outlined.Keys.Order(), voc.Pictures.Select(Stem).Order());
        var boxes = 0;
        foreach (var picture in voc.Pictures)
        {
            var other = outlined[Stem(picture)];
            Assert.Equal((other.Width, other.Height), (picture.Width, picture.Height));
            foreach (var box in picture.Boxes)
            {
                // Two hands agree within a few pixels.
                var overlap = other
                    .Boxes.Where(one => coco.Classes[one.Class] == voc.Classes[box.Class])
                    .Max(one => Overlap(one.Box, box.Box));
                Assert.True(overlap > 0.75, $"{Stem(picture)} {voc.Classes[box.Class]} {box.Box}: {overlap}");
                boxes++;
            }
        }
        Assert.Equal(9, boxes);
    }

    [PhotographFact]
    public void TheBoxesOfCocoAreReadBackFromVocToTheLastPixel()
    {
        var coco = ReadCoco();
        foreach (var picture in coco.Pictures)
        {
            WriteVoc(coco, picture);
            var copy = Path.Combine(_folder.Path, "JPEGImages", Stem(picture) + ".jpg");
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(picture.Path, copy);
        }
        var voc = VocFolder.Read(_folder.Path, null, _report);
        Assert.Empty(_report.Faults);
        Assert.Equal(12, voc.Pictures.Sum(picture => picture.Boxes.Length));
        foreach (var (one, two) in coco.Pictures.OrderBy(Stem).Zip(voc.Pictures.OrderBy(Stem)))
            Assert.Equal(
                one.Boxes.Select(box => (coco.Classes[box.Class], box.Box)),
                two.Boxes.Select(box => (voc.Classes[box.Class], box.Box))
            );
    }

    static string Stem(LabelledPicture picture) => Path.GetFileNameWithoutExtension(picture.Path);

    // Pixels are counted from 1, and the last one belongs to the box.
    void WriteVoc(DetectionSet set, LabelledPicture picture)
    {
        static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
        var file = new XElement(
            "annotation",
            new XElement("filename", Stem(picture) + ".jpg"),
            new XElement("size", new XElement("width", picture.Width), new XElement("height", picture.Height)),
            picture.Boxes.Select(box => new XElement(
                "object",
                new XElement("name", set.Classes[box.Class]),
                new XElement(
                    "bndbox",
                    new XElement("xmin", Text(box.Box.X + 1)),
                    new XElement("ymin", Text(box.Box.Y + 1)),
                    new XElement("xmax", Text(box.Box.Right)),
                    new XElement("ymax", Text(box.Box.Bottom))
                )
            ))
        );
        Directory.CreateDirectory(Path.Combine(_folder.Path, "Annotations"));
        file.Save(Path.Combine(_folder.Path, "Annotations", Stem(picture) + ".xml"));
    }

    static double Overlap(Box one, Box two)
    {
        var width = Math.Min(one.Right, two.Right) - Math.Max(one.X, two.X);
        var height = Math.Min(one.Bottom, two.Bottom) - Math.Max(one.Y, two.Y);
        var common = Math.Max(0, width) * Math.Max(0, height);
        return common / (one.Area + two.Area - common);
    }
}

/// <summary>A test that needs the photographs of Debian's labelme-examples.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PhotographFactAttribute : FactAttribute
{
    public const string Folder = "/usr/share/doc/labelme-examples/examples";

    public PhotographFactAttribute()
    {
        // Minimal systems leave out what lies under /usr/share/doc.
        if (!File.Exists(Path.Combine(Folder, "instance_segmentation", "data_dataset_coco", "annotations.json")))
            Skip = "Needs three photographs with boxes: apt-get install labelme-examples.";
    }
}
