using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Configuration;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Running;
using EvoNas.Cli.Searches;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Storage.Postgres;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Clustering;

/// <summary>What a person may ask of a search in a cluster.</summary>
enum Steering { Pause, Resume, Extend, Stop, Drain }

/// <summary><c>evonas node</c> and <c>evonas cluster</c>: one search on many machines.</summary>
static class ClusterCommand
{
    /// <summary>Where the journal of a cluster is: a secret, so no option.</summary>
    public const string JournalVariable = "EVONAS_JOURNAL";

    public static Verb MakeNode(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var migrate = Options.Flag("--migrate", "Make the tables of the journal in EVONAS_JOURNAL, and that is all; as the owner of the database");
        var grant = Options.Text("--grant", "ROLE", "With --migrate: the database role of the nodes, which gets the rights that it needs");
        return new Verb("node", "Be a node of a cluster: run searches, breed, evaluate")
        {
            Notes = "Ctrl-C or SIGTERM once waits for the running trainings and leaves the cluster, twice ends at once.\nEVONAS_JOURNAL: connection string of PostgreSQL. EVONAS_CERTIFICATE_PASSWORD: of the certificate.",
        }
            .Example("evonas node --journal cluster.db", "a cluster on one machine: it runs searches and evaluates")
            .Example("evonas node --role evaluator --name gpu-2 --port 4054 --seeds 127.0.0.1:4053", "more slots for it")
            .Example("evonas node --migrate --grant evonas_node", "the tables in PostgreSQL")
            .Takes("Node", settings.For(KnownSettings.Member))
            .Takes("Slots", [.. settings.For(KnownSettings.Slot), .. settings.For(KnownSettings.Home, KnownSettings.Data, KnownSettings.LogFile)])
            .Takes("Journal", migrate, grant)
            .Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                if (parsed.GetValue(migrate)) return Task.FromResult(Migrate(terminal, parsed.GetValue(grant)));
                return ClusterWork.Node(terminal, effective, Home.Of(terminal, effective.Text(KnownSettings.Home)!), parsed.GetValue(config)); // It has a default.
            });
    }

    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var cluster = new Verb("cluster", "Ask a cluster what it does, and steer its searches")
            .Example("evonas cluster status", "nodes, slots and searches")
            .Example("evonas cluster extend night --budget 4000", "a larger budget")
            .Example("evonas cluster drain gpu-2 --contact 10.0.0.7:4053", "a node that is to leave");
        return cluster.With(Status(terminal, config), Steer("pause", Steering.Pause, "Hand out nothing more; what is being evaluated ends"), Steer("resume", Steering.Resume, "Hand out again"),
            Extend(terminal), Steer("stop", Steering.Stop, "Run it no longer; its lineage stays"), Steer("drain", Steering.Drain, "A node takes no more work, and leaves when its trainings have ended", "NODE"), Verify(terminal, config));

        Verb Steer(string verb, Steering steering, string description, string what = "SEARCH")
        {
            var (name, contact, settings) = (new Argument<string>("name") { HelpName = what, Description = what == "NODE" ? "A node" : "A search of the cluster" }, Contact(), new SettingOptions());
            return new Verb(verb, description).Takes(name).Takes("Cluster", [contact, .. settings.For(KnownSettings.Guest)]).Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                return ClusterWork.Steer(terminal, effective, parsed.GetValue(contact), steering, parsed.GetValue(name)!, null); // A required argument.
            });
        }

        Verb Extend(Terminal _)
        {
            var (name, contact, settings) = (new Argument<string>("name") { HelpName = "SEARCH", Description = "A search of the cluster" }, Contact(), new SettingOptions());
            return new Verb("extend", "Another budget; a finished search goes on").Takes(name).Takes("Budget", settings.For(KnownSettings.Budget)).Takes("Cluster", [contact, .. settings.For(KnownSettings.Guest)]).Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                return ClusterWork.Steer(terminal, effective, parsed.GetValue(contact), Steering.Extend, parsed.GetValue(name)!, SearchRequest.Asked(effective)); // A required argument.
            });
        }
    }

    static Verb Status(Terminal terminal, Option<string?> config)
    {
        var (contact, settings, json) = (Contact(), new SettingOptions(), Options.Json("Nodes and searches"));
        return new Verb("status", "Nodes, slots and searches").Takes("Cluster", [contact, .. settings.For(KnownSettings.Guest)]).Takes("Output", json)
            .Does(parsed => ClusterWork.Status(terminal, EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed)), parsed.GetValue(contact), parsed.GetValue(json)));
    }

    static Verb Verify(Terminal terminal, Option<string?> config)
    {
        var name = new Argument<string>("name") { HelpName = "SEARCH", Description = "A search of the journal" };
        var (settings, json) = (new SettingOptions(), Options.Json("The findings"));
        return new Verb("verify", "Check every event of a search in the cluster's journal; exit code 1 if something is wrong").Takes(name)
            .Takes("Journal", settings.For(KnownSettings.Journal)).Takes("Output", json).Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var (search, id) = (parsed.GetValue(name)!, DurableLineage.IdOf(parsed.GetValue(name)!)); // A required argument.
                return VerifyCommand.Show(terminal, search, effective.Text(KnownSettings.Journal) is { } file ? SqliteVerification.Of(file, id) : PostgresVerification.Of(Server(terminal), id), parsed.GetValue(json));
            });
    }

    static int Migrate(Terminal terminal, string? role)
    {
        PostgresTables.Migrate(Server(terminal), role);
        terminal.Out.WriteLine(role is null ? "The tables are there." : $"The tables are there; {role} may write them.");
        return Exit.Done;
    }

    static string Server(Terminal terminal) => terminal.Variable(JournalVariable)
        ?? throw new RequestException("No journal is named.", $"Set {JournalVariable} to a connection string (Host=…;Database=…;Username=…;Password=…), or give --journal FILE.");

    static Option<string?> Contact() => Options.Text("--contact", "HOST:PORT", "Any node [127.0.0.1:4053]");
}
