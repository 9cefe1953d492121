using System.IO.Compression;

namespace EvoNas.Rehearsal;

/// <summary>Searches as an earlier version left them on the disk: see Golden/README.md.</summary>
public static class GoldenSearches
{
    /// <summary>A search that ended.</summary>
    public const string Finished = "finished";

    /// <summary>A search that was drained.</summary>
    public const string Paused = "paused";

    /// <summary>A search that was killed between two appends.</summary>
    public const string Running = "running";

    /// <summary>A search that was killed within an append.</summary>
    public const string Torn = "torn";

    /// <summary>The file of a cluster (<see cref="ClusterFile"/>) with a list of searches.</summary>
    public const string Cluster = "cluster";

    /// <summary>The name of the journal in the folder of a search.</summary>
    public const string SearchFile = "search.db";

    /// <summary>The name of the journal of <see cref="Cluster"/>.</summary>
    public const string ClusterFile = "cluster.db";

    /// <summary>Writes the files of a search into a folder, as they lay there.</summary>
    /// <param name="name">One of the names above.</param>
    /// <param name="folder">The folder, which must exist.</param>
    public static void Unpack(string name, string folder)
    {
        using var zip = new ZipArchive(Open($"{name}.zip"));
        zip.ExtractToDirectory(folder);
    }

    /// <summary>The space of all of them, as a JSON file.</summary>
    public static string SpaceText => Text("five-choices.json");

    /// <summary>The table of all of them, as a CSV file.</summary>
    public static string TableText => Text("five-choices.csv");

    static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }

    static Stream Open(string name) =>
        typeof(GoldenSearches).Assembly.GetManifestResourceStream($"golden/{name}")
        ?? throw new ArgumentException($"There is no golden file {name}.", nameof(name));
}
