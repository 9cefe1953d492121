using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;

namespace EvoNas.Cli.Clustering;

/// <summary>A node of the cluster that is spoken to, and how this side is reached.</summary>
/// <param name="Node">host:port.</param>
/// <param name="Effective">Host and certificate of this side.</param>
sealed record ClusterContact(string Node, EffectiveSettings Effective);

/// <summary>The options of commands that speak to a cluster. Each command makes its own.</summary>
/// <param name="config">The file of settings.</param>
/// <param name="description">What <c>--cluster</c> does to the command.</param>
sealed class ClusterOptions(Option<string?> config, string description)
{
    /// <summary>A node that was started without saying where.</summary>
    const string Local = "127.0.0.1:4053";

    readonly Option<string?> _node = Options.Text("--cluster", "HOST:PORT", description);
    readonly SettingOptions _settings = new();

    /// <summary>Made once, for the command.</summary>
    public Option[] All => [_node, .. _settings.For(MemberSettings.Client)];

    /// <summary>The cluster that is meant; null: none.</summary>
    public ClusterContact? Of(ParseResult parsed) =>
        parsed.GetValue(_node) is { } node ? new(Checked(node), Effective(parsed)) : null;

    /// <summary>The cluster that is meant: where none is named, that of the node at <see cref="Local"/>.</summary>
    public ClusterContact OrLocal(ParseResult parsed) => Of(parsed) ?? new(Local, Effective(parsed));

    EffectiveSettings Effective(ParseResult parsed) =>
        EffectiveSettings.Of(parsed.GetValue(config), _settings.Given(parsed));

    static string Checked(string node) =>
        node.LastIndexOf(':') is var colon and > 0
        && ushort.TryParse(node.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out _)
            ? node
            : throw new RequestException(
                $"--cluster '{node}' is not an address; it takes HOST:PORT.",
                $"As in --cluster {Local}."
            );
}
