using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using EvoNas.Actors;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>A SQLite file that this process writes: it is checked, locked against other writers, and has its tables.
/// <see cref="Place"/> says how Akka.Persistence.Sql connects to it.</summary>
/// <remarks>The file has a write-ahead log, and every append is synchronized with the disk before it is acknowledged.
/// Of these settings only the log is stored in the file, so each connection is given the others when it opens. Dispose
/// this after the last connection was returned: it closes the pool, moves the log into the file, and only then
/// releases the lock.</remarks>
public sealed class SqliteJournalFile : IDisposable
{
    readonly WriterLock _lock;
    readonly SqliteFile _file;
    readonly SqliteReader _reader;
    readonly Lock _reading = new();
    readonly string _session;
    bool _closed;

    // POSIX drops all locks of a process on a file when the process closes any descriptor of it: a reader of this
    // process must not look into a file that is written here, past SQLite.
    static readonly ConcurrentDictionary<string, byte> Written = new(StringComparer.Ordinal);

    // Connections of the pool come back with what they were told; each is told once.
    readonly ConditionalWeakTable<object, object> _told = [];

    SqliteJournalFile(SqliteFile file, WriterLock held, TimeSpan busyTimeout)
    {
        (_file, _lock) = (file, held);
        Written.TryAdd(file.Path, 0);
        _reader = new(file, ownsFile: false);
        _session = SqliteOpening.Session(busyTimeout);
        Place = new()
        {
            Provider = "SQLite.MS",
            // A file that was deleted must not be made again, empty. The driver repeats a statement on a locked
            // database, after SQLite's own waiting, until its timeout is over; it counts in whole seconds, and 0 has no
            // end.
            ConnectionString = new SqliteConnectionStringBuilder
            {
                DataSource = file.Path,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = true,
                DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
            }.ConnectionString,
            Description = $"SQLite {file.Path}",
            IsFile = true,
            Caution = FolderKind.WarningFor(file.Path),
            Opening = CheckPresent,
            Opened = Configure,
            Recovering = CheckEnd,
            Probe = "SELECT NULL FROM sqlite_schema LIMIT 1",
            Explain = fault => Explain(fault, file.Path),
        };
    }

    /// <summary>How a writer connects to the file while this is open.</summary>
    public JournalPlace Place { get; }

    /// <summary>The file, as a full path.</summary>
    public string Path => _file.Path;

    /// <summary>Opens a journal to write it; makes one if there is no file. Its folder must exist.</summary>
    /// <param name="path">The file. Its log (<c>-wal</c>, <c>-shm</c>) and the lock are stored beside it.</param>
    /// <param name="busyTimeout">How long a file that another program has locked is waited for; null for
    /// <see cref="SqliteReader.DefaultBusyTimeout"/>.</param>
    /// <exception cref="JournalException">Another process writes it, or it cannot be written, is damaged or no
    /// journal.</exception>
    public static SqliteJournalFile Open(string path, TimeSpan? busyTimeout = null)
    {
        path = System.IO.Path.GetFullPath(path);
        SqliteOpening.CheckFolder(path);
        var held = WriterLock.Take(path);
        SqliteFile? file = null;
        try
        {
            SqliteOpening.CheckFileSystem(path);
            var wait = busyTimeout ?? SqliteReader.DefaultBusyTimeout;
            if (SqliteOpening.CheckFile(path))
                SqliteOpening.Make(path, wait);
            file = SqliteFile.Open(path, raw.SQLITE_OPEN_READWRITE, wait);
            SqliteOpening.PrepareToWrite(file);
            return new(file, held, wait);
        }
        catch
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Closes the pooled connections, moves the log into the file, and releases the lock.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        Close();
        _lock.Dispose();
    }

    /// <summary>Closes the journal and gives its folder another name before another process can write it. Nothing can
    /// be done with this afterwards.</summary>
    /// <param name="path">The new path of the folder, on the same file system; nothing may be there.</param>
    /// <exception cref="JournalException">The folder cannot be renamed; it is where it was.</exception>
    public void MoveFolder(string path)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var folder = System.IO.Path.GetDirectoryName(Path)!; // A full path of a file.
        Close();
        try
        {
            Directory.Move(folder, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                JournalTrouble.Unavailable,
                $"The folder {folder} cannot be renamed to {System.IO.Path.GetFileName(path)}: {fault.Message}",
                "Rename or delete it yourself, if it is not needed.",
                fault
            );
        }
        finally
        {
            _lock.Dispose();
        }
    }

    void Close()
    {
        _closed = true;
        using (var connection = new SqliteConnection(Place.ConnectionString))
            SqliteConnection.ClearPool(connection);
        _file.CheckpointPassively();
        _reader.Dispose();
        _file.Dispose();
        Written.TryRemove(Path, out _);
    }

    /// <summary>Does this process write the file?</summary>
    /// <param name="path">A full path.</param>
    internal static bool IsWrittenHere(string path) => Written.ContainsKey(path);

    // A file that was deleted can be written on and on; it is lost with its last connection.
    void CheckPresent()
    {
        if (!File.Exists(Path))
            throw SqliteFault.Moved(Path);
    }

    void Configure(DbConnection connection)
    {
        if (connection is not SqliteConnection { Handle: { } handle } || _told.TryGetValue(handle, out _))
            return;
        var code = raw.sqlite3_exec(handle, _session, out var said);
        if (code != raw.SQLITE_OK)
            throw SqliteFault.Of(code, said, Path);
        _told.AddOrUpdate(handle, handle);
    }

    void CheckEnd(string persistenceId)
    {
        CheckPresent();
        lock (_reading)
            _reader.CheckEnd(persistenceId);
    }

    static JournalException? Explain(Exception fault, string path) =>
        fault is SqliteException said
            ? SqliteFault.Of(
                said.SqliteExtendedErrorCode == 0 ? said.SqliteErrorCode : said.SqliteExtendedErrorCode,
                Said(said),
                path
            )
            : null;

    // The driver wraps what SQLite says: "SQLite Error 5: 'database is locked'."
    static string Said(SqliteException fault)
    {
        var (first, last) = (fault.Message.IndexOf('\''), fault.Message.LastIndexOf('\''));
        return first >= 0 && last > first + 1 ? fault.Message[(first + 1)..last] : fault.Message;
    }
}
