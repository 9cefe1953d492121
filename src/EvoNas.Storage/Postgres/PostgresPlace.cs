using System.Data.Common;
using EvoNas.Actors;
using Npgsql;

namespace EvoNas.Storage.Postgres;

/// <summary>How Akka.Persistence.Sql connects to a PostgreSQL database.</summary>
public static class PostgresPlace
{
    const string Masked = "********";

    /// <summary>A database whose tables are there (see <see cref="PostgresTables"/>).</summary>
    /// <remarks>A coordinator that freezes, or loses its machine, in the middle of an append leaves its transaction
    /// open, and its successor would wait for that row: the server ends a session that is silent within a transaction.
    /// Unless the string says otherwise, repeated statements are prepared, the client waits 5 s for a connection and
    /// 15 s for a statement (less than Akka.Persistence waits), and tests a silent connection every 10 s.</remarks>
    /// <param name="connectionString">Connects to the database; a secret.</param>
    /// <exception cref="JournalException">It is no connection string.</exception>
    public static JournalPlace Of(string connectionString)
    {
        var parts = PostgresFault.Parts(connectionString);
        var given = new DbConnectionStringBuilder { ConnectionString = parts.ConnectionString }; // Npgsql's own names.
        if (!given.ContainsKey("Timeout"))
            parts.Timeout = 5;
        if (!given.ContainsKey("Command Timeout"))
            parts.CommandTimeout = 15;
        if (!given.ContainsKey("Keepalive"))
            parts.KeepAlive = 10;
        if (!given.ContainsKey("Max Auto Prepare"))
            (parts.MaxAutoPrepare, parts.AutoPrepareMinUsages) = (50, 2);
        parts.Options = $"-c idle_in_transaction_session_timeout=10s {parts.Options}".TrimEnd();
        var place = PostgresFault.PlaceOf(connectionString);
        return new()
        {
            Provider = "PostgreSQL.15",
            ConnectionString = parts.ConnectionString,
            Description = $"PostgreSQL {WithoutSecrets(parts.ConnectionString)}",
            Caution = CautionOf(parts),
            Probe =
                "SELECT CASE WHEN current_setting('transaction_read_only') = 'on' THEN "
                + "'it is a standby, or was made read-only' END",
            Explain = fault => PostgresFault.IsOfServer(fault) ? PostgresFault.Of(fault, place) : null,
        };
    }

    static string WithoutSecrets(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        if (parts.Password is not null)
            parts.Password = Masked;
        if (parts.SslPassword is not null)
            parts.SslPassword = Masked;
        return parts.ConnectionString;
    }

    static string? CautionOf(NpgsqlConnectionStringBuilder parts)
    {
        var servers = PostgresServers.Of(parts);
        var isElsewhere = !servers.All(server => PostgresServers.IsOfThisMachine(server.Host));
        string?[] cautions =
        [
            servers.Count > 1 && parts.TargetSessionAttributes is null
                ? "the journal is on one of several servers, and a standby takes no writes: "
                    + "set Target Session Attributes=primary"
                : null,
            isElsewhere && parts.SslMode != SslMode.VerifyFull
                ? $"the journal's server {PostgresServers.Name(parts)} may be another machine, and its identity is "
                    + "not checked: set SSL Mode=VerifyFull"
                : null,
        ];
        return cautions.OfType<string>().ToArray() is { Length: > 0 } said ? string.Join("; ", said) : null;
    }
}
