using EvoNas.Spaces;
using EvoNas.Tasks.Classification;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Detection;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Segmentation;
using EvoNas.Tasks.Volumes;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks;

/// <summary>The tasks that networks can be trained for.</summary>
public static class TaskCatalog
{
    /// <summary>Classes of images.</summary>
    public static LearningTask Classification { get; } = new ClassificationTask();

    /// <summary>Objects and their boxes.</summary>
    public static LearningTask Detection { get; } = new DetectionTask();

    /// <summary>Classes of pixels.</summary>
    public static LearningTask Segmentation { get; } = new SegmentationTask();

    /// <summary>Classes of voxels.</summary>
    public static LearningTask Volumes { get; } = new VolumeTask();

    /// <summary>Objects in lidar scans and their boxes.</summary>
    public static LearningTask Lidar { get; } = new LidarTask();

    /// <summary>In the order in which they are tried where nothing says which is meant.</summary>
    public static Sequence<LearningTask> All { get; } = [Classification, Detection, Segmentation, Volumes, Lidar];

    /// <summary>The task of settings.</summary>
    /// <exception cref="RequestException">There is none of this name.</exception>
    public static LearningTask Of(TrainingSettings settings) =>
        settings.Task is null ? Classification : Named(settings.Task);

    /// <summary>The task of a name.</summary>
    /// <exception cref="RequestException">There is none; suggests the nearest.</exception>
    public static LearningTask Named(string name) =>
        All.FirstOrDefault(task => task.Name == name)
        ?? throw Nearest.Unknown("task", name, [.. All.Select(task => task.Name)]);

    /// <summary>The settings as a journal keeps them: classification has no name there.</summary>
    public static TrainingSettings Normalised(TrainingSettings settings) =>
        settings.Task == Classification.Name ? settings with { Task = null } : settings;

    /// <summary>These settings, checked by their task.</summary>
    /// <exception cref="RequestException">The task cannot train by them.</exception>
    public static TrainingSettings Checked(TrainingSettings settings)
    {
        var normal = Normalised(settings);
        return Of(normal).Checked(normal.Checked());
    }

    /// <summary>The task that a space is trained for.</summary>
    /// <param name="space">Its profiles say what its networks can do.</param>
    /// <param name="task">Asked for; null: it follows from the rest.</param>
    /// <param name="profile">Asked for; null: any.</param>
    /// <param name="dataSet">Asked for; null: any.</param>
    /// <param name="data">Where a data set that is not built in lies; null: only built-in ones are known.</param>
    /// <exception cref="RequestException">These do not fit together; says which.</exception>
    public static LearningTask For(Space space, string? task, string? profile, string? dataSet, DataFolder? data = null)
    {
        if (profile is not null && !space.Profiles.Contains(profile))
            throw Nearest.Unknown($"profile of '{space.Name}'", profile, space.Profiles);
        var able = All.Where(one => ProfilesOf(one, space).Any()).ToArray();
        if (able.Length == 0)
            throw new RequestException(
                space.Build is null
                    ? $"'{space.Name}' is a space of {(space.Policy is null ? "decisions alone" : "policies")}: "
                        + "there are no networks to train."
                    : $"The networks of '{space.Name}' are for {space.Task} of a kind that cannot be trained yet.",
                space.Policy is not null
                    ? "Search them with a fixed network: evonas search, with --network-of NAME or without."
                    : "Evaluate it by look-up: --evaluate table:FILE.csv --key COLUMN --metric COLUMN."
            );
        if (task is not null)
            able = Array.FindAll(able, one => one.Name == Named(task).Name);
        if (able.Length == 0)
            throw new RequestException(
                $"The networks of '{space.Name}' are for {InWords(All.Where(one => ProfilesOf(one, space).Any()))}; "
                    + $"it has none for {task}.",
                $"These spaces have: {string.Join(", ", SpacesOf(Named(task!)))}." // Without it all are able.
            );
        if (profile is not null)
            able = Array.FindAll(able, one => ProfilesOf(one, space).Contains(profile));
        if (able.Length == 0)
            throw new RequestException(
                $"The networks of profile '{profile}' of '{space.Name}' cannot be trained"
                    + (task is null ? "." : $" for {task}."),
                "Profiles: "
                    + string.Join(
                        ", ",
                        All.SelectMany(one => ProfilesOf(one, space).Select(its => $"{its} ({one.Name})"))
                    )
                    + "."
            );
        if (dataSet is null)
            return able[0];
        var own = UserDataSet.IsBuiltIn(dataSet) || data is null ? null : UserDataSet.Find(dataSet, data);
        LearningTask[] fitting = [.. own?.Tasks ?? All.Where(one => one.DataSets.Contains(dataSet))];
        if (own is null && fitting.Length == 0)
            throw Nearest.Unknown("data set", dataSet, [.. All.SelectMany(one => one.DataSets).Distinct()]);
        return Array.Find(able, fitting.Contains)
            ?? throw new RequestException(
                (
                    fitting.Length == 0
                        ? $"'{dataSet}' ({string.Join(", ", own!.Layouts)}) is data that cannot be trained on yet; "
                        : $"'{dataSet}' is a data set for {InWords(fitting)}; "
                )
                    + (
                        task is null && profile is null
                            ? $"the networks of '{space.Name}' are for {InWords(able)}."
                            : $"{able[0].Name} is asked for."
                    ),
                $"Data sets for {able[0].Name}: {string.Join(", ", able[0].DataSets)}"
                    + (
                        able[0].Layouts.Count == 0
                            ? "."
                            : $", and folders of the data folder ({string.Join(", ", able[0].Layouts)})."
                    )
                    + (own is null ? "" : $" What it is: evonas data check {own.Folder}")
            );
    }

    /// <summary>The profiles whose networks a task can train, the usual one first.</summary>
    public static IEnumerable<string> ProfilesOf(LearningTask task, Space space) =>
        space.Build is null ? [] : task.ProfilesOf(space);

    /// <summary>Training settings of a task by their name.</summary>
    /// <exception cref="RequestException">It has none of this name; suggests the nearest.</exception>
    public static TrainingSettings Preset(LearningTask task, string name) =>
        task.Presets.FirstOrDefault(preset => preset.Name == name).Settings
        ?? throw Nearest.Unknown("training preset", name, [.. task.Presets.Select(preset => preset.Name)]);

    static IEnumerable<string> SpacesOf(LearningTask task) =>
        SpaceCatalog.All.Where(space => ProfilesOf(task, space).Any()).Select(space => space.Name);

    static string InWords(IEnumerable<LearningTask> tasks) => string.Join(" and ", tasks.Select(task => task.Name));
}
