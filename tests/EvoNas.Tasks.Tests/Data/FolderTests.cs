using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Data;

public sealed class FolderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DataReport _report = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void CategoriesAreCountedByRisingIdAndNegativesKept()
    {
        Picture("a.png", 20, 10);
        Picture("b.png", 20, 10);
        var set = Coco(
            """
            {"images": [{"id": 5, "file_name": "a.png", "width": 20, "height": 10},
                        {"id": 3, "file_name": "b.png", "width": 20, "height": 10}],
             "categories": [{"id": 90, "name": "brush"}, {"id": 4, "name": "plane"}],
             "annotations": [{"id": 1, "image_id": 5, "category_id": 90, "bbox": [1, 2, 3, 4], "iscrowd": 1}]}
            """
        );
        Assert.Equal(["plane", "brush"], set.Classes.AsEnumerable());
        Assert.Equal([4, 90], set.CategoryIds.AsEnumerable());
        Assert.Equal([new LabelledBox(new(1, 2, 3, 4), 1, 12, true)], set.Pictures[0].Boxes.AsEnumerable());
        Assert.Empty(set.Pictures[1].Boxes);
        Assert.Empty(_report.Faults);
        Assert.Equal(90, set.Truths()[0].Category);
    }

    [Theory]
    [InlineData("[1, 2, 0, 4]", "without area", 0)]
    [InlineData("[1, 2, -3, 4]", "without area", 0)]
    [InlineData("[30, 2, 5, 5]", "outside", 0)]
    [InlineData("[15, 5, 50, 50]", "clipped", 1)]
    public void BadBoxesAreCountedAndLeftOutOrClipped(string box, string kind, int left)
    {
        Picture("a.png", 20, 10);
        var set = Coco(One("a.png", 20, 10, box));
        Assert.Equal(left, set.Pictures[0].Boxes.Length);
        Assert.Contains(kind, Assert.Single(_report.Faults).Kind);
        if (left == 1)
            Assert.Equal(new(15, 5, 5, 5), set.Pictures[0].Boxes[0].Box);
    }

    [Fact]
    public void MissingPicturesAreRefusedWithAList()
    {
        var error = Assert.Throws<RequestException>(() => Coco(One("gone.png", 20, 10, "[1, 2, 3, 4]")));
        Assert.Contains("lacks 1 pictures of the annotations: gone.png", error.Message);
    }

    [Fact]
    public void MissingPicturesAreLeftOutWhereThatIsAskedFor()
    {
        var report = new DataReport { SkipMissing = true };
        var path = _folder.Write("truth.json", One("gone.png", 20, 10, "[1, 2, 3, 4]"));
        Assert.Empty(CocoFolder.Read(path, _folder.Path, report).Pictures);
        Assert.Equal(1, Assert.Single(report.Faults).Count);
    }

    [Theory]
    [InlineData("sub\\\\A.PNG")]
    [InlineData("sub/a.png")]
    public void NamesOfOtherSystemsAreFound(string name)
    {
        Picture("sub/a.png", 20, 10);
        Assert.Single(Coco(One(name, 20, 10, "[1, 2, 3, 4]")).Pictures);
    }

    [Fact]
    public void ANameThatLeadsOutOfTheFolderIsRefused() =>
        Assert.Contains(
            "leads out",
            Assert.Throws<RequestException>(() => Coco(One("../a.png", 20, 10, "[1, 2, 3, 4]"))).Message
        );

    // Stored 17 x 12, upright 12 x 17.
    [Theory]
    [InlineData(17, 12, "stored pixels", 5, 2)]
    [InlineData(12, 17, null, 2, 3)]
    public void TheSizeInTheAnnotationsTellsWhichPixelsBoxesAreOf(int width, int height, string? fault, int x, int y)
    {
        var jpeg = Oracle.Cases("images", "pictures", "name").Single(one => one.Key.EndsWith("jpeg-exif-6")).Value;
        _folder.Write("a.jpg", Convert.FromBase64String((string)jpeg["file"]!));
        var set = Coco(One("a.jpg", width, height, "[2, 3, 4, 4]"));
        Assert.Equal((12, 17), (set.Pictures[0].Width, set.Pictures[0].Height));
        Assert.Equal(new(x, fault is null ? y : 2, 4, 4), set.Pictures[0].Boxes[0].Box);
        if (fault is null)
            Assert.Empty(_report.Faults);
        else
            Assert.Contains(fault, Assert.Single(_report.Faults).Kind);
    }

    [Fact]
    public void BoxesOfVocCountFromOneAndPartsAreNoObjects()
    {
        Picture("JPEGImages/a.png", 50, 40);
        _folder.Write(
            "Annotations/a.xml",
            """
            <annotation><filename>a.png</filename><size><width>50</width><height>40</height></size>
            <object><name>person</name><difficult>1</difficult>
              <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>50</xmax><ymax>40</ymax></bndbox>
              <part><name>head</name>
                <bndbox><xmin>3</xmin><ymin>3</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part></object>
            <object><name>dog</name><difficult />
              <bndbox><xmin>20</xmin><ymin>5.5</ymin><xmax>11</xmax><ymax>10.5</ymax></bndbox></object>
            </annotation>
            """
        );
        var set = VocFolder.Read(_folder.Path, null, _report);
        Assert.Equal(["dog", "person"], set.Classes.AsEnumerable());
        Assert.Equal(
            [new LabelledBox(new(0, 0, 50, 40), 1, 2000, true), new LabelledBox(new(10, 4.5, 10, 6), 0, 60, false)],
            set.Pictures[0].Boxes.AsEnumerable()
        );
        Assert.Contains("exchanged", Assert.Single(_report.Faults).Kind);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><annotation>&b;</annotation>", "DTD")]
    [InlineData("<annotation>", "not valid XML")]
    [InlineData("<html/>", "<annotation> was expected")]
    [InlineData("<annotation><object><name>a</name></object></annotation>", "needs a name and a bndbox")]
    [InlineData(
        "<annotation><object><name>a</name><bndbox><xmin>x</xmin></bndbox></object></annotation>",
        "<xmin> must be a finite number"
    )]
    public void MalformedXmlIsRefused(string xml, string expected)
    {
        var path = _folder.Write("a.xml", xml);
        var error = Assert.Throws<RequestException>(() => VocFile.Read(path, _report));
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void LabelsBeyondTheClassesAreRefusedWithFilePixelAndValue()
    {
        Picture("images/a.png", 2, 2);
        var mask = _folder.Write("masks/a.png", PngFile.Labels(2, 2, [0, 1, 7, 255]));
        var pair = Assert.Single(MaskFolder.Read(_folder.Path, null, _report)!.Pairs);
        MaskFolder.Check(pair, MaskFile.Read(mask), classes: 8, ignore: 255);
        var error = Assert.Throws<RequestException>(() => MaskFolder.Check(pair, MaskFile.Read(mask), 7, 255));
        Assert.Contains($"'{mask}', pixel (0, 1): the label 7", error.Message);
    }

    [Fact]
    public void AMaskOfAnotherSizeThanItsPictureIsRefused()
    {
        Picture("images/a.png", 2, 3);
        _folder.Write("masks/a.png", PngFile.Labels(2, 2, [0, 1, 1, 0]));
        var pair = Assert.Single(MaskFolder.Read(_folder.Path, null, _report)!.Pairs);
        var error = Assert.Throws<RequestException>(() => MaskFolder.Check(pair, MaskFile.Read(pair.Mask), 8, 255));
        Assert.Contains("has the size 2 x 2", error.Message);
    }

    [Fact]
    public void TrainIdsOfCityscapesAreTakenWhereTheyAre()
    {
        Picture("leftImg8bit/train/ulm/ulm_000_leftImg8bit.png", 2, 2);
        _folder.Write("gtFine/train/ulm/ulm_000_gtFine_labelIds.png", PngFile.Labels(2, 2, [7, 7, 7, 7]));
        Assert.EndsWith("_labelIds.png", Assert.Single(MaskFolder.Read(_folder.Path, "train", _report)!.Pairs).Mask);
        _folder.Write("gtFine/train/ulm/ulm_000_gtFine_labelTrainIds.png", PngFile.Labels(2, 2, [0, 0, 0, 0]));
        var set = MaskFolder.Read(_folder.Path, "train", _report)!;
        Assert.EndsWith("_labelTrainIds.png", Assert.Single(set.Pairs).Mask);
    }

    [Fact]
    public void FoldersAreClassesByOrdinalOrder()
    {
        Picture("b/1.png", 2, 2);
        Picture("B/1.png", 2, 2);
        Picture("a/1.png", 2, 2);
        Directory.CreateDirectory(_folder.At("empty/x"));
        var set = ClassFolder.Read(_folder.Path, null)!;
        Assert.Equal(["B", "a", "b"], set.Classes.AsEnumerable());
        Assert.Equal([0, 1, 2], set.Pictures.Select(one => one.Class));
    }

    DetectionSet Coco(string json) => CocoFolder.Read(_folder.Write("truth.json", json), _folder.Path, _report);

    void Picture(string name, int width, int height) =>
        _folder.Write(name, PngFile.Rgb(width, height, new byte[width * height * 3]));

    static string One(string name, int width, int height, string box) =>
        $$"""
            {"images": [{"id": 1, "file_name": "{{name}}", "width": {{width}}, "height": {{height}}}],
             "categories": [{"id": 1, "name": "thing"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": {{box}}}]}
            """;
}
