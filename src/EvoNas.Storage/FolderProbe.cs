using System.IO.MemoryMappedFiles;

namespace EvoNas.Storage;

/// <summary>Tries what a journal needs of a file system: locks that keep a second process out, and files that are
/// mapped into shared memory (the index of SQLite's write-ahead log, sqlite.org/wal.html).</summary>
public static class FolderProbe
{
    /// <summary>The way out where <see cref="FaultOf"/> finds something.</summary>
    public const string Hint =
        "Put EVONAS_HOME on a local disk; network and user-space file systems (NFS, FUSE, 9p) often lack this.";

    const string Name = "evonas.probe";
    const int MappedBytes = 4096;

    /// <summary>One sentence that says what the file system of a folder lacks; null if it lacks nothing, or where
    /// nothing can be tried: the folder does not exist, is full or cannot be written.</summary>
    /// <param name="folder">A small file is made in it, and deleted.</param>
    public static string? FaultOf(string folder)
    {
        folder = Path.GetFullPath(folder);
        var path = Path.Combine(folder, Name);
        try
        {
            using var file = new FileStream(
                path,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose
            );
            file.SetLength(MappedBytes);
            return LockFault(file) is { } unlocked ? NoLocks(folder, unlocked)
                : MapFault(file) is { } unmapped ? NoMaps(folder, unmapped)
                : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Another process that tries the same holds the file: then there are locks. All else is found out, and
            // told, by whoever opens the journal.
            return null;
        }
    }

    /// <summary>The sentence for a file system whose locks fail or keep nobody out.</summary>
    internal static string NoLocks(string folder, string why) =>
        $"The file system of {Named(folder)} has no locks: {why}.";

    /// <summary>The sentence for a file system that does not map files.</summary>
    internal static string NoMaps(string folder, string why) =>
        $"The file system of {Named(folder)} cannot map files into shared memory: {why}.";

    static string Named(string folder) => FolderKind.Of(folder) is { } kind ? $"{folder} ({kind})" : folder;

    // .NET takes a file that it cannot lock all the same, without a word: only a second try shows whether the first one
    // holds. SQLite locks ranges of bytes, which file systems may lack while they have locks of whole files.
    static string? LockFault(FileStream held)
    {
        try
        {
            using var second = new FileStream(held.Name, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1);
            return "two programs can hold the same one";
        }
        catch (IOException) { }
        try
        {
            if (!OperatingSystem.IsLinux())
                return null;
            held.Lock(0, 1);
            held.Unlock(0, 1);
            return null;
        }
        catch (IOException fault)
        {
            return Reason(fault);
        }
    }

    // The memory is not touched: on a full disk that ends the process.
    static string? MapFault(FileStream file)
    {
        try
        {
            using var map = MemoryMappedFile.CreateFromFile(
                file,
                mapName: null,
                MappedBytes,
                MemoryMappedFileAccess.ReadWrite,
                HandleInheritability.None,
                leaveOpen: true
            );
            using var view = map.CreateViewAccessor(0, MappedBytes);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Reason(fault);
        }
    }

    static string Reason(Exception fault) => fault.Message.Split(" : ")[0].TrimEnd('.');
}
