using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Pictures;
using EvoNas.Tasks.Scenes;
using EvoNas.Tasks.Segmentation;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Scenes;

/// <summary>Policies in trainings for detection and segmentation. In the pictures of these tests a pixel's brightness
/// says whether it belongs to the object.</summary>
public class PolicyTests
{
    const int Side = 64;

    static AugmentationPolicy Only(AugmentationKind kind, int magnitude = 10, double max = 20) =>
        new([(Sequence<AugmentationOperation>)[new AugmentationOperation(kind, magnitude) with { Max = max }]]);

    // A bright rectangle on black ground: rows 20 to 35, columns 12 to 39.
    static SceneSet Scene(int count = 1)
    {
        var (pixels, labels) = (new byte[count * Side * Side * 3], new byte[count * Side * Side]);
        for (var at = 0; at < labels.Length; at++)
            if (at / Side % Side is >= 20 and < 36 && at % Side is >= 12 and < 40)
            {
                labels[at] = 1;
                pixels.AsSpan(3 * at, 3).Fill(255);
            }
        SceneObject[] objects = [new(0, 12, 20, 28, 16, 28 * 16)];
        return new(Side, pixels, labels, [.. Enumerable.Repeat(objects, count)]);
    }

    static DetectionSamples Boxes(IPictureSource source, AugmentationPolicy? policy, bool mirror = false) =>
        new(source, [.. Enumerable.Range(0, source.Count)], normalize: false, new(mirror) { Policy = policy }, CPU);

    // Row and column of each bright pixel, one after the other.
    static long[] Bright(Tensor image)
    {
        var places = image[0].gt(0.9).nonzero();
        return places.numel() == 0 ? [] : places.data<long>().ToArray();
    }

    [Theory]
    [InlineData(AugmentationKind.TranslateX)]
    [InlineData(AugmentationKind.TranslateY)]
    [InlineData(AugmentationKind.ShearX)]
    [InlineData(AugmentationKind.ShearY)]
    [InlineData(AugmentationKind.Rotate)]
    public void ABoxGoesWhereItsObjectGoes(AugmentationKind kind)
    {
        using var samples = Boxes(Scene(), Only(kind), mirror: true);
        var places = new HashSet<string>();
        for (var roll = 0; roll < 8; roll++)
        {
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
            var batch = epoch.Batch(0, 1);
            var box = batch.Truth[0][0, 0].data<float>().ToArray();
            Assert.Equal(1, batch.Truth[1][0, 0].item<long>());
            var bright = Bright(batch.Images[0]);
            var (rows, columns) = (
                bright.Where((_, i) => i % 2 == 0).ToArray(),
                bright.Where((_, i) => i % 2 == 1).ToArray()
            );
            // Corners are truncated to pixels, as are the pixels themselves.
            const int Slack = 2;
            Assert.InRange(rows.Min() - box[0], -Slack, Slack);
            Assert.InRange(columns.Min() - box[1], -Slack, Slack);
            Assert.InRange(box[2] - (rows.Max() + 1), -Slack, Slack);
            Assert.InRange(box[3] - (columns.Max() + 1), -Slack, Slack);
            places.Add(string.Join(' ', box));
        }
        Assert.True(places.Count > 1);
    }

    [Fact]
    public void AnObjectThatHasLeftThePictureIsNone()
    {
        // 45 pixels to the left it is gone, to the right four columns are left.
        using var samples = Boxes(Scene(), Only(AugmentationKind.TranslateX, max: 45));
        var seen = new HashSet<long>();
        for (var roll = 0; roll < 12; roll++)
        {
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
            var batch = epoch.Batch(0, 1);
            var channel = batch.Truth[1][0, 0].item<long>();
            Assert.Equal(channel == 1, Bright(batch.Images[0]).Length > 0);
            seen.Add(channel);
        }
        Assert.Equal([-1, 1], seen.Order());
    }

    [Theory]
    [InlineData(AugmentationKind.TranslateX)]
    [InlineData(AugmentationKind.ShearY)]
    [InlineData(AugmentationKind.Rotate)]
    [InlineData(AugmentationKind.CutoutSegmentation)]
    public void LabelsGoWhereTheirPixelsGoAndNothingIsLearntBesideThePicture(AugmentationKind kind)
    {
        using var samples = new SegmentationSamples(
            Scene(),
            [0],
            normalize: false,
            new(Mirror: true) { Policy = Only(kind) },
            CPU
        );
        for (var roll = 0; roll < 8; roll++)
        {
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
            var batch = epoch.Batch(0, 1);
            var (image, labels) = (batch.Images[0][0], batch.Truth[0][0]);
            var ignored = labels.eq(SegmentationSamples.Ignored);
            Assert.True(ignored.sum().item<long>() > 0);
            // What was filled is gray, and does not count.
            Assert.True(image.masked_select(ignored).sub(128 / 255f).abs().lt(1e-3).all().item<bool>());
            Assert.True(image.gt(0.9).eq(labels.eq(1)).logical_or(ignored).all().item<bool>());
        }
    }

