using System.Collections.Concurrent;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Data;

/// <summary>A data set that is a folder of the user's in the data folder: the same place on each node of a cluster, so
/// that a search's settings name no path of one machine.</summary>
/// <param name="Name">Of the folder.</param>
/// <param name="Folder">Where it lies.</param>
/// <param name="Layouts">What it can be read as, of <see cref="DataLayout"/>.</param>
sealed record UserDataSet(string Name, string Folder, IReadOnlyList<string> Layouts)
{
    // What was examined in this process: a search's client, its population and its slots ask for the same folder. A
    // folder whose contents change has another fingerprint.
    static readonly ConcurrentDictionary<
        (string Folder, string Fingerprint, TrainingSettings),
        DataSetFacts
    > _examined = [];

    /// <summary>Whether a name is that of a data set which comes with a task.</summary>
    public static bool IsBuiltIn(string name) => TaskCatalog.All.Any(task => task.DataSets.Contains(name));

    /// <summary>Finds the folder of a name.</summary>
    /// <param name="name">No built-in name.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <exception cref="RequestException">There is none, or it has none of the layouts.</exception>
    public static UserDataSet Find(string name, DataFolder data)
    {
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
            throw new RequestException(
                $"'{name}' is no name of a data set.",
                $"A data set is a folder in the data folder ('{data.Root}') and has its name; put or link it there, "
                    + "or name another data folder with --data."
            );
        var folder = Path.Combine(data.Root, name);
        if (!Directory.Exists(folder))
            throw Unknown(name, data);
        var layouts = Read(folder, () => DataLayout.Of(folder));
        return layouts.Count > 0
            ? new(name, folder, layouts)
            : throw new RequestException(
                $"The data set '{folder}' has none of the layouts that are read: {DataLayout.InWords}.",
                Hint(folder)
            );
    }

    /// <summary>The tasks that can be trained on it, in the order of the catalog.</summary>
    public IEnumerable<LearningTask> Tasks => TaskCatalog.All.Where(task => LayoutFor(task) is not null);

    /// <summary>The layout as which a task reads it; null if it reads none of its layouts.</summary>
    public string? LayoutFor(LearningTask task) => Layouts.FirstOrDefault(layout => task.Layouts.Contains(layout));

    /// <summary>Settings with what is known of their data set: of a built-in one nothing is kept.</summary>
    /// <param name="settings">Name the data set.</param>
    /// <param name="task">That is trained.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="say">Is told what was repaired and left out.</param>
    /// <exception cref="RequestException">The data set is missing, malformed, or of another task.</exception>
    public static TrainingSettings WithFacts(
        TrainingSettings settings,
        LearningTask task,
        DataFolder data,
        Action<string> say
    ) =>
        IsBuiltIn(settings.DataSet)
            ? settings with
            {
                Data = null,
            }
            : settings with
            {
                Data = Find(settings.DataSet, data).Facts(settings, task, say),
            };

    /// <summary>Makes sure that the folder on this machine is the one that a search began with.</summary>
    /// <param name="settings">Of the search; of a built-in data set nothing is checked.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <exception cref="RequestException">It is missing, or has other contents.</exception>
    public static void Check(TrainingSettings settings, DataFolder data)
    {
        if (settings.Data is not { } begun)
            return;
        var set = Find(settings.DataSet, data);
        var here = DataFingerprint.Of(set.Folder);
        if (here != begun.Fingerprint)
            throw new RequestException(
                $"The data set '{set.Folder}' has other contents than the '{settings.DataSet}' that the search began "
                    + $"with: its fingerprint is {here}, expected {begun.Fingerprint}.",
                "Bring the same files to every node, or begin a new search: scores of different data do not mix."
            );
    }

    DataSetFacts Facts(TrainingSettings settings, LearningTask task, Action<string> say)
    {
        if (LayoutFor(task) is not { } layout)
            throw new RequestException(
                $"The data set '{Folder}' ({string.Join(", ", Layouts)}) is none for {task.Name}, which reads "
                    + (task.Layouts.Count == 0 ? "built-in sets only." : $"{string.Join(", ", task.Layouts)}."),
                Hint(Folder)
            );
        return Read(
            Folder,
            () =>
            {
                var fingerprint = DataFingerprint.Of(Folder);
                return _examined.GetOrAdd(
                    (Folder, fingerprint, Asked(settings)),
                    _ => task.Examine(settings, Folder, layout, say) with { Fingerprint = fingerprint }
                );
            }
        );
    }

    // What the facts depend on besides the contents.
    static TrainingSettings Asked(TrainingSettings settings) =>
        new()
        {
            Task = settings.Task,
            SkipMissing = settings.SkipMissing,
            SkipDamaged = settings.SkipDamaged,
        };

    // Whatever a reader found wrong, the way out is to look at the whole.
    static T Read<T>(string folder, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RequestException fault) when (fault.Hint?.Contains("data check", StringComparison.Ordinal) != true)
        {
            throw new RequestException(
                fault.Message,
                fault.Hint is null ? Hint(folder) : $"{fault.Hint} {Hint(folder)}"
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"'{folder}' cannot be read: {fault.Message}", Hint(folder));
        }
    }

    static string Hint(string folder) => $"See all that is wrong with it: evonas data check {folder}";

    static RequestException Unknown(string name, DataFolder data)
    {
        string[] folders = Directory.Exists(data.Root)
            ?
            [
                .. Directory
                    .EnumerateDirectories(data.Root)
                    .Select(path => Path.GetFileName(path))
                    .Where(folder => !IsBuiltIn(folder) && !folder.StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
        string[] builtIn = [.. TaskCatalog.All.SelectMany(task => task.DataSets).Distinct()];
        return new(
            $"There is no data set called '{name}': it is none of {string.Join(", ", builtIn)}, and no folder of the "
                + $"data folder '{data.Root}'.",
            (Nearest.To(name, [.. builtIn, .. folders]) is { } near ? $"Did you mean '{near}'? " : "")
                + $"A data set of your own is a folder there; look at it first: evonas data check "
                + Path.Combine(data.Root, name)
        );
    }
}
