using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Tests;

public class TaskCatalogTests
{
    [Theory]
    [InlineData("regnet-x", null, null, null, "classification")]
    [InlineData("mnasnet", null, null, null, "classification")]
    [InlineData("mnasnet", null, null, "fashion-scenes", "detection")]
    [InlineData("mnasnet", null, "retinanet", null, "detection")]
    [InlineData("mnasnet", null, "mobilenet", null, "classification")]
    [InlineData("mnasnet", "detection", null, null, "detection")]
    [InlineData("nasfpn", "segmentation", null, null, "segmentation")]
    [InlineData("nasfpn", null, "segmentation", "fashion-scenes", "segmentation")]
    [InlineData("spinenet", null, null, "cifar-10", "classification")]
    [InlineData("unet3d_encoder", null, null, null, "volumes")]
    [InlineData("unet3d_nasfpn", null, "finetune", "phantom", "volumes")]
    [InlineData("pointpillars", null, null, null, "lidar")]
    [InlineData("pointpillars", null, "search_proxy_rotated", "ray-cast", "lidar")]
    public void TheTaskFollowsFromSpaceProfileAndDataSet(
        string space,
        string? task,
        string? profile,
        string? dataSet,
        string expected
    ) => Assert.Equal(expected, TaskCatalog.For(SpaceCatalog.Find(space), task, profile, dataSet).Name);

    [Theory]
    [InlineData("regnet-x", "detection", null, null, "'regnet-x' are for classification; it has none for detection")]
    [InlineData("regnet-x", null, null, "fashion-scenes", "'fashion-scenes' is a data set for detection and segm")]
    [InlineData("mnasnet", "detection", null, "mnist", "'mnist' is a data set for classification; detection is asked")]
    [InlineData("mnasnet", "classification", "retinanet", null, "'retinanet' of 'mnasnet' cannot be trained for")]
    [InlineData("mnasnet", null, "retinanett", null, "no profile of 'mnasnet' called 'retinanett'")]
    [InlineData("pointpillars", "detection", null, null, "'pointpillars' are for lidar; it has none for detection")]
    [InlineData("mnasnet", null, null, "ray-cast", "'ray-cast' is a data set for lidar")]
    [InlineData("randaugment_detection", null, null, null, "is a space of policies: there are no networks to train")]
    public void WhatDoesNotFitTogetherIsOneClearError(
        string space,
        string? task,
        string? profile,
        string? dataSet,
        string named
    ) =>
        Assert.Contains(
            named,
            Assert
                .Throws<RequestException>(() => TaskCatalog.For(SpaceCatalog.Find(space), task, profile, dataSet))
                .Message
        );

    public static TheoryData<string, string> Trainable
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (
                var task in (LearningTask[])
                    [TaskCatalog.Detection, TaskCatalog.Segmentation, TaskCatalog.Volumes, TaskCatalog.Lidar]
            )
            foreach (var space in SpaceCatalog.All.Where(space => TaskCatalog.ProfilesOf(task, space).Any()))
                all.Add(task.Name, space.Name);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Trainable))]
    public void TheUsualNetworksOfASpaceFitItsTask(string name, string spaceName)
    {
        var (task, space) = (TaskCatalog.Named(name), SpaceCatalog.Find(spaceName));
        var target = task.Target(task.Presets[0].Settings) with
        {
            Profile = TaskCatalog.ProfilesOf(task, space).First(),
        };
        for (var draw = 0; draw < 3; draw++)
        {
            var genotype = space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1), draw));
            Assert.Null(task.Misfit(space.Decode(genotype, target), target));
        }
    }
}
