using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting.Nodes;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Storage;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;
using Serilog;
using Serilog.Events;

namespace EvoNas.Cli.Dashboards;

/// <summary>A dashboard from its opening to its end.</summary>
/// <remarks>Only this names ASP.NET Core: no other command loads it.</remarks>
static class DashboardRun
{
    const int PortUsual = 4380,
        PortsTried = 20;

    const string PasswordVariable = "EVONAS_TLS_PASSWORD";

    /// <summary>Listens until it is interrupted.</summary>
    public static async Task<int> Run(
        Terminal terminal,
        Home home,
        IReadOnlyList<string> names,
        DashboardOptions options,
        ClusterContact? contact,
        EffectiveSettings effective
    )
    {
        using var log = new LoggerConfiguration()
            .MinimumLevel.Warning()
            .WriteTo.Console(
                outputTemplate: "{Level:w}: {Message:lj}{NewLine}",
                standardErrorFromLevel: LogEventLevel.Verbose,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture
            )
            .CreateLogger();
        if (contact is null)
            foreach (var name in names)
                home.Find(name);
        var settings = SettingsOf(terminal, home, options) with
        {
            // A name is unique in a home folder, or in a cluster.
            ProjectionFolder = Path.Combine(
                home.Folder,
                "dashboard",
                contact is null ? "local" : contact.Node.Replace(':', '-')
            ),
        };
        await using var server = await Open(
            settings,
            options.Port,
            () => contact is null ? new LocalCatalog(home, [.. names]) : Cluster(terminal, contact, effective, names),
            log
        );
        terminal.Out.WriteLine(server.OpeningAddress);
        terminal.Out.WriteLine(
            $"It shows {(contact is null ? home.Folder : contact.Node)}; Ctrl-C ends it, searches go on."
        );
        await terminal.Out.FlushAsync();
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interruptions = new Interruptions(() => ended.TrySetResult(), () => ended.TrySetResult());
        await ended.Task;
        return Exit.Done;
    }

    /// <summary>Opens a dashboard of one search that this process runs.</summary>
    public static Task<DashboardServer> Beside(Terminal terminal, Home home, SearchFolder search, ILogger log) =>
        Open(
            SettingsOf(terminal, home, new(null, null, null, [], false, null, false)),
            port: null,
            () => new LocalCatalog(home, [search.Name]),
            log
        );

    /// <summary>Opens the dashboard of a node, which shows its cluster as long as it is a member, and prints its
    /// address.</summary>
    /// <param name="terminal">Where its address is printed.</param>
    /// <param name="home">Keeps its token, and what it has folded.</param>
    /// <param name="effective">Its port.</param>
    /// <param name="node">The member.</param>
    /// <param name="open">Opens the cluster's journal to read.</param>
    /// <param name="log">Told of defects.</param>
    public static async Task<IAsyncDisposable> InNode(
        Terminal terminal,
        Home home,
        EffectiveSettings effective,
        ClusterNode node,
        Func<JournalReader> open,
        ILogger log
    )
    {
        var server = await Open(
            SettingsOf(terminal, home, new(null, null, null, [], false, null, false)) with
            {
                ProjectionFolder = Path.Combine(home.Folder, "dashboard", node.Endpoint.Replace(':', '-')),
            },
            (int?)effective.Whole(MemberSettings.DashboardPort),
            () => new ClusterCatalog(node.Endpoint, node.Client, open, []),
            log
        );
        terminal.Out.WriteLine(server.OpeningAddress);
        return server;
    }

    static DashboardSettings SettingsOf(Terminal terminal, Home home, DashboardOptions options) =>
        new()
        {
            Version = Evonas.Version,
            Address =
                options.Address is not { } written ? IPAddress.Loopback
                : IPAddress.TryParse(written.Trim('[', ']'), out var address) ? address
                : throw new RequestException(
                    $"--address '{written}' is no address.",
                    "It takes one as 127.0.0.1 or 0.0.0.0; names are given by --allowed-hosts."
                ),
            PathBase = options.PathBase is null or "/" ? "" : options.PathBase,
            AllowControl = options.AllowControl,
            ShowPayloads = options.ShowPayloads,
            AllowedHosts =
            [
                .. options.AllowedHosts,
                .. options.Address is { } own ? new[] { own.Contains(':') ? $"[{own.Trim('[', ']')}]" : own } : [],
            ],
            BehindProxy = options.BehindProxy,
            Certificate = options.Certificate is { } file ? CertificateAt(terminal, file) : null,
            TokenFile = Path.Combine(home.Folder, "dashboard", "token"),
        };

    // A port that was named is meant; the usual one may be taken by another dashboard.
    static async Task<DashboardServer> Open(
        DashboardSettings settings,
        int? port,
        Func<SearchCatalog> catalog,
        ILogger log
    )
    {
        for (var tried = port ?? PortUsual; ; tried++)
            try
            {
                return await DashboardServer.Start(settings with { Port = tried }, catalog(), log);
            }
            catch (Exception taken) when (taken is IOException or System.Net.Sockets.SocketException)
            {
                if (
                    taken.GetBaseException() is System.Net.Sockets.SocketException
                    {
                        SocketErrorCode: System.Net.Sockets.SocketError.AddressNotAvailable
                    }
                )
                    throw new FailedException(
                        $"{settings.Address} is no address of this machine.",
                        "Name one of its own: --address ADDRESS, such as ::1.",
                        taken
                    );
                if (port is null && tried < PortUsual + PortsTried)
                    continue;
                throw new FailedException(
                    $"Port {tried} cannot be opened: {taken.GetBaseException().Message}",
                    "Name another one, or 0 for a free one: --port N.",
                    taken
                );
            }
    }

    static ClusterCatalog Cluster(
        Terminal terminal,
        ClusterContact contact,
        EffectiveSettings effective,
        IReadOnlyList<string> names
    )
    {
        var open = JournalOf(terminal, effective);
        return new(
            contact.Node,
            ClusterClient.Open(
                contact.Node,
                contact.Effective.Text(MemberSettings.Host)!, // It has a default.
                Membership.CertificateOf(terminal, contact.Effective)
            ),
            open,
            [.. names]
        );
    }

    /// <summary>How the journal of a cluster is opened to read.</summary>
    /// <exception cref="RequestException">It is not named.</exception>
    public static Func<JournalReader> JournalOf(Terminal terminal, EffectiveSettings effective) =>
        terminal.Variable(ClusterCommand.JournalVariable) is { Length: > 0 } server ? () => PostgresReader.Open(server)
        : effective.Text(MemberSettings.Journal) is { } file ? () => SqliteReader.Open(file)
        : throw new RequestException(
            "The journal of the cluster is not named: a dashboard reads the events there.",
            $"Set {ClusterCommand.JournalVariable} to PostgreSQL's connection string, or give --journal FILE."
        );

    static X509Certificate2 CertificateAt(Terminal terminal, string file)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, terminal.Variable(PasswordVariable));
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The certificate {file} cannot be used: {fault.Message}",
                $"It takes PKCS#12 with a key; its password in {PasswordVariable}."
            );
        }
    }
}
