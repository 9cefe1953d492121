using EvoNas.Augmentations;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;
using EvoNas.Torch.Augmentations;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Scenes;

/// <summary>What the tasks that learn from scenes have in common.</summary>
static class SceneSettings
{
    /// <summary>Some minutes on two cores: 1,200 scenes of 128 pixels, three epochs.</summary>
    public static readonly TrainingSettings Quick = new()
    {
        DataSet = FashionScenes.Name,
        ImageSide = FashionScenes.UsualSide,
        TrainImages = 1200,
        ValidationImages = 200,
        BatchSize = 16,
        Epochs = 3,
        LearningRate = 0.08,
        WarmUp = 0.2,
        GradientClip = 10,
        Initialization = Initialization.Lecun,
        Mirror = true,
        LatencyBatch = 8,
        LatencyRepeats = 10,
    };

    /// <summary>The short trainings of NAS-FPN's search.</summary>
    public static readonly TrainingSettings Proxy = new()
    {
        DataSet = FashionScenes.Name,
        ImageSide = 512,
        TrainImages = 1200,
        ValidationImages = 200,
        BatchSize = 64,
        Epochs = 5,
        LearningRate = 0.08,
        WarmUp = 0.2,
        WeightDecay = 0,
        GradientClip = 10,
        Initialization = Initialization.Lecun,
        Mirror = true,
        ScaleMin = 0.8,
        ScaleMax = 1.2,
        LatencyBatch = 8,
    };

    /// <summary>The full training of SpineNet, with a cosine instead of its steps.</summary>
    public static readonly TrainingSettings Full = Proxy with
    {
        ImageSide = 640,
        Epochs = 200,
        LearningRate = 0.14,
        WarmUp = 0.01,
        WeightDecay = 4e-5,
        ScaleMin = 0.5,
        ScaleMax = 2,
    };

    /// <summary>Of the images, in pixels.</summary>
    public static int SideOf(TrainingSettings settings) =>
        settings.ImageSide == 0 ? FashionScenes.UsualSide : settings.ImageSide;

    /// <summary>What scenes are made of; null where the data set is a folder of the user's.</summary>
    public static ImageDataSet? Source(TrainingSettings settings) =>
        settings.Data is null ? ImageDataSet.FashionMnist : null;

    /// <summary>What people call the data set.</summary>
    public static string DataTitle(TrainingSettings settings) =>
        settings.Data is null ? FashionScenes.Title : settings.DataSet;

    /// <summary>Makes scenes, or decodes pictures of the user's folder, that are not there yet.</summary>
    /// <param name="settings">Name the data set.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="say">Is told what is made.</param>
    /// <param name="read">Reads the annotations of a folder.</param>
    public static void Prepare(
        TrainingSettings settings,
        DataFolder data,
        Action<string> say,
        Func<string, string, DataReport, PartsOf<PictureJob>> read
    )
    {
        if (settings.Data is null)
            FashionScenes.Make(data, SideOf(settings), say);
        else
            FolderOf(settings, data, read).Prepare(say);
    }

    static PictureFolder FolderOf(
        TrainingSettings settings,
        DataFolder data,
        Func<string, string, DataReport, PartsOf<PictureJob>> read
    ) => new(settings, data, new(SideOf(settings), Classes: HasMasks(settings) ? settings.Data!.Classes : 0), read);

    // Of the two tasks that learn from scenes.
    static bool HasMasks(TrainingSettings settings) => settings.Task == TaskCatalog.Segmentation.Name;

    /// <summary>These settings, if they fit scenes.</summary>
    /// <exception cref="RequestException">They do not.</exception>
    public static TrainingSettings Checked(TrainingSettings settings, LearningTask task)
    {
        task.CheckDataSet(settings);
        var side = SideOf(settings);
        TrainingSettings.Within(side, FashionScenes.SideMin, FashionScenes.SideMax, nameof(settings.ImageSide));
        if (settings.Shift > 0)
            throw new RequestException(
                $"Images for {task.Name} are moved by scaling and cropping, not by evonas.training.shift.",
                "Give --scale-min and --scale-max, such as 0.8 and 1.2."
            );
        _ = PolicyOf(settings); // Read, or refused.
        return settings;
    }

    static AugmentationPolicy? PolicyOf(TrainingSettings settings) =>
        TrainingPolicy.Read(
            settings.Augment,
            SideOf(settings),
            HasMasks(settings) ? PolicyImages.WithMasks : PolicyImages.WithBoxes
        );

    /// <summary>Reads the training part and splits it.</summary>
    /// <param name="settings">How many of which images.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="seed">Of the split.</param>
    /// <param name="make">Puts some pictures on the device.</param>
    /// <param name="read">Reads the annotations of a folder of the user's.</param>
    public static TaskData Open(
        TrainingSettings settings,
        DataFolder data,
        ulong seed,
        Func<IPictureSource, int[], Jitter, Samples> make,
        Func<string, string, DataReport, PartsOf<PictureJob>> read
    )
    {
        var jitter = new Jitter(settings.Mirror, settings.ScaleMin ?? 1, settings.ScaleMax ?? 1)
        {
            Policy = PolicyOf(settings),
        };
        if (settings.Data is not null)
            return FolderOf(settings, data, read).Open(seed, jitter, make);
        var scenes = FashionScenes.Read(data, SideOf(settings), Part.Train);
        var split = Split.Of(scenes.Count, settings.TrainImages, settings.ValidationImages, seed);
        return new(
            make(scenes, split.Train, jitter),
            split.Validation.Length == 0 ? null : make(scenes, split.Validation, new(Mirror: false)),
            TestOf(settings, data, make)
        );
    }

    // Made apart from the training images, so that they are not kept in memory for it.
    static Func<Samples> TestOf(
        TrainingSettings settings,
        DataFolder data,
        Func<IPictureSource, int[], Jitter, Samples> make
    ) =>
        () =>
        {
            var scenes = FashionScenes.Read(data, SideOf(settings), Part.Test);
            return make(scenes, [.. Enumerable.Range(0, scenes.Count)], new(Mirror: false));
        };
}
