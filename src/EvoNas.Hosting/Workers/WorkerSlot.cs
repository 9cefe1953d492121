using System.Diagnostics;
using System.Text.Json;
using EvoNas.Actors;
using Serilog;

namespace EvoNas.Hosting.Workers;

/// <summary>A slot whose candidates are trained by a worker process. The parent owns the time: a native crash, a hang
/// or a poisoned device costs one attempt.</summary>
/// <param name="orders">What every worker of this slot is told.</param>
/// <param name="terms">How workers are started, watched and replaced.</param>
/// <param name="log">Fields: slot, birth.</param>
public sealed class WorkerSlot(WorkerOrders orders, WorkerTerms terms, ILogger log) : IAsyncDisposable
{
    readonly ILogger _log = log.ForContext("slot", orders.Slot);
    readonly Spool _spool = new(orders.Spool);
    readonly CheckpointShelf? _shelf = orders.Checkpoints is { } folder ? new(folder) : null;

    // What it trains, or has reported last.
    Assignment? _given;
    readonly List<double> _pauses = [];
    Task<WorkerProcess>? _worker;
    int? _undead;

    /// <summary>This as a slot of a search.</summary>
    public Slot Slot => new(orders.Slot, Evaluate, Forget);

    // The journal has its end: nothing begins where it began any more.
    void Forget(Genetics.BirthNumber birth)
    {
        _spool.Forget(birth);
        if (_given is { Stage: { } stage } given && given.Birth == birth)
            _shelf?.Forget(stage);
    }

    /// <summary>Starts the worker ahead of its first assignment.</summary>
    public void Warm() => _worker ??= WorkerProcess.Start(terms, orders);

    /// <summary>Starts the worker, and waits until it can train.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Why no worker of this slot can; null: this one can, or its first assignment will tell.</returns>
    public async Task<string?> Refusal(CancellationToken stop)
    {
        Warm();
        var worker = await _worker!.ConfigureAwait(false); // Warm has just set it.
        try
        {
            return await Next(worker, stop).ConfigureAwait(false) is { Kind: "refused" } line ? line.Detail : null;
        }
        catch (Exception fault) when (fault is TimeoutException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The worker's process id; null while there is none.</summary>
    public int? ProcessId => _worker is { IsCompletedSuccessfully: true } worker ? worker.Result.Id : null;

    async ValueTask<Evaluation> Evaluate(
        Assignment assignment,
        bool fresh,
        Action<Progress> progress,
        CancellationToken stop
    )
    {
        var started = Stopwatch.GetTimestamp();
        _given = assignment;
        if (assignment.Stage is { } stage)
            _shelf?.Sweep(stage.Needed);
        if (fresh && _worker is not null)
        {
            CountExit("recycled");
            await Retire(politely: true).ConfigureAwait(false);
        }
        RefuseIfUndead();
        var worker = await Living().ConfigureAwait(false);
        try
        {
            worker.Used++;
            await worker
                .Write(JsonSerializer.Serialize(assignment, WorkerJson.Default.Assignment))
                .ConfigureAwait(false);
            while (await Next(worker, stop).ConfigureAwait(false) is { } line)
            {
                if (line.Kind == "refused")
                    throw new SearchStoppedException(
                        $"{orders.Slot}'s worker cannot begin: {line.Detail}",
                        "Fix the cause and resume the search."
                    );
                if (line.Kind == "warning")
                    _log.Warning("{birth}: {Warning}", assignment.Birth.Value, line.Detail);
                if (line.Birth != assignment.Birth.Value || line.Attempt != assignment.Attempt)
                    continue; // "ready"
                if (line is { Kind: "progress", Progress: { } news })
                    progress(news);
                else if (line.Kind == "ended")
                    return await Ended(worker, line).ConfigureAwait(false);
            }
            return await Lost(started).ConfigureAwait(false);
        }
        catch (TimeoutException fault)
        {
            return await Gone(worker, LossCause.Timeout, fault.Message, started, politely: true).ConfigureAwait(false);
        }
        catch (JsonException fault)
        {
            return await Gone(
                    worker,
                    LossCause.Exit,
                    $"it said what no worker says: {fault.Message}",
                    started,
                    politely: true
                )
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Retire(politely: false).ConfigureAwait(false);
            throw;
        }
    }

    // A worker that died between two births is no fault of the next one.
    async Task<WorkerProcess> Living()
    {
        for (var again = true; ; again = false)
        {
            Warm();
            var worker = await _worker!.ConfigureAwait(false); // Warm has just set it.
            if (!again || !worker.HasExited)
                return worker;
            await worker.Exited(terms.TermGrace).ConfigureAwait(false); // Its last words.
            var (cause, detail) = worker.Autopsy();
            _log.Warning("worker {Worker} died idle: {Detail}", worker.Id, detail);
            CountExit(cause.ToString().ToLowerInvariant());
            await Retire(politely: false).ConfigureAwait(false);
        }
    }

    // A training that says nothing for long is hung; a slow one (huge steps) has long pauses from the start.
    async Task<WorkerLine?> Next(WorkerProcess worker, CancellationToken stop)
    {
        var usual = _pauses.Count == 0 ? 0 : _pauses.Order().ElementAt(_pauses.Count / 2);
        var patience = TimeSpan.FromSeconds(Math.Max(terms.ProgressTimeout.TotalSeconds, 5 * usual));
        var asked = Stopwatch.GetTimestamp();
        try
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            waiting.CancelAfter(patience);
            var line = await worker.Read(waiting.Token).ConfigureAwait(false);
            if (_pauses.Count == 64)
                _pauses.RemoveAt(0);
            _pauses.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
            return line;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"no progress for {patience.TotalSeconds:0} s");
        }
    }

