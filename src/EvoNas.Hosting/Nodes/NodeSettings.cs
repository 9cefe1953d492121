using System.Collections.Immutable;
using System.Text.RegularExpressions;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Nodes;

/// <summary>What a node does. A process may do several.</summary>
public static class NodeRole
{
    /// <summary>May run the searches: one node of this role does, the others stand by. It breeds too.</summary>
    public const string Population = "population";

    /// <summary>Breeds.</summary>
    public const string Mutator = "mutator";

    /// <summary>Has slots.</summary>
    public const string Evaluator = "evaluator";

    /// <summary>Only watches; every node does that too.</summary>
    public const string Monitor = "monitor";

    /// <summary>Shows the cluster in a browser; the process of the node adds it.</summary>
    public const string Dashboard = "dashboard";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> All = [Population, Mutator, Evaluator, Monitor, Dashboard];
}

/// <summary>All that is needed to start a <see cref="ClusterNode"/>.</summary>
public sealed partial record NodeSettings
{
    /// <summary>Its alias: the slots' names begin with it, and these stand in the journal. Unique in the
    /// cluster.</summary>
    public required string Name { get; init; }

    /// <summary>See <see cref="NodeRole"/>; at least one.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    /// <summary>The address under which the others reach it.</summary>
    /// <value>127.0.0.1. Another one needs a certificate.</value>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port of that address; 0: the system chooses.</summary>
    public int Port { get; init; }

    /// <summary>Coordinators, as host:port, in the same order on every node. Empty: this node begins a
    /// cluster.</summary>
    public ImmutableArray<string> Seeds { get; init; } = [];

    /// <summary>Null on nodes that are no coordinators.</summary>
    public JournalPlace? Journal { get; init; }

    /// <summary>Null: without TLS, which is allowed on the loopback interface only.</summary>
    public NodeCertificate? Certificate { get; init; }

    /// <summary>Slots of this node.</summary>
    public int Slots { get; init; }

    /// <summary>Folders whose disks must keep <see cref="DiskReserveBytes"/> free: those of the journal's file, the
    /// spool and the log. On a fuller disk nothing is evaluated, and the node is not ready.</summary>
    public ImmutableArray<string> Disks { get; init; } = [];

    /// <summary>In bytes.</summary>
    public long DiskReserveBytes { get; init; } = 256_000_000;

    /// <summary>What this build does for others; another number only to try a mixture of builds.</summary>
    internal int Protocol { get; init; } = SearchOrder.Protocol;

    /// <summary>How orders become spaces.</summary>
    public required Draft Draft { get; init; }

    /// <summary>How slots are set up.</summary>
    public required WorkerFactory WorkerFactory { get; init; }

    /// <summary>The folder in which this node's workers keep drawings of the samples of a search, by its name; null:
    /// they keep none.</summary>
    public Func<string, string?> SamplesFolder { get; init; } = _ => null;

    /// <summary>Outcomes that an earlier process of this node kept, with their searches.</summary>
    public ImmutableArray<(string Search, SpooledOutcome Outcome)> Spooled { get; init; } = [];

    /// <summary>How long populations wait for whom.</summary>
    public PopulationTerms Terms { get; init; } = new();

    /// <summary>How long a node that is asked to leave waits for its trainings; what does not end in time is evaluated
    /// again elsewhere.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>HOCON that is laid over <c>cluster.conf</c>: an <c>akka { … }</c> of the operator's own.</summary>
    public string Overrides { get; init; } = "";

    /// <summary>These settings, if a node can be started with them.</summary>
    /// <exception cref="RequestException">A role is unknown, or something is missing.</exception>
    public NodeSettings Checked()
    {
        CheckedName(Name);
        foreach (var seed in Seeds)
            if (!SeedForm().IsMatch(seed))
                throw new RequestException(
                    $"'{seed}' is no address of a coordinator.",
                    "Each of --seeds is HOST:PORT, as in 10.0.0.1:4053."
                );
        if (Roles.IsDefaultOrEmpty)
            throw new RequestException("A node needs a role.", $"One or more of: {string.Join(", ", NodeRole.All)}.");
        foreach (var role in Roles)
            if (!NodeRole.All.Contains(role))
                throw Nearest.Unknown("role", role, NodeRole.All);
        if (Roles.Contains(NodeRole.Population) && Journal is null)
            throw new RequestException(
                "A node of the role population needs a journal.",
                "Set EVONAS_JOURNAL to a connection string of PostgreSQL, or evonas.node.journal to a file."
            );
        if (Roles.Contains(NodeRole.Evaluator) && Slots < 1)
            throw new RequestException(
                $"An evaluator with {Slots} slots evaluates nothing; it takes at least 1.",
                "Set --slots."
            );
        if (Certificate is null && !IsLoopback(Host))
            throw new RequestException(
                $"The node would listen at {Host} without TLS; every program that reaches the port could control it.",
                "Give it a certificate (evonas.node.certificate), or leave it at 127.0.0.1."
            );
        Certificate?.Checked();
        return this;
    }

    /// <summary>A node's name, if it may be one: it becomes a folder, and part of slots' names in the
    /// journal.</summary>
    /// <exception cref="RequestException">It may not.</exception>
    public static string CheckedName(string name) =>
        NameForm().IsMatch(name)
            ? name
            : throw new RequestException(
                $"'{name}' is no name of a node.",
                "A name has 1 to 63 of a-z, 0-9 and '-', and begins with a letter or a digit."
            );

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):[1-9][0-9]{0,4}\z")]
    private static partial Regex SeedForm();

    static bool IsLoopback(string host) =>
        host == "localhost"
        || System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address);
}
