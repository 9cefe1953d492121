using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Tasks.Detection;

/// <summary>Which objects are in an image, and where: the heads of RetinaNet over a pyramid, focal and Huber loss,
/// COCO's average precision.</summary>
/// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, with the constants of the released trainers of NAS-FPN and
/// SpineNet.</remarks>
public sealed class DetectionTask : LearningTask
{
    /// <summary>AP at an overlap of 0.5.</summary>
    public const string Ap50 = "ap50";

    /// <summary>AP at an overlap of 0.75.</summary>
    public const string Ap75 = "ap75";

    const double UsualAnchorSize = 3;

    /// <inheritdoc/>
    public override string Name => "detection";

    /// <summary>Mean average precision over overlaps of 0.50, 0.55 … 0.95, as COCO defines it.</summary>
    public override string Score => "ap";

    /// <inheritdoc/>
    public override string ScoreTitle => "AP";

    /// <inheritdoc/>
    public override Sequence<string> Details { get; } = [Ap50, Ap75];

    /// <inheritdoc/>
    public override Sequence<string> DataSets { get; } = [FashionScenes.Name];

    /// <inheritdoc/>
    public override Sequence<string> Layouts { get; } = [DataLayout.Coco, DataLayout.Voc];

    /// <summary><c>quick</c>: three epochs of images of 128 pixels, minutes on two cores. <c>proxy</c>: the search of
    /// NAS-FPN. <c>full</c>: the training of SpineNet.</summary>
    public override Sequence<(string Name, TrainingSettings Settings)> Presets { get; } =
    [
        ("quick", SceneSettings.Quick with { Task = "detection" }),
        ("proxy", SceneSettings.Proxy with { Task = "detection" }),
        ("full", SceneSettings.Full with { Task = "detection" }),
    ];

    /// <inheritdoc/>
    public override IEnumerable<string> ProfilesOf(Space space) => space.DetectingProfiles;

    /// <inheritdoc/>
    public override DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say)
    {
        var report = DataReport.For(settings);
        var set = DetectionFolder.Read(folder, layout, report);
        report.Tell(say);
        return new(
            layout,
            set.Classes.Length,
            3,
            set.Parts.Train.Length,
            set.Parts.Validation?.Length ?? 0,
            set.Parts.Test.Length,
            ""
        );
    }

    /// <inheritdoc/>
    public override ImageDataSet? Source(TrainingSettings settings) => SceneSettings.Source(settings);

    /// <inheritdoc/>
    public override string DataTitle(TrainingSettings settings) => SceneSettings.DataTitle(settings);

    /// <inheritdoc/>
    public override void Prepare(TrainingSettings settings, DataFolder data, Action<string> say) =>
        SceneSettings.Prepare(settings, data, say, Jobs);

    // Pictures without objects stay: nothing is to be found in them.
    static PartsOf<PictureJob> Jobs(string folder, string layout, DataReport report) =>
        DetectionFolder
            .Read(folder, layout, report)
            .Parts.Select(static one => new PictureJob(
                one.Id,
                Path.GetFileNameWithoutExtension(one.Path),
                one.Path,
                one.Boxes
            ));

    /// <inheritdoc/>
    public override TrainingSettings Checked(TrainingSettings settings) => SceneSettings.Checked(settings, this);

    /// <inheritdoc/>
    public override Target Target(TrainingSettings settings) =>
        // A channel for the ground, which no target has, as in the released networks.
        new(
            Shape.Of(3, SceneSettings.SideOf(settings), SceneSettings.SideOf(settings)),
            (settings.Data?.Classes ?? FashionScenes.Classes.Count) + 1,
            settings.Profile ?? ""
        );

    /// <inheritdoc/>
    public override string? Misfit(Network network, Target target) =>
        network.Input != target.Input && !IsSmaller(network.Input, target.Input)
            ? $"The network takes {network.Input}, the images are {target.Input}."
            : DetectionHead.Misfit(network, target.Classes);

    // Points of spinenet_scaling choose the size of their images; the target's is the largest.
    static bool IsSmaller(Shape input, Shape largest) =>
        input is { Channels: 3, Sides: [var height, var width] }
        && height == width
        && height < largest.Sides[0]
        && height >= FashionScenes.SideMin;

    /// <inheritdoc/>
    public override TrainingSettings On(Network network, TrainingSettings settings) =>
        network.Input.Sides[0] == SceneSettings.SideOf(settings)
            ? settings
            : settings with
            {
                ImageSide = network.Input.Sides[0],
            };

    internal override TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device) =>
        SceneSettings.Open(
            settings,
            data,
            seed,
            (source, chosen, jitter) =>
                new DetectionSamples(source, chosen, settings.Normalize, jitter, device)
                {
                    Truth = settings.Data is { Layout: var layout }
                        ? () =>
                            DetectionFolder.Read(
                                Path.Combine(data.Root, settings.DataSet),
                                layout,
                                new() { SkipMissing = true, SkipDamaged = true }
                            )
                        : null,
                },
            Jobs
        );

    /// <summary>COCO's results, or VOC's: a file a class.</summary>
    public override bool WritesPredictions => true;

    internal override TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device) =>
        new DetectionHead(network, settings.AnchorSize ?? UsualAnchorSize, device);
}
