using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Searches;
using EvoNas.Evolution;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Postgres;

namespace EvoNas.Cli.Clustering;

/// <summary>What a person may ask of a search in a cluster.</summary>
enum Steering
{
    Pause,
    Resume,
    Extend,
    Stop,
    Drain,
}

/// <summary><c>evonas node</c>, and the commands that steer a cluster: one search on many machines.</summary>
static class ClusterCommand
{
    /// <summary>Where the journal of a cluster is: a secret, so no option.</summary>
    public const string JournalVariable = "EVONAS_JOURNAL";

    public static Verb MakeNode(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var migrate = Options.Flag(
            "--migrate",
            "Only create the tables of the journal in EVONAS_JOURNAL; as the owner of the database"
        );
        var grant = Options.Text(
            "--grant",
            "ROLE",
            "With --migrate: the database role of the nodes, which is granted the rights it needs"
        );
        return new Verb("node", "Run a node of a cluster: searches, breeding, evaluation")
        {
            Notes =
                "Ctrl-C or SIGTERM once waits for the running trainings and leaves the cluster, twice ends at once.\n"
                + "EVONAS_JOURNAL: connection string of PostgreSQL. EVONAS_CERTIFICATE_PASSWORD: of the certificate.",
        }
            .Example("evonas node --journal cluster.db", "a cluster on one machine: it runs searches and evaluates")
            .Example(
                "evonas node --role evaluator --name gpu-2 --port 4054 --seeds 127.0.0.1:4053",
                "more slots for it"
            )
            .Example("evonas node --migrate --grant evonas_node", "the tables in PostgreSQL")
            .Takes("Node", settings.For(MemberSettings.All))
            .Takes(
                "Slots",
                [
                    .. settings.For(KnownSettings.Slot),
                    .. settings.For(KnownSettings.Home, KnownSettings.Data, KnownSettings.LogFile, KnownSettings.Otlp),
                ]
            )
            .Takes("Journal", migrate, grant)
            .Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                if (parsed.GetValue(migrate))
                    return Task.FromResult(Migrate(terminal, parsed.GetValue(grant)));
                return ClusterWork.Node(
                    terminal,
                    effective,
                    Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!),
                    parsed.GetValue(config)
                ); // It has a default.
            });
    }

    /// <summary>The commands that only a cluster has.</summary>
    public static IEnumerable<Verb> MakeSteering(Terminal terminal, Option<string?> config)
    {
        async Task<int> Ask(ParseResult parsed, ClusterOptions cluster, Steering steering, string name, Budget? budget)
        {
            var effective = EffectiveSettings.Of(parsed.GetValue(config));
            var local = steering == Steering.Drain ? null : Local(terminal, cluster.Of(parsed), effective, name);
            if (local is null)
                return await ClusterWork.Steer(terminal, cluster.OrLocal(parsed), steering, name, budget);
            await using (local)
                return await ClusterWork.Steer(terminal, local, steering, name, budget);
        }

        yield return Steer(
                "pause",
                Steering.Pause,
                "Pause a running search: no more work is handed out, running evaluations end"
            )
            .Example("evonas pause night", "until evonas resume night --cluster 127.0.0.1:4053");
        yield return Extend().Example("evonas extend night --budget 4000", "a larger budget");
        yield return Steer("stop", Steering.Stop, "Stop a running search; its lineage stays")
            .Example("evonas stop night", "it leaves the cluster's list");
        yield return Steer(
                "drain",
                Steering.Drain,
                "Let a node of a cluster take no more work, and leave when its trainings have ended",
                "NODE"
            )
            .Example("evonas drain gpu-2 --cluster 10.0.0.7:4053", "a node that is to be replaced");

        Verb Steer(string verb, Steering steering, string description, string what = "SEARCH")
        {
            var (name, cluster) = (
                new Argument<string>("name")
                {
                    HelpName = what,
                    Description = what == "NODE" ? "A node of the cluster" : "A search of the cluster",
                },
                new ClusterOptions(config, AnyNode)
            );
            return new Verb(verb, description)
                .Takes(name)
                .Takes("Cluster", cluster.All)
                .Does(parsed => Ask(parsed, cluster, steering, parsed.GetValue(name)!, null)); // A required argument.
        }

        Verb Extend()
        {
            var (name, cluster, settings) = (
                new Argument<string>("name") { HelpName = "SEARCH", Description = "A search of the cluster" },
                new ClusterOptions(config, AnyNode),
                new SettingOptions()
            );
            return new Verb("extend", "Give a running search another budget")
                .Takes(name)
                .Takes("Budget", settings.For(KnownSettings.Budget))
                .Takes("Cluster", cluster.All)
                .Does(parsed =>
                    Ask(
                        parsed,
                        cluster,
                        Steering.Extend,
                        parsed.GetValue(name)!, // A required argument.
                        Budget(settings, parsed)
                            ?? throw new RequestException(
                                "No budget is given.",
                                "Give one or more of --budget, --hours and --slot-hours."
                            )
                    )
                );
        }
    }

    /// <summary>A search that a process of this machine runs is asked at its socket; another one, and every node, at a
    /// cluster.</summary>
    /// <returns>Null: no search of this name is in the home folder, or a cluster is named.</returns>
    public static SearchClient? Local(
        Terminal terminal,
        ClusterContact? named,
        EffectiveSettings effective,
        string name
    )
    {
        if (named is not null)
            return null;
        var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
        if (home.At(name) is not { Exists: true } search)
            return null;
        return TopCommand.Socket(home, search.Name);
    }

    const string AnyNode = "Any node of the cluster [127.0.0.1:4053]";

    /// <summary>The budget of a command line; null: it gives none.</summary>
    public static Budget? Budget(SettingOptions settings, ParseResult parsed) =>
        EffectiveSettings.Of(null, settings.Given(parsed)) is var given && KnownSettings.Budget.Any(given.IsGiven)
            ? SearchRequest.Asked(given)
            : null;

    static int Migrate(Terminal terminal, string? role)
    {
        PostgresTables.Migrate(Server(terminal), role);
        terminal.Out.WriteLine(
            role is null ? "The tables are there." : $"The tables are there; {role} may write them."
        );
        return Exit.Done;
    }

    /// <summary>The connection string of PostgreSQL.</summary>
    public static string Server(Terminal terminal) =>
        terminal.Variable(JournalVariable)
        ?? throw new RequestException(
            "No journal is named.",
            $"Set {JournalVariable} to a connection string (Host=…;Database=…;Username=…;Password=…)."
        );
}
