using EvoNas.Actors;
using EvoNas.Storage.Verification;
using Npgsql;

namespace EvoNas.Storage.Postgres;

/// <summary>Checks a whole journal in a PostgreSQL database, and tells everything that is wrong instead of the first
/// thing.</summary>
public static class PostgresVerification
{
    /// <summary>Reads every event: gaps, checksums, writers, the fold of the events, births, population, snapshots. The
    /// server's own files are the server's to check.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="persistenceId">Whose events.</param>
    /// <param name="stop">Ends it early, with an exception.</param>
    /// <exception cref="JournalException">The server cannot be reached, or has no journal.</exception>
    public static JournalVerification Of(
        string connectionString,
        string persistenceId,
        CancellationToken stop = default
    )
    {
        var place = PostgresFault.PlaceOf(connectionString);
        try
        {
            using var source = PostgresFault.Source(connectionString);
            using var connection = source.OpenConnection();
            // One transaction, so that every look sees the same rows.
            using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
            var check = new EventCheck(persistenceId, new Findings(), Snapshots(connection, persistenceId));
            using var command = new NpgsqlCommand(
                """
                SELECT sequence_number, ordering, manifest, message, writer_uuid, identifier, deleted FROM journal
                WHERE persistence_id = $1 ORDER BY sequence_number, ordering
                """,
                connection
            )
            {
                Parameters = { new() { Value = persistenceId } },
            };
            using (var rows = command.ExecuteReader())
                while (rows.Read())
                {
                    stop.ThrowIfCancellationRequested();
                    check.Add(
                        new(
                            rows.GetInt64(0),
                            rows.GetInt64(1),
                            rows.IsDBNull(2) ? "" : rows.GetString(2),
                            rows.GetFieldValue<byte[]>(3),
                            rows.IsDBNull(4) ? "" : rows.GetString(4),
                            rows.IsDBNull(5) ? null : rows.GetInt32(5),
                            rows.GetBoolean(6)
                        )
                    );
                }
            return check.End(place);
        }
        catch (Exception fault) when (PostgresFault.Is(fault))
        {
            throw PostgresFault.Of(fault, place);
        }
    }

    static List<JournalSnapshot> Snapshots(NpgsqlConnection connection, string persistenceId)
    {
        using var command = new NpgsqlCommand(
            """
            SELECT sequence_number, manifest, snapshot FROM snapshot
            WHERE persistence_id = $1 ORDER BY sequence_number
            """,
            connection
        )
        {
            Parameters = { new() { Value = persistenceId } },
        };
        using var rows = command.ExecuteReader();
        var snapshots = new List<JournalSnapshot>();
        while (rows.Read())
            snapshots.Add(
                new(
                    rows.GetInt64(0),
                    default,
                    rows.IsDBNull(1) ? "" : rows.GetString(1),
                    rows.IsDBNull(2) ? ReadOnlyMemory<byte>.Empty : rows.GetFieldValue<byte[]>(2)
                )
            );
        return snapshots;
    }
}
