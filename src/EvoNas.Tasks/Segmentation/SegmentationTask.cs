using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Tasks.Segmentation;

/// <summary>The class of each pixel: a head over a pyramid, cross-entropy, mean IoU over the whole set.</summary>
public sealed class SegmentationTask : LearningTask
{
    /// <summary>Share of the pixels whose class is right.</summary>
    public const string PixelAccuracy = "pixelAccuracy";

    // Nine tenths of the pixels are ground: with equal weights a short training finds nothing else.
    const string GroundCountsLess = "0.1,1,1,1,1,1,1,1,1,1,1";

    /// <inheritdoc/>
    public override string Name => "segmentation";

    /// <summary>Mean over the classes that occur of tp / (tp + fp + fn), counted over the whole set.</summary>
    public override string Score => "miou";

    /// <inheritdoc/>
    public override string ScoreTitle => "mIoU";

    /// <inheritdoc/>
    public override Sequence<string> Details { get; } = [PixelAccuracy];

    /// <inheritdoc/>
    public override Sequence<string> DataSets { get; } = [FashionScenes.Name];

    /// <inheritdoc/>
    public override Sequence<string> Layouts { get; } =
    [DataLayout.Cityscapes, DataLayout.VocMasks, DataLayout.Folders];

    /// <summary><c>quick</c>: four epochs of images of 128 pixels, minutes on two cores. <c>proxy</c> and <c>full</c>:
    /// the short and the full training of NAS-FPN.</summary>
    public override Sequence<(string Name, TrainingSettings Settings)> Presets { get; } =
    [
        (
            "quick",
            SceneSettings.Quick with
            {
                Task = "segmentation",
                TrainImages = 900,
                ValidationImages = 100,
                Epochs = 4,
                LearningRate = 0.1,
                WarmUp = 0.1,
                ClassWeights = GroundCountsLess,
            }
        ),
        ("proxy", Published with { Epochs = 5 }),
        ("full", Published with { Epochs = 100 }),
    ];

    static TrainingSettings Published =>
        SceneSettings.Proxy with
        {
            Task = "segmentation",
            LearningRate = 0.02,
            WarmUp = 0.05,
            WeightDecay = 1e-4,
            GradientClip = 0.5,
            ScaleMin = 0.75,
            ScaleMax = 1.5,
        };

    /// <inheritdoc/>
    public override IEnumerable<string> ProfilesOf(Space space) => space.SegmentingProfiles;

    /// <inheritdoc/>
    public override DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say)
    {
        var report = DataReport.For(settings);
        var parts = MaskFolder.Parts(folder, layout, report);
        IEnumerable<MaskedPicture> all = [.. parts.Train, .. parts.Validation ?? [], .. parts.Test];
        var classes = MaskFolder.ClassesOf(folder, all, report);
        report.Tell(say);
        return new(layout, classes, 3, parts.Train.Length, parts.Validation?.Length ?? 0, parts.Test.Length, "");
    }

    /// <inheritdoc/>
    public override TrainingSettings Fitted(TrainingSettings settings, Func<string, bool> isGiven)
    {
        var fitted = base.Fitted(settings, isGiven);
        // The weights of a preset are for the classes of its data set.
        return settings.Data is null || settings.ClassWeights is null || isGiven("classWeights")
            ? fitted
            : fitted with
            {
                ClassWeights = ClassWeighting.Frequencies,
            };
    }

    static PartsOf<PictureJob> Jobs(string folder, string layout, DataReport report) =>
        MaskFolder
            .Parts(folder, layout, report)
            .Select(static pair => new PictureJob(
                0,
                Path.GetFileNameWithoutExtension(pair.Mask),
                pair.Picture,
                [],
                Mask: pair.Mask
            ));

    /// <inheritdoc/>
    public override ImageDataSet? Source(TrainingSettings settings) => SceneSettings.Source(settings);

    /// <inheritdoc/>
    public override string DataTitle(TrainingSettings settings) => SceneSettings.DataTitle(settings);

    /// <inheritdoc/>
    public override void Prepare(TrainingSettings settings, DataFolder data, Action<string> say) =>
        SceneSettings.Prepare(settings, data, say, Jobs);

    /// <inheritdoc/>
    public override TrainingSettings Checked(TrainingSettings settings)
    {
        _ = ClassWeighting.Read(settings.ClassWeights, ClassesOf(settings)); // Read, or refused.
        return SceneSettings.Checked(settings, this);
    }

    /// <inheritdoc/>
    public override Target Target(TrainingSettings settings) =>
        new(
            Shape.Of(3, SceneSettings.SideOf(settings), SceneSettings.SideOf(settings)),
            ClassesOf(settings),
            settings.Profile ?? ""
        );

    /// <inheritdoc/>
    public override string? Misfit(Network network, Target target)
    {
        if (network.Input != target.Input)
            return $"The network takes {network.Input}, the images are {target.Input}.";
        var mask = network.ShapeOf(network.Outputs[0]);
        return network.Outputs.Count == 1 && mask.Dimensions == 2 && mask.Channels == target.Classes
            ? null
            : $"The network makes {mask}, but {target.Classes} classes of pixels need "
                + $"[N, {target.Classes}, H, W].";
    }

    internal override TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device) =>
        SceneSettings.Open(
            settings,
            data,
            seed,
            (source, chosen, jitter) => new SegmentationSamples(source, chosen, settings.Normalize, jitter, device),
            Jobs
        );

    /// <summary>Masks: a PNG for each of the test part, of its name.</summary>
    public override bool WritesPredictions => true;

    internal override TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device) =>
        new SegmentationHead(
            ClassesOf(settings),
            ClassWeighting.Read(settings.ClassWeights, ClassesOf(settings)),
            settings.LabelSmoothing,
            device,
            settings.ClassWeights == ClassWeighting.Frequencies
        );

    // The ground is a class, the first.
    static int ClassesOf(TrainingSettings settings) => settings.Data?.Classes ?? FashionScenes.Classes.Count + 1;
}
