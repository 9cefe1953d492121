using EvoNas.Actors.Monitors;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using EvoNas.Searches;

namespace EvoNas.Cli.Searches;

/// <summary>Shows what the actors of a search or of a cluster are doing.</summary>
/// <param name="terminal">Where.</param>
/// <param name="client">Who is asked.</param>
/// <param name="only">Of the single actors, those that work for this; null: all.</param>
/// <param name="watched">The path of one whose last messages are shown instead; null: none.</param>
/// <param name="withPayloads">With what those messages say.</param>
sealed class ActorsView(
    Terminal terminal,
    SearchClient client,
    string? only,
    string? watched,
    bool withPayloads = false
)
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Once.</summary>
    public async Task Show()
    {
        int? room = terminal.IsInteractive ? terminal.Size().Width - 1 : null;
        foreach (var line in Lines(await Once(), room))
            terminal.Out.WriteLine(line.ToString().TrimEnd());
    }

    /// <summary>Once, for scripts.</summary>
    public async Task ShowJson() => terminal.WriteJson(ActorsJson.Of(await Once()));

    /// <summary>Again and again, until the reader leaves or nothing answers.</summary>
    public async Task Watch()
    {
        using var stop = new CancellationTokenSource();
        using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
        using var display = new LiveView(terminal);
        var nodes = await client.Actors(watched, withPayloads);
        while (true)
        {
            var (shown, goesOn) = (nodes, !stop.IsCancellationRequested);
            display.Draw(
                (width, height) =>
                    new(
                        [
                            .. Lines(shown, width - Frame.Margin),
                            new(),
                            new Line().Add(goesOn ? "Ctrl-C leaves; the search goes on" : "", "grey"),
                        ],
                        height
                    )
            );
            if (!goesOn)
                break;
            try
            {
                await Task.Delay(Pause, stop.Token);
                nodes = await client.Actors(watched, withPayloads);
            }
            catch (OperationCanceledException)
            {
                continue; // The last frame, without the notice.
            }
            catch (SearchStoppedException)
            {
                break; // It has ended.
            }
        }
        display.Keep();
    }

    // What a watched actor handles is kept from the first question on.
    async Task<IReadOnlyList<NodeActors>> Once()
    {
        var nodes = await client.Actors(watched, withPayloads);
        if (watched is null)
            return nodes;
        Find(nodes, watched);
        await Task.Delay(Pause);
        return await client.Actors(watched, withPayloads);
    }

    IReadOnlyList<Line> Lines(IReadOnlyList<NodeActors> nodes, int? room) =>
        watched is null
            ? ActorsFrame.Draw(nodes, DateTimeOffset.Now, only, room)
            : [.. Find(nodes, watched).SelectMany(actor => ActorsFrame.Draw(actor, room))];

    static ActorLine[] Find(IReadOnlyList<NodeActors> nodes, string path)
    {
        var actors = nodes.SelectMany(node => node.Actors).ToArray();
        return actors.Where(actor => actor.Path == path).ToArray() is { Length: > 0 } found
            ? found
            : throw new RequestException(
                $"There is no actor '{path}'.",
                Nearest.To(path, [.. actors.Select(actor => actor.Path).Distinct()]) is { } near
                    ? $"Did you mean '{near}'?"
                    : "All actors: evonas actors."
            );
    }
}
