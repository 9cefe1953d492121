using System.Diagnostics;
using System.Threading.Channels;
using EvoNas.Actors.Populations;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Monitoring;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Sqlite;
using Serilog;

namespace EvoNas.Cli.Running;

/// <summary>One run of a search, from its journal's opening to its closing: the host at work, a view of it, and the two
/// ways to end it early.</summary>
sealed class SearchRun(
    Terminal terminal,
    SearchFolder search,
    SearchRequest request,
    EffectiveSettings effective,
    string data,
    SearchRun.OpenDashboard? dashboard = null
)
{
    static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);

    // Events that a slow reader may be behind.
    const int BacklogMax = 65_536;

    readonly Channel<(long Number, DateTime Time, LineageEvent Event)> _events = Channel.CreateBounded<(
        long,
        DateTime,
        LineageEvent
    )>(new BoundedChannelOptions(BacklogMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    readonly SearchViewModel _view = new();
    readonly Stopwatch _clock = new();
    readonly TaskCompletionSource _drainAsked = new(TaskCreationOptions.RunContinuationsAsynchronously),
        _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly DateTime _started = DateTime.UtcNow;
    long _endedBefore,
        _lastSeen;
    double _elapsedBefore;

    /// <summary>Opens a dashboard beside a run; it ends with the run.</summary>
    /// <param name="log">The log of the search.</param>
    /// <param name="say">Tells the reader the address.</param>
    /// <returns>Null where none could be opened.</returns>
    public delegate Task<IAsyncDisposable?> OpenDashboard(ILogger log, Action<string> say);

    /// <summary>How a run ended.</summary>
    public enum Ending
    {
        /// <summary>The budget is spent, or no genotype is left.</summary>
        Finished,

        /// <summary>It was asked to end, and nothing was left running.</summary>
        Drained,

        /// <summary>It was asked twice, or waited long enough: births that ran are evaluated again.</summary>
        Stopped,
    }

    /// <summary>What happened, this run and all before.</summary>
    public SearchViewModel SearchViewModel => _view;

    /// <summary>Seconds of all runs.</summary>
    public double ElapsedSeconds => _view.Finished is null ? _elapsedBefore + Seconds : _view.ElapsedSeconds;

    /// <summary>Seconds of this run.</summary>
    public double Seconds => _clock.Elapsed.TotalSeconds;

    /// <summary>Runs until the budget is spent or the user ends it.</summary>
    /// <param name="journal">Open to write.</param>
    /// <param name="json">Events as JSON lines.</param>
    public async Task<Ending> Run(SqliteJournalFile journal, bool json)
    {
        var reporter = Reporter.For(terminal, json, search.Name, $"{request.Space.Name}, {request.Evaluation.InWords}");
        await using var log = Logs.Open(search.Logs, effective, console: !reporter.OwnsTerminal && !json);
        LogSettings(log);
        await using var exporting = Exporting.Begin(terminal, effective, log, search.Name);
        using var places = Places.Of(search);
        using var lag = Telemetry.Lags.Add(() => _events.Reader.Count, Telemetry.Tag("projection", "view"));
        using (var reader = SqliteReader.Open(journal.Path))
            foreach (var happening in reader.Read(search, after: 0))
                _view.See(happening.Event);
        (_lastSeen, _endedBefore, _elapsedBefore) = (_view.Events, _view.Ended, _view.ElapsedSeconds);
        await using var slots = Slots.Of(request, search, effective, data, log);
        slots.Warm();
        // What only a worker knows is asked before the first event.
        if (_lastSeen == 0)
            await slots.Check(CancellationToken.None);
        await using var host = await LocalSearch.Start(Plan(slots, log), journal.Place, log);
        _clock.Start();
        SessionOf(drained: false).Write(search);
        await using var socket = SearchSocket.Listen(search.Socket, host.Client, log);
        await using var shown = dashboard is null ? null : await dashboard(log, reporter.Note);
        using var interruptions = new Interruptions(() => _drainAsked.TrySetResult(), () => _stopAsked.TrySetResult());
        var ending = Ending.Stopped;
        await reporter.Around(async () => ending = await Watch(host, reporter));
        SessionOf(drained: ending != Ending.Stopped).Write(search);
        // A search that is extended trains from zero what is promoted then.
        if (ending == Ending.Finished && request.Settings.Rungs is not null)
            new CheckpointShelf(Slots.CheckpointsOf(effective, search.Name, search.Checkpoints)).Clear();
        // Before the host ends, which takes its readings with it.
        if (exporting is not null)
            await exporting.DisposeAsync();
        return ending;
    }

    SearchPlan Plan(Slots slots, ILogger log)
    {
        return new()
        {
            Name = search.Name,
            Settings = request.Settings,
            Space = request.Space.Decisions,
            KnownMetrics = request.KnownMetrics,
            NetworkOf = request.NetworkOf,
            Founders = request.Founders,
            Slots = slots.All,
            Spooled = [.. new Spool(search.Spool).Leftovers(warning => log.Warning("spool: {Warning}", warning))],
            Terms = PopulationTerms.Embedded with
            {
                LeaseSeconds = effective.Duration(KnownSettings.Lease).TotalSeconds,
            },
            SamplesFolder = search.Samples,
            DiskFolder = search.Folder,
            DiskReserveBytes = effective.Size(KnownSettings.DiskReserve),
            Happened = (number, happened) => _events.Writer.TryWrite((number, DateTime.UtcNow, happened)),
        };
    }

    async Task<Ending> Watch(LocalSearch host, Reporter reporter)
    {
        var (draining, until, saidInVain) = (false, TimeSpan.MaxValue, false);
        while (true)
        {
            await Task.WhenAny(
                host.Completion,
                _stopAsked.Task,
                draining ? Task.Delay(BetweenFrames) : Task.WhenAny(_drainAsked.Task, Task.Delay(BetweenFrames))
            );
            Take(reporter);
            var run = await StatusOf(host);
            if (run.DrawnInVain is { } vain && !saidInVain)
                reporter.Warn(vain);
            saidInVain |= run.DrawnInVain is not null;
            reporter.Tick(
                _view,
                run,
                draining ? "draining"
                    : run.PausedFor is null ? SearchState.Running
                    : "waiting"
            );
            if (host.Completion.IsCompleted)
            {
                Take(reporter);
                return await host.Completion is null ? Ending.Drained : Ending.Finished;
            }
            if (_stopAsked.Task.IsCompleted || _clock.Elapsed > until)
                return Ending.Stopped;
            if (draining || !_drainAsked.Task.IsCompleted)
                continue;
            draining = true;
            until = _clock.Elapsed + effective.Duration(KnownSettings.Drain);
            host.Drain();
            reporter.Note(
                host.Busy == 0
                    ? "pausing"
                    : $"waiting for {host.Busy} training{(host.Busy == 1 ? "" : "s")}, again to stop now"
            );
        }
    }

    void Take(Reporter reporter)
    {
        while (_events.Reader.TryRead(out var next))
        {
            if (next.Number > _lastSeen + 1)
                reporter.Missed(next.Number - _lastSeen - 1);
            _lastSeen = next.Number;
            reporter.Happened(next.Number, next.Time, next.Event, _view.See(next.Event), _view);
        }
    }

    Session SessionOf(bool drained) =>
        new()
        {
            Process = Environment.ProcessId,
            Started = _started,
            Drained = drained,
        };

    async Task<RunStatus> StatusOf(LocalSearch host)
    {
        var run = new RunStatus
        {
            EndedBefore = _endedBefore,
            Seconds = Seconds,
            ElapsedSeconds = ElapsedSeconds,
            PausedFor = host.PausedFor,
            DrawnInVain = host.DrawnInVain?.Yet(),
        };
        try
        {
            return run.With(await host.Client.Report(), search.Name);
        }
        catch (SearchStoppedException)
        {
            return run; // A busy machine: the next view has the slots again.
        }
    }

    void LogSettings(ILogger log)
    {
        log.Information(
            "{Version} runs {search}: {Space}, {Evaluation}",
            $"{Evonas.Name} {Evonas.Version}",
            search.Name,
            request.Space.Name,
            request.Evaluation.ToJson()
        );
        log.Information(
            "settings {@Settings}",
            KnownSettings.All.ToDictionary(setting => setting.Path, effective.Shown)
        );
    }
}
