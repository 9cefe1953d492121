using System.CommandLine;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas actors</c>: what every actor of a running search, or of a cluster, is doing.</summary>
static class ActorsCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string?>("name")
        {
            HelpName = "NAME",
            Description = "A search; the one that runs, or all of a cluster, if left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (json, watch, actor, payloads, cluster) = (
            Options.Json("The actors"),
            Options.Flag("--watch", "Show them again and again; at a terminal"),
            Options.Text("--actor", "PATH", "The last messages of this one, such as /user/slot-1"),
            Options.Flag("--show-payloads", "With --actor: what those messages say"),
            new ClusterOptions(config, "All nodes of the cluster of this node instead")
        );
        return new Verb("actors", "What every actor of a running search is doing")
            .Takes(name)
            .Takes("Cluster", cluster.All)
            .Takes("Output", actor, payloads, watch, json)
            .Example("evonas actors night", "mailboxes, times, failures, and what waits")
            .Example("evonas actors night --actor /user/slot-1", "its last messages")
            .Example("evonas actors --cluster 127.0.0.1:4053 --watch", "all nodes, again and again")
            .Does(async parsed =>
            {
                var (given, contact) = (parsed.GetValue(name), cluster.Of(parsed));
                await using var client = contact is null
                    ? TopCommand.Socket(home(parsed), given)
                    : ClusterWork.Client(terminal, contact);
                if (parsed.GetValue(payloads) && parsed.GetValue(actor) is null)
                    throw new RequestException(
                        "--show-payloads is of one actor.",
                        "Name it: evonas actors --actor /user/slot-1 --show-payloads."
                    );
                // A process of this machine runs one search: all its actors work for it.
                var view = new ActorsView(
                    terminal,
                    client,
                    contact is null ? null : given,
                    parsed.GetValue(actor),
                    parsed.GetValue(payloads)
                );
                if (parsed.GetValue(json))
                    await view.ShowJson();
                else if (parsed.GetValue(watch) && terminal.IsInteractive)
                    await view.Watch();
                else
                    await view.Show();
                return Exit.Done;
            });
    }
}
