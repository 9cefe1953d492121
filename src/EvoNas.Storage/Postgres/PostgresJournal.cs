using EvoNas.Actors;
using EvoNas.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace EvoNas.Storage.Postgres;

/// <summary>Events in a PostgreSQL database: an append is one transaction, and durable on the server before it
/// returns.</summary>
/// <remarks>The layout is <see cref="PostgresTables"/>. The unique (persistence id, number) is the fence between two
/// writers. A connection that failed is thrown away, and the next call opens another. Not to be shared between
/// threads.</remarks>
public sealed class PostgresJournal : IJournal
{
    const int RowsAPage = 512;

    readonly NpgsqlDataSource _source;
    NpgsqlConnection? _connection;

    // The last number that this instance knows to be durable; forgotten while a write's fate is unknown.
    readonly Dictionary<string, long> _known = [];

    PostgresJournal(NpgsqlDataSource source, string place) =>
        (_source, Place, Writer) = (source, place, Guid.CreateVersion7().ToString());

    /// <summary>Server and database, without secrets.</summary>
    public string Place { get; }

    /// <summary>Names this opening in every row that it writes (column <c>writer_uuid</c>).</summary>
    public string Writer { get; }

    /// <summary>Opens a journal whose tables are there.</summary>
    /// <param name="connectionString">Of the database; a secret.</param>
    /// <exception cref="JournalException">The server cannot be reached, or has no journal.</exception>
    public static PostgresJournal Open(string connectionString)
    {
        var journal = new PostgresJournal(
            PostgresFault.Source(connectionString),
            PostgresFault.PlaceOf(connectionString)
        );
        try
        {
            journal.Last("");
            return journal;
        }
        catch
        {
            journal._connection?.Dispose();
            journal._source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        var ticks =
            created.Kind != DateTimeKind.Local
                ? created.Ticks
                : throw new ArgumentException(
                    $"{created:O} is local time; a journal's times are UTC.",
                    nameof(created)
                );
        var last = _known.TryGetValue(persistenceId, out var known) ? known : Last(persistenceId);
        if (first != last + 1)
            throw new JournalException(
                JournalTrouble.OtherWriter,
                $"Event {first} does not follow event {last}, the last in the journal {Place}.",
                "Another process wrote to it; stop one of the two."
            );
        _known.Remove(persistenceId);
        Do(connection =>
        {
            // One statement is one transaction: all rows or none.
            using var command = new NpgsqlCommand(
                """
                INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
                SELECT $1, false, $2, row.number, row.message, row.manifest, $3, $4 FROM unnest($5::bigint[], $6::bytea[], $7::text[]) AS row(number, message, manifest) ORDER BY row.number
                """,
                connection
            );
            foreach (
                var parameter in (NpgsqlParameter[])
                    [
                        Parameter(NpgsqlDbType.Bigint, ticks),
                        Parameter(NpgsqlDbType.Text, persistenceId),
                        Parameter(NpgsqlDbType.Integer, EventSerializer.SerializerIdentifier),
                        Parameter(NpgsqlDbType.Text, Writer),
                        Parameter(
                            NpgsqlDbType.Array | NpgsqlDbType.Bigint,
                            Enumerable.Range(0, events.Count).Select(i => first + i).ToArray()
                        ),
                        Parameter(
                            NpgsqlDbType.Array | NpgsqlDbType.Bytea,
                            events.Select(one => one.Payload.ToArray()).ToArray()
                        ),
                        Parameter(NpgsqlDbType.Array | NpgsqlDbType.Text, events.Select(one => one.Manifest).ToArray()),
                    ]
            )
                command.Parameters.Add(parameter);
            command.Prepare();
            return command.ExecuteNonQuery();
        });
        _known[persistenceId] = first + events.Count - 1;
    }

    /// <inheritdoc/>
    public IEnumerable<JournalRow> Read(string persistenceId, long after = 0)
    {
        for (var number = after; ; )
        {
            var page = ReadPage(persistenceId, number);
            foreach (var row in page)
            {
                if (row.Number != ++number)
                    throw new JournalException(
                        JournalTrouble.Broken,
                        $"The journal {Place} lacks {(number == row.Number - 1 ? $"event {number}" : $"events {number} to {row.Number - 1}")} of {persistenceId}.",
                        "Restore it from a backup."
                    );
                yield return row;
            }
            if (page.Count < RowsAPage)
                yield break;
        }
    }

    /// <inheritdoc/>
    public long Last(string persistenceId) =>
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
    public void Keep(string persistenceId, JournalSnapshot snapshot) =>
        Do(connection =>
        {
            using var transaction = connection.BeginTransaction();
            using var keep = new NpgsqlCommand(
                """
                INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created, snapshot = excluded.snapshot, manifest = excluded.manifest, serializer_id = excluded.serializer_id
                """,
                connection,
                transaction
            )
            {
                Parameters =
                {
                    Parameter(NpgsqlDbType.Text, persistenceId),
                    Parameter(NpgsqlDbType.Bigint, snapshot.Number),
                    Parameter(NpgsqlDbType.Bigint, snapshot.Created.Ticks),
                    Parameter(NpgsqlDbType.Bytea, snapshot.Payload.ToArray()),
                    Parameter(NpgsqlDbType.Text, snapshot.Manifest),
                    Parameter(NpgsqlDbType.Integer, EventSerializer.SerializerIdentifier),
                },
            };
            keep.ExecuteNonQuery();
            using var forget = new NpgsqlCommand(
                """
                DELETE FROM snapshot WHERE persistence_id = $1 AND sequence_number NOT IN
                (SELECT sequence_number FROM snapshot WHERE persistence_id = $1 ORDER BY sequence_number DESC LIMIT 2)
                """,
                connection,
                transaction
            )
            {
                Parameters = { Parameter(NpgsqlDbType.Text, persistenceId) },
            };
            forget.ExecuteNonQuery();
            transaction.Commit();
            return 0;
        });

    /// <inheritdoc/>
    public IEnumerable<JournalSnapshot> Snapshots(string persistenceId) =>
        Do(connection =>
        {
            var snapshots = new List<JournalSnapshot>();
            using var command = new NpgsqlCommand(
                "SELECT sequence_number, created, manifest, snapshot FROM snapshot WHERE persistence_id = $1 ORDER BY sequence_number DESC",
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
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    List<JournalRow> ReadPage(string persistenceId, long after) =>
        Do(connection =>
        {
            var page = new List<JournalRow>();
            using var command = new NpgsqlCommand(
                $"""
                SELECT sequence_number, created, manifest, message, writer_uuid, identifier FROM journal
                WHERE persistence_id = $1 AND sequence_number > $2 AND NOT deleted ORDER BY sequence_number LIMIT {RowsAPage}
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
                if (rows.IsDBNull(5) || rows.GetInt32(5) != EventSerializer.SerializerIdentifier)
                    throw new JournalException(
                        JournalTrouble.Broken,
                        $"Event {number} of {persistenceId} in the journal {Place} was written by serializer {(rows.IsDBNull(5) ? "(none)" : rows.GetInt32(5))}, not by EvoNas ({EventSerializer.SerializerIdentifier})."
                    );
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
            // A refused row leaves the connection sound; after anything else nobody knows.
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

    // A damaged time harms nothing: no decision reads it.
    static DateTime Time(long ticks) =>
        ticks < 0 || ticks > DateTime.MaxValue.Ticks
            ? DateTime.SpecifyKind(default, DateTimeKind.Utc)
            : new(ticks, DateTimeKind.Utc);
}
