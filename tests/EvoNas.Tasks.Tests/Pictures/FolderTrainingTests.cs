using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Scoring;
using EvoNas.Tasks.Segmentation;
using EvoNas.Tasks.Tests.Data;
using EvoNas.Tasks.Tests.Drawings;
using EvoNas.Torch.Training;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Pictures;

public sealed class FolderTrainingTests : IDisposable
{
    const int Side = 32;

    readonly TemporaryFolder _data = new();

    public void Dispose() => _data.Dispose();

    TrainingSettings Settings(LearningTask task, string name = "mine") =>
        TaskCatalog.Checked(
            task.Fitted(
                UserDataSet.WithFacts(
                    new()
                    {
                        Task = task == TaskCatalog.Classification ? null : task.Name,
                        DataSet = name,
                        ImageSide = Side,
                        TrainImages = 1000,
                        ValidationImages = 8,
                        BatchSize = 8,
                        Epochs = 12,
                        LearningRate = 0.02,
                        WarmUp = 0.1,
                        GradientClip = 10,
                        Mirror = true,
                        ScaleMin = 0.9,
                        ScaleMax = 1.2,
                        AnchorSize = task == TaskCatalog.Detection ? 2 : null,
                        MeasureLatency = false,
                    },
                    task,
                    new(_data.Path),
                    _ => { }
                ),
                _ => false
            )
        );

    static Network Detector(int classes)
    {
        var style = new MobileStyle(Decay: 0.9);
        var x = Node.Input(Shape.Of(3, Side, Side)).In("stem").ConvBlock(8, 3, 2, style).ConvBlock(16, 3, 2, style);
        var levels = new List<PyramidLevel>();
        for (var level = 3; level <= 4; level++)
            levels.Add(new(level, x = x.In($"level{level}").ConvBlock(24, 3, 2, style)));
        return new PyramidHead.RetinaNet(1, 24).Over(FeaturePyramid.Merge(levels, 24, style), classes + 1, style);
    }

    static Network Segmenter(int classes)
    {
        var style = new MobileStyle(Decay: 0.9);
        var x = Node.Input(Shape.Of(3, Side, Side)).In("stem").ConvBlock(16, 3, 2, style).ConvBlock(24, 3, 1, style);
        return new PyramidHead.Segmentation(1, 24).Over([new(1, x)], classes, style);
    }

    TrainingOutcome.Trained Trained(LearningTask task, TrainingSettings settings, Network network)
    {
        using var training = ProxyTraining.Load(task, settings, new(_data.Path));
        return Assert.IsType<TrainingOutcome.Trained>(training.Run(network, 1));
    }

    [Theory]
    [InlineData("coco")]
    [InlineData("voc")]
    public void ADetectorLearnsFromAFolder(string layout)
    {
        if (layout == "coco")
            TinyFolders.Coco(_data, "mine", pictures: 60);
        else
            TinyFolders.Voc(_data, "mine", pictures: 60);
        var settings = Settings(TaskCatalog.Detection);
        Assert.Equal(3, TaskCatalog.Detection.Target(settings).Classes);
        var trained = Trained(TaskCatalog.Detection, settings, Detector(classes: 2));
        Assert.True(trained.Curve[^1].TrainLoss < 0.6 * trained.Curve[0].TrainLoss, trained.ToString());
        Assert.InRange(trained.Metrics["ap50"] ?? -1, 0, 1);
    }

    [Fact]
    public void ASegmenterLearnsFromAFolderOfMasks()
    {
        TinyFolders.Masks(_data, "mine", pictures: 60);
        var settings = Settings(TaskCatalog.Segmentation);
        Assert.Equal(3, TaskCatalog.Segmentation.Target(settings).Classes);
        var trained = Trained(TaskCatalog.Segmentation, settings, Segmenter(classes: 3));
        // The ground alone is a third of 0.75.
        Assert.True(trained.Metrics["miou"] > 0.4, trained.ToString());
    }

    [Fact]
    public void AClassifierLearnsFromFoldersOfClasses()
    {
        TinyFolders.Classes(_data, "mine", pictures: 60, part: "train");
        TinyFolders.Classes(_data, "mine", pictures: 20, part: "val");
        var settings = Settings(TaskCatalog.Classification);
        Assert.Equal((60, 0, 20), (settings.Data!.Train, settings.Data.Validation, settings.Data.Test)); // A folder.
        var style = new MobileStyle(Decay: 0.9);
        var x = Node.Input(Shape.Of(3, Side, Side)).In("stem").ConvBlock(8, 3, 2, style).ConvBlock(16, 3, 2, style);
        var trained = Trained(TaskCatalog.Classification, settings, Network.Of(x.GlobalAveragePool().Dense(2)));
        Assert.True(trained.Metrics["top1"] > 0.7, trained.ToString());
    }