    [Fact]
    public void EachEpochRollsAnewAndTheSameSeedTheSame()
    {
        using var samples = Boxes(Scene(count: 6), Only(AugmentationKind.TranslateY));
        string Rolled(string name)
        {
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, name));
            return string.Join(' ', epoch.Batch(0, 6).Truth[0].data<float>().ToArray());
        }
        Assert.Equal(Rolled("one"), Rolled("one"));
        Assert.NotEqual(Rolled("one"), Rolled("two"));
        // Pictures of one batch roll apart.
        Assert.True(Rolled("one").Split(' ').Distinct().Count() > 4);
    }

    [Fact]
    public void OrderAndMirrorsAreTheSameWithAPolicyAndWithout()
    {
        using var with = Boxes(Scene(count: 6), Only(AugmentationKind.Invert), mirror: true);
        using var without = Boxes(Scene(count: 6), null, mirror: true);
        using var scope = NewDisposeScope();
        using var varied = with.Begin(SeededRandom.For(1, "epoch"));
        using var plain = without.Begin(SeededRandom.For(1, "epoch"));
        var (one, two) = (varied.Batch(0, 6), plain.Batch(0, 6));
        Assert.Equal(two.Truth[0].data<float>().ToArray(), one.Truth[0].data<float>().ToArray());
        Assert.True((1 - one.Images).sub(two.Images).abs().lt(1e-5).all().item<bool>());
        // What is judged is never varied.
        Assert.True(with.Plain(0, 6).Images.eq(without.Plain(0, 6).Images).all().item<bool>());
    }

    [Fact]
    public void APictureThatDoesNotFillItsSquareIsVariedAlone()
    {
        var source = new Padded();
        using var samples = Boxes(source, Only(AugmentationKind.Rotate));
        using var scope = NewDisposeScope();
        for (var roll = 0; roll < 6; roll++)
        {
            using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
            var batch = epoch.Batch(0, 2);
            // Below both pictures there is nothing, whatever is turned inside of them.
            Assert.True(batch.Images.narrow(2, 48, 16).eq(0).all().item<bool>());
            foreach (var picture in (int[])[0, 1])
            {
                var bright = Bright(batch.Images[picture]);
                var box = batch.Truth[0][picture, 0].data<float>().ToArray();
                for (var i = 0; i < bright.Length; i += 2)
                {
                    Assert.InRange(bright[i], box[0] - 2, box[2] + 2);
                    Assert.InRange(bright[i + 1], box[1] - 2, box[3] + 2);
                }
            }
        }
    }

    [Theory]
    [InlineData("detection", "randaugment_detection 1,4")]
    [InlineData("detection", "randaugment:3,0")]
    [InlineData("detection", "autoaugment")]
    [InlineData("detection", "detection_v3")]
    [InlineData("segmentation", "randaugment_segmentation 0,9")]
    [InlineData("segmentation", "randaugment:2,5")]
    public void WhatFitsTheImagesIsTaken(string task, string policy) =>
        Assert.Equal(policy, TaskCatalog.Checked(Quick(task) with { Augment = policy }).Augment);

    [Theory]
    [InlineData("detection", "randaugment_segmentation 1,4", "changes masks, and images for detection have none")]
    [InlineData("segmentation", "detection_v0", "changes boxes, and images for segmentation have none")]
    [InlineData("segmentation", "autoaugment", "No AutoAugment policy is published for segmentation")]
    [InlineData("detection", "randaugment:0,4", "is no RandAugment")]
    [InlineData("detection", "detection_v9", "evonas.training.augment is 'detection_v9'")]
    public void WhatDoesNotIsOneClearError(string task, string policy, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<RequestException>(() => TaskCatalog.Checked(Quick(task) with { Augment = policy })).Message
        );

    [Fact]
    public void AThousandVariedBatchesLeaveNoTensorBehind()
    {
        using var boxes = Boxes(Scene(count: 4), NamedPolicies.DetectionV1);
        using var masks = new SegmentationSamples(
            Scene(count: 4),
            [0, 1, 2, 3],
            normalize: false,
            new(Mirror: true) { Policy = Only(AugmentationKind.Rotate) },
            CPU
        );
        foreach (var samples in (Samples[])[boxes, masks])
        {
            var before = -1L;
            for (var roll = 0; roll < 50; roll++)
            {
                using (NewDisposeScope())
                using (var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}")))
                    epoch.Batch(0, 4);
                if (before < 0)
                    before = Torch.Tests.Support.Living.TensorsAtFirst();
            }
            Assert.Equal(before, Torch.Tests.Support.Living.Tensors(parametersMade: 0));
        }
    }

    static TrainingSettings Quick(string task) => TaskCatalog.Preset(TaskCatalog.Named(task), "quick");

    // Two pictures of 48 rows; the second one has 40 columns.
    sealed class Padded : IPictureSource
    {
        public int Side => PolicyTests.Side;

        public int Count => 2;

        static int Width(int index) => index == 0 ? 64 : 40;

        public PictureFrame FrameOf(int index) => new(index, Width(index), 48, Width(index), 48);

        public void CopyPixels(int index, Span<byte> into)
        {
            into.Clear();
            for (var row = 20; row < 36; row++)
                into.Slice(3 * (row * Side + 12), 3 * 20).Fill(255);
        }

        public void CopyLabels(int index, Span<byte> into) => into.Clear();

        public IReadOnlyList<LabelledBox> BoxesOf(int index) => [new(new(12, 20, 20, 16), 0, 320, Crowd: false)];

        public string NameOf(int index) => $"{index}";

        public int ClassOf(int index) => 0;

        public ReadOnlySpan<byte> OriginalLabels(int index) => default;
    }
}
