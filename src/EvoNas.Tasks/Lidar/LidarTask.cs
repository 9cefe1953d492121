using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Tasks.Lidar;

/// <summary>Which objects are in a lidar scan, and where: pillars of points, an image from above, anchors, the average
/// precision of the Waymo Open Dataset.</summary>
/// <remarks>Source: Lang et al. 2019, arXiv:1812.05784, with the constants of the released trainer of the space, or
/// with <c>--head rotated</c> those of OpenPCDet.</remarks>
public sealed class LidarTask : LearningTask
{
    /// <summary>AP weighted by headings.</summary>
    public const string Aph = "aph";

    /// <summary>AP at an overlap in space of 0.5.</summary>
    public const string Ap50 = "ap50";

    /// <summary>AP as KITTI counts it, on the ground, overlap above 0.5, at 40 points of recall; only of 41 objects and
    /// more.</summary>
    public const string BevAp = "bevAp";

    /// <summary>As <see cref="TrainingSettings.Head"/> names the boxes of
    /// <see cref="PillarBlocks.RotatedHead"/>.</summary>
    public const string Rotated = "rotated";

    const string UsualProfile = "search_proxy";

    // Half the side of the square that the released space covers, in metres.
    const double RangeOfFrames = 76.8;

    // The middle of the cars there are, and what OpenPCDet has for KITTI, whose z is 0 at the sensor, and for the
    // frames of Waymo, whose z is 0 on the ground.
    static readonly Box3 _carOfScans = new(0, 0, -1, 4.4, 1.9, 1.6, 0),
        _carOfKitti = new(0, 0, -1, 3.9, 1.6, 1.56, 0),
        _carOfWaymo = new(0, 0, 0.85, 4.7, 2.1, 1.7, 0);

    // A map of the third level has at least two rows.
    const int SideMin = 16,
        SideFactor = 8;

    static readonly TrainingSettings Quick = new()
    {
        Task = "lidar",
        DataSet = RayCastScenes.Name,
        ImageSide = 128,
        TrainImages = 300,
        ValidationImages = 80,
        BatchSize = 4,
        Epochs = 2,
        Optimizer = OptimizerKind.AdamW,
        LearningRate = 3e-3,
        Momentum = 0.9,
        WarmUp = 0.4,
        WeightDecay = 0.01,
        GradientClip = 10,
        LatencyBatch = 4,
        LatencyRepeats = 10,
    };

    /// <inheritdoc/>
    public override string Name => "lidar";

    /// <summary>Average precision by the rules of the Waymo Open Dataset: level 1, overlap in space of at least
    /// 0.7.</summary>
    public override string Score => "ap";

    /// <inheritdoc/>
    public override string ScoreTitle => "AP";

    /// <inheritdoc/>
    public override Sequence<string> Details { get; } = [Aph, Ap50, BevAp];

    /// <inheritdoc/>
    public override Sequence<string> DataSets { get; } = [RayCastScenes.Name];

    /// <summary>Plain frames, and KITTI's: what lies in the camera's view, where its objects have labels.</summary>
    public override Sequence<string> Layouts { get; } = [DataLayout.Lidar, DataLayout.Kitti];

