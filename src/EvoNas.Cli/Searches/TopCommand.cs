using System.CommandLine;
using EvoNas.Actors;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas top</c>: looks over the shoulder of a process that runs a search. Reads only; the search does not
/// know.</summary>
static class TopCommand
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string?>("name")
        {
            HelpName = "NAME",
            Description = "A search; the one that runs if left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (once, cluster) = (
            Options.Flag("--once", "One picture, and that is all"),
            new ClusterOptions(config, "A search of the cluster of this node instead")
        );
        return new Verb("top", "Watch a search that another process runs")
            .Takes(name)
            .Takes("Cluster", cluster.All)
            .Takes("Output", once)
            .Example("evonas top", "the search that runs")
            .Example("evonas top night --once", "one picture")
            .Example("evonas top night --cluster 127.0.0.1:4053", "a search of a cluster")
            .Does(async parsed =>
            {
                if (cluster.Of(parsed) is { } contact)
                    return await ClusterWork.Top(terminal, contact, parsed.GetValue(name), parsed.GetValue(once));
                var search = parsed.GetValue(name) is { } given ? home(parsed).Find(given) : Running(home(parsed));
                await using var journal = SqliteJournal.OpenReadOnly(search.Journal);
                var view = new SearchViewModel();
                if (parsed.GetValue(once) || !terminal.IsInteractive)
                {
                    Update(view, journal, search);
                    var (width, height) = terminal.IsInteractive ? terminal.Size() : (100, 40);
                    foreach (var line in Draw(search, view, width, height, "").Lines)
                        terminal.Out.WriteLine(line.ToString().TrimEnd());
                    return Exit.Done;
                }
                await Watch(terminal, search, journal, view);
                return Exit.Done;
            });
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

    static async Task Watch(Terminal terminal, SearchFolder search, SqliteJournal journal, SearchViewModel view)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGINT,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            }
        );
        using var display = new LiveView(terminal);
        while (true)
        {
            // Asked before the journal is read: what was appended until the end is then in the last picture.
            var running = search.IsRunning;
            Update(view, journal, search);
            display.Draw(
                (width, height) => Draw(search, view, width, height, running ? "Ctrl-C leaves; the search goes on" : "")
            );
            try
            {
                if (running)
                    await Task.Delay(Pause, stop.Token);
            }
            catch (OperationCanceledException)
            {
                running = false;
            }
            if (running)
                continue;
            display.Keep();
            return;
        }
    }

    static void Update(SearchViewModel view, SqliteJournal journal, SearchFolder search)
    {
        try
        {
            foreach (var happening in journal.Read(search, view.Events))
                view.See(happening.Event);
        }
        catch (JournalException fault) when (fault.Trouble == JournalTrouble.Unavailable) { } // Asked again in a moment.
        catch (EventSerializationException fault)
        {
            throw new FailedException(
                $"The journal of '{search.Name}' cannot be trusted: {fault.Message}",
                $"See all that is wrong: evonas lineage {search.Name} verify."
            );
        }
    }

    static Picture Draw(SearchFolder search, SearchViewModel view, int width, int height, string notice)
    {
        var session = Session.Read(search) ?? new Session();
        var state = SearchState.Of(view.Finished is not null, search.IsRunning, session.Drained);
        if (state != SearchState.Running)
            session = session with { Slots = [], ElapsedSeconds = view.ElapsedSeconds };
        return SearchPicture.Draw(search.Name, view.Settings?.Space ?? "", state, view, session, notice, width, height);
    }
}
