using EvoNas.Actors;
using Npgsql;
using NpgsqlTypes;

namespace EvoNas.Storage.Postgres;

/// <summary>Reads a journal in a PostgreSQL database, whose layout is <see cref="PostgresTables"/>.</summary>
/// <remarks>A connection that failed is thrown away, and the next call opens another.</remarks>
public sealed class PostgresReader : JournalReader
{
    readonly NpgsqlDataSource _source;
    NpgsqlConnection? _connection;

    PostgresReader(NpgsqlDataSource source, string place) => (_source, Place) = (source, place);

    /// <inheritdoc/>
    public override string Place { get; }

    /// <summary>Opens a journal whose tables are there.</summary>
    /// <param name="connectionString">Connects to the database; a secret.</param>
    /// <exception cref="JournalException">The server cannot be reached, or has no journal.</exception>
    public static PostgresReader Open(string connectionString)
    {
        var reader = new PostgresReader(
            PostgresFault.Source(connectionString),
            PostgresFault.PlaceOf(connectionString)
        );
        try
        {
            reader.Last("");
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<JournalRow> Read(string persistenceId, long after = 0)
    {
        for (var number = after; ; )
        {
            var page = ReadPage(persistenceId, number);
            foreach (var row in page)
            {
                if (row.Number != ++number)
                    throw JournalLoss.Missing(Place, persistenceId, number, row.Number - 1);
                yield return row;
            }
            if (page.Count < RowsPerPage)
                yield break;
        }
    }

    /// <inheritdoc/>
    public override long Last(string persistenceId) =>
        Do(connection =>
        {
            using var command = new NpgsqlCommand(
                "SELECT coalesce(max(sequence_number), 0) FROM journal WHERE persistence_id = $1",
                connection
            )
            {
                Parameters = { Parameter(NpgsqlDbType.Text, persistenceId) },
            };
            command.Prepare();
            return (long)command.ExecuteScalar()!; // coalesce is never null.
        });

    /// <inheritdoc/>
    public override IReadOnlyList<JournalSnapshot> Snapshots(string persistenceId) =>
        Do(connection =>
        {
            var snapshots = new List<JournalSnapshot>();
            using var command = new NpgsqlCommand(
                """
                SELECT sequence_number, created, manifest, snapshot FROM snapshot
                WHERE persistence_id = $1 ORDER BY sequence_number DESC
                """,
                connection
            )
            {
                Parameters = { Parameter(NpgsqlDbType.Text, persistenceId) },
            };
            using var rows = command.ExecuteReader();
            while (rows.Read())
                snapshots.Add(new(rows.GetInt64(0), Time(rows.GetInt64(1)), Text(rows, 2), Bytes(rows, 3)));
            return snapshots;
        });

    /// <inheritdoc/>
    public override void Dispose()
    {
        _connection?.Dispose();
        _source.Dispose();
    }

    List<JournalRow> ReadPage(string persistenceId, long after) =>
        Do(connection =>
        {
            var page = new List<JournalRow>();
            using var command = new NpgsqlCommand(
                $"""
                SELECT sequence_number, created, manifest, message, writer_uuid, identifier FROM journal
                WHERE persistence_id = $1 AND sequence_number > $2 AND NOT deleted
                ORDER BY sequence_number LIMIT {RowsPerPage}
                """,
                connection
            )
            {
                Parameters = { Parameter(NpgsqlDbType.Text, persistenceId), Parameter(NpgsqlDbType.Bigint, after) },
            };
            command.Prepare();
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                var number = rows.GetInt64(0);
                int? serializer = rows.IsDBNull(5) ? null : rows.GetInt32(5);
                if (serializer != EventSerializer.SerializerIdentifier)
                    throw JournalLoss.Foreign(Place, persistenceId, number, serializer);
                page.Add(new(number, Time(rows.GetInt64(1)), Text(rows, 2), Bytes(rows, 3), Text(rows, 4)));
            }
            return page;
        });

    T Do<T>(Func<NpgsqlConnection, T> work)
    {
        try
        {
            return work(_connection ??= _source.OpenConnection());
        }
        catch (Exception fault) when (PostgresFault.Is(fault))
        {
            // After an error that the server reported the connection is sound; after anything else it may not be.
            if (fault is not PostgresException)
            {
                _connection?.Dispose();
                _connection = null;
            }
            throw PostgresFault.Of(fault, Place);
        }
    }

    static NpgsqlParameter Parameter(NpgsqlDbType type, object value) => new() { NpgsqlDbType = type, Value = value };

    static string Text(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? "" : rows.GetString(column);

    static byte[] Bytes(NpgsqlDataReader rows, int column) =>
        rows.IsDBNull(column) ? [] : rows.GetFieldValue<byte[]>(column);
}