    [Fact]
    public void PerfectOutputsOfADetectorScoreOneInThePixelsOfTheOriginals()
    {
        TinyFolders.Coco(_data, "mine", pictures: 40);
        var settings = Settings(TaskCatalog.Detection);
        using var scope = NewDisposeScope();
        using var data = TaskCatalog.Detection.Open(settings, new(_data.Path), 0, CPU);
        var network = Detector(classes: 2);
        using var head = TaskCatalog.Detection.HeadOf(network, settings, CPU);
        var samples = data.Train;
        var tally = head.Judge(samples);
        for (var start = 0; start < samples.Count; start += 8)
        {
            var (_, truth) = samples.Plain(start, Math.Min(8, samples.Count - start));
            tally.Add(Perfect(network, head.Targets(truth)), truth, start);
        }
        var judged = tally.End();
        Assert.Equal(1, judged.Details.Single(one => one.Key == DetectionTask.Ap50).Value, 1e-9);
        Assert.Equal(1, judged.Score, 1e-9);
        Assert.Contains(((DetectionSamples)samples).Truths, one => one.Box.Right > Side);
    }

    [Fact]
    public void WhatADetectorFindsIsDrawnOverTheTruth()
    {
        TinyFolders.Coco(_data, "mine", pictures: 40);
        var settings = Settings(TaskCatalog.Detection);
        using var scope = NewDisposeScope();
        using var data = TaskCatalog.Detection.Open(settings, new(_data.Path), 0, CPU);
        var network = Detector(classes: 2);
        using var head = TaskCatalog.Detection.HeadOf(network, settings, CPU);
        var samples = (DetectionSamples)data.Train;
        var truth = samples.Plain(0, 6).Truth;
        var objects = samples.Truths.Count(one => one.Image < 6);
        var drawing = Drawing.Of(head.Draw(samples, _ => Perfect(network, head.Targets(truth))));
        Assert.Equal((6, objects, objects), (drawing.Pictures.Distinct().Count(), drawing.Truths, drawing.Found));
        Assert.StartsWith($"{samples.NameOf(0)}: ", drawing.Titles[0]);
        var blind = Drawing.Of(
            head.Draw(samples, _ => [.. Perfect(network, head.Targets(truth)).Select(output => output * 0 - 9)])
        );
        Assert.Equal((objects, 0), (blind.Truths, blind.Found));
    }

    [Fact]
    public void WhatASegmenterPredictsIsDrawnBesideTheLabels()
    {
        TinyFolders.Masks(_data, "mine", pictures: 30);
        var settings = Settings(TaskCatalog.Segmentation);
        using var scope = NewDisposeScope();
        using var data = TaskCatalog.Segmentation.Open(settings, new(_data.Path), 0, CPU);
        using var head = TaskCatalog.Segmentation.HeadOf(Segmenter(3), settings, CPU);
        var truth = data.Train.Plain(0, 4).Truth[0];
        var known = truth.eq(SegmentationSamples.Ignored).logical_not().to(ScalarType.Int64) * truth;
        Tensor Logits(Tensor labels) => nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).to(ScalarType.Float32);
        var drawing = Drawing.Of(head.Draw(data.Train, _ => [Logits(known)]));
        Assert.Equal(8, drawing.Pictures.Length);
        // But for the few pixels that do not count.
        for (var i = 0; i < 8; i += 2)
            Assert.InRange(Differences(drawing.Pictures[i], drawing.Pictures[i + 1]), 0, 4);
        var wrong = Drawing.Of(head.Draw(data.Train, _ => [Logits((known + 1) % 3)]));
        Assert.Equal(drawing.Pictures[0], wrong.Pictures[0]);
        Assert.True(Differences(drawing.Pictures[1], wrong.Pictures[1]) > 32 * 21 - 5);

