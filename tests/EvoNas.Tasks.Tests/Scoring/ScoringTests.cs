using EvoNas.Tasks.Data;
using EvoNas.Tasks.Scoring;
using EvoNas.Tasks.Tests.Data;

namespace EvoNas.Tasks.Tests.Scoring;

public sealed class ScoringTests : IDisposable
{
    const string Car = "Car 0.00 0 -1.57 600 150 700 220 1.5 1.6 4.0 -2.0 1.7 20.0 -1.57";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MasksAreScoredOverTheWholeSet()
    {
        _folder.Write("truth/a.png", PngFile.Labels(2, 1, [0, 1]));
        _folder.Write("truth/b.png", PngFile.Labels(2, 1, [255, 1]));
        _folder.Write("found/a.png", PngFile.Labels(2, 1, [0, 0]));
        _folder.Write("found/b.png", PngFile.Labels(2, 1, [2, 1]));
        _folder.Write("found/c.png", PngFile.Labels(2, 1, [2, 1]));
        var report = LabelScoring.Miou(_folder.At("truth"), _folder.At("found"), null, 255);
        Assert.Equal("""{"0":0.5,"1":0.5}""", report.Json["perClass"]!.ToJsonString());
        Assert.Equal((0.5, 2.0 / 3), ((double)report.Json["mean"]!, (double)report.Json["pixelAccuracy"]!));
        Assert.Contains("1 predictions without a truth", Assert.Single(report.Remarks));
        var wide = LabelScoring.Miou(_folder.At("truth"), _folder.At("found"), 3, 255);
        Assert.Null(wide.Json["perClass"]!["2"]);
    }

