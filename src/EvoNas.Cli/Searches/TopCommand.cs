using System.CommandLine;
using EvoNas.Actors;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Storage;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas top</c>: looks over the shoulder of a process that runs a search. Reads only; the search does not
/// know.</summary>
static class TopCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string?>("name")
        {
            HelpName = "NAME",
            Description = "A search; the one that runs if left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (once, actors, cluster) = (
            Options.Flag("--once", "Draw one frame and end"),
            Options.Flag("--actors", "Watch its actors instead, as evonas actors --watch"),
            new ClusterOptions(config, "A search of the cluster of this node instead")
        );
        return new Verb("top", "Watch a search that another process runs")
            .Takes(name)
            .Takes("Cluster", cluster.All)
            .Takes("Output", actors, once)
            .Example("evonas top", "the search that runs")
            .Example("evonas top night --once", "one frame")
            .Example("evonas top night --cluster 127.0.0.1:4053", "a search of a cluster")
            .Does(async parsed =>
            {
                if (parsed.GetValue(actors))
                    return await Actors(
                        terminal,
                        cluster.Of(parsed),
                        parsed.GetValue(name),
                        () => home(parsed),
                        parsed.GetValue(once)
                    );
                if (cluster.Of(parsed) is { } contact)
                    return await ClusterWork.Top(terminal, contact, parsed.GetValue(name), parsed.GetValue(once));
                var search = parsed.GetValue(name) is { } given ? home(parsed).Find(given) : Running(home(parsed));
                var isOnce = parsed.GetValue(once) || !terminal.IsInteractive;
                await using var client = new SocketClient(search.Socket);
                if (search.IsRunning && await client.IsListening())
                    await new SearchTop(terminal, client, search.Name).Show(isOnce);
                else
                    ShowJournal(terminal, search);
                return Exit.Done;
            });
    }

    static async Task<int> Actors(Terminal terminal, ClusterContact? contact, string? name, Func<Home> home, bool once)
    {
        await using var client = contact is null ? Socket(home(), name) : ClusterWork.Client(terminal, contact);
        var view = new ActorsView(terminal, client, contact is null ? null : name, watched: null);
        await (once || !terminal.IsInteractive ? view.Show() : view.Watch());
        return Exit.Done;
    }

    /// <summary>Asks the process that runs a search.</summary>
    /// <param name="home">The searches of this machine.</param>
    /// <param name="name">The search; null: the one that runs.</param>
    /// <exception cref="RequestException">No process runs it.</exception>
    public static SearchClient Socket(Home home, string? name)
    {
        var search = name is null ? Running(home) : home.Find(name);
        return search.IsRunning
            ? new SocketClient(search.Socket)
            : throw new RequestException(
                $"No process runs '{search.Name}'.",
                $"Continue it: evonas resume {search.Name}; one that a cluster runs is named with --cluster HOST:PORT."
            );
    }

    static SearchFolder Running(Home home) =>
        home.All().Where(search => search.IsRunning).ToArray() switch
        {
            [var only] => only,
            [] => throw new RequestException($"No search runs in {home.Folder}.", "All searches: evonas status."),
            var several => throw new RequestException(
                $"{several.Length} searches run: {string.Join(", ", several.Select(search => search.Name))}.",
                "Name one of them."
            ),
        };

    // Of a search that no process runs, or whose process does not answer.
    static void ShowJournal(Terminal terminal, SearchFolder search)
    {
        var view = new SearchViewModel();
        try
        {
            using var journal = SqliteReader.Open(search.Journal);
            foreach (var happening in journal.Read(search, after: 0))
                view.See(happening.Event);
        }
        catch (EventSerializationException fault)
        {
            throw new FailedException(
                $"The journal of '{search.Name}' cannot be trusted: {fault.Message}",
                $"See all that is wrong: evonas lineage {search.Name} verify."
            );
        }
        var state = SearchState.Of(view.Finished is not null, search.IsRunning, Session.Read(search)?.Drained == true);
        var (width, height) = terminal.IsInteractive ? terminal.Size() : (100, 40);
        var run = new RunStatus { ElapsedSeconds = view.ElapsedSeconds };
        var frame = SearchFrame.Draw(
            search.Name,
            view.Settings?.Space ?? "",
            state,
            view,
            run,
            state == SearchState.Running
                ? "its process does not answer"
                : SearchEnd.InWords(view.Finished, view.Spent) ?? (view.Settings is null ? "it never began" : ""),
            width,
            height
        );
        foreach (var line in frame.Lines)
            terminal.Out.WriteLine(line.ToString().TrimEnd());
    }
}
