using EvoNas.Actors;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>What SQLite's result codes mean for a search, in words for the one who runs it.</summary>
static class SqliteFault
{
    public const string Restore =
        "Restore the file from a backup, or look at what can be read with `sqlite3 FILE .recover`.";

    // Result codes that the binding has no name for; see sqlite.org/rescode.html.
    const int IoErrorData = 10 | (32 << 8),
        IoErrorCorruptFileSystem = 10 | (33 << 8),
        IoErrorSharedMemoryMap = 10 | (21 << 8),
        ReadOnlyMoved = 8 | (4 << 8);

    // A lock that failed, of the file or of its log's index.
    static readonly int[] IoErrorLocks = [8, 9, 14, 15, 20];

    /// <param name="code">The extended one.</param>
    /// <param name="said">SQLite's own words.</param>
    /// <param name="path">The file.</param>
    public static JournalException Of(int code, string said, string path) =>
        FileSystemFault(code, said, path) is { } lack ? Unavailable(lack, FolderProbe.Hint) : OfCode(code, said, path);

    // SQLite takes an answer that there are no locks for a lock that somebody else holds, so the file system is asked
    // again. Where it cannot be asked (a folder that is read only) a code of its own still tells.
    static string? FileSystemFault(int code, string said, string path)
    {
        var isLock = (code & 0xFF) == raw.SQLITE_IOERR && IoErrorLocks.Contains(code >> 8);
        if (!isLock && code != IoErrorSharedMemoryMap && (code & 0xFF) is not (raw.SQLITE_BUSY or raw.SQLITE_PROTOCOL))
            return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!; // A whole path of a file has a folder.
        return FolderProbe.FaultOf(folder)
            ?? (
                isLock ? FolderProbe.NoLocks(folder, $"{said} (code {code})")
                : code == IoErrorSharedMemoryMap ? FolderProbe.NoMaps(folder, $"{said} (code {code})")
                : null
            );
    }

    static JournalException OfCode(int code, string said, string path) =>
        (code & 0xFF, code) switch
        {
            (_, IoErrorData or IoErrorCorruptFileSystem) => Broken(
                $"The journal {path} is damaged: its file system reports it ({said}).",
                Restore
            ),
            (_, ReadOnlyMoved) => Moved(path),
            (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL, _) => Unavailable(
                $"The journal {path} is locked by another program ({said}).",
                "Close whatever else has the file open (a database browser, a backup); "
                    + "the search goes on by itself when it is free."
            ),
            (raw.SQLITE_FULL, _) => Unavailable(
                $"The disk of the journal {path} is full.",
                "Free some space on it; what is in the journal already is safe."
            ),
            (raw.SQLITE_IOERR, _) => Unavailable(
                $"The journal {path} cannot be read or written: {said} (code {code}).",
                "Look at the disk: `dmesg`, free space, mounts."
            ),
            (raw.SQLITE_NOMEM, _) => Unavailable(
                $"There is not enough memory to work on the journal {path}.",
                "Free some memory."
            ),
            (raw.SQLITE_CANTOPEN, _) => Unavailable(
                $"The journal {path} cannot be opened: {said} (code {code}).",
                "Check the permissions of the file and its folder, and the number of open files (`ulimit -n`)."
            ),
            (raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH, _) => Broken(
                $"The journal {path} cannot be written: {said}.",
                "Get write permission for the file and its folder."
            ),
            (raw.SQLITE_NOTADB, _) => Broken(
                $"{path} is not a SQLite file.",
                "Choose another name, or move the file away."
            ),
            (raw.SQLITE_CORRUPT or raw.SQLITE_FORMAT, _) => Broken(
                $"The journal {path} is damaged: {said} (code {code}).",
                Restore
            ),
            (raw.SQLITE_CONSTRAINT, _) => new(
                JournalTrouble.OtherWriter,
                $"Another process wrote to the journal {path} ({said}).",
                "Stop one of the two searches; nothing was overwritten."
            ),
            _ => Broken($"The journal {path} answered: {said} (code {code})."),
        };

    public static JournalException Broken(string message, string? hint = null) =>
        new(JournalTrouble.Broken, message, hint);

    public static JournalException Moved(string path) =>
        Broken(
            $"The journal {path} was moved or deleted while it was in use.",
            "Put it back where it was, with its -wal file, and resume."
        );

    static JournalException Unavailable(string message, string hint) => new(JournalTrouble.Unavailable, message, hint);
}
