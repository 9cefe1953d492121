using System.Collections.Immutable;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Segmentation;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Tasks.Volumes;

/// <summary>The class of each voxel: random windows are learnt from, whole volumes are judged by the mean Dice of their
/// classes on their own grids.</summary>
/// <remarks>Sources: the trainer of the open search space for medical volumes (independent channels, Novograd);
/// Isensee et al. 2021, doi:10.1038/s41592-020-01008-z (exclusive classes, windows around labels).</remarks>
public sealed class VolumeTask : LearningTask
{
    /// <summary>Mean over classes of the mean over cases of the larger 95th percentile of the distances of surfaces, in
    /// mm.</summary>
    public const string Hd95 = "hd95";

    /// <summary>Mean over classes of the mean over cases of the mean distance of surfaces, in mm.</summary>
    public const string Assd = "assd";

    // Volumes of more bytes stay in the host's memory; their windows go to the device one by one.
    const long DeviceBytesMax = 8L << 30;

    /// <inheritdoc/>
    public override string Name => "volumes";

    /// <summary>Mean over the classes but the background of the mean over the cases that have the class.</summary>
    public override string Score => "dice";

    /// <inheritdoc/>
    public override string ScoreTitle => "mean Dice";

    /// <inheritdoc/>
    public override Sequence<string> Details { get; } =
    [.. Enumerable.Range(1, Phantom.Classes.Count - 1).Select(DiceOf), Hd95, Assd];

    /// <summary>The name of the Dice of one class: <c>dice1</c>.</summary>
    /// <param name="label">From 1.</param>
    public static string DiceOf(int label) => $"dice{label}";

    /// <inheritdoc/>
    public override Sequence<string> DataSets { get; } = [Phantom.Name];

    /// <inheritdoc/>
    public override Sequence<string> Layouts { get; } = [DataLayout.Volumes];

    /// <summary><c>quick</c>: 240 steps over windows of 32 voxels, minutes on two cores. <c>proxy</c> and <c>full</c>:
    /// the recipe of the released spaces for scans of four modalities, over 60 and 300 passes; <c>ct</c>: for
    /// CT.</summary>
    public override Sequence<(string Name, TrainingSettings Settings)> Presets { get; } =
    [
        (
            "quick",
            Common with
            {
                Window = "32",
                BatchSize = 2,
                Crops = 160,
                Epochs = 3,
                Optimizer = OptimizerKind.Adam,
                LearningRate = 5e-3,
                SquareDecay = 0.999,
                ClassWeights = "0.3,0.5,2,1.5",
                Foreground = 2.0 / 3,
                LatencyBatch = 2,
                LatencyRepeats = 5,
            }
        ),
        ("proxy", Published with { Epochs = 4 }),
        ("full", Published with { Epochs = 20, WeightAverage = 0.998 }),
        (
            "ct",
            Published with
            {
                Epochs = 20,
                WeightAverage = 0.998,
                Intensity = "-96:215",
                Spacing = "0.8x0.8x2.5",
                ScaleMin = 1,
                ScaleMax = 1.5,
                IntensityScale = null,
                IntensityShift = null,
            }
        ),
    ];

    static TrainingSettings Common =>
        new()
        {
            Task = "volumes",
            DataSet = Phantom.Name,
            ValidationImages = 1,
            WeightDecay = 0,
        };

    // An epoch ends where the released trainer validates: after 15 passes.
    static TrainingSettings Published =>
        Common with
        {
            Profile = "search_proxy",
            Window = "96x96x64",
            BatchSize = 4,
            Crops = 15,
            Dice = DiceKind.Sigmoid,
            Optimizer = OptimizerKind.Novograd,
            LearningRate = 1e-3,
            SquareDecay = 0.98,
            Schedule = ScheduleKind.Constant,
            Intensity = "crop",
            IntensityScale = 0.1,
            IntensityShift = 0.1,
            LatencyBatch = 4,
        };

    /// <inheritdoc/>
    public override bool WritesPredictions => true;

    /// <inheritdoc/>
    public override IEnumerable<string> ProfilesOf(Space space) => space.VolumeProfiles;

