using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;
using EvoNas.Torch.Augmentations;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Tasks.Classification;

/// <summary>Which class an image belongs to: one output of logits, cross-entropy, the share of right answers.</summary>
public sealed class ClassificationTask : LearningTask
{
    /// <inheritdoc/>
    public override string Name => "classification";

    /// <inheritdoc/>
    public override string Score => Evolution.Metrics.Top1;

    /// <inheritdoc/>
    public override string ScoreTitle => "top-1";

    /// <inheritdoc/>
    public override Sequence<(string Name, TrainingSettings Settings)> Presets { get; } =
    [("quick", TrainingSettings.Quick), ("textbook", TrainingSettings.Textbook)];

    /// <inheritdoc/>
    public override Sequence<string> DataSets { get; } = [.. ImageDataSet.All.Select(set => set.Name)];

    /// <inheritdoc/>
    public override Sequence<string> Layouts { get; } = [DataLayout.Classes];

    /// <inheritdoc/>
    public override IEnumerable<string> ProfilesOf(Space space) =>
        space.ClassifyingProfile is not { } usual
            ? []
            : space.Profiles.Except(space.DetectingProfiles).Except(space.SegmentingProfiles).Prepend(usual).Distinct();

    /// <inheritdoc/>
    public override ImageDataSet? Source(TrainingSettings settings) => settings.Data is null ? Set(settings) : null;

    static ImageDataSet Set(TrainingSettings settings) => ImageDataSet.Named(settings.DataSet);

    /// <inheritdoc/>
    public override string DataTitle(TrainingSettings settings) =>
        settings.Data is null ? Set(settings).Title : settings.DataSet;

    /// <inheritdoc/>
    public override DataSetFacts Examine(TrainingSettings settings, string folder, string layout, Action<string> say)
    {
        var (train, _, _) = ClassFolder.Open(folder)!.Value; // The layout says so.
        var parts = Jobs(folder, layout, DataReport.For(settings));
        return new(
            layout,
            train.Classes.Length,
            3,
            parts.Train.Length,
            parts.Validation?.Length ?? 0,
            parts.Test.Length,
            ""
        );
    }

    static PartsOf<PictureJob> Jobs(string folder, string layout, DataReport report)
    {
        var (train, validation, test) = ClassFolder.Open(folder)!.Value; // The layout says so.
        return PartsOf<(string Path, int Class)>
            .Of(folder, train.Pictures, validation?.Pictures, test?.Pictures)
            .Select(static one => new PictureJob(0, Path.GetFileName(one.Path), one.Path, [], one.Class));
    }

    /// <inheritdoc/>
    public override void Prepare(TrainingSettings settings, DataFolder data, Action<string> say)
    {
        if (settings.Data is not null)
            FolderOf(settings, data).Prepare(say);
    }

    static PictureFolder FolderOf(TrainingSettings settings, DataFolder data) =>
        new(settings, data, new(FolderSide(settings), Crops: true), Jobs);

    // What ImageNet's networks take.
    static int FolderSide(TrainingSettings settings) => settings.ImageSide == 0 ? 224 : settings.ImageSide;

    /// <inheritdoc/>
    public override TrainingSettings Checked(TrainingSettings settings)
    {
        if (settings.Data is not null)
        {
            CheckDataSet(settings);
            if (settings.Shift > 0 || settings.Augment is not null)
                throw new RequestException(
                    "Pictures of a folder are varied by scaling, cropping and mirroring, not by "
                        + $"evonas.training.{(settings.Shift > 0 ? "shift" : "augment")}.",
                    "Give --scale-min and --scale-max, such as 1 and 1.3, or --mirror."
                );
            return settings;
        }
        var set = Set(settings);
        TrainingSettings.Within(settings.Shift, 0, set.Shape.Sides[0] - 1, nameof(settings.Shift));
        if (settings.Mirror && !set.HasMirrors)
            throw new RequestException(
                $"Mirrored images of {set.Title} belong to no class.",
                "Switch evonas.training.mirror off for this set."
            );
        _ = AugmentationOf(settings); // Read, or refused.
        return settings;
    }

    /// <inheritdoc/>
    public override Target Target(TrainingSettings settings) =>
        settings.Data is { } facts
            ? new(
                Shape.Of(facts.Channels, FolderSide(settings), FolderSide(settings)),
                facts.Classes,
                settings.Profile ?? ""
            )
            : Set(settings).Target(settings.ImageSide) with
            {
                Profile = settings.Profile ?? "",
            };

