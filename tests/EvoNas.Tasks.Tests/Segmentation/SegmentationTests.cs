using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Scenes;
using EvoNas.Tasks.Segmentation;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Segmentation;

public class SegmentationTests
{
    static readonly TrainingSettings _settings = new()
    {
        Task = "segmentation",
        DataSet = "fashion-scenes",
        ImageSide = 32,
        TrainImages = 96,
        ValidationImages = 32,
        BatchSize = 8,
        Epochs = 4,
        LearningRate = 0.05,
        GradientClip = 10,
        Mirror = true,
        ScaleMin = 0.8,
        ScaleMax = 1.2,
        ClassWeights = "0.1,1,1,1,1,1,1,1,1,1,1",
        MeasureLatency = false,
    };

    static Network SmallSegmenter(int classes = 11)
    {
        var style = new MobileStyle();
        var x = Node.Input(Shape.Of(3, 32, 32)).In("stem").ConvBlock(16, 3, 2, style).ConvBlock(16, 3, 1, style);
        return new PyramidHead.Segmentation(1, 16).Over([new(1, x)], classes, style);
    }

    static TrainingOutcome Run(TrainingSettings settings, Network network)
    {
        using var files = new TinySet().WithFashionMnist(train: 200, test: 40);
        using var training = ProxyTraining.Load(TaskCatalog.Segmentation, settings, files.Data);
        return training.Run(network, 1);
    }

    [Fact]
    public void ClassesOfPixelsAreLearntAndRepeatable()
    {
        var (one, two) = (
            Assert.IsType<TrainingOutcome.Trained>(Run(_settings, SmallSegmenter())),
            Assert.IsType<TrainingOutcome.Trained>(Run(_settings, SmallSegmenter()))
        );
        Assert.True(one.Curve[^1].TrainLoss < 0.9 * one.Curve[0].TrainLoss, one.ToString());
        Assert.Equal(one.Curve, two.Curve);
        Assert.InRange(one.Metrics["miou"] ?? -1, 0.01, 1);
        Assert.InRange(one.Metrics[SegmentationTask.PixelAccuracy] ?? -1, 0.01, 1);
    }

    [Fact]
    public void AFusedHeadAddsTheMapsOfAllLevels()
    {
        var x = Node.Input(Shape.Of(3, 14, 10));
        PyramidLevel[] levels = [new(0, x), new(1, x.MaxPool(2, 2)), new(2, x.MaxPool(4, 4))];
        var network = new PyramidHead.Segmentation(0, 8, IsFused: true).Over(levels, 5, new());
        using var module = new NetworkModule(network);
        using var scope = NewDisposeScope();
        module.eval();
        var image = randn(2, 3, 14, 10);
        // 7×5 and, padded, 4×3.
        var half = nn.functional.max_pool2d(image, [2, 2]);
        var quarter = nn.functional.max_pool2d(
            nn.functional.pad(image, [1, 1, 1, 1], value: double.NegativeInfinity),
            [4, 4]
        );
        var sum = image + Resized(half) + Resized(quarter);
        var (weight, bias) = (module.Tensors.First().Tensor, module.Tensors.Skip(1).First().Tensor);
        Assert.True(nn.functional.conv2d(sum, weight, bias).allclose(module.call(image), 1e-4, 1e-5));

        static Tensor Resized(Tensor map) =>
            nn.functional.interpolate(map, [14, 10], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    [Theory, InlineData("segmentation"), InlineData("segmentation_fused")]
    public void ASpineNetLearnsClassesOfPixels(string profile)
    {
        var space = SpaceCatalog.Find("spinenet");
        var network = space.Decode(
            space.FindNamed("SpineNet-49").Genotype,
            TaskCatalog.Segmentation.Target(_settings) with
            {
                Profile = profile,
            }
        );
        var settings = _settings with { Epochs = 6, Initialization = Initialization.Lecun };
        var curve = Assert.IsType<TrainingOutcome.Trained>(Run(settings, network)).Curve;
        Assert.True(curve[^1].TrainLoss < 0.95 * curve[0].TrainLoss, string.Join("; ", curve));
        Assert.All(curve, point => Assert.InRange(point.Loss!.Value, 0, 10));
    }

    [Fact]
    public void ANetworkOfOtherClassesIsInvalid() =>
        Assert.Contains(
            "11 classes of pixels need",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, SmallSegmenter(classes: 5))).Message
        );

