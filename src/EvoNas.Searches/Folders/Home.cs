using System.Text.RegularExpressions;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Requests;

namespace EvoNas.Searches.Folders;

/// <summary>The folder in which searches live.</summary>
/// <param name="Folder">Full path.</param>
sealed partial record Home(string Folder)
{
    const string NameRule = "A name has 1 to 64 of a-z, 0-9, '.', '_' and '-', and begins with a letter or a digit.";

    /// <summary>EVONAS_HOME; where that is not set, what the settings say.</summary>
    /// <param name="variable">Looks up an environment variable; null for one that is not set.</param>
    /// <param name="configured">The setting <c>evonas.home</c>.</param>
    public static Home Of(Func<string, string?> variable, string configured) =>
        new(Path.GetFullPath(Expanded(variable, variable("EVONAS_HOME") ?? configured)));

    /// <summary>A path with <c>~</c> for the user's home.</summary>
    public static string Expanded(Func<string, string?> variable, string path) =>
        path is "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? (variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) + path[1..]
            : path;

    /// <summary>Where data sets live: as the settings say; where they say nothing, in the home folder.</summary>
    public string DataFolder(Func<string, string?> variable, EffectiveSettings effective) =>
        Path.GetFullPath(
            Expanded(
                variable,
                effective.IsGiven(KnownSettings.Data)
                    ? effective.Text(KnownSettings.Data)!
                    : Path.Combine(Folder, "data")
            )
        ); // It has a default.

    string SearchesFolder => Path.Combine(Folder, "searches");

    /// <summary>The folder of a name; it need not exist.</summary>
    /// <exception cref="RequestException">The name is not valid: names become folders, so they are never paths. Or what
    /// lies under it was given up.</exception>
    public SearchFolder At(string name)
    {
        if (!IsName(name))
            throw new RequestException($"'{name}' is not a valid name of a search.", NameRule);
        var folder = new SearchFolder(name, Path.Combine(SearchesFolder, name));
        return folder.IsAbandoned
            ? throw new RequestException(
                $"'{name}' was given up before its first evaluation; it is kept for its log only: {folder.Logs}.",
                "Take another name. If the log is of no use any more, delete the folder."
            )
            : folder;
    }

    /// <summary>The folder of a search that exists.</summary>
    /// <exception cref="RequestException">There is none of this name; suggests the nearest.</exception>
    public SearchFolder Find(string name)
    {
        var folder = At(name);
        if (folder.Exists)
            return folder;
        var names = All().Select(search => search.Name).ToArray();
        throw new RequestException(
            $"There is no search called '{name}' in {Folder}.",
            Nearest.To(name, names) is { } near ? $"Did you mean '{near}'? All: evonas status."
                : names.Length > 0
                    ? $"There are: {string.Join(", ", names.Take(8).Concat(names.Length > 8 ? ["…"] : []))}."
                : "Begin one: evonas search --name NAME. Another home is named by EVONAS_HOME."
        );
    }

    /// <summary>Every search, by name.</summary>
    public IEnumerable<SearchFolder> All() =>
        !Directory.Exists(SearchesFolder)
            ? []
            : Directory
                .EnumerateDirectories(SearchesFolder)
                .Select(path => Path.GetFileName(path))
                .Where(IsName)
                .Select(name => new SearchFolder(name, Path.Combine(SearchesFolder, name)))
                .Where(search => search.Exists && !search.IsAbandoned)
                .OrderBy(search => search.Name, StringComparer.Ordinal);

    /// <summary>Where a search is kept that was given up before its first evaluation: <c>NAME.abandoned-N</c> with the
    /// first N that is free.</summary>
    public static string AbandonedFolder(SearchFolder search)
    {
        for (var number = 1; ; number++)
            if ($"{search.Folder}{SearchFolder.AbandonedMark}{number}" is var free && !Path.Exists(free))
                return free;
    }

    /// <summary>A name that is free: the space's with the next number.</summary>
    public string FreeName(string space)
    {
        var stem = IsName(space) ? space[..Math.Min(space.Length, 56)] : "search";
        for (var number = 1; ; number++)
            if (At($"{stem}-{number}") is { Exists: false } free && !Directory.Exists(free.Folder))
                return free.Name;
    }

    /// <summary>Whether a search may have this name.</summary>
    public static bool IsName(string? name) => name is not null && NameForm().IsMatch(name);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex NameForm();
}

/// <summary>Where one search keeps what it has.</summary>
/// <param name="Name">Its name, checked.</param>
/// <param name="Folder">Full path.</param>
sealed record SearchFolder(string Name, string Folder)
{
    public string Journal => Path.Combine(Folder, "search.db");

    /// <summary>The effective settings of its last run, for people to read.</summary>
    public string Settings => Path.Combine(Folder, "settings.json");

    /// <summary>A copy of the space's own file, where it is not one of the catalog's.</summary>
    public string Space => Path.Combine(Folder, "space.json");

    /// <summary>How its last run ended: see <see cref="Session"/>.</summary>
    public string Session => Path.Combine(Folder, "session.json");

    /// <summary>The socket at which the process that runs it answers requests.</summary>
    public string Socket => Path.Combine(Folder, "evonas.sock");

    public string Spool => Path.Combine(Folder, "spool");

    public string Logs => Path.Combine(Folder, "logs");

    /// <summary>Drawings of samples with what its best candidates say of them.</summary>
    public string Samples => Path.Combine(Folder, "samples");

    /// <summary>Trainings between two rungs.</summary>
    public string Checkpoints => Path.Combine(Folder, "checkpoints");

    public bool Exists => File.Exists(Journal);

    /// <summary>Makes the folder, if it is not there yet.</summary>
    /// <exception cref="FailedException">It cannot be made.</exception>
    public void Make()
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new FailedException(
                $"The folder {Folder} cannot be made: {fault.Message.TrimEnd('.')}.",
                "Give yourself the right to write there, or choose another home with EVONAS_HOME.",
                fault
            );
        }
    }

    internal const string AbandonedMark = ".abandoned-";

    /// <summary>Its name was given to another search before anything was evaluated: what lies here is of the name
    /// before the mark.</summary>
    public bool IsAbandoned =>
        Name.LastIndexOf(AbandonedMark, StringComparison.Ordinal) is > 0 and var at
        && Resumption.Noted(this, "name") == Name[..at];

    /// <summary>The journal's name for it.</summary>
    public string PersistenceId => $"search-{Name}";

    /// <summary>A process has its journal open to write. The lock is held by the kernel, so it ends with the
    /// process.</summary>
    public bool IsRunning
    {
        get
        {
            try
            {
                using var held = new FileStream(
                    Path.ChangeExtension(Journal, ".lock"),
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.Read,
                    bufferSize: 0
                );
                return false;
            }
            catch (FileNotFoundException)
            {
                return false;
            }
            catch (DirectoryNotFoundException)
            {
                return false;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }
}
