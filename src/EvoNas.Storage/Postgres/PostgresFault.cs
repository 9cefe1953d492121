using EvoNas.Actors;
using Npgsql;

namespace EvoNas.Storage.Postgres;

/// <summary>What PostgreSQL's errors mean for a search, in words for the one who runs it.</summary>
static class PostgresFault
{
    public static bool Is(Exception fault) =>
        fault is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException;

    /// <summary>True for an exception that can come from nothing but this database.</summary>
    public static bool IsOfServer(Exception fault) => fault is NpgsqlException;

    /// <summary>The parts of a connection string.</summary>
    /// <exception cref="JournalException">It is no connection string.</exception>
    public static NpgsqlConnectionStringBuilder Parts(string connectionString)
    {
        try
        {
            return new(connectionString);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            throw Unreadable(fault);
        }
    }

    /// <summary>Connections to a server; the string is checked.</summary>
    /// <exception cref="JournalException">It is no connection string.</exception>
    public static NpgsqlDataSource Source(string connectionString)
    {
        try
        {
            return new NpgsqlDataSourceBuilder(connectionString).Build();
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            throw Unreadable(fault);
        }
    }

    // The text may hold a password: it is not repeated.
    static JournalException Unreadable(Exception fault) =>
        new(
            JournalTrouble.Broken,
            $"The connection string of the journal cannot be read ({fault.GetType().Name}).",
            "Write Host=…;Database=…;Username=…;Password=…."
        );

    /// <summary>Server and database, without secrets.</summary>
    public static string PlaceOf(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString) is var parts
                ? $"PostgreSQL {PostgresServers.Name(parts)}/{parts.Database}"
                : "";
        }
        catch (ArgumentException)
        {
            return "PostgreSQL";
        }
    }

    public static JournalException Of(Exception fault, string place) =>
        fault switch
        {
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => new(
                JournalTrouble.OtherWriter,
                $"Another process wrote to the journal {place}.",
                "Stop one of the two; nothing was overwritten.",
                fault
            ),
            PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn } =>
                new(
                    JournalTrouble.Broken,
                    $"{place} has no journal.",
                    "Make its tables: evonas node --migrate.",
                    fault
                ),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } said => new(
                JournalTrouble.Unavailable,
                $"{place} refuses: {said.MessageText}.",
                "Give the role its rights: evonas node --migrate --grant ROLE, as the owner.",
                fault
            ),
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => new(
                JournalTrouble.Unavailable,
                $"{place} takes no writes: it is a standby, or was made read-only.",
                "The searches go on by themselves when it takes them again.",
                fault
            ),
            // Classes 08 connection, 25 state of the transaction, 28 who may connect, 3D which database, 40 rolled
            // back, 53 resources, 55 not in state, 57 operator, 58 system: they may pass, or be put right meanwhile.
            PostgresException said => new(
                said.SqlState[..2] is "08" or "25" or "28" or "3D" or "40" or "53" or "55" or "57" or "58"
                    ? JournalTrouble.Unavailable
                    : JournalTrouble.Broken,
                $"{place} answered: {said.MessageText} ({said.SqlState}).",
                null,
                fault
            ),
            _ => new(
                JournalTrouble.Unavailable,
                $"{place} does not answer: {fault.Message}",
                "Is the server running, and can this machine reach it?",
                fault
            ),
        };
}
