using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Tests.Detection;
using EvoNas.Tasks.Tests.Drawings;
using EvoNas.Torch.Data;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Lidar;

public sealed class LidarTrainingTests : IClassFixture<LidarTrainingTests.Scans>
{
    static readonly TrainingSettings _settings = TaskCatalog.Preset(TaskCatalog.Lidar, "quick") with
    {
        ImageSide = 32,
        TrainImages = 16,
        ValidationImages = 8,
        MeasureLatency = false,
    };

    readonly DataFolder _data;

    public LidarTrainingTests(Scans scans) => _data = scans.Data;

    /// <summary>The data set, made once.</summary>
    public sealed class Scans : IDisposable
    {
        readonly TemporaryFolder _folder = new();

        public Scans() => Data = new(_folder.Path);

        internal DataFolder Data { get; }

        public void Dispose() => _folder.Dispose();
    }

    /// <summary>Every run of blocks is one of the first kind, with the usual filters.</summary>
    static Network Smallest(TrainingSettings settings)
    {
        var space = SpaceCatalog.Find("pointpillars");
        return space.Decode(
            space.Decisions.Parse(
                "0,1,1,"
                    + string.Concat(Enumerable.Repeat("0,0,0,0,0,1,1,", 5))
                    + string.Join(',', Enumerable.Repeat("0,0,0,0,0,1", 3))
            ),
            TaskCatalog.Lidar.Target(settings)
        );
    }

    TrainingOutcome Run(TrainingSettings settings, Network network, ulong seed = 1, int divisor = 1)
    {
        using var training = ProxyTraining.Load(TaskCatalog.Lidar, settings, _data);
        return training.Run(network, seed, microBatchDivisor: divisor);
    }

    [Theory]
    [InlineData("axis-aligned")]
    [InlineData("rotated")]
    public void ADetectorLearnsAndIsRepeatable(string head)
    {
        var settings = TaskCatalog.Checked(
            _settings with
            {
                Head = head,
                Epochs = 4,
                Mirror = true,
                Turn = 20,
                ScaleMin = 0.95,
                ScaleMax = 1.05,
                PasteObjects = 8,
            }
        );
        var (one, two) = (
            Assert.IsType<TrainingOutcome.Trained>(Run(settings, Smallest(settings))),
            Assert.IsType<TrainingOutcome.Trained>(Run(settings, Smallest(settings)))
        );
        Assert.True(one.Curve[^1].TrainLoss < 0.9 * one.Curve[0].TrainLoss, one.ToString());
        Assert.Equal(one.Curve, two.Curve);
        foreach (var name in (string[])["ap", LidarTask.Aph, LidarTask.Ap50])
            Assert.InRange(one.Metrics[name] ?? -1, 0, 1);
    }

