using System.Text;
using EvoNas.Actors;

namespace EvoNas.Storage.Sqlite;

/// <summary>Reads a journal in a SQLite file.</summary>
public sealed class SqliteReader : JournalReader
{
    /// <summary>How long a file that another program has locked is waited for, unless the caller says
    /// otherwise.</summary>
    public static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(5);

    readonly SqliteFile _file;
    readonly bool _ownsFile;
    readonly SqliteStatement _last,
        _page,
        _end,
        _snapshots;
    readonly FewTexts _manifests = new(),
        _writers = new();

    /// <param name="file">The connection to read by.</param>
    /// <param name="ownsFile">True if this closes it.</param>
    internal SqliteReader(SqliteFile file, bool ownsFile)
    {
        (_file, _ownsFile) = (file, ownsFile);
        _last = file.Prepare("SELECT max(sequence_number) FROM journal WHERE persistence_id = ?1");
        _page = file.Prepare(
            $"""
            SELECT sequence_number, created, manifest, message, writer_uuid, identifier FROM journal
            WHERE persistence_id = ?1 AND sequence_number > ?2 AND NOT deleted
            ORDER BY sequence_number LIMIT {RowsPerPage}
            """
        );
        // SQLite never gives a row number twice, and a row that was rolled back does not count: the last number that
        // was given must be the last row.
        _end = file.Prepare(
            """
            SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0),
              coalesce(ordering, 0), persistence_id, sequence_number
            FROM (SELECT 1) LEFT JOIN
              (SELECT ordering, persistence_id, sequence_number FROM journal ORDER BY ordering DESC LIMIT 1)
            """
        );
        _snapshots = file.Prepare(
            """
            SELECT sequence_number, created, manifest, snapshot FROM snapshot
            WHERE persistence_id = ?1 ORDER BY sequence_number DESC
            """
        );
    }

    /// <inheritdoc/>
    public override string Place => _file.Path;

    /// <summary>Opens a journal to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="busyTimeout">How long a file that another program has locked is waited for; null for
    /// <see cref="DefaultBusyTimeout"/>.</param>
    /// <exception cref="JournalException">There is none, or it cannot be read, is damaged or no journal.</exception>
    public static SqliteReader Open(string path, TimeSpan? busyTimeout = null)
    {
        path = Path.GetFullPath(path);
        if (!SqliteJournalFile.IsWrittenHere(path) && SqliteOpening.CheckFile(path))
            throw SqliteFault.Broken($"There is no journal {path}.");
        var file = SqliteOpening.ToRead(path, busyTimeout ?? DefaultBusyTimeout);
        try
        {
            return new(file, ownsFile: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<JournalRow> Read(string persistenceId, long after = 0)
    {
        for (var number = after; ; )
        {
            // Asked before the page is read: what a writer appends in between is more, never less.
            var end = NumberAtEnd(persistenceId);
            var page = ReadPage(persistenceId, number);
            foreach (var row in page)
            {
                if (row.Number != ++number)
                    throw JournalLoss.Missing(Place, persistenceId, number, row.Number - 1);
                yield return row;
            }
            if (page.Count == RowsPerPage)
                continue;
            if (number < end)
                throw JournalLoss.Missing(Place, persistenceId, number + 1, end);
            yield break;
        }
    }

    /// <inheritdoc/>
    public override long Last(string persistenceId)
    {
        _last.Bind(1, persistenceId);
        var last = _last.Step() ? _last.Integer(0) : 0;
        _last.Reset();
        return last;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<JournalSnapshot> Snapshots(string persistenceId)
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

    /// <summary>Checks what a replay of the events cannot see: rows that were lost at the end.</summary>
    /// <exception cref="JournalException">Rows are missing, or the journal cannot be read.</exception>
    internal void CheckEnd(string persistenceId)
    {
        var (end, last) = (NumberAtEnd(persistenceId), Last(persistenceId));
        if (last < end)
            throw JournalLoss.Missing(Place, persistenceId, last + 1, end);
        if (Snapshots(persistenceId) is [var newest, ..] && newest.Number > last)
            throw JournalLoss.EndsBefore(Place, persistenceId, last, newest.Number);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_ownsFile)
            _file.Dispose();
    }

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
                    throw JournalLoss.Foreign(Place, persistenceId, number, _page.IsNull(5) ? null : _page.Integer(5));
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

    // Numbers are looked up in an index. If its last entries are damaged, or the last rows were deleted, there is no
    // gap: the end of the table must agree.
    long NumberAtEnd(string persistenceId)
    {
        try
        {
            if (!_end.Step())
                return 0;
            var (written, last) = (_end.Integer(0), _end.Integer(1));
            if (written > last)
                throw JournalLoss.AtTheEnd(Place, persistenceId, written, last);
            return _end.Text(2) == persistenceId ? _end.Integer(3) : 0;
        }
        finally
        {
            _end.Reset();
        }
    }

    /// <summary>The texts of a column with few different ones, each made once.</summary>
    sealed class FewTexts
    {
        const int TextsMax = 32;

        readonly List<(byte[] Bytes, string Text)> _seen = [];

        public string Text(ReadOnlySpan<byte> bytes)
        {
            foreach (var (seen, text) in _seen)
                if (bytes.SequenceEqual(seen))
                    return text;
            var made = Encoding.UTF8.GetString(bytes);
            if (_seen.Count < TextsMax)
                _seen.Add((bytes.ToArray(), made));
            return made;
        }
    }
}
