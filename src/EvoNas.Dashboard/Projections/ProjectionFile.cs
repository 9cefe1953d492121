using System.Globalization;
using System.Security.Cryptography;
using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Storage;
using Microsoft.Data.Sqlite;
using Serilog;

namespace EvoNas.Dashboard.Projections;

/// <summary>What a projection was folded from, in a SQLite file of its own, so that the next start need not read the
/// journal's JSON again.</summary>
/// <remarks>The journal stays the truth: a file that is missing, damaged, of another version or of another search is
/// made anew, and one that cannot be written is done without. Two dashboards may share it. Not to be shared between
/// threads.</remarks>
sealed class ProjectionFile(string path, ILogger log)
{
    // An append to the file costs a synchronization with the disk: seldom.
    const int BlockEvents = 8192;

    EventDigest.Writer _block = new();
    long _first,
        _last;
    string _print = "";
    bool _off;
    readonly List<(long First, long Last, string Print, byte[] Events, bool IsRaw, DateTime Time)> _blocks = [];

    /// <summary>The projection as far as it was kept; null where nothing of use is there.</summary>
    /// <param name="journal">The journal that it must agree with.</param>
    /// <param name="persistenceId">The search's name there.</param>
    public Projection? Load(JournalReader journal, string persistenceId)
    {
        Forget();
        if (_off || !File.Exists(path))
            return null;
        try
        {
            using var connection = Connect(SqliteOpenMode.ReadOnly);
            return Fold(connection, journal, persistenceId);
        }
        catch (Exception fault)
            when (fault
                    is SqliteException
                        or InvalidDataException
                        or LineageException
                        or EventSerializationException
                        or InvalidCastException
            )
        {
            log.Warning("the projection {Path} is made anew: {Reason}", path, fault.Message);
            Delete();
            return null;
        }
    }

    /// <summary>Takes down an event that was folded in.</summary>
    public void Add(JournalRow row, LineageEvent happened)
    {
        if (_off)
            return;
        if (_block.Count == 0)
            _first = row.Number;
        if (!_block.TryAdd(row.Created, happened))
        {
            // What is rare is kept as it lies in the journal, in a block of its own.
            Close();
            _blocks.Add((row.Number, row.Number, Print(row), row.Payload.ToArray(), true, row.Created));
            _rare[row.Number] = row.Manifest;
            return;
        }
        (_last, _print) = (row.Number, Print(row));
        if (_block.Count >= BlockEvents)
            Close();
    }

    readonly Dictionary<long, string> _rare = [];

    /// <summary>Writes the blocks that are full.</summary>
    public void Keep()
    {
        if (_off || !_blocks.Exists(block => !block.IsRaw))
            return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // A path of a file has a folder.
            using var connection = Connect(SqliteOpenMode.ReadWriteCreate);
            Write(connection);
            _blocks.Clear();
            _rare.Clear();
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            log.Warning("the projection {Path} is not kept: {Reason}", path, fault.Message);
            _off = true;
            Forget();
        }
    }

    /// <summary>Forgets what was taken down and not written.</summary>
    public void Forget()
    {
        _block = new();
        _blocks.Clear();
        _rare.Clear();
    }

    void Close()
    {
        if (_block.Count == 0)
            return;
        _blocks.Add((_first, _last, _print, _block.ToArray(), false, default));
        _block = new();
    }

    SqliteConnection Connect(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = 1,
            }.ConnectionString
        );
        connection.Open();
        return connection;
    }

    static Projection? Fold(SqliteConnection connection, JournalReader journal, string persistenceId)
    {
        if (Head(connection) != HeadOf(persistenceId))
            throw new InvalidDataException("it is of another version, or of another search");
        var projection = new Projection();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT first, last, print, manifest, created, events, sum FROM block ORDER BY first";
        var print = "";
        using (var rows = command.ExecuteReader())
            while (rows.Read())
            {
                var (first, last) = (rows.GetInt64(0), rows.GetInt64(1));
                if (first != projection.Event + 1)
                    throw new InvalidDataException($"event {projection.Event + 1} is missing");
                var bytes = (byte[])rows[5];
                if (Hash(bytes) != rows.GetString(6))
                    throw new InvalidDataException($"the block of event {first} is damaged");
                if (rows.IsDBNull(3))
                    foreach (var (time, happened) in EventDigest.Read(bytes))
                        projection.See(projection.Event + 1, time, happened);
                else
                    projection.See(
                        first,
                        new(rows.GetInt64(4), DateTimeKind.Utc),
                        EventSerializer.Read(persistenceId, first, rows.GetString(3), bytes)
                    );
                if (projection.Event != last)
                    throw new InvalidDataException($"a block ends at event {projection.Event} instead of {last}");
                print = rows.GetString(2);
            }
        if (projection.Event == 0)
            return null;
        foreach (var row in journal.Read(persistenceId, projection.Event - 1))
            return Print(row) == print
                ? projection
                : throw new InvalidDataException($"event {projection.Event} of the journal is another one");
        throw new InvalidDataException($"the journal has no event {projection.Event}");
    }

    // Another dashboard may have written the same blocks: those that do not follow the last one are left out.
    void Write(SqliteConnection connection)
    {
        Do(connection, "PRAGMA journal_mode = DELETE");
        using var transaction = connection.BeginTransaction(deferred: false);
        Do(
            connection,
            """
            CREATE TABLE IF NOT EXISTS head (text TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS block (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, print TEXT NOT NULL,
              manifest TEXT, created INTEGER, events BLOB NOT NULL, sum TEXT NOT NULL);
            """
        );
        if (Head(connection) is null)
        {
            using var head = connection.CreateCommand();
            head.CommandText = "INSERT INTO head (text) VALUES ($text)";
            head.Parameters.AddWithValue("$text", HeadText);
            head.ExecuteNonQuery();
        }
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO block (first, last, print, manifest, created, events, sum) "
            + "SELECT $first, $last, $print, $manifest, $created, $events, $sum "
            + "WHERE $first = (SELECT coalesce(max(last), 0) + 1 FROM block)";
        foreach (var block in _blocks)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$first", block.First);
            command.Parameters.AddWithValue("$last", block.Last);
            command.Parameters.AddWithValue("$print", block.Print);
            command.Parameters.AddWithValue("$manifest", block.IsRaw ? _rare[block.First] : DBNull.Value);
            command.Parameters.AddWithValue("$created", block.IsRaw ? block.Time.Ticks : DBNull.Value);
            command.Parameters.AddWithValue("$events", block.Events);
            command.Parameters.AddWithValue("$sum", Hash(block.Events));
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    /// <summary>The search that the file is of.</summary>
    public required string PersistenceId { get; init; }

    string HeadText => HeadOf(PersistenceId);

    static string HeadOf(string persistenceId) =>
        string.Create(CultureInfo.InvariantCulture, $"evonas projection {Projection.Version} of {persistenceId}");

    static string? Head(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT text FROM head LIMIT 1";
        return command.ExecuteScalar() as string;
    }

    static void Do(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    // Tells a row from another one in its place: an event that holds the same and was kept at the same time is the
    // same.
    static string Print(JournalRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{row.Created.Ticks:x}-{Hash(row.Payload.Span)}");

    static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));

    void Delete()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _off = true;
        }
    }
}
