using System.Globalization;
using EvoNas.Actors;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>From a path to a connection that can be trusted: the file is a journal of EvoNas, or a sentence says
/// what it is instead.</summary>
static class SqliteOpening
{
    // The log is moved into the file about every 16 MB, and cut to that size again if a long reader let it grow.
    const string ForOneConnection = """
        PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
        PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216;
        """;

    /// <summary>What every connection that writes has to be told: SQLite keeps only the write-ahead log in the
    /// file.</summary>
    public static string Session(TimeSpan busyTimeout) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA busy_timeout = {(int)busyTimeout.TotalMilliseconds}; {ForOneConnection}"
        );

    static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <exception cref="JournalException">The folder does not exist.</exception>
    public static void CheckFolder(string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (!Directory.Exists(folder))
            throw SqliteFault.Broken(
                $"The folder of the journal {path} does not exist.",
                "Create it, or choose another with EVONAS_HOME."
            );
    }

    /// <exception cref="JournalException">The file system of the folder lacks what a journal needs.</exception>
    public static void CheckFileSystem(string path)
    {
        if (FolderProbe.FaultOf(Path.GetDirectoryName(path)!) is { } fault) // A whole path of a file has a folder.
            throw SqliteFault.Broken(fault, FolderProbe.Hint);
    }

    /// <returns>True if there is no file and one may be made.</returns>
    /// <exception cref="JournalException">What lies there is not a SQLite file, or not a whole one.</exception>
    public static bool CheckFile(string path)
    {
        if (Directory.Exists(path))
            throw SqliteFault.Broken(
                $"{path} is a folder, not a journal.",
                "Choose another name, or move the folder away."
            );
        if (!File.Exists(path))
        {
            return !File.Exists(path + "-wal")
                ? true
                : throw SqliteFault.Broken(
                    $"The journal {path} is gone, but its log {path}-wal is there.",
                    "Put the file back beside its log; they belong together."
                );
        }
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
            Span<byte> header = stackalloc byte[100];
            var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            // A journal is made whole under another name first, so an empty one was never ours, or was cut.
            if (read == 0)
                throw SqliteFault.Broken(
                    $"The journal {path} is empty (0 bytes).",
                    "Restore it from a backup; delete it only if the search may start again from nothing."
                );
            if (!header[..Math.Min(read, Magic.Length)].SequenceEqual(Magic[..Math.Min(read, Magic.Length)]))
                throw SqliteFault.Broken(
                    $"{path} is not a SQLite file.",
                    "Choose another name, or move the file away."
                );
            CheckLength(path, header[..read], stream.Length);
            return false;
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new JournalException(
                JournalTrouble.Broken,
                $"The journal {path} cannot be read: {fault.Message}",
                "Get read permission for it.",
                fault
            );
        }
        catch (IOException fault)
        {
            throw new JournalException(
                JournalTrouble.Unavailable,
                $"The journal {path} cannot be read: {fault.Message}",
                "Look at the disk.",
                fault
            );
        }
    }

    /// <summary>Makes an empty journal under another name, whole, and gives it its own: a crash leaves all of it or
    /// nothing.</summary>
    public static void Make(string path, TimeSpan busyTimeout)
    {
        var making = path + ".new";
        try
        {
            // The writer's lock is held: a file of this name is what a crash left.
            foreach (var end in (string[])["", "-wal", "-shm", "-journal"])
                File.Delete(making + end);
            using (var file = SqliteFile.Open(making, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, busyTimeout))
            {
                file.Execute($"BEGIN; {SqliteTables.Create} COMMIT;");
                file.Execute("PRAGMA journal_mode = WAL");
            }
            File.Move(making, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                JournalTrouble.Broken,
                $"The journal {path} cannot be created: {fault.Message}",
                "Check the permissions of its folder, and its disk.",
                fault
            );
        }
    }

    /// <exception cref="JournalException">The tables are not ours, or the file cannot be written.</exception>
    public static void PrepareToWrite(SqliteFile file)
    {
        CheckWritable(file.Path);
        if (SqliteTables.AreMissing(file))
            file.Execute($"BEGIN IMMEDIATE; {SqliteTables.Create} COMMIT;");
        CheckTables(file);
        file.Execute($"PRAGMA journal_mode = WAL; {ForOneConnection}");
        if (file.Texts("PRAGMA journal_mode") is not ["wal"])
            throw SqliteFault.Broken(
                $"The journal {file.Path} cannot have a write-ahead log where it lies.",
                "Keep journals on a local disk."
            );
    }

    public static SqliteFile ToRead(string path, TimeSpan busyTimeout, bool checkTables = true)
    {
        try
        {
            return Open(immutable: false);
        }
        catch (JournalException) when (!File.Exists(path + "-wal") && !File.Exists(path + "-journal"))
        {
            // On a medium, or in another user's folder, that cannot be written SQLite cannot make the index of its log;
            // but there is no log either, so there is no writer. What is damaged is so here too.
            return Open(immutable: true);
        }

        SqliteFile Open(bool immutable)
        {
            // Earlier versions let a cluster write without a write-ahead log. What a crash left of its last
            // transaction is undone when the file is opened next, which needs write permission.
            var access = File.Exists(path + "-journal") ? raw.SQLITE_OPEN_READWRITE : raw.SQLITE_OPEN_READONLY;
            var file = SqliteFile.Open(path, access, busyTimeout, immutable);
            try
            {
                // The first look at the tables is what opens the log.
                if (checkTables)
                    CheckTables(file);
                else
                    file.Texts("SELECT name FROM sqlite_schema LIMIT 1");
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
    }

    // A log of what is not in the file yet, or of what must be undone in it.
    static bool HasLog(string path) =>
        new FileInfo(path + "-wal") is { Exists: true, Length: > 0 } || File.Exists(path + "-journal");

    static void CheckTables(SqliteFile file)
    {
        var differences = SqliteTables.Differences(file).ToList();
        if (differences.Count > 0)
            throw SqliteFault.Broken(
                $"{file.Path} is a SQLite file, but not a journal: "
                    + $"{string.Join("; ", differences.Select(difference => difference.What))}.",
                "Choose another name, or move the file away."
            );
    }

    // SQLite opens what it may not write without a word, and fails at the first append.
    static void CheckWritable(string path)
    {
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 0
            );
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            throw new JournalException(
                JournalTrouble.Broken,
                $"The journal {path} cannot be written: {fault.Message}",
                "Get write permission for the file and its folder.",
                fault
            );
        }
    }

    // While there is a log the file may be shorter than it says: a checkpoint may have been cut off, and the log has
    // the rest.
    static void CheckLength(string path, ReadOnlySpan<byte> header, long length)
    {
        if (header.Length < 100)
            throw Cut(100);
        if (HasLog(path))
            return;
        var pageSize = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is 1
            ? 65_536L
            : System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        var pages = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        if (length < pageSize * pages)
            throw Cut(pageSize * pages);

        JournalException Cut(long whole) =>
            SqliteFault.Broken(
                $"The journal {path} was cut: it has {length} bytes of at least {whole}.",
                SqliteFault.Restore
            );
    }
}
