using System.Diagnostics.Metrics;

namespace EvoNas.Hosting;

/// <summary>Free space on the disks that a search needs.</summary>
static class DiskReadings
{
    /// <summary>Measures the disk of a folder.</summary>
    /// <param name="volume">What it is for: <c>journal</c>, <c>spool</c> or <c>log</c>.</param>
    public static IDisposable Watch(string volume, string folder) =>
        Telemetry.Disks.Add(() =>
        {
            try
            {
                return
                [
                    new Measurement<long>(new DriveInfo(folder).AvailableFreeSpace, Telemetry.Tag("volume", volume)),
                ];
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return [];
            } // Gone for a moment.
        });

    /// <summary>Measures a SQLite file and the log beside it.</summary>
    public static IDisposable WatchFile(string search, string path) =>
        Telemetry.JournalBytes.Add(() =>
            [new Measurement<long>(Size(path) + Size(path + "-wal"), Telemetry.Tag("search", search))]
        );

    static long Size(string path) => new FileInfo(path) is { Exists: true, Length: var size } ? size : 0;
}
