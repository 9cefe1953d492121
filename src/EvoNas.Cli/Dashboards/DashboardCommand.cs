using System.CommandLine;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Dashboards;

/// <summary><c>evonas dashboard</c>: searches in a browser.</summary>
static class DashboardCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var names = new Argument<string[]>("name")
        {
            HelpName = "NAME",
            Description = "Searches to show; all, and those that begin later, if left out",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var options = new DashboardArguments();
        var settings = new SettingOptions();
        var cluster = new ClusterOptions(config, "Searches of the cluster of this node, read in its journal");
        return new Verb("dashboard", "Show searches in a browser")
        {
            Notes =
                "It prints an address with a secret: whoever has it sees everything here. Searches that run do not\n"
                + "notice that they are watched. EVONAS_JOURNAL names a cluster's PostgreSQL, as for evonas node.",
        }
            .Takes(names)
            .Takes("Address", options.Reached)
            .Takes("Rights", options.Control)
            .Takes("Cluster", [.. cluster.All, .. settings.For(MemberSettings.Journal)])
            .Example("evonas dashboard", "all searches of this machine")
            .Example("evonas dashboard night --allow-control", "one, to pause and resume it too")
            .Example("evonas dashboard --cluster 127.0.0.1:4053 --journal cluster.db", "those of a cluster")
            .Does(parsed =>
                DashboardRun.Run(
                    terminal,
                    home(parsed),
                    parsed.GetValue(names) ?? [],
                    options.Of(parsed),
                    cluster.Of(parsed),
                    EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed))
                )
            );
    }
}

/// <summary>How a dashboard is to be reached, as it was written.</summary>
/// <param name="Port">Null: the usual one, or one near it.</param>
sealed record DashboardOptions(
    string? Address,
    int? Port,
    string? PathBase,
    IReadOnlyList<string> AllowedHosts,
    bool BehindProxy,
    string? Certificate,
    bool AllowControl,
    bool ShowPayloads = false
);

/// <summary>The options of a dashboard. Each command makes its own.</summary>
sealed class DashboardArguments
{
    readonly Option<string?> _address = Options.Text(
            "--address",
            "ADDRESS",
            "Address to listen at; another than this machine's needs TLS or a proxy [127.0.0.1]"
        ),
        _port = Options.Text("--port", "N", "Port to listen at; 0 takes a free one [4380, or the next that is free]"),
        _pathBase = Options.Text("--path-base", "PATH", "Path under which a proxy shows it, as /evonas [/]"),
        _certificate = Options.Text(
            "--tls-certificate",
            "FILE",
            "PKCS#12 for TLS; its password in EVONAS_TLS_PASSWORD"
        );
    readonly Option<string[]> _hosts = Options.Texts(
        "--allowed-hosts",
        "HOST[,HOST…]",
        "Names to answer for, beside localhost"
    );
    readonly Option<bool> _proxy = Options.Flag("--behind-proxy", "A proxy with TLS stands before it"),
        _control = Options.Flag("--allow-control", "Searches may be paused, resumed, extended and stopped"),
        _payloads = Options.Flag("--show-payloads", "The page of actors shows what messages say");

    public Option[] Reached => [_port, _address, _pathBase, _hosts, _proxy, _certificate];

    public Option[] Control => [_control, _payloads];

    public DashboardOptions Of(ParseResult parsed) =>
        new(
            parsed.GetValue(_address),
            parsed.GetValue(_port) is null ? null : (int)parsed.Whole(_port, 0, 0, ushort.MaxValue),
            parsed.GetValue(_pathBase),
            [.. (parsed.GetValue(_hosts) ?? []).SelectMany(Options.Items)],
            parsed.GetValue(_proxy),
            parsed.GetValue(_certificate),
            parsed.GetValue(_control),
            parsed.GetValue(_payloads)
        );
}