    /// <inheritdoc/>
    public override DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say)
    {
        var report = DataReport.For(settings);
        var set = VolumeFolder.Read(folder, report);
        CheckLabels(set, folder);
        var parts = PartsOf<VolumeCase>.Of(folder, set.Cases, set.Validation, null);
        // One whole case: that others are like it, their reader checks.
        VolumeFolder.ReadCase(set, parts.Train[0], report);
        report.Tell(say);
        return new(
            layout,
            set.Labels.Count,
            set.Channels.Length,
            parts.Train.Length,
            parts.Validation?.Length ?? 0,
            parts.Test.Length,
            ""
        );
    }

    /// <summary>As of every task; and weights of classes that were for other classes are left out, and an epoch has as
    /// many windows as with one volume.</summary>
    public override TrainingSettings Fitted(TrainingSettings settings, Func<string, bool> isGiven)
    {
        settings = base.Fitted(settings, isGiven);
        if (settings.Data is not { } facts)
            return settings;
        var learnt = settings.TrainImages > 0 ? settings.TrainImages : facts.Train;
        return settings with
        {
            ClassWeights = isGiven("classWeights") ? settings.ClassWeights : null,
            Crops = isGiven("crops") ? settings.Crops : Math.Max(1, (settings.Crops ?? 1) / learnt),
        };
    }

    /// <inheritdoc/>
    public override ImageDataSet? Source(TrainingSettings settings) => null;

    /// <inheritdoc/>
    public override string DataTitle(TrainingSettings settings) =>
        settings.Data is null ? Phantom.Title : settings.DataSet;

    /// <inheritdoc/>
    public override void Prepare(TrainingSettings settings, DataFolder data, Action<string> say)
    {
        if (settings.Data is null)
            Phantom.Provide(data, say);
        else
            CheckSides(settings, VolumeFolder.Read(UserDataSet.Find(settings.DataSet, data).Folder, new()));
    }

    static void CheckLabels(VolumeSet set, string folder)
    {
        if (set.Labels.Keys.FirstOrDefault() != 0 || set.Labels.Count < 2)
            throw new RequestException(
                $"'{folder}' has the labels {string.Join(", ", set.Labels.Keys)}; 0 for the background and at least "
                    + "one more are needed.",
                "Name them in dataset.json."
            );
        if (set.Labels.Keys.Max() is var largest and > byte.MaxValue)
            throw new RequestException(
                $"'{folder}' has the label {largest}; labels up to {byte.MaxValue} are learnt.",
                "Give its classes smaller numbers."
            );
    }

    static void CheckSides(TrainingSettings settings, VolumeSet set)
    {
        if (settings.Mirror && SidedLabel(set.Labels.Values) is { } sided)
            throw new RequestException(
                $"'{sided}' is of one side of the body: a mirrored volume would have the wrong label.",
                "Leave evonas.training.mirror out."
            );
    }

    /// <inheritdoc/>
    public override TrainingSettings Checked(TrainingSettings settings)
    {
        CheckDataSet(settings);
        var recipe = VolumeRecipe.Of(settings); // Read, or refused.
        if (settings.ImageSide != 0)
            throw new RequestException(
                $"Volumes are not resized: evonas.training.image-side is {settings.ImageSide}.",
                $"Give --window {settings.ImageSide} for what a network sees, --spacing for millimetres between voxels."
            );
        if (settings.Shift > 0)
            throw new RequestException(
                "Windows of volumes lie where chance puts them; they are not moved by evonas.training.shift.",
                "Leave it at 0; --foreground is the share of windows around labels."
            );
        if (settings.Augment is not null)
            throw new RequestException(
                "Policies of augmentation are for images of two dimensions.",
                "Leave evonas.training.augment out; --scale-min, --intensity-scale and --intensity-shift vary volumes."
            );
        if (recipe.Dice == DiceKind.Sigmoid && settings.ClassWeights is not null)
            throw new RequestException(
                "evonas.training.class-weights are for the cross-entropy of exclusive classes.",
                "Give --dice softmax, or leave them out."
            );
        _ = ClassWeighting.Read(settings.ClassWeights, ClassesOf(settings)); // Read, or refused.
        return settings;
    }

    /// <summary>The first label that names a side of the body; null if none does.</summary>
    /// <param name="labels">Names of labels.</param>
    internal static string? SidedLabel(IEnumerable<string> labels) =>
        labels.FirstOrDefault(label =>
            label
                .ToLowerInvariant()
                .Split([' ', '_', '-', '.', ',', '(', ')'])
                .Any(static word => word is "left" or "right" or "l" or "r" or "lh" or "rh")
        );

    /// <inheritdoc/>
    public override Target Target(TrainingSettings settings)
    {
        var recipe = VolumeRecipe.Of(settings);
        return new(
            Shape.Of(settings.Data?.Channels ?? 1, recipe.Window.X, recipe.Window.Y, recipe.Window.Z),
            recipe.Dice == DiceKind.Sigmoid ? ClassesOf(settings) - 1 : ClassesOf(settings),
            settings.Profile ?? ""
        );
    }

    // The background included.
    static int ClassesOf(TrainingSettings settings) => settings.Data?.Classes ?? Phantom.Classes.Count;

    /// <inheritdoc/>
    public override string? Misfit(Network network, Target target)
    {
        if (network.Input != target.Input)
            return $"The network takes {network.Input}, the windows are {target.Input}.";
        var (mask, wanted) = (network.ShapeOf(network.Outputs[0]), Shape.Of(target.Classes, [.. target.Input.Sides]));
        return network.Outputs.Count == 1 && mask == wanted
            ? null
            : $"The network makes {mask}, but {target.Classes} channels of voxels need {wanted}.";
    }

    internal override TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device)
    {
        var recipe = VolumeRecipe.Of(settings);
        var report = DataReport.For(settings);
        var folder = settings.Data is null ? Phantom.Provide(data) : UserDataSet.Find(settings.DataSet, data).Folder;
        var set = VolumeFolder.Read(folder, report);
        CheckSides(settings, set);
        var (train, validation, test) = settings.Data is null
            ? OfPhantom(set, settings)
            : OfFolder(PartsOf<VolumeCase>.Of(folder, set.Cases, set.Validation, null), settings, seed);
        return new(
            new CropSamples(Prepared(set, train, recipe, isLearntFrom: true, device), recipe, device),
            validation.Length == 0 ? null : Judged(validation),
            () => Judged(test)
        );

        WindowSamples Judged(ImmutableArray<VolumeCase> cases) =>
            new(Prepared(set, cases, recipe, isLearntFrom: false, device), recipe, device);
    }

    // One case to learn from, and one that judges whatever is judged.
    static (
        ImmutableArray<VolumeCase> Train,
        ImmutableArray<VolumeCase> Validation,
        ImmutableArray<VolumeCase> Test
    ) OfPhantom(VolumeSet set, TrainingSettings settings) =>
        settings.TrainImages > 1 || settings.ValidationImages > 1
            ? throw new RequestException(
                $"{settings.TrainImages} volumes to learn from and {settings.ValidationImages} for validation are "
                    + $"asked for, but '{Phantom.Name}' has one of each.",
                "Lower --train-images or --validation-images."
            )
            : (set.Cases, settings.ValidationImages == 0 ? [] : set.Validation, set.Validation);

    static (
        ImmutableArray<VolumeCase> Train,
        ImmutableArray<VolumeCase> Validation,
        ImmutableArray<VolumeCase> Test
    ) OfFolder(PartsOf<VolumeCase> parts, TrainingSettings settings, ulong seed)
    {
        var split = Split.Of(parts.Train.Length, settings.TrainImages, settings.ValidationImages, seed);
        return (
            [.. split.Train.Select(i => parts.Train[i])],
            [.. split.Validation.Select(i => parts.Train[i])],
            parts.Test
        );
    }

    static List<PreparedCase> Prepared(
        VolumeSet set,
        ImmutableArray<VolumeCase> cases,
        VolumeRecipe recipe,
        bool isLearntFrom,
        torch.Device device
    )
    {
        // A class a label, in the order of the labels.
        byte[] names = [.. set.Labels.Keys.Select(label => (byte)label)];
        var classes = new byte[byte.MaxValue + 1];
        foreach (var (index, label) in names.Index())
            classes[label] = (byte)index;
        var prepared = new List<PreparedCase>();
        foreach (var one in cases)
        {
            var (channels, labels) = VolumeFolder.ReadCase(set, one, new());
            prepared.Add(
                new(
                    LabelFile.Stem(Path.GetFileName(one.Label)),
                    channels,
                    Array.ConvertAll(labels, label => classes[label]),
                    names,
                    recipe,
                    isLearntFrom
                )
            );
        }
        if (device.type != DeviceType.CPU && prepared.Sum(static one => one.Bytes) <= DeviceBytesMax)
            foreach (var one in prepared)
                one.MoveTo(device);
        return prepared;
    }

    internal override TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device)
    {
        var recipe = VolumeRecipe.Of(settings);
        return new VolumeHead(
            ClassesOf(settings),
            recipe.Dice,
            ClassWeighting.Read(settings.ClassWeights, ClassesOf(settings)),
            settings.LabelSmoothing,
            settings.SurfaceDistances == true,
            device
        );
    }
}