    [Theory]
    [InlineData("axis-aligned")]
    [InlineData("rotated")]
    public void AnUntrainedDetectorIsSureOfNothing(string head)
    {
        var settings = TaskCatalog.Checked(_settings with { Head = head });
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Smallest(settings));
        using var ofTask = (LidarHead)TaskCatalog.Lidar.HeadOf(module.Network, settings, CPU);
        ofTask.Initialize(module);
        module.eval();
        var outputs = module.Outputs(randn(2, 10, 30, 8), randint(32, [2, 2, 30]));
        Assert.All(outputs[0].sigmoid().flatten().data<float>().ToArray(), one => Assert.Equal(0.01, one, 1e-3));
        Assert.All(outputs[^1].flatten().data<float>().ToArray(), one => Assert.Equal(0, one, 1e-2));
        Assert.All(ofTask.Objects(outputs), Assert.Empty);
    }

    [Fact]
    public void TargetsOfRotatedBoxesDecodeToTheTruth()
    {
        var settings = TaskCatalog.Checked(_settings with { Head = "rotated", ImageSide = 128 });
        using var scope = NewDisposeScope();
        using var opened = TaskCatalog.Lidar.Open(settings, _data, 1, CPU);
        var samples = (LidarSamples)opened.Validation!; // Asked for.
        using var head = (LidarHead)TaskCatalog.Lidar.HeadOf(Smallest(settings), settings, CPU);
        var targets = head.Targets(samples.Plain(0, 8).Truth);
        var isPositive = targets[0].eq(0);
        Assert.True(isPositive.any(1).all().item<bool>());
        var (scores, codes, bins) = (
            where(isPositive, 5.0, -5.0).to(ScalarType.Float32),
            targets[1],
            nn.functional.one_hot(targets[2], 2).to(ScalarType.Float32)
        );
        Tensor[] outputs = [Map(scores.unsqueeze(2)), Map(codes), Map(bins * 20)];
        var found = head.Objects(outputs);
        Perfect(samples, found);
        var drawing = Drawing.Of(head.Draw(samples, _ => Array.ConvertAll(outputs, output => output.narrow(0, 0, 4))));
        Assert.Equal(
            (4, samples.Truths.Take(4).Sum(some => some.Length), found.Take(4).Sum(some => some.Length)),
            (drawing.Pictures.Length, drawing.Truths, drawing.Found)
        );
        // Nothing but the certainty is missing to a loss of 0.
        Assert.InRange(head.Loss(outputs, targets, 1).item<float>(), 0, 0.1);
        outputs[1] = outputs[1] + 0.3;
        Assert.True(head.Loss(outputs, targets, 1).item<float>() > 0.5);

        // [n, A, k] → [n, 2·k, 64, 64].
        static Tensor Map(Tensor list) => list.view(list.size(0), 64, 64, -1).permute(0, 3, 1, 2);
    }

    [Fact]
    public void TargetsOfAxisAlignedBoxesDecodeToTheTruth()
    {
        var settings = TaskCatalog.Checked(_settings with { ImageSide = 128 });
        using var scope = NewDisposeScope();
        using var opened = TaskCatalog.Lidar.Open(settings, _data, 1, CPU);
        var samples = (LidarSamples)opened.Validation!; // Asked for.
        using var head = (LidarHead)TaskCatalog.Lidar.HeadOf(Smallest(settings), settings, CPU);
        var targets = head.Targets(samples.Plain(0, 8).Truth);
        var isPositive = targets[0].eq(1).unsqueeze(2);
        var scores = cat([full_like(isPositive, -5, dtype: ScalarType.Float32), where(isPositive, 5f, -5f)], 2);
        Tensor[] kinds = [scores, targets[1], .. Enumerable.Range(0, 3).Select(i => targets[2].narrow(2, i, 1))];
        Tensor[] outputs = [.. kinds.SelectMany(Maps)];
        // What stands at the edge is cut there, and two turned cars beside each other suppress one another.
        var found = head.Objects(outputs);
        var score = LidarScore.Of([.. found.Select((some, i) => new LidarFrame(samples.Truths[i], some))]);
        Assert.InRange(score.Ap, 0.75, 1);
        Assert.Equal(score.Ap, score.Aph, 0.01);
        Assert.InRange(head.Loss(outputs, targets, 1).item<float>(), 0, 0.1);

        // [n, A, k] → [n, k, side, side] of three levels.
        static IEnumerable<Tensor> Maps(Tensor list)
        {
            var start = 0;
            foreach (var side in (int[])[64, 32, 16])
            {
                yield return list.narrow(1, start, side * side).view(list.size(0), side, side, -1).permute(0, 3, 1, 2);
                start += side * side;
            }
        }
    }

    [Fact]
    public void PartsOfABatchAddUpToTheWhole()
    {
        foreach (var head in (string[])["axis-aligned", "rotated"])
        {
            var settings = TaskCatalog.Checked(_settings with { Head = head });
            using var scope = NewDisposeScope();
            using var opened = TaskCatalog.Lidar.Open(settings, _data, 1, CPU);
            using var module = new NetworkModule(Smallest(settings));
            using var ofTask = TaskCatalog.Lidar.HeadOf(module.Network, settings, CPU);
            ofTask.Initialize(module);
            module.eval();
            var batch = opened.Train.Plain(0, 4);
            var targets = ofTask.Targets(batch.Truth);
            var outputs = module.Outputs(batch.Inputs);
            Tensor Part(int start, int count) =>
                ofTask.Loss(
                    Array.ConvertAll(outputs, output => output.narrow(0, start, count)),
                    Array.ConvertAll(targets, target => target.narrow(0, start, count)),
                    count / 4.0
                );

            var whole = Part(0, 4).item<float>();
            Assert.Equal(whole, (Part(0, 1) + Part(1, 3)).item<float>(), 1e-4 * whole);
        }
    }

    [Fact]
    public void ANetworkThatIsNoDetectorInScansIsInvalid()
    {
        var logits = Network.Of(Node.Input(Shape.Of(3, 32, 32)).GlobalAveragePool().Dense(11));
        Assert.Contains(
            "a detector in lidar scans takes",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, logits)).Message
        );
        var published = _settings with { Profile = "published" };
        Assert.Contains(
            "pillars of 100 points, profile 'search_proxy' has 8",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, Smallest(published))).Message
        );
        Assert.Contains(
            "images from above have 32×32 cells",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_settings, Smallest(_settings with { ImageSide = 64 }))).Message
        );
    }

    [Theory]
    [InlineData("""{"imageSide": 100}""", "evonas.training.image-side is 100; of lidar scans it is a multiple of 8")]
    [InlineData("""{"imageSide": 8}""", "evonas.training.image-side is 8; it lies in [16, 1024]")]
    [InlineData("""{"turn": 200}""", "evonas.training.turn is 200; it lies in (0, 180]")]
    [InlineData("""{"pasteObjects": 101}""", "evonas.training.paste-objects is 101; it lies in [0, 100]")]
    [InlineData("""{"shift": 2}""", "not shifted by evonas.training.shift")]
    [InlineData("""{"augment": "randaugment:2,5"}""", "are for images, not for lidar scans")]
    [InlineData("""{"head": "rotatd"}""", "no head of a detector in lidar scans called 'rotatd'")]
    [InlineData("""{"dataSet": "fashion-scenes"}""", "'fashion-scenes' is no data set for lidar")]
    public void SettingsThatDoNotFitAreRefused(string json, string message) =>
        Assert.Contains(
            message,
            Assert
                .Throws<RequestException>(() => TaskCatalog.Checked(TrainingSettings.FromJson(json, _settings)))
                .Message
        );

    [Fact]
    public void AHeadThatIsAskedForChangesTheProfile()
    {
        Assert.Equal(
            "published_rotated",
            TaskCatalog.Checked(_settings with { Profile = "published", Head = "rotated" }).Profile
        );
        var back = TaskCatalog.Checked(_settings with { Profile = "search_proxy_rotated", Head = "axis-aligned" });
        Assert.Equal(("search_proxy", null), (back.Profile, back.Head));
    }

    [Fact]
    public void ManyStepsLeaveNoTensorBehind()
    {
        var settings = TaskCatalog.Checked(
            _settings with
            {
                Head = "rotated",
                TrainImages = 8,
                ValidationImages = 4,
                Epochs = 1,
                PasteObjects = 6,
                Turn = 10,
            }
        );
        using var training = ProxyTraining.Load(TaskCatalog.Lidar, settings, _data);
        var network = Smallest(settings);
        Assert.IsType<TrainingOutcome.Trained>(training.Run(network, 0));
        int parameters;
        using (var module = new NetworkModule(network))
            parameters = module.Memory.Parameters.Count();
        var before = Living.TensorsAtFirst();
        for (var seed = 1UL; seed <= 3; seed++)
            Assert.IsType<TrainingOutcome.Trained>(training.Run(network, seed));
        Assert.Equal(before, Living.Tensors(parametersMade: 3 * parameters));
    }

    [Fact]
    public void AFolderOfPlainFramesIsADataSetAndPredictionsAreScored()
    {
        using var folder = new TemporaryFolder();
        var made = RayCastScenes.Read(_data, Part.Test)[..12];
        foreach (var frame in made)
        {
            folder.Write(
                $"mine/points/{frame.Name}.bin",
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(frame.Points.Values.AsSpan()).ToArray()
            );
            folder.Write($"mine/labels/{frame.Name}.txt", LidarLabels.Text(frame.Objects, scored: false));
        }
        folder.Write("mine/frames.json", """{"columns": ["x", "y", "z", "intensity", "elongation"]}""");
        var (data, asked) = (new DataFolder(folder.Path), _settings with { DataSet = "mine", Epochs = 1 });
        var settings = TaskCatalog.Checked(UserDataSet.WithFacts(asked, TaskCatalog.Lidar, data, _ => { }));
        settings = TaskCatalog.Lidar.Fitted(settings, _ => false) with { BatchSize = 2 };
        Assert.Equal((11, 1), (settings.Data!.Train, settings.Data.Test));

        var predictions = Path.Combine(folder.Path, "found");
        var trained = FullTraining.Run(TaskCatalog.Lidar, Smallest(settings), settings, data, predictions: predictions);
        Assert.IsType<TrainingOutcome.Trained>(trained);
        var written = Assert.Single(Directory.GetFiles(predictions, "*.txt"));
        Assert.All(LidarLabels.Read(written, scored: true), one => Assert.Equal("vehicle", one.Class));

        foreach (var frame in made)
            folder.Write($"mine/labels/{frame.Name}.txt", "1 2 3 1 1 1 0 tree 1\n");
        var refused = Assert.Throws<RequestException>(() =>
            UserDataSet.WithFacts(asked, TaskCatalog.Lidar, data, _ => { })
        );
        Assert.Contains("no object of class car or vehicle in 12 frames; its classes are tree", refused.Message);
    }

    /// <summary>Two epochs of 75 steps on two cores: a minute or two.</summary>
    [LongFact]
    public void TheQuickPresetReachesABevApOfThirtyPercent()
    {
        var settings = TaskCatalog.Checked(
            TaskCatalog.Preset(TaskCatalog.Lidar, "quick") with
            {
                Head = "rotated",
                MeasureLatency = false,
            }
        );
        var network = Smallest(settings);
        using var training = ProxyTraining.Load(TaskCatalog.Lidar, settings, _data, threads: 2);
        var trained = Assert.IsType<TrainingOutcome.Trained>(training.Run(network, 1));
        Assert.True(trained.Metrics[LidarTask.BevAp] >= 0.30, trained.ToString());
    }

    static void Perfect(LidarSamples samples, LidarDetection[][] found)
    {
        var frames = found.Select((some, i) => new LidarFrame(samples.Truths[i], some)).ToArray();
        var score = LidarScore.Of(frames);
        Assert.Equal(1, score.Ap, 1e-3);
        Assert.Equal(1, score.Aph, 1e-3);
    }
}
