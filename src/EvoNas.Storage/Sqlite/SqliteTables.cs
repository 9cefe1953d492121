namespace EvoNas.Storage.Sqlite;

/// <summary>The tables of Akka.Persistence.Sql's default mapping, so that a search begun here can be resumed on a
/// cluster, and back.</summary>
static class SqliteTables
{
    public const string Create = """
        CREATE TABLE [journal] ([ordering] INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, [created] BigInt NOT NULL,
          [deleted] Bit NOT NULL,
          [persistence_id] NVarChar(255) NOT NULL, [sequence_number] BigInt NOT NULL, [message] VarBinary NOT NULL,
          [manifest] NVarChar(500) NULL, [identifier] INTEGER NULL, [writer_uuid] NVarChar(128) NULL);
        CREATE UNIQUE INDEX [journal_uq] ON [journal] ([persistence_id], [sequence_number]);
        CREATE INDEX [journal_created_idx] ON [journal] ([created]);
        CREATE INDEX [journal_sequence_number_idx] ON [journal] ([sequence_number]);
        CREATE TABLE [tags] ([ordering_id] INTEGER NOT NULL, [tag] NVarChar(64) NOT NULL,
          [sequence_nr] INTEGER NOT NULL,
          [persistence_id] NVarChar(255) NOT NULL, CONSTRAINT [PK_tags] PRIMARY KEY ([ordering_id], [tag]));
        CREATE INDEX [tags_persistence_id_sequence_nr_idx] ON [tags] ([persistence_id], [sequence_nr]);
        CREATE INDEX [tags_tag_idx] ON [tags] ([tag]);
        CREATE TABLE [snapshot] ([persistence_id] NVarChar(255) NOT NULL, [sequence_number] BigInt NOT NULL,
          [created] BigInt NOT NULL,
          [snapshot] VarBinary NULL, [manifest] NVarChar(500) NULL, [serializer_id] INTEGER NULL,
          CONSTRAINT [PK_snapshot] PRIMARY KEY ([persistence_id], [sequence_number]));
        CREATE INDEX [snapshot_sequence_number_idx] ON [snapshot] ([sequence_number]);
        CREATE INDEX [snapshot_created_idx] ON [snapshot] ([created]);
        """;

    static readonly (string Table, string[] Columns, string[] Unique)[] Expected =
    [
        (
            "journal",
            [
                "ordering",
                "created",
                "deleted",
                "persistence_id",
                "sequence_number",
                "message",
                "manifest",
                "identifier",
                "writer_uuid",
            ],
            ["persistence_id", "sequence_number"]
        ),
        (
            "snapshot",
            ["persistence_id", "sequence_number", "created", "snapshot", "manifest", "serializer_id"],
            ["persistence_id", "sequence_number"]
        ),
    ];

    /// <summary>True for a database without tables.</summary>
    public static bool AreMissing(SqliteFile file) => file.Texts("SELECT name FROM sqlite_schema LIMIT 1").Count == 0;

    /// <summary>What differs from the tables that we write; nothing if they can be trusted. More columns or tables do
    /// no harm.</summary>
    public static IEnumerable<Difference> Differences(SqliteFile file)
    {
        foreach (var (table, columns, unique) in Expected)
        {
            var found = file.Texts($"SELECT name FROM pragma_table_info('{table}')");
            if (found.Count == 0)
            {
                yield return new($"table {table} is missing", IsLack: true);
                continue;
            }
            foreach (var column in columns.Except(found, StringComparer.OrdinalIgnoreCase))
                yield return new($"table {table} has no column {column}", IsLack: true);
            // The fence between two writers: without it, a second one would go unnoticed.
            var fences = file.Texts(
                $"""
                SELECT (SELECT group_concat(name) FROM pragma_index_info(list.name))
                FROM pragma_index_list('{table}') AS list WHERE [unique] AND NOT partial
                """
            );
            if (!fences.Contains(string.Join(',', unique)))
                yield return new($"table {table} has no unique index on ({string.Join(", ", unique)})", IsLack: false);
        }
    }

    /// <param name="What">A sentence without its article and stop.</param>
    /// <param name="IsLack">True if there is something that one cannot read for it.</param>
    public readonly record struct Difference(string What, bool IsLack);
}
