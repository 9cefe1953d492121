using System.Threading.Channels;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Searches;

/// <summary>Watches a search that another process runs, on this machine or on a cluster, by its events and the reports
/// of its slots.</summary>
sealed class SearchTop(Terminal terminal, SearchClient client, string name)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly Channel<Told> _told = Channel.CreateUnbounded<Told>(new UnboundedChannelOptions { SingleReader = true });
    readonly System.Diagnostics.Stopwatch _clock = new(),
        _sinceEnd = new();
    readonly SearchViewModel _view = new();
    long _last,
        _unseen;
    long? _endedBefore;

    /// <summary>Draws it, until it has finished or the reader leaves.</summary>
    /// <param name="once">Draws one frame and ends.</param>
    public async Task Show(bool once)
    {
        using var stop = new CancellationTokenSource();
        var following = Subscribe(stop.Token);
        try
        {
            if (once)
                await ShowOnce();
            else
                await Watch(stop);
        }
        finally
        {
            await stop.CancelAsync();
            await following;
        }
    }

    async Task Subscribe(CancellationToken stop)
    {
        try
        {
            await foreach (var told in client.Subscribe(name, stop))
                _told.Writer.TryWrite(told);
        }
        catch (OperationCanceledException) { } // The reader left.
        // The process of the search ended.
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException) { }
    }

    async Task ShowOnce()
    {
        var report = await Ask();
        if (Find(report) is { Events: > 0 } search)
            while (_last < search.Events)
                See(await _told.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        var (width, height) = terminal.IsInteractive ? terminal.Size() : (100, 40);
        foreach (var line in Draw(report, width, height, "").Lines)
            terminal.Out.WriteLine(line.ToString().TrimEnd());
    }

    async Task Watch(CancellationTokenSource stop)
    {
        using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
        using var display = new LiveView(terminal);
        _clock.Start();
        while (true)
        {
            var report = await Ask();
            while (_told.Reader.TryRead(out var told))
                See(told);
            var search = Find(report);
            // What the report counts already may still be on its way.
            var isBehind = search is not null && _last < search.Events;
            if (search is not null && !isBehind)
                _endedBefore ??= _view.Ended;
            var goesOn =
                !stop.IsCancellationRequested
                && search is not null
                && (isBehind || search.State != SearchState.Finished);
            display.Draw(
                (width, height) => Draw(report, width, height, goesOn ? "Ctrl-C leaves; the search goes on" : "")
            );
            try
            {
                if (goesOn)
                    await Task.Delay(Pause, stop.Token);
            }
            catch (OperationCanceledException)
            {
                goesOn = false;
            }
            if (goesOn)
                continue;
            display.Keep();
            return;
        }
    }

    // Between two coordinators there is no report; the frame stays.
    async Task<ClusterReport> Ask()
    {
        try
        {
            return await client.Report();
        }
        catch (SearchStoppedException) when (_clock.IsRunning)
        {
            return new([], [new(name, "waiting", "", 0, 0, 0, null, null, null, 0, "no node answers")]);
        }
    }

    SearchReport? Find(ClusterReport report) =>
        report.Searches.FirstOrDefault(search => search.Name == name)
        ?? (
            _clock.IsRunning && report.Nodes.Length > 0 && report.Searches.Length == 0
                ? new(name, "waiting", "", 0, 0, 0, null, null, null, 0, "no coordinator answers")
                : null
        );

    void See(Told told)
    {
        _unseen += told.Number - _last - 1;
        _last = told.Number;
        if (_view.See(ClusterWork.EventOf(told)) is not null)
            _sinceEnd.Restart();
    }

    Frame Draw(ClusterReport report, int width, int height, string notice)
    {
        var search = Find(report);
        var run = new RunStatus
        {
            EndedBefore = _endedBefore ?? _view.Ended,
            Seconds = _clock.Elapsed.TotalSeconds,
            ElapsedSeconds =
                _view.ElapsedSeconds
                + (search?.State == SearchState.Running && _clock.IsRunning ? _sinceEnd.Elapsed.TotalSeconds : 0),
        }.With(report, name);
        var nodes = report is { Nodes: [{ Address: "" }] }
            ? ""
            : $", {report.Nodes.Count(node => node.Status == "up")} of "
                + $"{Figures.Counted(report.Nodes.Length, "node")} up";
        string[] notices =
        [
            search?.Detail ?? "",
            _unseen > 0 ? $"not shown: {Figures.Counted(_unseen, "older event")}" : "",
            notice,
        ];
        return SearchFrame.Draw(
            name,
            $"{_view.Settings?.Space ?? search?.Space}{nodes}",
            search?.State ?? "stopped",
            _view,
            run,
            string.Join(". ", notices.Where(one => one != "")),
            width,
            height
        );
    }
}
