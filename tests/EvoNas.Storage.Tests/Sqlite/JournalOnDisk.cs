using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EvoNas.Storage.Tests.Sqlite;

/// <summary>A closed journal in a folder of its own, to be damaged by other means: ADO.NET, or bytes.</summary>
sealed class JournalOnDisk : IDisposable
{
    readonly Folder _folder = new();

    public string Path => _folder.File("search.db");

    public string Folder => _folder.Path;

    /// <summary>A sound journal of a whole history, with snapshots of some of its events.</summary>
    public static Task<JournalOnDisk> Whole(int births = 20, params int[] snapshots) =>
        Of([.. Some.History(births)], snapshots);

    public static async Task<JournalOnDisk> Of(IReadOnlyList<LineageEvent> events, params int[] snapshots)
    {
        var disk = new JournalOnDisk();
        using var file = SqliteJournalFile.Open(disk.Path);
        await using var journal = AkkaJournal.Open(file.Place);
        var serialized = Some.Serialized(events);
        var appended = 0;
        foreach (var number in snapshots.Append(events.Count).Order().Distinct())
        {
            if (number > appended)
                await journal.Append(Some.Search, serialized[appended..number]);
            appended = number;
            if (snapshots.Contains(number))
                await journal.Keep(Some.Search, Some.Canonical(Some.Fold(events.Take(number))));
        }
        return disk;
    }

    /// <summary>Appends events as a process would that opens the journal again.</summary>
    public async Task Append(IReadOnlyList<SerializedEvent> events, string search = Some.Search)
    {
        using var file = SqliteJournalFile.Open(Path);
        await using var journal = AkkaJournal.Open(file.Place);
        await journal.Append(search, events);
    }

    public int Run(string sql, byte[]? blob = null)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (blob is not null)
            command.Parameters.AddWithValue("$blob", blob);
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