    /// <inheritdoc/>
    public override string? Misfit(Network network, Target target)
    {
        if (network.Input != target.Input)
            return $"The network takes {network.Input}, the images are {target.Input}.";
        var logits = network.ShapeOf(network.Outputs[0]);
        return logits == new Shape(target.Classes, [])
            ? null
            : $"The network makes {logits}, but {target.Classes} classes need [N, {target.Classes}].";
    }

    /// <inheritdoc/>
    public override int HeldOutImages(TrainingSettings settings) =>
        settings is { Data: null, TrainImages: > 0 }
        && Set(settings).TrainCount - settings.TrainImages >= 2L * settings.ValidationImages
            ? settings.ValidationImages
            : 0;

    internal override Samples OpenHeldOut(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device)
    {
        var set = Set(settings);
        var images = set.Read(data.Locate(set), Part.Train);
        var split = Split.Of(images.Count, settings.TrainImages, settings.ValidationImages, seed);
        return split.HeldOut.Length == 0
            ? throw new RequestException(
                $"Finalists are judged by {settings.ValidationImages} images that no birth sees, and the training set "
                    + $"has {images.Count} in all."
            )
            : new ClassifiedImages(
                new(images, split.HeldOut, set, settings.Normalize, settings.ImageSide, new(), device)
            );
    }

    internal override TaskData Open(TrainingSettings settings, DataFolder data, ulong seed, torch.Device device)
    {
        if (settings.Data is not null)
            return FolderOf(settings, data)
                .Open(
                    seed,
                    new(settings.Mirror, settings.ScaleMin ?? 1, settings.ScaleMax ?? 1),
                    (source, chosen, jitter) =>
                        new ClassifiedPictures(source, chosen, settings.Normalize, jitter, device)
                );
        var set = Set(settings);
        var folder = data.Locate(set);
        var images = set.Read(folder, Part.Train);
        var split = Split.Of(images.Count, settings.TrainImages, settings.ValidationImages, seed);
        var augmentation = AugmentationOf(settings);
        return new(
            On(images, split.Train, augmentation),
            split.Validation.Length == 0 ? null : On(images, split.Validation, new()),
            TestOf(settings, set, folder, device)
        );

        Samples On(ImageSet some, int[] chosen, Augmentation varied) =>
            new ClassifiedImages(new(some, chosen, set, settings.Normalize, settings.ImageSide, varied, device));
    }

    // Made apart from the training images, so that they are not kept in memory for it.
    static Func<Samples> TestOf(TrainingSettings settings, ImageDataSet set, string folder, torch.Device device) =>
        () =>
        {
            var images = set.Read(folder, Part.Test);
            int[] all = [.. Enumerable.Range(0, images.Count)];
            return new ClassifiedImages(new(images, all, set, settings.Normalize, settings.ImageSide, new(), device));
        };

    internal override TaskHead HeadOf(Network network, TrainingSettings settings, torch.Device device) =>
        new ClassificationHead(settings.LabelSmoothing, device);

    /// <summary>How images are varied.</summary>
    /// <exception cref="RequestException"><see cref="TrainingSettings.Augment"/> is no policy for images of
    /// classes.</exception>
    internal static Augmentation AugmentationOf(TrainingSettings settings) =>
        new(
            settings.Shift,
            settings.Mirror,
            TrainingPolicy.Read(
                settings.Augment,
                ImageDataSet.Named(settings.DataSet).Shape.Sides[0],
                PolicyImages.OfClasses
            )
        );
}

/// <summary>Images of classes.</summary>
sealed class ClassifiedImages(DeviceImages images) : Samples
{
    public override int Count => images.Count;

    public override SampledEpoch Begin(SeededRandom random) => new Epoch(images, images.Begin(random));

    public override Batch Plain(int start, int count) => Of(images.Plain(start, count));

    static Batch Of((torch.Tensor Images, torch.Tensor Labels) batch) => new(batch.Images, [batch.Labels]);

    public override void Dispose() => images.Dispose();

    sealed class Epoch(DeviceImages images, EpochPlan plan) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => Of(images.Batch(plan, start, count));

        public override void Dispose() => plan.Dispose();
    }
}
