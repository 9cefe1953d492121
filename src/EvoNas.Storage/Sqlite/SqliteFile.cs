using System.Text;
using EvoNas.Actors;
using SQLitePCL;

namespace EvoNas.Storage.Sqlite;

/// <summary>One connection to a SQLite file, over the C API: every failure arrives as a <see cref="JournalException"/>
/// that names the file.</summary>
/// <remarks>ADO.NET is left out on purpose: its commands retry a locked database by a clock of their own, in whole
/// seconds, and cost more than SQLite itself does for a row.</remarks>
sealed class SqliteFile : IDisposable
{
    readonly sqlite3 _connection;
    readonly List<SqliteStatement> _statements = [];

    static SqliteFile() => Batteries_V2.Init();

    SqliteFile(string path, sqlite3 connection) => (Path, _connection) = (path, connection);

    public string Path { get; }

    /// <param name="path">Of the file; messages name it.</param>
    /// <param name="flags">SQLite's: read only, read and write, create.</param>
    /// <param name="busyTimeout">How long a locked database is waited for.</param>
    /// <param name="immutable">True for a read-only medium: SQLite then neither locks nor looks for a
    /// log.</param>
    public static SqliteFile Open(string path, int flags, TimeSpan busyTimeout, bool immutable = false)
    {
        var name = immutable
            ? $"file:{path.Replace("%", "%25").Replace("?", "%3f").Replace("#", "%23")}?immutable=1"
            : path;
        var code = raw.sqlite3_open_v2(
            name,
            out var connection,
            flags | raw.SQLITE_OPEN_FULLMUTEX | (immutable ? raw.SQLITE_OPEN_URI : 0),
            null
        );
        var file = new SqliteFile(path, connection);
        try
        {
            file.Check(code);
            raw.sqlite3_extended_result_codes(connection, 1);
            raw.sqlite3_busy_timeout(connection, (int)busyTimeout.TotalMilliseconds);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Ends a transaction that failed. What this says itself is of no interest: the first failure is on its
    /// way.</summary>
    public void RollbackIfOpen()
    {
        if (raw.sqlite3_get_autocommit(_connection) == 0)
            raw.sqlite3_exec(_connection, "ROLLBACK");
    }

    /// <summary>Runs statements without parameters, one after the other.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_connection, sql, out _));

    /// <summary>A statement that is kept for as long as this connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new SqliteStatement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>The first column of all rows, as text.</summary>
    public List<string> Texts(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_connection, sql, out var handle));
        using var statement = new SqliteStatement(this, handle);
        var texts = new List<string>();
        while (statement.Step())
            texts.Add(Encoding.UTF8.GetString(statement.Bytes(0)));
        return texts;
    }

    /// <summary>Moves what readers allow from the log into the file; never waits.</summary>
    public void CheckpointPassively()
    {
        if (!_connection.IsClosed)
            raw.sqlite3_wal_checkpoint_v2(_connection, null, raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
    }

    /// <exception cref="JournalException">The code is an error.</exception>
    public void Check(int code)
    {
        if (code is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
            return;
        throw SqliteFault.Of(code, raw.sqlite3_errmsg(_connection).utf8_to_string(), Path);
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
        _connection.Dispose();
    }
}

/// <summary>A prepared statement. Parameters count from 1 and stay bound until they are bound anew; columns count from
/// 0.</summary>
sealed class SqliteStatement(SqliteFile file, sqlite3_stmt handle) : IDisposable
{
    public SqliteStatement Bind(int parameter, long value)
    {
        file.Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, string value)
    {
        file.Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        file.Check(raw.sqlite3_bind_blob(handle, parameter, blob));
        return this;
    }

    /// <summary>True if there is a row. After the last one the statement is ready to be bound and run again.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        try
        {
            file.Check(code);
        }
        finally
        {
            Reset();
        }
        return false;
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>Ends a statement whose rows are not all wanted. Its own error was told by the step before.</summary>
    public void Reset() => raw.sqlite3_reset(handle);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(handle, column);

    public double Number(int column) => raw.sqlite3_column_double(handle, column);

    /// <summary>A blob, or a text as UTF-8; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    public void Dispose() => handle.Dispose();
}
