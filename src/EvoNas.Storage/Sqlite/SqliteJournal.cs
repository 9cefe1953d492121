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
    public static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(5);

    // Rows are read a page at a time, so that no reader holds the log open while its caller thinks.
    const int RowsAPage = 512;

    readonly SqliteFile _file;
    readonly WriterLock? _lock;
    readonly SqliteStatement _last,
        _page,
        _end,
        _snapshots;
    readonly StatementsToWrite? _writing;
    readonly FewTexts _manifests = new(),
        _writers = new();

    // The last number that this instance knows to be durable; forgotten while a write's fate is unknown.
    readonly Dictionary<string, long> _known = [];

    SqliteJournal(SqliteFile file, WriterLock? held)
    {
        (_file, _lock) = (file, held);
        Writer = Guid.CreateVersion7().ToString();
        _last = file.Prepare("SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1");
        _page = file.Prepare(
            $"""
            SELECT sequence_number, created, manifest, message, writer_uuid, identifier FROM journal
            WHERE persistence_id = ?1 AND sequence_number > ?2 AND NOT deleted ORDER BY sequence_number LIMIT {RowsAPage}
            """
        );
        // Numbers of rows are never given twice, and a row that was rolled back never counts: what was written is what
        // is there.
        _end = file.Prepare(
            """
            SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0), coalesce(ordering, 0), persistence_id, sequence_number
            FROM (SELECT 1) LEFT JOIN (SELECT ordering, persistence_id, sequence_number FROM journal ORDER BY ordering DESC LIMIT 1)
            """
        );
        _snapshots = file.Prepare(
            "SELECT sequence_number, created, manifest, snapshot FROM snapshot WHERE persistence_id = ?1 ORDER BY sequence_number DESC"
        );
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
    public IEnumerable<JournalRow> Read(string persistenceId, long after = 0)
    {
        for (var number = after; ; )
        {
            // Asked before the page is read: whatever a writer appends in between is more, never less.
            var end = NumberAtEnd(persistenceId);
            var page = ReadPage(persistenceId, number);
            foreach (var row in page)
            {
                if (row.Number != ++number)
                    throw Missing(persistenceId, number, row.Number - 1);
                yield return row;
            }
            if (page.Count == RowsAPage)
                continue;
            if (number < end)
                throw Missing(persistenceId, number + 1, end);
            yield break;
        }
    }

    /// <inheritdoc/>
    public long Last(string persistenceId)
    {
        _last.Bind(1, persistenceId);
        var last = _last.Step() ? _last.Integer(0) : 0;
        _last.Reset();
        return last;
    }

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
    public IEnumerable<JournalSnapshot> Snapshots(string persistenceId)
    {
        var snapshots = new List<JournalSnapshot>();
        _snapshots.Bind(1, persistenceId);
        while (_snapshots.Step())
            snapshots.Add(
                new(
                    _snapshots.Integer(0),
                    Time(_snapshots.Integer(1)),
                    _snapshots.Text(2),
                    _snapshots.Bytes(3).ToArray()
                )
            );
        return snapshots;
    }

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

    List<JournalRow> ReadPage(string persistenceId, long after)
    {
        var page = new List<JournalRow>();
        _page.Bind(1, persistenceId).Bind(2, after);
        try
        {
            while (_page.Step())
            {
                var number = _page.Integer(0);
                if (_page.Integer(5) != EventSerializer.SerializerIdentifier)
                    throw SqliteFault.Broken(
                        $"Event {number} of {persistenceId} in the journal {Path} was written by serializer {_page.Integer(5)}, not by EvoNas ({EventSerializer.SerializerIdentifier}).",
                        FindAll(persistenceId)
                    );
                page.Add(
                    new(
                        number,
                        Time(_page.Integer(1)),
                        _manifests.Text(_page.Bytes(2)),
                        _page.Bytes(3).ToArray(),
                        _writers.Text(_page.Bytes(4))
                    )
                );
            }
        }
        finally
        {
            _page.Reset();
        }
        return page;
    }

    // Numbers are looked up in an index. If its last entries are damaged, or the last rows were deleted, no gap shows:
    // the table's own end must agree.
    long NumberAtEnd(string persistenceId)
    {
        try
        {
            if (!_end.Step())
                return 0;
            if (_end.Integer(0) > _end.Integer(1))
                throw SqliteFault.Broken(
                    $"The journal {Path} has lost rows at its end: {_end.Integer(0)} were written, the last one there is {_end.Integer(1)}.",
                    FindAll(persistenceId)
                );
            return _end.Text(2) == persistenceId ? _end.Integer(3) : 0;
        }
        finally
        {
            _end.Reset();
        }
    }

    JournalException Missing(string persistenceId, long from, long to) =>
        SqliteFault.Broken(
            $"The journal {Path} lacks {(from == to ? $"event {from}" : $"events {from} to {to}")} of {persistenceId}.",
            FindAll(persistenceId)
        );

    static string FindAll(string persistenceId) =>
        $"`evonas lineage {(persistenceId.StartsWith("search-", StringComparison.Ordinal) ? persistenceId["search-".Length..] : persistenceId)} verify` finds everything that is wrong with it.";

    static long Ticks(DateTime created) =>
        created.Kind != DateTimeKind.Local
            ? created.Ticks
            : throw new ArgumentException($"{created:O} is local time; a journal's times are UTC.", nameof(created));

    // A damaged time harms nothing: no decision reads it.
    static DateTime Time(long ticks) =>
        ticks < 0 || ticks > DateTime.MaxValue.Ticks
            ? DateTime.SpecifyKind(default, DateTimeKind.Utc)
            : new(ticks, DateTimeKind.Utc);

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

    /// <summary>The texts of a column with few of them, each made once.</summary>
    sealed class FewTexts
    {
        readonly List<(byte[] Bytes, string Text)> _seen = [];

        public string Text(ReadOnlySpan<byte> bytes)
        {
            foreach (var (seen, text) in _seen)
                if (bytes.SequenceEqual(seen))
                    return text;
            var made = System.Text.Encoding.UTF8.GetString(bytes);
            if (_seen.Count < 32)
                _seen.Add((bytes.ToArray(), made));
            return made;
        }
    }
}
