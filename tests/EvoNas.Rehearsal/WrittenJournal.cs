using EvoNas.Actors;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EvoNas.Rehearsal;

/// <summary>Writes rows into a journal without an actor system: a hundred thousand evaluations in seconds.</summary>
public static class WrittenJournal
{
    /// <summary>Appends events; makes the file where there is none. Each is said to be kept a second after the one
    /// before.</summary>
    /// <param name="path">The file. No other process may have it open to write.</param>
    /// <param name="persistenceId">The search's name there.</param>
    /// <param name="events">In order.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="started">When event 1 was kept, UTC.</param>
    public static void Append(
        string path,
        string persistenceId,
        IEnumerable<LineageEvent> events,
        long first = 1,
        DateTime? started = null
    )
    {
        using (SqliteJournalFile.Open(path)) { } // Makes the tables.
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO journal
              (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
            VALUES ($created, 0, $id, $number, $message, $manifest, $serializer, 'written')
            """;
        var created = command.Parameters.Add("$created", SqliteType.Integer);
        var number = command.Parameters.Add("$number", SqliteType.Integer);
        var message = command.Parameters.Add("$message", SqliteType.Blob);
        var manifest = command.Parameters.Add("$manifest", SqliteType.Text);
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$serializer", EventSerializer.SerializerIdentifier);
        command.Prepare();
        var begun = started ?? new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var happened in events)
        {
            var written = EventSerializer.Write(persistenceId, first, happened);
            created.Value = begun.AddSeconds(first - 1).Ticks;
            number.Value = first++;
            message.Value = written.Payload.ToArray();
            manifest.Value = written.Manifest;
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }
}
