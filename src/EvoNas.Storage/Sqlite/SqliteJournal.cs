using EvoNas.Actors;
using EvoNas.Hosting;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>Events in a SQLite file on a local disk: write-ahead log, every append synchronised with the disk before it
/// returns.</summary>
/// <remarks>The layout is <see cref="SqliteTables"/>. One writer at a time, any number of readers, which neither block
/// it nor are blocked. Not to be shared between threads: a second thread opens its own, read only.</remarks>
public sealed class SqliteJournal : IJournal
{
    /// <summary>How long a file that another program has locked is waited for, where nobody says otherwise.</summary>
    public static readonly TimeSpan DefaultBusyTimeout = SqliteReader.DefaultBusyTimeout;

    readonly SqliteFile _file;
    readonly WriterLock? _lock;
    readonly SqliteReader _reader;
    readonly StatementsToWrite? _writing;

    // The last number that this instance knows to be durable; forgotten while a write's fate is unknown.
    readonly Dictionary<string, long> _known = [];

    SqliteJournal(SqliteFile file, WriterLock? held)
    {
        (_file, _lock) = (file, held);
        Writer = Guid.CreateVersion7().ToString();
        _reader = new(file, ownsFile: false);
        if (held is not null)
            _writing = new(file, Writer);
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>Names this opening in every row that it writes (column <c>writer_uuid</c>).</summary>
    public string Writer { get; }

    /// <summary>What could go wrong where this file lies, one sentence; null if nothing is known.</summary>
    public string? Warning => FolderKind.WarningFor(Path);

    /// <summary>Opens a journal to write; makes one where there is no file. Its folder must exist.</summary>
    /// <param name="path">Of the file. Beside it lie its log (<c>-wal</c>, <c>-shm</c>) and the writer's lock.</param>
    /// <param name="busyTimeout">How long a file that another program has locked is waited for; null for
    /// <see cref="DefaultBusyTimeout"/>.</param>
    /// <exception cref="JournalException">Another process writes it, or it cannot be written, is damaged or no
    /// journal.</exception>
    public static SqliteJournal Open(string path, TimeSpan? busyTimeout = null)
    {
        path = System.IO.Path.GetFullPath(path);
        SqliteOpening.CheckFolder(path);
        var held = WriterLock.Take(path);
        SqliteFile? file = null;
        try
        {
            var wait = busyTimeout ?? DefaultBusyTimeout;
            if (SqliteOpening.CheckFile(path))
                SqliteOpening.Make(path, wait);
            file = SqliteFile.Open(path, raw.SQLITE_OPEN_READWRITE, wait);
            SqliteOpening.PrepareToWrite(file);
            return new(file, held);
        }
        catch
        {
            file?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Opens a journal that another process may be writing, to read: it sees what was appended until each page
    /// it reads, and never stops the writer.</summary>
    /// <exception cref="JournalException">There is none, or it cannot be read, is damaged or no journal.</exception>
    public static SqliteJournal OpenReadOnly(string path, TimeSpan? busyTimeout = null)
    {
        path = System.IO.Path.GetFullPath(path);
        if (SqliteOpening.CheckFile(path))
            throw SqliteFault.Broken($"There is no journal {path}.");
        var file = SqliteOpening.ToRead(path, busyTimeout ?? DefaultBusyTimeout);
        try
        {
            return new(file, null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        var writing = Writing;
        var ticks = Ticks(created);
        // A file that was deleted can be written on and on; nobody would ever see it.
        if (!File.Exists(Path))
            throw SqliteFault.Moved(Path);
        var last = _known.TryGetValue(persistenceId, out var known) ? known : Last(persistenceId);
        if (first != last + 1)
            throw new JournalException(
                JournalTrouble.OtherWriter,
                $"Event {first} does not follow event {last}, the last in the journal {Path}.",
                "Another process wrote to it; stop one of the two."
            );
        _known.Remove(persistenceId);
        try
        {
            writing.Begin.Run();
            for (var done = 0; done < events.Count; )
            {
                var insert = events.Count - done >= SqliteInsert.RowsMax ? writing.Many : writing.One;
                insert.Run(persistenceId, first + done, ticks, events, done);
                done += insert.Rows;
            }
            writing.Commit.Run();
        }
        finally
        {
            _file.RollbackIfOpen();
        }
        _known[persistenceId] = first + events.Count - 1;
    }

    /// <inheritdoc/>
    public IEnumerable<JournalRow> Read(string persistenceId, long after = 0) => _reader.Read(persistenceId, after);

    /// <inheritdoc/>
    public long Last(string persistenceId) => _reader.Last(persistenceId);

    /// <inheritdoc/>
    public void Keep(string persistenceId, JournalSnapshot snapshot)
    {
        var writing = Writing;
        var ticks = Ticks(snapshot.Created);
        try
        {
            writing.Begin.Run();
            writing
                .Keep.Bind(1, persistenceId)
                .Bind(2, snapshot.Number)
                .Bind(3, ticks)
                .Bind(4, snapshot.Payload.Span)
                .Bind(5, snapshot.Manifest)
                .Run();
            writing.Forget.Bind(1, persistenceId).Run();
            writing.Commit.Run();
        }
        finally
        {
            _file.RollbackIfOpen();
        }
    }

    /// <inheritdoc/>
    public IEnumerable<JournalSnapshot> Snapshots(string persistenceId) => _reader.Snapshots(persistenceId);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (_writing is not null)
            _file.CheckpointPassively();
        _file.Dispose();
        _lock?.Dispose();
        return ValueTask.CompletedTask;
    }

    StatementsToWrite Writing =>
        _writing ?? throw new InvalidOperationException($"The journal {Path} was opened to read.");

    static long Ticks(DateTime created) =>
        created.Kind != DateTimeKind.Local
            ? created.Ticks
            : throw new ArgumentException($"{created:O} is local time; a journal's times are UTC.", nameof(created));

    /// <summary>What only a writer needs.</summary>
    sealed class StatementsToWrite(SqliteFile file, string writer)
    {
        public readonly SqliteStatement Begin = file.Prepare("BEGIN IMMEDIATE");

        public readonly SqliteStatement Commit = file.Prepare("COMMIT");

        public readonly SqliteInsert One = new(file, writer, 1),
            Many = new(file, writer, SqliteInsert.RowsMax);

        public readonly SqliteStatement Keep = file.Prepare(
            $"""
            INSERT OR REPLACE INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
            VALUES (?1, ?2, ?3, ?4, ?5, {EventSerializer.SerializerIdentifier})
            """
        );

        public readonly SqliteStatement Forget = file.Prepare(
            """
            DELETE FROM snapshot WHERE persistence_id = ?1 AND sequence_number NOT IN
            (SELECT sequence_number FROM snapshot WHERE persistence_id = ?1 ORDER BY sequence_number DESC LIMIT 2)
            """
        );
    }
}
