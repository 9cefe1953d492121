using System.Threading.Channels;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Clustering;

/// <summary>Looks over a cluster's shoulder: the picture of a search of this machine, fed by the nodes' monitors and
/// the search's events.</summary>
sealed class ClusterTop(Terminal terminal, ClusterClient client, string name)
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
    /// <param name="once">One picture, and that is all.</param>
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

    // Between two coordinators there is no report; the picture stays.
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

    Picture Draw(ClusterReport report, int width, int height, string notice)
    {
        var search = Find(report);
        var session = new Session
        {
            EndedBefore = _endedBefore ?? _view.Ended,
            Seconds = _clock.Elapsed.TotalSeconds,
            ElapsedSeconds =
                _view.ElapsedSeconds
                + (search?.State == SearchState.Running && _clock.IsRunning ? _sinceEnd.Elapsed.TotalSeconds : 0),
            Slots =
            [
                .. report
                    .Nodes.SelectMany(node => node.Slots)
                    .Where(slot => slot.Search == name || slot.Search is null)
                    .OrderBy(slot => slot.Name, StringComparer.Ordinal)
                    .Select(ReportOf),
            ],
        };
        var nodes = $"{report.Nodes.Count(node => node.Status == "up")} of {report.Nodes.Length} nodes up";
        string[] notices =
        [
            search?.Detail ?? "",
            _unseen > 0 ? $"{Figures.Exact(_unseen)} older events are not shown" : "",
            notice,
        ];
        return SearchPicture.Draw(
            name,
            $"{_view.Settings?.Space ?? search?.Space}, {nodes}",
            search?.State ?? "stopped",
            _view,
            session,
            string.Join(". ", notices.Where(one => one != "")),
            width,
            height
        );
    }

    static SlotReport ReportOf(SlotLine slot) =>
        slot.Does switch
        {
            "quarantined" => new(slot.Name, slot.Does, Reason: slot.Detail),
            "idle" => new(slot.Name, slot.Does),
            _ => new(
                slot.Name,
                slot.Does,
                slot.Birth,
                slot.Attempt,
                slot.Genotype,
                slot.Progress?.Epoch ?? 0,
                slot.Progress?.Epochs ?? 0,
                slot.Progress?.Step ?? 0,
                slot.Progress?.Steps ?? 0,
                slot.Progress?.ImagesPerSecond ?? 0,
                slot.Seconds,
                slot.Progress?.Top1
            ),
        };
}
