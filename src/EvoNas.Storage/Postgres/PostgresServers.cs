using System.Globalization;
using System.Net;
using Npgsql;

namespace EvoNas.Storage.Postgres;

/// <summary>The servers that a connection string names: one, or several of which one takes writes.</summary>
static class PostgresServers
{
    /// <summary>Host and port of each server, in the order of the string.</summary>
    /// <remarks>Npgsql takes <c>Host=a:5433,b</c>, with <c>Port</c> for those without one; an IPv6 address with a port
    /// stands in brackets.</remarks>
    public static IReadOnlyList<(string Host, int Port)> Of(NpgsqlConnectionStringBuilder parts) =>
        [
            .. (parts.Host ?? "")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(host => Split(host, parts.Port)),
        ];

    /// <summary>All of them, as <c>host:port,host:port</c>.</summary>
    public static string Name(NpgsqlConnectionStringBuilder parts) =>
        string.Join(',', Of(parts).Select(server => $"{server.Host}:{server.Port}"));

    /// <summary>True for a socket of this machine and for its loopback addresses.</summary>
    public static bool IsOfThisMachine(string host) =>
        host.StartsWith('/')
        || host == "localhost"
        || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);

    static (string Host, int Port) Split(string host, int port)
    {
        var colon = host.LastIndexOf(':');
        var isAddress6 = host.IndexOf(':') != colon && host[colon - 1] != ']';
        return
            colon > 0
            && !isAddress6
            && int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var own)
            ? (host[..colon], own)
            : (host, port);
    }
}
