using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Torch.Tests.Training;

public class ProxyTrainingTests
{
    static TrainingOutcome Run(
        TrainingSettings settings,
        Network? network = null,
        ulong seed = 1,
        Sequence<double> thresholds = default,
        Action<TrainingProgress>? report = null,
        int divisor = 1
    )
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(TaskCatalog.Classification, settings, set.Data);
        return training.Run(network ?? Some.SmallNetwork(), seed, thresholds, report, divisor);
    }

    [Fact]
    public void ASeparableProblemIsLearnt()
    {
        var trained = Assert.IsType<TrainingOutcome.Trained>(
            Run(Some.Training with { Epochs = 6, ValidationImages = 200 })
        );
        Assert.True(trained.Metrics[Metrics.Top1] > 0.9, trained.ToString());
        Assert.Equal(6, trained.Curve.Count);
        Assert.True(trained.Curve[^1].TrainLoss < trained.Curve[0].TrainLoss);
    }

    [Theory]
    [InlineData(OptimizerKind.RmsProp, 0.003, true)]
    [InlineData(OptimizerKind.AdamW, 0.01, false)]
    [InlineData(OptimizerKind.Sgd, 0.05, true)]
    public void EveryOptimizerLearns(OptimizerKind optimizer, double rate, bool everythingElseOn)
    {
        var settings = Some.Training with
        {
            Epochs = 8,
            Optimizer = optimizer,
            LearningRate = rate,
            Epsilon = optimizer == OptimizerKind.RmsProp ? 0.002 : 1e-8,
        };
        if (everythingElseOn)
            settings = settings with
            {
                WarmUp = 0.1,
                LabelSmoothing = 0.1,
                WeightAverage = 0.9,
                GradientClip = 5,
                Shift = 1,
                Nesterov = optimizer == OptimizerKind.Sgd,
            };
        var trained = Assert.IsType<TrainingOutcome.Trained>(Run(settings));
        Assert.True(trained.Metrics[Metrics.Top1] > 0.6, trained.ToString());
    }

    [Fact]
    public void TheSameSeedGivesTheSameCurveToTheLastBit()
    {
        var settings = Some.Training with { Shift = 2, Mirror = true, WeightAverage = 0.9 };
        var (one, two) = (
            Assert.IsType<TrainingOutcome.Trained>(Run(settings)),
            Assert.IsType<TrainingOutcome.Trained>(Run(settings))
        );
        Assert.Equal(one.Curve, two.Curve);
        Assert.Equal(Repeatable(one.Metrics), Repeatable(two.Metrics));
        Assert.NotEqual(one.Curve, Assert.IsType<TrainingOutcome.Trained>(Run(settings, seed: 2)).Curve);
    }

    [Fact]
    public void FinalistsAreTrainedAlikeAndJudgedByOtherImages()
    {
        using var set = new TinySet().WithFashionMnist();
        var settings = Some.Training with { TrainImages = 100, ValidationImages = 60 };
        using var training = ProxyTraining.Load(TaskCatalog.Classification, settings, set.Data);
        TrainingOutcome.Trained Judged(bool heldOut) =>
            Assert.IsType<TrainingOutcome.Trained>(training.Run(Some.SmallNetwork(), 1, heldOut: heldOut));

        var (birth, finalist, again) = (Judged(false), Judged(true), Judged(false));

        Assert.Equal(birth.Curve.Select(point => point.TrainLoss), finalist.Curve.Select(point => point.TrainLoss));
        Assert.NotEqual(birth.Metrics[MetricNames.Loss], finalist.Metrics[MetricNames.Loss]);
        Assert.Equal(birth.Curve, again.Curve);
    }

    [Fact]
    public void WithoutImagesThatAreLeftAFinalistIsRefused()
    {
        using var set = new TinySet().WithFashionMnist();
        var settings = Some.Training with { TrainImages = 0, ValidationImages = 60 };
        using var training = ProxyTraining.Load(TaskCatalog.Classification, settings, set.Data);

        var refused = Assert.IsType<TrainingOutcome.Invalid>(training.Run(Some.SmallNetwork(), 1, heldOut: true));

        Assert.Contains("Finalists are judged by 60 images that no birth sees", refused.Message);
        Assert.Equal(0, TaskCatalog.Classification.HeldOutImages(settings));
        Assert.Equal(60, TaskCatalog.Classification.HeldOutImages(settings with { TrainImages = 59_880 }));
        Assert.Equal(0, TaskCatalog.Classification.HeldOutImages(settings with { TrainImages = 59_881 }));
    }

    [Fact]
    public void LossesOfASeedStayAsTheyWere()
    {
        var settings = Some.Training with
        {
            Shift = 2,
            Mirror = true,
            WeightAverage = 0.9,
            LabelSmoothing = 0.1,
            GradientClip = 5,
        };
        var whole = Assert.IsType<TrainingOutcome.Trained>(Run(settings));
        var parts = Assert.IsType<TrainingOutcome.Trained>(Run(settings, divisor: 3));
        // What is learnt is as it was before tasks other than classification could be trained, on another machine;
        // what is judged, as since the statistics of a short training are taken anew.
        Same(new(1, 2.116175413131714, 1.1623393893241882, 0.75), whole.Curve[0]);
        Same(new(2, 1.8387492299079895, 1.2851463556289673, 0.5859375), whole.Curve[1]);
        Same(new(1, 2.1250933706760406, 1.2653721570968628, 0.6875), parts.Curve[0]);
        Same(new(2, 1.8473093397915363, 1.3289243578910828, 0.53125), parts.Curve[1]);
    }

    // Kernels for other processors sum in another order.
    static void Same(EpochPoint expected, EpochPoint found)
    {
        Assert.Equal(expected.TrainLoss, found.TrainLoss, 1e-3);
        Assert.Equal(expected.Loss!.Value, found.Loss!.Value, 1e-2); // Both have been judged.
        Assert.Equal(expected.Score!.Value, found.Score!.Value, 0.02);
    }

    static Metrics Repeatable(Metrics metrics) =>
        Metrics.Of(metrics.Where(metric => !MetricNames.Measured.Contains(metric.Key)));

    [Fact]
    public void ACandidateBelowTheThresholdStopsAfterThatEpoch()
    {
        var settings = Some.Training with { Epochs = 4 };
        var stopped = Assert.IsType<TrainingOutcome.Trained>(Run(settings, thresholds: [double.NaN, 1.1, 1.1]));
        Assert.Equal(2, stopped.StoppedAtEpoch);
        Assert.Equal(2, stopped.Curve.Count);
        Assert.Equal(2, stopped.Metrics[MetricNames.Epochs]);
        Assert.Null(Assert.IsType<TrainingOutcome.Trained>(Run(settings, thresholds: [0, 0, 0, 1.1])).StoppedAtEpoch);
    }

    [Fact]
    public void ALossThatIsNoNumberIsAnOutcome() =>
        Assert.InRange(
            Assert.IsType<TrainingOutcome.Diverged>(Run(Some.Training with { LearningRate = 1000, Epochs = 50 })).Step,
            1,
            400
        );

    [Fact]
    public void ANetworkThatDoesNotFitTheDataIsInvalid()
    {
        Assert.Contains(
            "classes",
            Assert.IsType<TrainingOutcome.Invalid>(Run(Some.Training, Some.SmallNetwork(classes: 7))).Message
        );
        var wide = Network.Of(Node.Input(Shape.Of(3, 28, 28)).GlobalAveragePool().Dense(10));
        Assert.Contains("[N, 3, 28, 28]", Assert.IsType<TrainingOutcome.Invalid>(Run(Some.Training, wide)).Message);
    }

    [Fact]
    public void MemoryThatIsNotThereIsAnOutcome()
    {
        // 2^50 numbers are more than an address space holds, whatever the machine.
        var giant = Network.Of(Node.Input(Shape.Of(1, 28, 28)).Dense(1 << 30).Dense(1 << 20).Dense(10));
        var before = Living.TensorsAtFirst();
        Assert.IsType<TrainingOutcome.OutOfMemory>(Run(Some.Training, giant));
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void StepsAndSecondsAreLengthsToo()
    {
        var steps = Assert.IsType<TrainingOutcome.Trained>(Run(Some.Training with { Epochs = 0, Steps = 11 }));
        Assert.Equal(11 / 8.0, steps.Metrics[MetricNames.Epochs]);
        Assert.Equal(2, steps.Curve.Count);
        Assert.IsType<TrainingOutcome.Trained>(Run(Some.Training with { Epochs = 0, Seconds = 0.05 }));
    }

    [Fact]
    public void MetricsNameCostAndMeasurements()
    {
        var metrics = Assert
            .IsType<TrainingOutcome.Trained>(
                Run(Some.Training with { MeasureLatency = true, LatencyBatch = 4, LatencyRepeats = 3 })
            )
            .Metrics;
        Assert.Equal(Cost.Of(Some.SmallNetwork()).Parameters, metrics[Metrics.Parameters]);
        foreach (var name in MetricNames.Measured)
            Assert.True(metrics[name] > 0, name);
        Assert.Equal(4, metrics[MetricNames.LatencyBatch]);
        Assert.InRange(metrics[MetricNames.Loss] ?? -1, 0, 10);
    }

    [Fact]
    public void MicroBatchesLearnTheSameSum()
    {
        // Without normalisations the parts of a batch add up to the batch.
        var network = Network.Of(
            Node.Input(Shape.Of(1, 28, 28)).Conv(4, 3, 4, bias: true).Relu().GlobalAveragePool().Dense(10)
        );
        var whole = Assert.IsType<TrainingOutcome.Trained>(Run(Some.Training, network));
        var parts = Assert.IsType<TrainingOutcome.Trained>(Run(Some.Training, network, divisor: 4));
        Assert.Equal(whole.Curve[^1].TrainLoss, parts.Curve[^1].TrainLoss, 1e-4);
    }

    [Fact]
    public void ProgressEndsWhereTheTrainingIs()
    {
        var heard = new List<TrainingProgress>();
        Run(Some.Training, report: heard.Add);
        Assert.NotEmpty(heard);
        Assert.All(heard, progress => Assert.InRange(progress.Step, 1, progress.Steps));
        Assert.Equal(16, heard[0].Steps);
    }

    [Fact]
    public void AStoppedTrainingThrowsAndLeavesNothing()
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(
            TaskCatalog.Classification,
            Some.Training with
            {
                Epochs = 1000,
            },
            set.Data
        );
        var before = Living.TensorsAtFirst();
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            training.Run(Some.TinyNetwork, 1, report: _ => stop.Cancel(), stop: stop.Token)
        );
        Assert.Equal(before, Living.Tensors(parametersMade: Some.TinyParameters));
    }

    [Fact]
    public void ThousandEvaluationsLeaveNoTensorBehind()
    {
        using var set = new TinySet().WithFashionMnist(train: 48);
        using var training = ProxyTraining.Load(
            TaskCatalog.Classification,
            Some.Training with
            {
                TrainImages = 16,
                ValidationImages = 16,
                BatchSize = 16,
                Epochs = 0,
                Steps = 1,
                Mirror = true,
            },
            set.Data
        );
        training.Run(Some.TinyNetwork, 0);
        var before = Living.TensorsAtFirst();
        for (var seed = 1UL; seed <= 1000; seed++)
            Assert.IsType<TrainingOutcome.Trained>(training.Run(Some.TinyNetwork, seed));
        Assert.Equal(before, Living.Tensors(parametersMade: 1000 * Some.TinyParameters));
    }

    [Fact]
    public void WhatAPointSaysOfTheTrainingIsAsIfTheSettingsSaidIt()
    {
        using var set = new TinySet().WithFashionMnist();
        var space = new SearchSpace(
            "tuned",
            [
                Tuning.Read("learning-rate=0.001..0.2"),
                Tuning.Read("optimizer=sgd|adamw"),
                Tuning.Read("shift=0..3"),
                Tuning.Read("batch-size=16|64"),
            ]
        );
        using var tuned = ProxyTraining.Load(TaskCatalog.Classification, Some.Training, set.Data);

        // The order in which points come, and what was trained between them, do not matter.
        foreach (var genes in new[] { "0.01,0,0,1", "0.005,1,3,0", "0.01,0,0,1" })
        {
            var point = space.Read(space.Parse(genes));
            var settings = Some.Training.With(point);
            using var plain = ProxyTraining.Load(TaskCatalog.Classification, settings, set.Data);
            Assert.NotEqual(Some.Training, settings);
            Assert.Equal(
                Assert.IsType<TrainingOutcome.Trained>(plain.Run(Some.TinyNetwork, 5)).Curve,
                Assert
                    .IsType<TrainingOutcome.Trained>(
                        tuned.Run(Some.TinyNetwork, 5, adjust: settings => settings.With(point))
                    )
                    .Curve
            );
        }
    }

    [Theory]
    [InlineData("epochs=1|2", "there is no training setting that can be tuned called 'epochs'")]
    [InlineData("learning-rat=0.1..0.2", "Did you mean 'learning-rate'?")]
    [InlineData("momentum=0.5..1.5", "evonas.training.momentum is 1.5; it lies in [0, 1)")]
    [InlineData("optimizer=sgd|sdg", "The training settings cannot be read")]
    [InlineData("batch-size=0..64", "evonas.training.batch-size is 0")]
    public void WhatNoTrainingCanBeToldIsRefusedBeforeASearch(string tuned, string why)
    {
        var refused = Assert.Throws<RequestException>(() =>
            Some.Training.CheckTuning(new("tuned", [Tuning.Read(tuned)]))
        );

        Assert.Contains(why, refused.Message + refused.Hint, StringComparison.OrdinalIgnoreCase);
    }
}