    [Theory]
    [InlineData(null, 9, "found/a.png")]
    [InlineData(2, 2, "the label 2 is none of 2 classes")]
    [InlineData(null, 255, "the label 255 marks what does not count")]
    public void LabelsBeyondTheClassesAreRefused(int? classes, int label, string expected)
    {
        _folder.Write("truth/a.png", PngFile.Labels(2, 1, [0, 1]));
        _folder.Write("found/a.png", PngFile.Labels(label == 9 ? 1 : 2, 1, label == 9 ? [0] : [0, (ushort)label]));
        var error = Assert.Throws<RequestException>(() =>
            LabelScoring.Miou(_folder.At("truth"), _folder.At("found"), classes, 255)
        );
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void AMissingPredictionIsRefused()
    {
        _folder.Write("truth/a.png", PngFile.Labels(2, 1, [0, 1]));
        Directory.CreateDirectory(_folder.At("found"));
        var error = Assert.Throws<RequestException>(() =>
            LabelScoring.Miou(_folder.At("truth"), _folder.At("found"), null, 255)
        );
        Assert.Contains("lacks 1 of 1 files of the truth: a.", error.Message);
    }

    [Fact]
    public void VolumesAreScoredCaseByCase()
    {
        _folder.Write("truth/a.nii", VolumeFolderTests.Nifti(2, 1f, [0, 1, 1, 0, 0, 0, 0, 0]));
        _folder.Write("truth/b.nii", VolumeFolderTests.Nifti(2, 1f, [0, 2, 0, 0, 0, 0, 0, 0]));
        _folder.Write("found/a.nii", VolumeFolderTests.Nifti(2, 1f, [0, 1, 0, 0, 0, 0, 0, 0]));
        _folder.Write("found/b.nii", VolumeFolderTests.Nifti(2, 1f, [1, 2, 0, 0, 0, 0, 0, 0]));
        var report = LabelScoring.OfDice(_folder.At("truth"), _folder.At("found"), null, distances: true);
        // Class 1 is in the truth of case a only: its false voxel in b costs nothing, as in MONAI.
        Assert.Equal(2.0 / 3, (double)report.Json["perClass"]!["1"]!, 1e-12);
        Assert.Equal(1.0, (double)report.Json["perClass"]!["2"]!, 1e-12);
        Assert.Equal((2.0 / 3 + 1) / 2, (double)report.Json["mean"]!, 1e-12);
        Assert.Equal(0, (double)report.Json["assd"]!["2"]!);
        Assert.Null(report.Json["perCase"]!["b"]!["1"]);
    }

    [Fact]
    public void APredictionOnAnotherGridIsRefused()
    {
        _folder.Write("truth/a.nii", VolumeFolderTests.Nifti(2, 1f, new float[8]));
        _folder.Write("found/a.nii", VolumeFolderTests.Nifti(2, 2f, new float[8]));
        var error = Assert.Throws<RequestException>(() =>
            LabelScoring.OfDice(_folder.At("truth"), _folder.At("found"), null, distances: false)
        );
        Assert.Contains("lies on another grid", error.Message);
    }

    [Fact]
    public void KittisNumbersStandUnderTheirNames()
    {
        for (var i = 0; i < 41; i++)
        {
            _folder.Write($"truth/label_2/{i:000000}.txt", Car + " \r\n");
            _folder.Write($"found/data/{i:000000}.txt", Car + " 0.9\n");
        }
        var json = LidarScoring.Kitti(_folder.At("truth"), _folder.At("found"), null).Json["Car"]!;
        foreach (var metric in new[] { "3d", "bev", "bbox", "aos" })
        foreach (var form in new[] { "r40", "r11" })
            Assert.All(json[metric]![form]!.Numbers(), value => Assert.Equal(100, value, 1e-9));
    }

    [Fact]
    public void FramesWithoutPredictionsCountAndAreToldOf()
    {
        _folder.Write("truth/1.txt", Car);
        _folder.Write("truth/2.txt", Car);
        _folder.Write("found/1.txt", Car + " 0.9");
        _folder.Write("split.txt", "1\n");
        var all = LidarScoring.Kitti(_folder.At("truth"), _folder.At("found"), null);
        Assert.Contains("1 of 2 frames have no file", all.Remarks[0]);
        Assert.Equal("[2,2,2]", all.Json["Car"]!["truths"]!.ToJsonString());
        var part = LidarScoring.Kitti(_folder.At("truth"), _folder.At("found"), _folder.At("split.txt"));
        Assert.Equal("[1,1,1]", part.Json["Car"]!["truths"]!.ToJsonString());
    }

    [Fact]
    public void PredictionsOfAnUnknownFrameAreRefused()
    {
        _folder.Write("truth/1.txt", Car);
        _folder.Write("found/9.txt", Car + " 0.9");
        var error = Assert.Throws<RequestException>(() =>
            LidarScoring.Kitti(_folder.At("truth"), _folder.At("found"), null)
        );
        Assert.Contains("9.txt' is of a frame that", error.Message);
    }

    [Fact]
    public void WaymosNumbersStandByClassLevelAndRange()
    {
        _folder.Write("truth/labels/1.txt", "10 0 0 4 2 1.5 0 vehicle 1\n40 0 0 1 1 1.8 0 pedestrian 2\n");
        _folder.Write("found/1.txt", "10 0 0 4 2 1.5 3.14159265358979 vehicle 0.8\n1 1 1 1 1 1 1 sign 0.5\n");
        var report = LidarScoring.Waymo(_folder.At("truth"), _folder.At("found"), null, null);
        var vehicle = report.Json["vehicle"]!;
        Assert.Equal(1, (double)vehicle["level1"]!["ap"]!, 1e-9);
        Assert.Equal(0, (double)vehicle["level1"]!["aph"]!, 1e-9);
        Assert.Equal(1, (double)vehicle["ranges"]!["0-30"]!["level2"]!["ap"]!, 1e-9);
        Assert.Null(vehicle["ranges"]!["30-50"]!["level2"]!["ap"]);
        Assert.Null(report.Json["pedestrian"]!["level1"]!["ap"]);
        Assert.Equal(0, (double)report.Json["pedestrian"]!["level2"]!["ap"]!);
        Assert.Contains("1 detections of classes without truths", Assert.Single(report.Remarks));
    }

    [Fact]
    public void VocsResultsAreNamedForTheirClass()
    {
        _folder.Write(
            "voc/Annotations/a.xml",
            """
            <annotation><object><name>potted_plant</name>
            <bndbox><xmin>1</xmin><ymin>1</ymin><xmax>10</xmax><ymax>10</ymax></bndbox></object></annotation>
            """
        );
        _folder.Write("found/comp4_det_test_potted_plant.txt", "a 0.5 1 1 10 10\n");
        var report = BoxScoring.Voc(_folder.At("voc"), _folder.At("found"), null);
        Assert.Equal(1, (double)report.Json["perClass"]!["potted_plant"]!["ap07"]!, 1e-12);
        Assert.Equal(1, (double)report.Json["map"]!, 1e-12);
        _folder.Write("found/comp4_det_test_potted_plant.txt", "b 0.5 1 1 10 10\n");
        Assert.Contains(
            "the truth has no image 'b'",
            Assert.Throws<RequestException>(() => BoxScoring.Voc(_folder.At("voc"), _folder.At("found"), null)).Message
        );
    }

    [Fact]
    public void WhatPycocotoolsLeavesOutIsToldOf()
    {
        var truth = _folder.Write(
            "truth.json",
            """
            {"images": [{"id": 1}], "categories": [{"id": 1, "name": "a"}], "annotations": [
              {"image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 10]},
              {"image_id": 2, "category_id": 1, "bbox": [0, 0, 10, 10]}]}
            """
        );
        var found = _folder.Write(
            "found.json",
            """
            [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 10, 10], "score": 0.5},
             {"image_id": 1, "category_id": 9, "bbox": [0, 0, 10, 10], "score": 0.9}]
            """
        );
        var report = BoxScoring.Coco(truth, found);
        Assert.Equal(1, report.Json["stats"]!.Numbers()[0], 1e-9);
        Assert.Equal(
            ["1 annotations of unknown images are left out.", "1 detections of unknown categories are left out."],
            report.Remarks.AsEnumerable()
        );
    }
}
