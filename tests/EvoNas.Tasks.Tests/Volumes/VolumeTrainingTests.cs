using EvoNas.Networks;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Scoring;
using EvoNas.Tasks.Tests.Drawings;
using EvoNas.Tasks.Volumes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Volumes;

public class VolumeTrainingTests
{
    static readonly TrainingSettings _short = TaskCatalog.Preset(TaskCatalog.Volumes, "quick") with
    {
        Window = "16",
        Crops = 40,
        Epochs = 1,
        MeasureLatency = false,
    };

    static Network UNet(int side, int classes, params int[] features) =>
        Network.Of(("mask", Node.Input(Shape.Of(1, side, side, side)).UNet(classes, features)));

    static TrainingOutcome Run(TrainingSettings settings, Network network, ulong seed = 1, int threads = 1)
    {
        using var folder = new TemporaryFolder();
        using var training = ProxyTraining.Load(TaskCatalog.Volumes, settings, new(folder.Path), threads: threads);
        return training.Run(network, seed);
    }

    [PhantomFact]
    public void ClassesOfVoxelsAreLearntAndRepeatable()
    {
        var (one, two) = (
            Assert.IsType<TrainingOutcome.Trained>(Run(_short, UNet(16, 4, 4, 8))),
            Assert.IsType<TrainingOutcome.Trained>(Run(_short, UNet(16, 4, 4, 8)))
        );
        Assert.Equal(one.Curve, two.Curve);
        Assert.InRange(one.Metrics["dice"] ?? -1, 0.01, 1);
        Assert.Equal(
            one.Metrics["dice"] ?? -1,
            Enumerable.Range(1, 3).Average(label => one.Metrics[VolumeTask.DiceOf(label)] ?? -1),
            1e-9
        );
    }

    [PhantomFact]
    public void IndependentChannelsAreLearntByNovograd()
    {
        var settings = _short with
        {
            Dice = DiceKind.Sigmoid,
            ClassWeights = null,
            Optimizer = OptimizerKind.Novograd,
            SquareDecay = 0.98,
            LearningRate = 1e-2,
            Intensity = "crop",
            IntensityScale = 0.1,
            IntensityShift = 0.1,
            SurfaceDistances = true,
        };
        var trained = Assert.IsType<TrainingOutcome.Trained>(Run(settings, UNet(16, 3, 4, 8)));
        Assert.InRange(trained.Metrics["dice"] ?? -1, 0.01, 1);
        Assert.InRange(trained.Metrics[VolumeTask.Hd95] ?? -1, 1, 300);
        Assert.InRange(trained.Metrics[VolumeTask.Assd] ?? -1, 0.1, trained.Metrics[VolumeTask.Hd95] ?? -1);
    }

    [Theory]
    [InlineData(DiceKind.Softmax)]
    [InlineData(DiceKind.Sigmoid)]
    public void WhatIsPredictedIsDrawnBesideTheLabels(DiceKind kind)
    {
        using var folder = new TemporaryFolder();
        Solids.Write(Path.Combine(folder.Path, "solids"), train: 4, validation: 2);
        var settings = Fitted(_short with { DataSet = "solids", Dice = kind }, folder.Path);
        using var scope = NewDisposeScope();
        using var data = TaskCatalog.Volumes.Open(settings, new(folder.Path), 0, CPU);
        var samples = data.Validation!; // Asked for.
        var classes = settings.Data!.Classes; // Of a folder.
        var channels = kind == DiceKind.Sigmoid ? classes - 1 : classes;
        using var head = TaskCatalog.Volumes.HeadOf(UNet(16, channels, 4, 8), settings, CPU);
        var window = 0;
        Tensor[] Perfect(Tensor[] inputs)
        {
            var right = nn.functional.one_hot(samples.Plain(window++, 1).Truth[0], classes).permute(0, 4, 1, 2, 3);
            return [right.narrow(1, classes - channels, channels).to(ScalarType.Float32) * 20 - 10];
        }
        var drawing = Drawing.Of(head.Draw(samples, Perfect));
        Assert.Equal(6, drawing.Pictures.Length);
        // Blended windows change the voxels at edges only: slices through the middle are alike.
        Assert.Equal(drawing.Pictures[..3], drawing.Pictures[3..]);
        window = 0;
        var blind = Drawing.Of(head.Draw(samples, inputs => [Perfect(inputs)[0] * 0 - 10]));
        Assert.Equal(drawing.Pictures[..3], blind.Pictures[..3]);
        Assert.NotEqual(drawing.Pictures[3], blind.Pictures[3]);
    }

    [PhantomFact]
    public void ANetworkOfOtherClassesIsInvalid() =>
        Assert.Contains(
            "4 channels of voxels need [N, 4, 16, 16, 16]",
            Assert.IsType<TrainingOutcome.Invalid>(Run(_short, UNet(16, 3, 4, 8))).Message
        );

