using EvoNas.Hosting;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Monitoring;

/// <summary>The folders and the file that a process writes, measured until it is disposed of.</summary>
sealed class Places : IDisposable
{
    readonly IDisposable[] _readings;

    Places(params IDisposable[] readings) => _readings = readings;

    /// <summary>Of a search on this machine.</summary>
    public static Places Of(SearchFolder search) =>
        new(
            DiskReadings.Watch("journal", search.Folder),
            DiskReadings.Watch("spool", search.Spool),
            DiskReadings.Watch("log", search.Logs),
            DiskReadings.WatchFile(search.Name, search.Journal)
        );

    /// <summary>Of a node of a cluster.</summary>
    /// <param name="folder">The node's own.</param>
    /// <param name="journal">The SQLite file of a coordinator; null where there is none.</param>
    /// <param name="node">Its name; the file holds all searches.</param>
    public static Places Of(string folder, string? journal, string node) =>
        journal is null
            ? new(DiskReadings.Watch("spool", folder), DiskReadings.Watch("log", folder))
            : new(
                DiskReadings.Watch("spool", folder),
                DiskReadings.Watch("log", folder),
                DiskReadings.Watch("journal", Path.GetDirectoryName(Path.GetFullPath(journal))!),
                DiskReadings.WatchFile(node, journal)
            ); // A file has a folder.

    public void Dispose()
    {
        foreach (var reading in _readings)
            reading.Dispose();
    }
}
