using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Tests.Detection;

/// <summary>Every space of detectors, trained for a moment as <c>quick</c> trains, on images whose coarsest maps are a
/// single place.</summary>
public class DetectorSpacesTests
{
    // With statistics that lag behind the weights the factor was 1,000 to 500,000.
    const double FactorMax = 20;

    [Theory]
    [InlineData("mnasnet")]
    [InlineData("efficientnet_v2")]
    [InlineData("spinenet")]
    [InlineData("spinenet_v2")]
    [InlineData("spinenet_mbconv")]
    [InlineData("nasfpn")]
    public void TheLossFallsAndIsJudgedAsItIsLearnt(string name)
    {
        var space = SpaceCatalog.Find(name);
        var settings = TaskCatalog.Preset(TaskCatalog.Detection, "quick") with
        {
            ImageSide = FashionScenes.SideMin,
            TrainImages = 96,
            ValidationImages = 16,
            Epochs = 6,
            MeasureLatency = false,
        };
        var target = TaskCatalog.Detection.Target(settings) with { Profile = space.DetectingProfiles[0] };
        using var files = new TinySet().WithFashionMnist(train: 120, test: 10);
        using var training = ProxyTraining.Load(TaskCatalog.Detection, settings, files.Data);
        var network = space.Decode(space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(1))), target);
        var curve = Assert.IsType<TrainingOutcome.Trained>(training.Run(network, 1)).Curve;
        var told = string.Join("; ", curve.Select(point => $"{point.TrainLoss:0.000} {point.Loss:0.000}"));
        Assert.True(curve[^1].TrainLoss < 0.8 * curve[0].TrainLoss, told);
        Assert.All(curve, point => Assert.True(point.Loss < FactorMax * point.TrainLoss, told));
    }
}