    [Fact]
    public void AFolderIsLearntAndItsPredictionsScoreAsTheTrainingSays()
    {
        using var folder = new TemporaryFolder();
        Solids.Write(Path.Combine(folder.Path, "solids"), train: 4, validation: 2);
        var settings = Fitted(_short with { DataSet = "solids", Crops = 200, Epochs = 2 }, folder.Path);
        Assert.Equal(
            ("msd", 4, 1, 4, 0, 2),
            (
                settings.Data!.Layout,
                settings.Data.Classes,
                settings.Data.Channels,
                settings.Data.Train,
                settings.Data.Validation,
                settings.Data.Test
            )
        );
        // Weights of the phantom's classes are not the folder's, and four volumes have as many windows as one.
        Assert.Equal((null, 50L, 0), (settings.ClassWeights, settings.Crops, settings.TrainImages));
        var predictions = Path.Combine(folder.Path, "predictions");
        var trained = Assert.IsType<TrainingOutcome.Trained>(
            FullTraining.Run(
                TaskCatalog.Volumes,
                UNet(16, 4, 4, 8),
                settings,
                new(folder.Path),
                predictions: predictions
            )
        );
        Assert.InRange(trained.Metrics["dice"] ?? -1, 0.3, 1);
        var score = LabelScoring.OfDice(
            Path.Combine(folder.Path, "solids", "validation-labels"),
            predictions,
            classes: 4,
            distances: false
        );
        Assert.Equal(trained.Metrics["testDice"] ?? -1, (double)score.Json["mean"]!, 1e-9);
        Assert.Equal(trained.Metrics["testDice2"] ?? -1, (double)score.Json["perClass"]!["2"]!, 1e-9);
    }

    static TrainingSettings Fitted(TrainingSettings settings, string data)
    {
        var known = UserDataSet.WithFacts(settings, TaskCatalog.Volumes, new(data), static _ => { });
        return TaskCatalog.Checked(TaskCatalog.Volumes.Fitted(known, static _ => false));
    }

    [Theory]
    [InlineData("\"1\": \"box\"", "\"1\": \"left box\"", "'left box' is of one side of the body")]
    [InlineData("\"3\": \"rod\"", "\"300\": \"rod\"", "has the label 300")]
    [InlineData("\"0\": \"background\", ", "", "has the labels 1, 2, 3; 0 for the background")]
    [InlineData("\"3\": \"rod\"", "\"4\": \"rod\"", "the label 3 is not in dataset.json")]
    public void AFolderThatCannotBeLearntIsOneClearError(string text, string other, string named)
    {
        using var folder = new TemporaryFolder();
        Solids.Write(Path.Combine(folder.Path, "solids"), train: 3);
        var description = Path.Combine(folder.Path, "solids", "dataset.json");
        File.WriteAllText(description, File.ReadAllText(description).Replace(text, other));
        var error = Assert.Throws<RequestException>(() =>
        {
            var settings = Fitted(_short with { DataSet = "solids", Mirror = true }, folder.Path);
            TaskCatalog.Volumes.Prepare(settings, new(folder.Path), static _ => { });
        });
        Assert.Contains(named, error.Message);
    }

    [PhantomFact]
    public void ThePhantomHasOneVolumeToLearnFrom()
    {
        var error = Assert.Throws<RequestException>(() => Run(_short with { TrainImages = 2 }, UNet(16, 4, 4, 8)));
        Assert.Contains("2 volumes to learn from", error.Message);
    }

    [Fact]
    public void LabelsOfASideAreNotMirrored()
    {
        Assert.Equal("Hippocampus_L", VolumeTask.SidedLabel(["background", "brain", "Hippocampus_L"]));
        Assert.Equal("right kidney", VolumeTask.SidedLabel(["right kidney"]));
        Assert.Null(VolumeTask.SidedLabel(["background", "liver", "lung", "bright spot"]));
    }

    [Theory]
    [InlineData("imageSide", "--window 64")]
    [InlineData("shift", "--foreground")]
    [InlineData("augment", "--intensity-scale")]
    [InlineData("classWeights", "--dice softmax")]
    [InlineData("weights", "one number a class")]
    [InlineData("dataSet", "Data sets for volumes: phantom, and folders of the data folder (msd)")]
    public void SettingsOfOtherTasksAreOneClearError(string field, string hint)
    {
        var settings = field switch
        {
            "imageSide" => _short with { ImageSide = 64 },
            "shift" => _short with { Shift = 2 },
            "augment" => _short with { Augment = "autoaugment" },
            "classWeights" => _short with { Dice = DiceKind.Sigmoid },
            "weights" => _short with { ClassWeights = "1,2" },
            _ => _short with { DataSet = "mnist" },
        };
        Assert.Contains(hint, Assert.Throws<RequestException>(() => TaskCatalog.Checked(settings)).Hint);
    }

    /// <summary>240 steps on two cores: some minutes.</summary>
    [LongPhantomFact]
    public void TheQuickPresetReachesAMeanDiceOfOneHalf()
    {
        var settings = TaskCatalog.Preset(TaskCatalog.Volumes, "quick") with { MeasureLatency = false };
        var trained = Assert.IsType<TrainingOutcome.Trained>(Run(settings, UNet(32, 4, 8, 16, 32, 64), threads: 2));
        Assert.True(trained.Metrics["dice"] >= 0.50, trained.ToString());
    }
}