    [Fact]
    public void TheLossCountsTheValidPixels()
    {
        using var scope = NewDisposeScope();
        var one = Oracle.Read("detection")["segmentation"]!;
        var logits = tensor(Numbers(one["logits"]!), [1, 4, 3, 3]);
        var labels = tensor(Numbers(one["labels"]!), [1, 3, 3]).to(ScalarType.Int64);
        var valid = labels.ne(255).sum().item<long>() + 1e-5;
        Assert.Equal((double)one["loss"]!, SegmentationHead.Sum(logits, labels, null, 0).item<double>() / valid, 1e-9);
        Assert.Equal(
            (double)one["loss_label_smoothing_0_1"]!,
            SegmentationHead.Sum(logits, labels, null, 0.1).item<double>() / valid,
            1e-9
        );
    }

    [Fact]
    public void LabelsMoveAsTheirImagesDoAndNothingIsLearntBesideThem()
    {
        // The brightness of a pixel says its label.
        const int Side = 32;
        var (pixels, labels) = (new byte[Side * Side * 3], new byte[Side * Side]);
        for (var at = 0; at < labels.Length; at++)
            if (at / Side is >= 8 and < 20 && at % Side is >= 4 and < 20)
            {
                labels[at] = 1;
                pixels.AsSpan(3 * at, 3).Fill(255);
            }
        var scenes = new SceneSet(
            Side,
            pixels,
            labels,
            [
                [new(0, 4, 8, 16, 12, 192)],
            ]
        );
        foreach (var jitter in (Jitter[])[new(true), new(true, 0.5, 0.8), new(true, 1.2, 2)])
        {
            using var samples = new SegmentationSamples(scenes, [0], normalize: false, jitter, CPU);
            for (var roll = 0; roll < 6; roll++)
            {
                using var scope = NewDisposeScope();
                using var epoch = samples.Begin(SeededRandom.For(1, $"roll {roll}"));
                var (images, truth) = epoch.Batch(0, 1);
                var bright = images[0, 0].gt(0.5).to(ScalarType.Int64);
                var valid = truth[0][0].ne(SegmentationSamples.Ignored);
                var wrong = bright.ne(truth[0][0]).logical_and(valid).sum().item<long>();
                // At the edges a bilinear image and its nearest labels round apart.
                Assert.InRange(wrong, 0, 2 * (Side + Side));
                if (jitter.ScaleMax < 1)
                    Assert.InRange(valid.sum().item<long>(), Side * Side / 4 - 1, (long)(0.65 * Side * Side));
            }
        }
    }

    [Theory]
    [InlineData("0.1,1", "has 2 numbers, but there are 11 classes")]
    [InlineData("x", "'x' for class 0")]
    [InlineData("-1,1,1,1,1,1,1,1,1,1,1", "'-1' for class 0")]
    [InlineData("0,0,0,0,0,0,0,0,0,0,0", "is 0 for every class")]
    public void BadWeightsAreOneClearError(string weights, string named) =>
        Assert.Contains(
            named,
            Assert
                .Throws<RequestException>(() => TaskCatalog.Checked(_settings with { ClassWeights = weights }))
                .Message
        );

    static double[] Numbers(JsonNode node) =>
        node is JsonArray list ? [.. list.SelectMany(part => Numbers(part!))] : [(double)node];

    /// <summary>Four epochs of real scenes: some minutes.</summary>
    [LongFact]
    public void TheQuickPresetReachesAMeanIouOfTwentyPercent()
    {
        var settings = TaskCatalog.Preset(TaskCatalog.Segmentation, "quick") with { MeasureLatency = false };
        using var folder = new TemporaryFolder();
        using var training = ProxyTraining.Load(TaskCatalog.Segmentation, settings, new(folder.Path), threads: 2);
        var trained = Assert.IsType<TrainingOutcome.Trained>(training.Run(PyramidOfConvolutions(), 1));
        // The ground alone, found everywhere, is 0.89 of eleven classes.
        const double GroundAlone = 0.894 / 11;
        Assert.True(trained.Metrics["miou"] > Math.Max(0.20, 2 * GroundAlone), trained.ToString());
    }

    /// <summary>Levels 3 to 5 of plain convolutions under a pyramid of 48 channels.</summary>
    static Network PyramidOfConvolutions()
    {
        var style = new MobileStyle(Decay: 0.9);
        var x = Node.Input(Shape.Of(3, 128, 128)).In("stem").ConvBlock(16, 3, 2, style).ConvBlock(24, 3, 2, style);
        var levels = new List<PyramidLevel>();
        for (var level = 3; level <= 5; level++)
        {
            x = x.In($"level{level}").ConvBlock(24 << (level - 2), 3, 2, style);
            levels.Add(new(level, x = x.ConvBlock(x.Channels, 3, 1, style)));
        }
        return new PyramidHead.Segmentation(2, 48).Over(FeaturePyramid.Merge(levels, 48, style), 11, style);
    }
}