    /// <inheritdoc/>
    public override DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say)
    {
        var report = DataReport.For(settings);
        var (frames, parts) = LidarFrames.Of(folder, report);
        var found = LidarFrames.CheckObjects(frames, parts, folder, GridOf(layout, SideOf(settings)), report);
        report.Tell(say);
        say(found);
        return new(
            layout,
            2,
            Pillars.Features,
            parts.Train.Length,
            parts.Validation?.Length ?? 0,
            parts.Test.Length,
            ""
        );
    }

    /// <summary><c>quick</c>: two epochs of 300 scans laid into 128 cells, a minute or two on two cores. <c>proxy</c>:
    /// the search of the released space. <c>full</c>: its full training.</summary>
    public override Sequence<(string Name, TrainingSettings Settings)> Presets { get; } =
    [
        ("quick", Quick),
        ("proxy", Released(batch: 8, epochs: 1, warmUp: 0.05)),
        ("full", Released(batch: 16, epochs: 75, warmUp: 0.01)),
    ];

    static TrainingSettings Released(int batch, double epochs, double warmUp) =>
        Quick with
        {
            ImageSide = 512,
            BatchSize = batch,
            Epochs = epochs,
            Optimizer = OptimizerKind.Sgd,
            LearningRate = 8e-4,
            WarmUp = warmUp,
            WeightDecay = 0,
            Profile = "published",
        };

    /// <inheritdoc/>
    public override IEnumerable<string> ProfilesOf(Space space) => space.LidarProfiles;

    /// <inheritdoc/>
    public override ImageDataSet? Source(TrainingSettings settings) => null;

    /// <inheritdoc/>
    public override string DataTitle(TrainingSettings settings) =>
        settings.Data is null ? RayCastScenes.Title : settings.DataSet;

    /// <inheritdoc/>
    public override void Prepare(TrainingSettings settings, DataFolder data, Action<string> say)
    {
        if (settings.Data is null)
            RayCastScenes.Make(data, say);
    }

    /// <inheritdoc/>
    public override bool WritesPredictions => true;

    /// <inheritdoc/>
    public override TrainingSettings Checked(TrainingSettings settings)
    {
        CheckDataSet(settings);
        var side = SideOf(settings);
        TrainingSettings.Within(side, SideMin, 1024, nameof(settings.ImageSide));
        if (side % SideFactor != 0)
            throw new RequestException(
                $"evonas.training.image-side is {side}; of lidar scans it is a multiple of {SideFactor}.",
                $"Give {side / SideFactor * SideFactor} or {(side / SideFactor + 1) * SideFactor}."
            );
        if (settings.Shift > 0)
            throw new RequestException(
                "Lidar scans are not shifted by evonas.training.shift.",
                "Give --turn, --scale-min and --scale-max, such as 45, 0.95 and 1.05."
            );
        if (settings.Augment is not null)
            throw new RequestException(
                "Policies of augmentation are for images, not for lidar scans.",
                "Leave evonas.training.augment out; --mirror, --turn, --scale-min, --scale-max and --paste-objects "
                    + "vary scans."
            );
        return WithProfile(settings);
    }

    // The head is said by the profile: asked for by name it changes the profile's ending.
    static TrainingSettings WithProfile(TrainingSettings settings)
    {
        if (settings.Head is null)
            return settings;
        if (settings.Head is not (Rotated or "axis-aligned"))
            throw Nearest.Unknown("head of a detector in lidar scans", settings.Head, ["axis-aligned", Rotated]);
        var plain = (settings.Profile ?? UsualProfile).Replace(PillarProfile.RotatedEnding, "");
        return settings with
        {
            Head = null,
            Profile = settings.Head == Rotated ? plain + PillarProfile.RotatedEnding : plain,
        };
    }

    /// <inheritdoc/>
    public override Target Target(TrainingSettings settings) =>
        // The ground is a class.
        new(Shape.Of(Pillars.Features, SideOf(settings), SideOf(settings)), 2, settings.Profile ?? UsualProfile);

    /// <inheritdoc/>
    public override string? Misfit(Network network, Target target)
    {
        var inputs = network.Inputs.Select(node => node.Shape).ToArray();
        if (inputs.Length != 2 || inputs[0].Dimensions != 2 || inputs[0].Channels != target.Input.Channels)
            return $"The network takes {string.Join(" and ", inputs)}; a detector in lidar scans takes "
                + $"[{target.Input.Channels}, pillars, points] and [2, pillars].";
        var points = PillarProfile.Named(target.Profile).PointsMax;
        if (inputs[0].Sides[1] != points)
            return $"The network takes pillars of {inputs[0].Sides[1]} points, profile '{target.Profile}' has "
                + $"{points}.";
        var map = network.Nodes.First(node => node.Layer is Layer.PillarScatter).Shape;
        if (!map.Sides.SequenceEqual(target.Input.Sides))
            return $"The network lays pillars into {map}, the images from above have "
                + $"{string.Join('×', target.Input.Sides)} cells.";
        return RotatedHead.IsOf(network) ? RotatedHead.Misfit(network) : AxisAlignedHead.Misfit(network);
    }

    internal override TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device)
    {
        var (train, validation, test) = Parts(settings, data);
        LidarSamples Of(LabelledFrame[] some, LidarVariation variation) =>
            new(some, LidarFrames.IsCar, GridOf(settings), PillarsOf(settings, device), variation, device);

        var split = Split.Of(
            train.Length,
            settings.TrainImages,
            validation is null ? settings.ValidationImages : 0,
            seed
        );
        LabelledFrame[] Chosen(int[] indices) => Array.ConvertAll(indices, index => train[index]);
        validation = validation?[..Math.Min(validation.Length, settings.ValidationImages)];
        validation ??= Chosen(split.Validation);
        return new(
            Of(Chosen(split.Train), VariationOf(settings)),
            validation.Length == 0 ? null : Of(validation, new(Mirror: false)),
            () => Of(test(), new(Mirror: false))
        );
    }

    static (LabelledFrame[] Train, LabelledFrame[]? Validation, Func<LabelledFrame[]> Test) Parts(
        TrainingSettings settings,
        DataFolder data
    )
    {
        if (settings.Data is null)
            return (RayCastScenes.Read(data, Part.Train), null, () => RayCastScenes.Read(data, Part.Test));
        // What is missing or damaged was told when the folder was examined.
        var (folder, parts) = LidarFrames.Of(UserDataSet.Find(settings.DataSet, data).Folder, DataReport.For(settings));
        return (
            [.. parts.Train.Select(folder.ForTraining)],
            parts.Validation is { } held ? [.. held.Select(folder.ForTraining)] : null,
            () => [.. parts.Test.Select(folder.ForTraining)]
        );
    }

    internal override TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device) =>
        RotatedHead.IsOf(network)
            ? new RotatedHead(network, GridOf(settings), CarOf(settings), device)
            : new AxisAlignedHead(network, GridOf(settings), device);

    static int SideOf(TrainingSettings settings) => settings.ImageSide == 0 ? Quick.ImageSide : settings.ImageSide;

    static Box3 CarOf(TrainingSettings settings) =>
        settings.Data?.Layout switch
        {
            null => _carOfScans,
            DataLayout.Kitti => _carOfKitti,
            _ => _carOfWaymo,
        };

    static LidarGrid GridOf(TrainingSettings settings) => GridOf(settings.Data?.Layout, SideOf(settings));

    static LidarGrid GridOf(string? layout, int side) =>
        layout switch
        {
            null => LidarGrid.Around(RayCaster.Range, side),
            // KITTI's camera looks ahead.
            DataLayout.Kitti => LidarGrid.Ahead(RangeOfFrames, side),
            _ => LidarGrid.Around(RangeOfFrames, side),
        };

    static Pillars PillarsOf(TrainingSettings settings, torch.Device device)
    {
        var profile = PillarProfile.Named(settings.Profile ?? UsualProfile);
        return new(
            GridOf(settings),
            profile.IsRotated ? PillarFeatures.Kitti : PillarFeatures.Released,
            profile.PillarsMax,
            profile.PointsMax,
            device
        );
    }

    static LidarVariation VariationOf(TrainingSettings settings) =>
        new(
            settings.Mirror,
            (settings.Turn ?? 0) * Math.PI / 180,
            settings.ScaleMin ?? 1,
            settings.ScaleMax ?? 1,
            settings.PasteObjects ?? 0
        );
}