    async Task<Evaluation> Ended(WorkerProcess worker, WorkerLine line)
    {
        var outcome = line.ToOutcome();
        if (terms.Replace(worker.Used, worker.ResidentBytes, outcome))
        {
            _log.Debug(
                "worker {Worker} is replaced after {Births} births, {Megabytes} MB",
                worker.Id,
                worker.Used,
                worker.ResidentBytes / 1_000_000
            );
            CountExit("recycled");
            // Its outcome is on disk; there is nothing else to save.
            await Retire(politely: false).ConfigureAwait(false);
            if (_undead is null)
                Warm(); // The outcome counts; the next assignment is refused.
        }
        return new(outcome, line.Seconds);
    }

    async Task<Evaluation> Lost(long started)
    {
        var worker = await _worker!.ConfigureAwait(false); // It was there a moment ago.
        // It says no more, but it may hang on its way out: in a driver that does not let go.
        if (!await worker.Exited(terms.TermGrace).ConfigureAwait(false))
            return await Gone(worker, LossCause.Timeout, "it fell silent and did not end", started)
                .ConfigureAwait(false);
        var (cause, detail) = worker.Autopsy();
        return await Gone(worker, cause, detail, started).ConfigureAwait(false);
    }

    async Task<Evaluation> Gone(
        WorkerProcess worker,
        LossCause cause,
        string detail,
        long started,
        bool politely = false
    )
    {
        _log.Warning("worker {Worker} was lost: {Cause}: {Detail}", worker.Id, cause, detail);
        CountExit(cause.ToString().ToLowerInvariant());
        await Retire(politely).ConfigureAwait(false);
        RefuseIfUndead();
        Warm();
        return new(new Outcome.Lost(cause, detail), Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    async Task Retire(bool politely)
    {
        if (Interlocked.Exchange(ref _worker, null) is not { } old)
            return;
        using var worker = await old.ConfigureAwait(false);
        if (await worker.End(politely).ConfigureAwait(false))
            return;
        _undead = worker.Id; // Not waited for any longer.
        _log.Error("worker {Worker} cannot be killed", worker.Id);
    }

    // What it holds of the device is not free: another worker beside it would fail for want of memory.
    void RefuseIfUndead()
    {
        if (_undead is { } process)
            throw new SearchStoppedException(
                $"worker {process} cannot be killed",
                "Look at the device and its driver."
            );
    }

    /// <summary>Ends the worker, and its whole group.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
            CountExit("done");
        await Retire(politely: false).ConfigureAwait(false);
    }

    void CountExit(string cause) =>
        Telemetry.WorkerExits.Add(1, Telemetry.Tag("slot", orders.Slot), Telemetry.Tag("cause", cause));
}