        static int Differences(string one, string other)
        {
            var (a, b) = (Drawing.Pixels(one), Drawing.Pixels(other));
            return a.Chunk(3).Zip(b.Chunk(3), (x, y) => x.SequenceEqual(y) ? 0 : 1).Sum();
        }
    }

    // What the network would say if it knew the targets.
    static Tensor[] Perfect(Network network, Tensor[] targets)
    {
        var (scores, boxes, at) = (new List<Tensor>(), new List<Tensor>(), 0L);
        var count = targets[0].size(0);
        foreach (
            var output in network.Outputs.Where(output => output.Name.StartsWith("scores", StringComparison.Ordinal))
        )
        {
            var (height, width) = (network.ShapeOf(output).Sides[0], network.ShapeOf(output).Sides[1]);
            var anchors = height * width * 9L;
            var channels = network.ShapeOf(output).Channels / 9;
            var right = targets[0].narrow(1, at, anchors).unsqueeze(2).eq(arange(channels));
            scores.Add((right.to(ScalarType.Float32) * 20 - 10).view(count, height, width, -1).permute(0, 3, 1, 2));
            boxes.Add(targets[1].narrow(1, at, anchors).reshape(count, height, width, -1).permute(0, 3, 1, 2));
            at += anchors;
        }
        return [.. scores, .. boxes];
    }

    [Fact]
    public void PixelsAreJudgedAtTheSizeOfTheOriginals()
    {
        TinyFolders.Masks(_data, "mine", pictures: 30);
        var settings = Settings(TaskCatalog.Segmentation);
        using var scope = NewDisposeScope();
        using var data = TaskCatalog.Segmentation.Open(settings, new(_data.Path), 0, CPU);
        using var head = TaskCatalog.Segmentation.HeadOf(Segmenter(3), settings, CPU);
        var tally = head.Judge(data.Train);
        var (_, truth) = data.Train.Plain(0, data.Train.Count);
        // 48×32 pixels lie in 32×21 of the square; below them nothing counts.
        Assert.True(truth[0].narrow(1, 22, 10).eq(SegmentationSamples.Ignored).all().item<bool>());
        var known = truth[0].eq(SegmentationSamples.Ignored).logical_not().to(ScalarType.Int64) * truth[0];
        tally.Add([nn.functional.one_hot(known, 3).permute(0, 3, 1, 2).to(ScalarType.Float32)], truth, 0);
        // Labels of two thirds of the size give the objects back but for their edges.
        Assert.InRange(tally.End().Score, 0.8, 0.999);
        var samples = (SegmentationSamples)data.Train;
        Assert.Equal(48 * 32, samples.OriginalLabels(0).Length);
        Assert.Equal(
            (48, 32, 32, 21),
            (
                samples.FrameOf(0).Width,
                samples.FrameOf(0).Height,
                samples.FrameOf(0).FitWidth,
                samples.FrameOf(0).FitHeight
            )
        );
    }

    [Fact]
    public void RareClassesCountMore()
    {
        Assert.Equal([0.5f, 1, 5, 0], ClassWeighting.OfFrequencies([200, 100, 20, 0]));
        TinyFolders.Masks(_data, "mine", pictures: 30);
        var settings = Settings(TaskCatalog.Segmentation) with { ClassWeights = "frequencies" };
        using var data = TaskCatalog.Segmentation.Open(settings, new(_data.Path), 0, CPU);
        var pixels = ((SegmentationSamples)data.Train).PixelsOf(3);
        Assert.True(pixels[0] > pixels[1] && pixels[1] > 0 && pixels[2] > 0);
        // The pixels beside the pictures belong to no class.
        Assert.InRange(pixels.Sum(), data.Train.Count * (32L * 21 - 4), data.Train.Count * 32L * 21);
        using var head = TaskCatalog.Segmentation.HeadOf(Segmenter(3), settings, CPU);
        using var scope = NewDisposeScope();
        var (_, truth) = data.Train.Plain(0, 4);
        var logits = zeros(4, 3, Side, Side);
        logits.select(1, 0).add_(5);
        head.Begin(data.Train);
        var (weights, sum) = (ClassWeighting.OfFrequencies(pixels), 0.0);
        for (var label = 0; label < 3; label++)
            sum +=
                weights[label]
                * truth[0].eq(label).sum().item<long>()
                * (Math.Log(1 + 2 * Math.Exp(-5)) + (label == 0 ? 0 : 5));
        Assert.Equal(
            sum / truth[0].ne(SegmentationSamples.Ignored).sum().item<long>(),
            head.Loss([logits], head.Targets(truth), 1).item<float>(),
            1e-4
        );
    }

    [Theory]
    [InlineData("coco")]
    [InlineData("voc")]
    public void PredictionsScoreAsTheTrainingSays(string layout)
    {
        if (layout == "coco")
            foreach (var (part, from) in (ReadOnlySpan<(string, int)>)[("train", 0), ("val", 100)])
                TinyFolders.Coco(_data, "mine", pictures: 30, annotations: part + ".json", from);
        else
        {
            TinyFolders.Voc(_data, "mine", pictures: 60);
            _data.Write("mine/ImageSets/Main/train.txt", string.Join('\n', Enumerable.Range(0, 30)));
            _data.Write("mine/ImageSets/Main/val.txt", string.Join('\n', Enumerable.Range(30, 30)));
        }
        var (settings, path) = (Settings(TaskCatalog.Detection), Path.Combine(_data.Path, "predictions"));
        var trained = Assert.IsType<TrainingOutcome.Trained>(
            FullTraining.Run(TaskCatalog.Detection, Detector(classes: 2), settings, new(_data.Path), predictions: path)
        );
        if (layout == "coco")
        {
            var report = BoxScoring.Coco(
                Path.Combine(_data.Path, "mine", "annotations", "val.json"),
                Path.Combine(path, "detections.json")
            );
            Assert.Equal(trained.Metrics["testAp"]!.Value, report.Rows[0].Value ?? 0, 0.01);
        }
        else
            Assert.InRange(BoxScoring.Voc(Path.Combine(_data.Path, "mine"), path, "val").Rows[0].Value ?? -1, 0, 1);
    }

    [Fact]
    public void PredictedMasksScoreAsTheTrainingSays()
    {
        TinyFolders.Masks(_data, "mine", pictures: 30, part: "train");
        TinyFolders.Masks(_data, "mine", pictures: 10, part: "val", from: 100);
        var (settings, path) = (Settings(TaskCatalog.Segmentation), Path.Combine(_data.Path, "predictions"));
        var trained = Assert.IsType<TrainingOutcome.Trained>(
            FullTraining.Run(
                TaskCatalog.Segmentation,
                Segmenter(classes: 3),
                settings,
                new(_data.Path),
                predictions: path
            )
        );
        var report = LabelScoring.Miou(Path.Combine(_data.Path, "mine", "masks", "val"), path, 3, 255);
        Assert.Equal(trained.Metrics["testMiou"]!.Value, report.Rows[0].Value ?? 0, 1e-9);
    }

    [Fact]
    public void BoxesMoveAsTheirPicturesDo()
    {
        TinyFolders.Coco(_data, "mine", pictures: 20);
        using var data = TaskCatalog.Detection.Open(
            Settings(TaskCatalog.Detection) with
            {
                ScaleMin = 0.7,
                ScaleMax = 1.6,
                Normalize = false,
            },
            new(_data.Path),
            0,
            CPU
        );
        for (var roll = 0; roll < 4; roll++)
        {
            using var scope = NewDisposeScope();
            using var epoch = data.Train.Begin(SeededRandom.For(1, $"roll {roll}"));
            var (images, truth) = epoch.Batch(0, 8);
            for (var i = 0; i < 8; i++)
            {
                if (truth[1][i, 0].item<long>() < 0)
                    continue;
                var light = images[i, 0].gt(0.28);
                var (rows, columns) = (light.any(1).nonzero(), light.any(0).nonzero());
                var box = truth[0][i, 0];
                Assert.Equal(rows.min().item<long>(), box[0].item<float>(), 1.6);
                Assert.Equal(columns.min().item<long>(), box[1].item<float>(), 1.6);
                Assert.Equal(rows.max().item<long>() + 1, box[2].item<float>(), 1.6);
                Assert.Equal(columns.max().item<long>() + 1, box[3].item<float>(), 1.6);
            }
        }
    }

    [Fact]
    public void PicturesAreDecodedOnceAndTheirSizeIsSaidBefore()
    {
        TinyFolders.Coco(_data, "mine", pictures: 20);
        var settings = Settings(TaskCatalog.Detection);
        var said = new List<string>();
        TaskCatalog.Detection.Prepare(settings, new(_data.Path), said.Add);
        Assert.StartsWith("Decoding 18 pictures (train) of mine to 32 pixels: 0.1 MB in ", said[0]);
        var count = said.Count;
        TaskCatalog.Detection.Prepare(settings, new(_data.Path), said.Add);
        Assert.Equal(count, said.Count);
    }

    [Fact]
    public void ADamagedPictureIsRefusedOrLeftOut()
    {
        TinyFolders.Coco(_data, "mine", pictures: 20);
        var picture = TinyFolders.Picture(3);
        for (var i = 0; i < 20; i++)
            _data.Write($"mine/images/{i}.png", picture[..^30]);
        for (var i = 0; i < 16; i++)
            _data.Write($"mine/images/{i}.png", TinyFolders.Picture(i));
        var settings = Settings(TaskCatalog.Detection);
        var fault = Assert.Throws<RequestException>(() =>
            TaskCatalog.Detection.Prepare(settings, new(_data.Path), _ => { })
        );
        Assert.Contains(".png'", fault.Message);
        Assert.Contains("--skip-damaged", fault.Hint);
        var said = new List<string>();
        TaskCatalog.Detection.Prepare(settings with { SkipDamaged = true }, new(_data.Path), said.Add);
        Assert.Contains(said, line => line.Contains("damaged pictures: left out", StringComparison.Ordinal));
    }

    [Fact]
    public void LabelsBeyondTheClassesAreRefusedBeforeASearch()
    {
        TinyFolders.Masks(_data, "mine", pictures: 12);
        _data.Write("mine/classes.txt", "ground\ncat\n");
        var fault = Assert.Throws<RequestException>(() => Settings(TaskCatalog.Segmentation));
        Assert.Contains("the label 2 is none of 2 classes", fault.Message);
        Assert.Contains("evonas data check", fault.Hint);
    }
}
