using EvoNas.Evolution;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Detection;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Detection;

public class DetectionTrainingTests
{
    static readonly TrainingSettings _settings = new()
    {
        Task = "detection",
        DataSet = "fashion-scenes",
        ImageSide = 32,
        TrainImages = 96,
        ValidationImages = 32,
        BatchSize = 8,
        Epochs = 4,
        LearningRate = 0.02,
        WarmUp = 0.2,
        GradientClip = 10,
        Mirror = true,
        AnchorSize = 2,
        MeasureLatency = false,
    };

    /// <summary>Three levels of few channels.</summary>
    static Network SmallDetector(int classes = 11, int side = 32)
    {
        var style = new MobileStyle();
        var x = Node.Input(Shape.Of(3, side, side)).In("stem").ConvBlock(8, 3, 2, style).ConvBlock(16, 3, 2, style);
        var levels = new List<PyramidLevel>();
        for (var level = 3; level <= 4; level++)
            levels.Add(new(level, x = x.In($"level{level}").ConvBlock(24, 3, 2, style)));
        return new PyramidHead.RetinaNet(1, 24).Over(FeaturePyramid.Merge(levels, 24, style), classes, style);
    }

    static TrainingOutcome Run(TrainingSettings settings, Network network, ulong seed = 1, int divisor = 1)
    {
        using var files = new TinySet().WithFashionMnist(train: 200, test: 40);
        using var training = ProxyTraining.Load(TaskCatalog.Detection, settings, files.Data);
        return training.Run(network, seed, microBatchDivisor: divisor);
    }

    [Fact]
    public void ADetectorLearnsAndIsRepeatable()
    {
        var (one, two) = (
            Assert.IsType<TrainingOutcome.Trained>(Run(_settings, SmallDetector())),
            Assert.IsType<TrainingOutcome.Trained>(Run(_settings, SmallDetector()))
        );
        Assert.True(one.Curve[^1].TrainLoss < 0.7 * one.Curve[0].TrainLoss, one.ToString());
        Assert.Equal(one.Curve, two.Curve);
        foreach (var name in (string[])["ap", DetectionTask.Ap50, DetectionTask.Ap75])
            Assert.InRange(one.Metrics[name] ?? -1, 0, 1);
    }

    [Fact]
    public void AnUntrainedDetectorIsSureOfNothing()
    {
        using var module = new NetworkModule(SmallDetector());
        using var head = new DetectionHead(module.Network, 3, CPU);
        head.Initialize(module);
        using var scope = NewDisposeScope();
        module.eval();
        var outputs = module.Outputs(randn(2, 3, 32, 32));
        Assert.All(outputs[0].sigmoid().flatten().data<float>().ToArray(), one => Assert.Equal(0.01, one, 1e-3));
        Assert.All(outputs[^1].flatten().data<float>().ToArray(), one => Assert.Equal(0, one, 1e-2));
    }

    [Fact]
    public void PartsOfABatchAreDividedByThePositivesOfTheWhole()
    {
        // Without normalisations the parts of a batch add up to the batch.
        var x = Node.Input(Shape.Of(3, 32, 32)).Conv(8, 3, 8, bias: true).Relu();
        var network = Network.Of(("scores3", x.Conv(99, 1, bias: true)), ("boxes3", x.Conv(36, 1, bias: true)));
        var settings = _settings with { Epochs = 1 };
        var whole = Assert.IsType<TrainingOutcome.Trained>(Run(settings, network));
        var parts = Assert.IsType<TrainingOutcome.Trained>(Run(settings, network, divisor: 3));
        Assert.Equal(whole.Curve[0].TrainLoss, parts.Curve[0].TrainLoss, 1e-3 * whole.Curve[0].TrainLoss);
    }

    [Fact]
    public void ANetworkThatIsNoDetectorIsInvalid()
    {
        var logits = Network.Of(Node.Input(Shape.Of(3, 32, 32)).GlobalAveragePool().Dense(11));
        Assert.Contains("a detector makes", Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, logits)).Message);
        Assert.Contains(
            "need 99 and 36",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, SmallDetector(classes: 7))).Message
        );
        Assert.Contains(
            "the images are",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, SmallDetector(side: 64))).Message
        );
    }

    [Fact]
    public void AThousandStepsLeaveNoTensorBehind()
    {
        using var files = new TinySet().WithFashionMnist(train: 60, test: 40);
        using var training = ProxyTraining.Load(
            TaskCatalog.Detection,
            _settings with
            {
                TrainImages = 16,
                ValidationImages = 8,
                Epochs = 1,
                ScaleMin = 0.8,
                ScaleMax = 1.2,
            },
            files.Data
        );
        var x = Node.Input(Shape.Of(3, 32, 32)).Conv(2, 3, 8, bias: true);
        var network = Network.Of(("scores3", x.Conv(99, 1, bias: true)), ("boxes3", x.Conv(36, 1, bias: true)));
        training.Run(network, 0);
        const int Parameters = 6;
        var before = Living.TensorsAtFirst();
        for (var seed = 1UL; seed <= 20; seed++)
            Assert.IsType<TrainingOutcome.Trained>(training.Run(network, seed));
        Assert.Equal(before, Living.Tensors(parametersMade: 20 * Parameters));
    }

    /// <summary>Three epochs of real scenes on two cores: some minutes.</summary>
    [LongFact]
    public void TheQuickPresetReachesAnAp50OfThirtyPercent()
    {
        var settings = TaskCatalog.Preset(TaskCatalog.Detection, "quick") with { MeasureLatency = false };
        var space = SpaceCatalog.Find("mnasnet");
        var target = TaskCatalog.Detection.Target(settings) with { Profile = "search_proxy" };
        var network = space.Decode(Smallest(space), target);
        using var folder = new TemporaryFolder();
        using var training = ProxyTraining.Load(TaskCatalog.Detection, settings, new(folder.Path), threads: 2);
        var untrained = Assert.IsType<TrainingOutcome.Trained>(Untrained(settings, folder.Path, network));
        Assert.InRange(untrained.Metrics[DetectionTask.Ap50] ?? 1, 0, 0.01);
        var trained = Assert.IsType<TrainingOutcome.Trained>(training.Run(network, 1));
        Assert.True(trained.Metrics[DetectionTask.Ap50] >= 0.30, trained.ToString());
    }

    static TrainingOutcome Untrained(TrainingSettings settings, string data, Network network)
    {
        using var training = ProxyTraining.Load(
            TaskCatalog.Detection,
            settings with
            {
                Epochs = 0,
                Steps = 1,
                LearningRate = 1e-9,
            },
            new(data),
            threads: 2
        );
        return training.Run(network, 1);
    }

    // Every decision at its cheapest: few repeats of plain convolutions, the narrowest.
    static Genetics.Genotype Smallest(Space space) =>
        space.Decisions.Parse(
            string.Join(',', (string[])["0,0,0,0,0,0", .. Enumerable.Repeat("1,0,0,0,0,0", 5), "0,0,0,0,0,0"])
        );
}
