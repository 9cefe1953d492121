using EvoNas.Actors;
using Npgsql;

namespace EvoNas.Storage.Postgres;

/// <summary>The tables of a <see cref="PostgresReader"/>, as Akka.Persistence.Sql's default mapping has them for its
/// provider PostgreSQL.15.</summary>
public static class PostgresTables
{
    const string Make = """
        CREATE TABLE IF NOT EXISTS journal (
          ordering bigint NOT NULL GENERATED ALWAYS AS IDENTITY, created bigint NOT NULL,
          deleted boolean NOT NULL, persistence_id text NOT NULL,
          sequence_number bigint NOT NULL, message bytea NOT NULL, manifest text, identifier integer, writer_uuid text,
          CONSTRAINT "PK_journal" PRIMARY KEY (ordering),
          CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number));
        CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);
        CREATE INDEX IF NOT EXISTS journal_sequence_number_idx ON journal (sequence_number);
        CREATE TABLE IF NOT EXISTS tags (
          ordering_id bigint NOT NULL, tag text NOT NULL, sequence_nr bigint NOT NULL, persistence_id text NOT NULL,
          CONSTRAINT "PK_tags" PRIMARY KEY (ordering_id, tag));
        CREATE INDEX IF NOT EXISTS tags_persistence_id_sequence_nr_idx ON tags (persistence_id, sequence_nr);
        CREATE INDEX IF NOT EXISTS tags_tag_idx ON tags (tag);
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id text NOT NULL, sequence_number bigint NOT NULL, created bigint NOT NULL,
          snapshot bytea, manifest text, serializer_id integer,
          CONSTRAINT "PK_snapshot" PRIMARY KEY (persistence_id, sequence_number));
        CREATE INDEX IF NOT EXISTS snapshot_sequence_number_idx ON snapshot (sequence_number);
        CREATE INDEX IF NOT EXISTS snapshot_created_idx ON snapshot (created);
        """;

    // What a node needs, and no more: events are never changed or deleted.
    const string Grant = """
        GRANT SELECT, INSERT ON journal, tags TO {0};
        GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot TO {0};
        """;

    /// <summary>Makes what is missing; as the owner of the database. May be run again.</summary>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="role">The role that nodes connect as, which is granted what they need; null: no role.</param>
    /// <exception cref="JournalException">The server cannot be reached or refuses.</exception>
    public static void Migrate(string connectionString, string? role = null)
    {
        try
        {
            using var source = PostgresFault.Source(connectionString);
            using var connection = source.OpenConnection();
            using var transaction = connection.BeginTransaction();
            Run(Make);
            if (role is not null)
                Run(
                    string.Format(
                        System.Globalization.CultureInfo.InvariantCulture,
                        Grant,
                        $"\"{role.Replace("\"", "\"\"")}\""
                    )
                );
            transaction.Commit();

            void Run(string sql)
            {
                using var command = new NpgsqlCommand(sql, connection, transaction);
                command.ExecuteNonQuery();
            }
        }
        catch (Exception fault) when (PostgresFault.Is(fault))
        {
            throw PostgresFault.Of(fault, PostgresFault.PlaceOf(connectionString));
        }
    }
}
