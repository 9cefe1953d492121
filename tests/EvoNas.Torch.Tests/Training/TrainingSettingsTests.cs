using EvoNas.Tasks;
using EvoNas.Torch.Training;

namespace EvoNas.Torch.Tests.Training;

public class TrainingSettingsTests
{
    [Fact]
    public void JsonBringsSettingsBack()
    {
        var settings = TrainingSettings.Quick with
        {
            Optimizer = OptimizerKind.RmsProp,
            Precision = Precision.BFloat16,
            GradientClip = 0.5,
            Augment = "randaugment:2,5",
        };
        Assert.Equal(settings, TrainingSettings.FromJson(settings.ToJson()));
        Assert.StartsWith("{\"dataSet\":\"fashion-mnist\",\"imageSide\":0,", settings.ToJson());
    }

    [Fact]
    public void PresetsAreValid()
    {
        foreach (var task in TaskCatalog.All)
        foreach (var (name, settings) in task.Presets)
            Assert.Equal(settings, TaskCatalog.Checked(TaskCatalog.Preset(task, name)));
        Assert.Contains(
            "quick",
            Assert.Throws<RequestException>(() => TaskCatalog.Preset(TaskCatalog.Classification, "quik")).Hint
        );
    }

    [Fact]
    public void DifferencesAreNamedFieldByField() =>
        Assert.Equal(
            [("batchSize", "32", "48"), ("optimizer", "\"sgd\"", "\"adamW\"")],
            TrainingSettings.Quick.DifferencesFrom(
                TrainingSettings.Quick with
                {
                    BatchSize = 48,
                    Optimizer = OptimizerKind.AdamW,
                }
            )
        );

    [Theory]
    [InlineData("""{"epochs":1,"learningrate":1}""", "learningrate")]
    [InlineData("""{"epochs":1,"epochs":2}""", "epochs")]
    [InlineData("""{"epochs":"x"}""", "epochs")]
    [InlineData("""{"epochs":1,"optimizer":"magic"}""", "optimizer")]
    [InlineData("{\"epochs\":", "cannot be read")]
    [InlineData("null", "object")]
    [InlineData("""{"epochs":1,"learningRate":-1}""", "evonas.training.learning-rate is -1; it lies in (0, 1000]")]
    [InlineData("""{"epochs":1,"momentum":1}""", "evonas.training.momentum is 1; it lies in [0, 1)")]
    [InlineData("""{"epochs":1,"steps":1}""", "1 epochs, 1 steps and 0 seconds")]
    [InlineData("""{}""", "0 epochs")]
    [InlineData("""{"epochs":1,"dataSet":"mnst"}""", "mnst")]
    [InlineData("""{"epochs":1,"dataSet":"mnist","mirror":true}""", "MNIST")]
    [InlineData("""{"epochs":1,"momentum":0,"nesterov":true}""", "Nesterov")]
    [InlineData("""{"epochs":1,"task":"detecting"}""", "detecting")]
    [InlineData("""{"epochs":1,"scaleMin":1.5}""", "at least 1.5 and at most 1")]
    [InlineData("""{"epochs":1,"augment":"mixup"}""", "evonas.training.augment is 'mixup'")]
    [InlineData("""{"epochs":1,"augment":"randaugment:2"}""", "no RandAugment")]
    [InlineData("""{"epochs":1,"augment":"randaugment:2,11"}""", "of magnitude M, 0 to 10")]
    [InlineData("""{"epochs":1,"augment":"regnet-x 1,2,3"}""", "no space of policies")]
    [InlineData(
        """{"epochs":1,"augment":"randaugment_detection 2,0"}""",
        "'num_ops' takes an index from 0 to 1, not '2'"
    )]
    [InlineData(
        """{"epochs":1,"augment":"randaugment_segmentation 1,4"}""",
        "changes masks, and images of classes have none"
    )]
    public void BadSettingsAreOneClearError(string json, string named) =>
        Assert.Contains(
            named,
            Assert.Throws<RequestException>(() => TaskCatalog.Checked(TrainingSettings.FromJson(json))).Message
        );

    [Fact]
    public void WhatOnlyOtherTasksHaveIsLeftOutOfTheJson()
    {
        Assert.EndsWith("\"latencyRepeats\":15}", TrainingSettings.Quick.ToJson());
        var settings = TrainingSettings.Quick with { Task = "detection", ScaleMin = 0.5, ScaleMax = 2 };
        Assert.EndsWith(
            "\"latencyRepeats\":15,\"task\":\"detection\",\"scaleMin\":0.5,\"scaleMax\":2}",
            settings.ToJson()
        );
        Assert.Equal(settings, TrainingSettings.FromJson(settings.ToJson()));
        Assert.Equal(
            [("task", "\"detection\"", "null"), ("scaleMin", "0.5", "null"), ("scaleMax", "2", "null")],
            settings.DifferencesFrom(TrainingSettings.Quick)
        );
    }

    [Fact]
    public void TheRateRisesAndThenFallsAlongTheCosine()
    {
        var settings = TrainingSettings.Quick with { LearningRate = 0.4, WarmUp = 0.2 };
        Assert.Equal(0.2, LearningRate.At(settings, 0.1), 1e-12);
        Assert.Equal(0.4, LearningRate.At(settings, 0.2), 1e-12);
        Assert.Equal(0.2, LearningRate.At(settings, 0.6), 1e-12);
        Assert.Equal(0, LearningRate.At(settings, 1), 1e-12);
        Assert.Equal(0.4, LearningRate.At(settings with { Schedule = ScheduleKind.Constant }, 0.9), 1e-12);
    }
}
