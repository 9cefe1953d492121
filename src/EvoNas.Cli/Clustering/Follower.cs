using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Clustering;

/// <summary>Shows a search of a cluster until it has finished, whatever happens to the node that was asked: when that
/// one does not answer it connects anew, to it or to another node.</summary>
/// <param name="open">Makes a client of a node, given as host:port.</param>
/// <param name="first">The node that the user named.</param>
/// <param name="name">Of the search.</param>
/// <param name="reporter">Where it is shown.</param>
sealed class Follower(Func<string, SearchClient> open, string first, string name, Reporter reporter)
{
    // Each node is tried so often in a row: one that has shut out this connection answers the next.
    const int TriesMax = 2;

    static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(5);

    readonly SearchViewModel _view = new();
    readonly List<string> _nodes = [first];
    long _last;
    int _unanswered;
    string? _said;
    bool _wasStopped;

    /// <summary>What was told of the search.</summary>
    public SearchViewModel View => _view;

    /// <summary>Follows the search to its end.</summary>
    /// <param name="stop">Ends it; the search goes on.</param>
    /// <exception cref="SearchStoppedException">No node answers.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task Run(CancellationToken stop)
    {
        for (var node = 0; ; node = (node + 1) % _nodes.Count)
        {
            if (await Follow(_nodes[node], stop))
                return;
            stop.ThrowIfCancellationRequested();
            if (++_unanswered >= TriesMax * _nodes.Count)
                throw new SearchStoppedException(
                    $"No node answers any more: {string.Join(", ", _nodes)}.",
                    "The search goes on where its cluster does; the same line again follows it."
                );
            reporter.Note($"{_nodes[node]} does not answer; trying again");
        }
    }

    // False: the node does not answer.
    async Task<bool> Follow(string node, CancellationToken stop)
    {
        await using var client = open(node);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = AskAgainAndAgain(client, connection);
        try
        {
            await foreach (var told in client.Subscribe(name, connection.Token))
            {
                _unanswered = 0;
                if (told.Number <= _last)
                    continue;
                var happened = ClusterWork.EventOf(told);
                if (told.Number > _last + 1)
                    reporter.Missed(told.Number - _last - 1);
                _last = told.Number;
                reporter.Happened(told.Number, DateTime.UtcNow, happened, _view.See(happened), _view);
                reporter.Tick(_view, new RunStatus { ElapsedSeconds = _view.ElapsedSeconds }, SearchState.Running);
                // One that was extended since then goes on.
                if (
                    happened is LineageEvent.Finished
                    && !(await client.Report()).Searches.Any(search => search.Name == name && search.Events > _last)
                )
                    return true;
            }
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return _wasStopped;
        }
        catch (SearchStoppedException) // The report after the end.
        {
            return true;
        }
        finally
        {
            await connection.CancelAsync();
            await asking;
        }
    }

    // A search that waits has no events that would tell of it, and a node that is gone has none either.
    async Task AskAgainAndAgain(SearchClient client, CancellationTokenSource connection)
    {
        try
        {
            while (true)
            {
                // At once: the node that was named may be gone in a moment, and it knows the others.
                var report = await client.Report().WaitAsync(connection.Token);
                _unanswered = 0;
                Know(report.Nodes);
                Say(report.Searches.FirstOrDefault(one => one.Name == name), report.Trouble);
                if (_wasStopped)
                {
                    await connection.CancelAsync();
                    return;
                }
                await Task.Delay(BetweenQuestions, connection.Token);
            }
        }
        catch (OperationCanceledException) { } // The reader leaves, or the search has ended.
        catch (SearchStoppedException)
        {
            await connection.CancelAsync();
        }
    }

    void Know(IEnumerable<NodeReport> nodes)
    {
        foreach (var node in nodes)
            if (node.Address.Split('@') is [_, var contact] && !_nodes.Contains(contact))
                _nodes.Add(contact);
    }

    void Say(SearchReport? search, string? trouble)
    {
        _wasStopped = search is null && trouble is null;
        if (_wasStopped)
        {
            reporter.Note("stopped: the cluster runs it no longer; its events are in the journal");
            return;
        }
        var now =
            search is { State: not (SearchState.Running or SearchState.Finished) and var state, Detail: { } why }
                ? $"{state}: {why}"
            : search is null ? trouble
            : null;
        if (now != _said)
            reporter.Note(now ?? "it goes on");
        _said = now;
    }
}
