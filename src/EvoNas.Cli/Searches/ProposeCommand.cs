using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas propose</c>: genotypes of the user's own, evaluated next.</summary>
static class ProposeCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A search, running or not" };
        var genotypes = new Argument<string[]>("genotypes")
        {
            HelpName = "GENOTYPE",
            Description = "What is to be evaluated next, as evonas spaces sample writes it",
            Arity = ArgumentArity.OneOrMore,
        };
        var (json, cluster) = (
            Options.Json("What was taken"),
            new ClusterOptions(config, "Propose to a search of the cluster of this node")
        );
        return new Verb("propose", "Have genotypes of your own evaluated next")
        {
            Notes =
                "They are births of their own inside the budget, and may breed. All are taken or none: a genotype\n"
                + "that is not of the space, is known already or breaks a limit that is known before a training is\n"
                + "refused. A search that no process runs keeps them for its next run.",
        }
            .Takes(name, genotypes)
            .Takes("Cluster", cluster.All)
            .Takes("Output", json)
            .Example("evonas propose night 0,3,1,1,2", "one genotype")
            .Example("evonas propose night 0,3,1,1,2 0,3,1,1,3 --cluster 127.0.0.1:4053", "two, in a cluster")
            .Does(async parsed =>
            {
                // Both arguments are required.
                var request = new Request.Propose(parsed.GetValue(name)!, parsed.GetValue(genotypes)!);
                if (cluster.Of(parsed) is { } contact)
                {
                    await using var nodes = ClusterWork.Client(terminal, contact);
                    await nodes.Propose(request);
                    return Tell(terminal, request, "evaluated next", parsed.GetValue(json));
                }
                var search = home(parsed).Find(request.Search);
                await using var client = new SocketClient(search.Socket);
                if (search.IsRunning && await client.IsListening())
                {
                    await client.Propose(request);
                    return Tell(terminal, request, "evaluated next", parsed.GetValue(json));
                }
                var left = await Keep(search, request);
                return Tell(terminal, request, left, parsed.GetValue(json));
            });
    }

    // A search without slots writes them into its journal, as a running one would.
    static async Task<string> Keep(SearchFolder search, Request.Propose request)
    {
        using var journal = SqliteJournalFile.Open(search.Journal);
        var lineage = History.Lineage(search);
        var begun = Resumption.Of(search, lineage, tablePath: null);
        var plan = new SearchPlan
        {
            Name = search.Name,
            Settings = begun.Settings,
            Space = begun.Space.Decisions,
            KnownMetrics = begun.KnownMetrics,
            NetworkOf = begun.NetworkOf,
            Slots = [],
        };
        await using var host = await LocalSearch.Start(plan, journal.Place, Serilog.Core.Logger.None);
        await host.Client.Propose(request);
        return lineage.Finished is null
            ? $"kept for the next run: evonas resume {search.Name}"
            : $"kept until the budget is raised: evonas resume {search.Name} --budget N";
    }

    static int Tell(Terminal terminal, Request.Propose request, string when, bool json)
    {
        if (json)
            terminal.WriteJson(
                new JsonObject
                {
                    ["search"] = request.Search,
                    ["proposed"] = new JsonArray([.. request.Genotypes.Select(text => (JsonNode)text)]),
                }
            );
        else
            terminal.Out.WriteLine(
                $"{request.Search}: {Figures.Counted(request.Genotypes.Length, "genotype")}, {when}"
            );
        return Exit.Done;
    }
}
