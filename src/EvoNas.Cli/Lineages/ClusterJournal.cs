using System.CommandLine;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Storage;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Lineages;

/// <summary>The options that name a cluster's journal instead of the searches of this machine.</summary>
sealed class ClusterJournal
{
    readonly Option<string?> _file = Options.Text(
        "--journal",
        "FILE",
        "The file in which a cluster's coordinator keeps the search"
    );
    readonly Option<bool> _server = Options.Flag(
        "--server",
        "The cluster's journal in PostgreSQL, which EVONAS_JOURNAL names"
    );

    public Option[] All => [_file, _server];

    /// <summary>What a command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="file">The file; null where none is named.</param>
    /// <returns>True for the server.</returns>
    /// <exception cref="RequestException">Both are named.</exception>
    public bool IsServer(ParseResult parsed, out string? file)
    {
        file = parsed.GetValue(_file);
        return file is not null && parsed.GetValue(_server)
            ? throw new RequestException("--journal and --server are two journals.", "Give one of them.")
            : parsed.GetValue(_server);
    }

    /// <summary>Opens it to read; null where the searches of this machine are meant.</summary>
    public JournalReader? Open(ParseResult parsed, Terminal terminal) =>
        IsServer(parsed, out var file) ? PostgresReader.Open(ClusterCommand.Server(terminal))
        : file is not null ? SqliteReader.Open(file)
        : null;
}
