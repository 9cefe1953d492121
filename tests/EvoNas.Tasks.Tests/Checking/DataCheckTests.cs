using EvoNas.Tasks.Checking;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Tests.Data;

namespace EvoNas.Tasks.Tests.Checking;

public sealed class DataCheckTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ASetOfBoxesIsCountedAndDrawn()
    {
        _folder.Write("images/a.png", PngFile.Rgb(20, 10, new byte[600]));
        _folder.Write(
            "annotations/instances.json",
            """
            {"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10},
                        {"id": 2, "file_name": "gone.png", "width": 20, "height": 10}],
             "categories": [{"id": 1, "name": "cat & <dog>"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]},
                             {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 0, 4]}]}
            """
        );
        var check = DataCheck.Of(_folder.Path, null, null);
        Assert.Equal(("coco", "detection"), (check.Kind, check.Task));
        Assert.Equal([("cat & <dog>", 1L)], check.Classes);
        Assert.Equal(
            [
                "annotation ids that occur more than once: all are kept",
                "boxes without area: left out",
                "missing pictures: left out",
            ],
            check.Faults.Select(fault => fault.Kind)
        );
        var page = SamplePage.Of(_folder.Path, check);
        Assert.Contains("cat &amp; &lt;dog&gt;", page);
        // Twenty pixels are drawn as 240.
        Assert.Contains("<polygon points=\"12,24 48,24 48,72 12,72\"", page);
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void BoxesThatHoldNoPointsAreToldOf()
    {
        _folder.Write("points/1.bin", new byte[16 * 10]);
        _folder.Write("labels/1.txt", "20 20 0 4 2 1.5 0 vehicle\n");
        var check = DataCheck.Of(_folder.Path, null, null);
        Assert.Equal("lidar", check.Kind);
        Assert.Contains("hold no point", Assert.Single(check.Faults).Kind);
        Assert.Single(check.Samples);
    }

    [Fact]
    public void VolumesAreDrawnAsThreeSlices()
    {
        _folder.Write(
            "dataset.json",
            """
            {"modality": {"0": "T1"}, "labels": {"0": "background", "1": "organ"},
             "training": [{"image": "a.nii", "label": "b.nii"}]}
            """
        );
        _folder.Write("a.nii", VolumeFolderTests.Nifti(2, 1f, [0, 1, 2, 3, 4, 5, 6, 7]));
        _folder.Write("b.nii", VolumeFolderTests.Nifti(2, 1f, [0, 0, 0, 0, 0, 0, 0, 1]));
        var check = DataCheck.Of(_folder.Path, null, null);
        Assert.Equal([("0 background", 7L), ("1 organ", 1L)], check.Classes);
        Assert.Equal(3, check.Samples.Count);
    }

    [Fact]
    public void MasksThatDoNotFitAreCounted()
    {
        _folder.Write("images/a.png", PngFile.Rgb(2, 2, new byte[12]));
        _folder.Write("images/b.png", PngFile.Rgb(2, 2, new byte[12]));
        _folder.Write("masks/a.png", PngFile.Labels(2, 2, [0, 1, 1, 255]));
        _folder.Write("masks/b.png", PngFile.Labels(1, 2, [0, 1]));
        var check = DataCheck.Of(_folder.Path, null, null);
        Assert.Equal([("label 0", 1L), ("label 1", 2L), ("label 255", 1L)], check.Classes);
        Assert.Contains("masks that cannot be used", Assert.Single(check.Faults).Kind);
    }

    [Fact]
    public void ATruncatedPictureIsFound()
    {
        var png = PngFile.Rgb(20, 10, [.. Enumerable.Range(0, 600).Select(i => (byte)(i * 7))]);
        _folder.Write("a/1.png", png);
        _folder.Write("b/2.png", png[..^30]);
        var check = DataCheck.Of(_folder.Path, null, null);
        Assert.Equal("classes", check.Kind);
        Assert.Contains(check.Faults, fault => fault.Kind.StartsWith("pictures whose pixels are damaged"));
    }

    [Fact]
    public void AnotherFolderIsRefused() =>
        Assert.Contains(
            "none of the layouts",
            Assert.Throws<RequestException>(() => DataCheck.Of(_folder.Path, null, null)).Message
        );
}
