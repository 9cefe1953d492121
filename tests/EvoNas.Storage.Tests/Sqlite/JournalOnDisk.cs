using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EvoNas.Storage.Tests.Sqlite;

/// <summary>A closed journal in a folder of its own, to be damaged through another program's eyes: ADO.NET, or
/// bytes.</summary>
sealed class JournalOnDisk : IDisposable
{
    readonly Folder _folder = new();

    public string Path => _folder.File("search.db");

    public string Folder => _folder.Path;

    /// <summary>A sound journal of a whole history, with snapshots of two of its events.</summary>
    public static Task<JournalOnDisk> Whole(int births = 20, params long[] snapshots) =>
        Of([.. Some.History(births)], snapshots);

    public static async Task<JournalOnDisk> Of(IReadOnlyList<LineageEvent> events, params long[] snapshots)
    {
        var disk = new JournalOnDisk();
        await using var journal = SqliteJournal.Open(disk.Path);
        if (events.Count > 0)
            journal.Append(Some.Search, 1, Some.Wired(events), Some.Time);
        foreach (var number in snapshots)
            journal.Keep(
                Some.Search,
                new(
                    number,
                    Some.Time,
                    LineageSnapshot.Manifest,
                    LineageSnapshot.Write(Some.Search, Fold(events.Take((int)number)))
                )
            );
        return disk;
    }

    public static Lineage Fold(IEnumerable<LineageEvent> events) =>
        events.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened));

    public int Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public T Ask<T>(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!; // A question about what is there.
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }

    public void Dispose() => _folder.Dispose();
}
