using System.Collections.Concurrent;
using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Actors.Monitors;
using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using Serilog;

namespace EvoNas.Hosting.InProcess;

/// <summary>Runs one search in this process: a population over its journal, a mutator, an evaluator a slot, and a
/// monitor.</summary>
public sealed class SearchHost : IAsyncDisposable
{
    static readonly Address Spool = new("spool");

    // Seconds between two failed recoveries: 1 doubling to 30, each spread by a fifth.
    const double BackOffMin = 1,
        BackOffMax = 30,
        BackOffJitter = 0.2;

    // After the journal was away, slots are still at work and say so within their ready interval.
    const double SettleSeconds = 20;

    readonly SearchPlan _plan;
    readonly DurableLineage _journal;
    readonly ILogger _log;
    readonly TimeProvider _time;
    readonly PostOffice _post;
    readonly CancellationTokenSource _stopTrainings = new();
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource<FinishedReason?> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    readonly CellRunner<PopulationState, PopulationEvent> _population;
    readonly CellRunner<Board, Message.Observed> _monitor;
    readonly Dictionary<Address, Task> _running = [];
    readonly ConcurrentDictionary<string, Task> _trainings = new();
    readonly Dictionary<BirthNumber, SpooledOutcome> _spooled;
    readonly DiskWatch? _disk;
    readonly SearchTelemetry _measured;
    readonly IDisposable _slotReadings;
    long _number;
    volatile Budget _budget;

    SearchHost(SearchPlan plan, IJournal journal, ILogger log, TimeProvider time)
    {
        (_plan, _log, _time, _budget) = (plan, log.ForContext("search", plan.Name), time, plan.Settings.Budget);
        _post = new(time);
        _journal = new(journal, DurableLineage.IdOf(plan.Name), time)
        {
            Warn = text => _log.Warning("journal: {Warning}", text),
        };
        _spooled = plan.Spooled.ToDictionary(one => one.Birth);
        var lineage = _journal.Recover();
        _number = lineage.Events;
        _measured = new(plan.Name, time);
        if (lineage.Events > 0)
            _log.Information(
                "recovered {Events} events: {Ended} births ended, {Pending} pending",
                lineage.Events,
                lineage.Ended,
                lineage.Pending.Count
            );

        // Room for several messages of every slot; a message that finds none is said again.
        var capacity = Math.Max(1024, plan.Slots.Length * 8);
        _monitor = Cell(
            Address.Monitor,
            65_536,
            new Cell<Board, Message.Observed>(MonitorBehavior.Behavior),
            Unkept,
            (_, _) => { },
            recover: null,
            Nothing
        );
        _population = Cell(
            Address.Population,
            capacity,
            Recovered(lineage, plan.Terms),
            KeepPopulation,
            TellPopulation,
            RecoverPopulation,
            Nothing,
            heard: _measured.Hear
        );
        var settings = lineage.Settings ?? plan.Settings;
        Cell(
            Address.Mutator,
            capacity,
            new Cell<int, int>(
                MutatorBehavior.For(plan.Space, child => settings.Objective.Forbids(plan.KnownMetrics(child)))
            ),
            Unkept,
            (_, _) => { },
            recover: null,
            Nothing
        );
        OpenSpool(capacity);
        Introduce(lineage);
        if (lineage.Finished is { } reason && lineage.Settings?.Budget == plan.Settings.Budget)
            _completion.TrySetResult(reason);
        foreach (var slot in plan.Slots)
            OpenSlot(slot);
        _slotReadings = Telemetry.Slots.Add(() =>
            plan.Slots.SelectMany(slot =>
                SlotReadings.Of(slot.Name, Board.Slots.GetValueOrDefault(slot.Name), _pausedFor == Draining)
            )
        );
        if (plan.DiskFolder is { } folder)
            _disk = new(folder, plan.DiskReserveBytes, time, Pause, Resume);
    }

    /// <summary>Recovers the search from its journal, or begins it, and sets it going.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="journal">Its journal; the caller disposes of it after this host.</param>
    /// <param name="log">Fields: search, birth, slot.</param>
    /// <param name="time">Its clock; null for the system's.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    /// <exception cref="EventSerializationException">An event in it cannot be trusted.</exception>
    public static SearchHost Start(SearchPlan plan, IJournal journal, ILogger log, TimeProvider? time = null) =>
        new(plan, journal, log, time ?? TimeProvider.System);

    /// <summary>The search as of the last durable event.</summary>
    public Lineage Lineage => _population.State.Lineage;

    /// <summary>Seconds that the search has run, all its runs together.</summary>
    public double ElapsedSeconds =>
        _population.State is { Lineage.Finished: null } state
            ? state.ClockBase + _population.At
            : Lineage.ElapsedSeconds;

    /// <summary>Why nothing is handed out; null while it is.</summary>
    public string? PausedFor => _unavailable ?? _population.State.PausedFor;

    /// <summary>Slots at work.</summary>
    public int Busy => _population.State.Leases.Count;

    /// <summary>What the monitor saw.</summary>
    public Board Board => _monitor.State;

    /// <summary>Ends when the search has finished (with the reason) or is drained (null); fails where it cannot go
    /// on.</summary>
    public Task<FinishedReason?> Completion => _completion.Task;

    /// <summary>Hands out nothing more; <see cref="Completion"/> ends when what runs has ended.</summary>
    public void Drain()
    {
        _disk?.Dispose();
        Pause(Draining);
    }

    /// <summary>Changes the budget; a finished search goes on.</summary>
    public void Extend(Budget budget)
    {
        _budget = budget.Checked();
        _post.Send(Address.Population, new Message.Extend(_budget), Address.Host);
    }

    /// <summary>Hands out nothing for now; what runs goes on.</summary>
    public void Pause(string reason)
    {
        // The disk's watch has a thread of its own: what it says must not come after a drain began.
        lock (_pauses)
        {
            if (_pausedFor == Draining)
                return;
            _pausedFor = reason;
            _post.Send(Address.Population, new Message.Pause(reason), Address.Host);
        }
    }

    /// <summary>Hands out again, unless it drains.</summary>
    public void Resume()
    {
        lock (_pauses)
        {
            if (_pausedFor == Draining)
                return;
            _pausedFor = null;
            _post.Send(Address.Population, new Message.Resume(), Address.Host);
        }
    }

    /// <summary>Ends the trainings and the cells, and keeps a snapshot. Messages that are there already are read: what
    /// is acknowledged is forgotten by the workers. Trainings are not waited for: their births are evaluated
    /// again.</summary>
    public async ValueTask DisposeAsync()
    {
        _disk?.Dispose();
        await _stopTrainings.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_trainings.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Down the way that messages take. A population that waits for its journal reads nothing more; it is not waited
        // for.
        _post.Close(Address.Population);
        if (_unavailable is not null)
            await _stop.CancelAsync().ConfigureAwait(false);
        await _running[Address.Population].ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _post.Dispose();
        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_unavailable is null)
            _journal.Keep(Lineage);
        _slotReadings.Dispose();
        _measured.Dispose();
        _completion.TrySetResult(null);
        _stop.Dispose();
        _stopTrainings.Dispose();
    }

    const string Draining = "draining";
    readonly Lock _pauses = new();
    string? _pausedFor;
    volatile string? _unavailable;

    CellRunner<TState, TEvent> Cell<TState, TEvent>(
        Address self,
        int capacity,
        Cell<TState, TEvent> cell,
        Action<IReadOnlyList<TEvent>> keep,
        Action<TState, IReadOnlyList<TEvent>> tell,
        Func<Exception, Task>? recover,
        Action<Effect> carryOut,
        string? type = null,
        Action<Message, IReadOnlyList<TEvent>, int>? heard = null
    )
    {
        var runner = new CellRunner<TState, TEvent>(
            self,
            _post.Open(self, type ?? self.Name, capacity),
            _post,
            _time,
            cell,
            keep,
            tell,
            carryOut
        )
        {
            Heard = heard,
        };
        _running.Add(
            self,
            Task.Run(async () =>
            {
                try
                {
                    await runner.Run(recover, _stop.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
                catch (Exception fault)
                {
                    _log.Error(fault, "{Actor} ended", self.Name);
                    _completion.TrySetException(fault);
                }
            })
        );
        return runner;
    }

    static void Nothing(Effect effect) =>
        throw new System.Diagnostics.UnreachableException($"Nobody but a slot carries out {effect.GetType().Name}.");

    Cell<PopulationState, PopulationEvent> Recovered(Lineage lineage, PopulationTerms terms)
    {
        var cell = new Cell<PopulationState, PopulationEvent>(PopulationBehavior.For(terms));
        cell.Recover(PopulationBehavior.Recovered(lineage));
        _measured.Recovered(cell.State);
        return cell;
    }

    // The events of a cell that is not durable are forgotten when they are evolved.
    static void Unkept<TEvent>(IReadOnlyList<TEvent> events) { }

    void KeepPopulation(IReadOnlyList<PopulationEvent> events) =>
        _journal.Append(events.OfType<PopulationEvent.Kept>().Select(kept => kept.Happened));

    void TellPopulation(PopulationState state, IReadOnlyList<PopulationEvent> events)
    {
        _measured.See(state, events);
        foreach (var happened in events)
        {
            if (happened is PopulationEvent.Kept kept)
                Tell(kept.Happened);
            else if (happened is PopulationEvent.AttemptLost lost)
                _log.Warning("attempt lost: {birth} on {slot}: {Cause}", lost.Birth.Value, lost.Slot.Name, lost.Cause);
            else if (happened is PopulationEvent.Paused paused)
                _log.Warning("paused: {Reason}", paused.Reason);
            if (happened is PopulationEvent.AttemptLost)
                Show(happened);
        }
        _journal.KeepIfDue(state.Lineage);
        if (state.PausedFor == Draining && state.Leases.Count == 0)
            _completion.TrySetResult(null);
    }

    void Tell(LineageEvent happened)
    {
        _number++;
        Show(new PopulationEvent.Kept(happened));
        switch (happened)
        {
            case LineageEvent.Scored scored:
                _log.Information(
                    "scored {birth} on {slot}: {Fitness} in {Seconds} s",
                    scored.Birth.Value,
                    scored.Run.Slot,
                    scored.Fitness.Value,
                    scored.Run.Seconds
                );
                break;
            case LineageEvent.RuledOut ruledOut:
                _log.Warning(
                    "ruled out {birth} on {slot}: {Reason}: {Detail}",
                    ruledOut.Birth.Value,
                    ruledOut.Run.Slot,
                    ruledOut.Reason,
                    ruledOut.Detail
                );
                break;
            case LineageEvent.Born born:
                _log.Debug("born {birth} of {Parent}: {Genotype}", born.Birth.Value, born.Parent?.Value, born.Genotype);
                break;
            case LineageEvent.Finished finished:
                _log.Information("finished: {Reason}", finished.Reason);
                break;
        }
        _plan.Happened?.Invoke(_number, happened);
        // Not where a larger budget came in the same turn.
        if (happened is LineageEvent.Finished { Reason: var reason } && Lineage.Finished is not null)
            _completion.TrySetResult(reason);
    }

    void Show(PopulationEvent happened) =>
        _post.Send(Address.Monitor, new Message.Observed(Address.Population, happened), Address.Population);

    // The fate of the last append is unknown: what the journal shows is the truth, and it is decided again from there.
    async Task RecoverPopulation(Exception fault)
    {
        if (fault is not JournalException { Trouble: JournalTrouble.Unavailable })
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        for (var wait = BackOffMin; ; wait = Math.Min(BackOffMax, wait * 2))
        {
            _unavailable = fault.Message;
            _log.Warning("the journal is not available, trying again in {Wait} s: {Reason}", wait, fault.Message);
            var spread = 1 + BackOffJitter * (2 * Random.Shared.NextDouble() - 1);
            await Task.Delay(TimeSpan.FromSeconds(wait * spread), _time, _stop.Token).ConfigureAwait(false);
            try
            {
                var lineage = _journal.Recover();
                var unseen = _journal.After(_number);
                _population.Replace(
                    Recovered(
                        lineage,
                        _plan.Terms with
                        {
                            SettleSeconds = Math.Max(SettleSeconds, _plan.Terms.SettleSeconds),
                        }
                    )
                );
                _unavailable = null;
                _log.Information("the journal is available again: {Events} events", lineage.Events);
                // What was committed although the append failed, the end of the search perhaps: nobody was told of it.
                foreach (var happened in unseen)
                    Tell(happened);
                Introduce(lineage);
                return;
            }
            catch (JournalException again) when (again.Trouble == JournalTrouble.Unavailable)
            {
                fault = again;
            }
        }
    }

    // Said again after every recovery: what the population was told and could not keep, it was never told.
    void Introduce(Lineage lineage)
    {
        if (lineage.Settings is null)
            _post.Send(Address.Population, new Message.Begin(_plan.Settings), Address.Host);
        else if (lineage.Settings.Budget != _budget)
            Extend(_budget);
        lock (_pauses)
        {
            if (_pausedFor is { } reason)
                _post.Send(Address.Population, new Message.Pause(reason), Address.Host);
        }
    }

    void OpenSlot(Slot slot)
    {
        var self = new Address(slot.Name);
        Cell(
            self,
            256,
            new Cell<EvaluatorState, EvaluatorEvent>(EvaluatorBehavior.Behavior),
            keep: Unkept,
            tell: (_, events) =>
            {
                foreach (var happened in events)
                    _post.Send(Address.Monitor, new Message.Observed(self, happened), self);
                if (events.Any(happened => happened is EvaluatorEvent.Quarantined))
                    CheckSlots(self, events);
            },
            recover: null,
            carryOut: effect =>
            {
                switch (effect)
                {
                    case Effect.Train train:
                        Train(slot, self, train);
                        break;
                    case Effect.Forget forget:
                        slot.Forget(forget.Birth);
                        break;
                }
            },
            type: "slot"
        );
    }

    readonly ConcurrentDictionary<Address, string> _quarantined = new();

    void CheckSlots(Address self, IReadOnlyList<EvaluatorEvent> events)
    {
        var reason = events.OfType<EvaluatorEvent.Quarantined>().Last().Reason;
        _quarantined[self] = reason;
        _log.Error("quarantined {slot}: {Reason}", self.Name, reason);
        if (_quarantined.Count == _plan.Slots.Length)
            _completion.TrySetException(
                new SearchStoppedException(
                    $"Every slot is quarantined; the last: {reason}",
                    "Look into the log, mend the cause, and resume the search: nothing is lost."
                )
            );
    }

    void Train(Slot slot, Address self, Effect.Train train)
    {
        var (birth, attempt) = (train.Assignment.Birth, train.Assignment.Attempt);
        ValueTask<Evaluation> evaluation;
        try
        {
            evaluation = slot.Evaluate(
                train.Assignment,
                train.Fresh,
                progress =>
                {
                    _post.Send(self, new Message.Progressed(birth, attempt, progress), self);
                },
                _stopTrainings.Token
            );
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            evaluation = ValueTask.FromException<Evaluation>(fault);
        }
        if (evaluation.IsCompletedSuccessfully)
            Report(self, birth, attempt, evaluation.Result);
        else
            _trainings[slot.Name] = Await(self, birth, attempt, evaluation);
    }

    async Task Await(Address self, BirthNumber birth, int attempt, ValueTask<Evaluation> evaluation)
    {
        try
        {
            Report(self, birth, attempt, await evaluation.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stopTrainings.IsCancellationRequested) { }
        catch (Exception fault)
        {
            _log.Error(fault, "{slot} failed at {birth}", self.Name, birth.Value);
            _post.Send(self, new Message.Sick($"{fault.GetType().Name}: {fault.Message}"), self);
        }
    }

    void Report(Address self, BirthNumber birth, int attempt, Evaluation evaluation) =>
        _post.Send(self, new Message.Ended(birth, attempt, evaluation.Outcome, evaluation.Seconds), self);

    // Outcomes of an earlier run are said first of all, so that no slot is given their births.
    void OpenSpool(int capacity)
    {
        if (_spooled.Count == 0)
            return;
        var box = _post.Open(Spool, Spool.Name, capacity);
        _running.Add(
            Spool,
            Task.Run(async () =>
            {
                await foreach (var received in box.Messages.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                {
                    var birth = received.Message switch
                    {
                        Message.Recorded recorded => recorded.Birth,
                        Message.Released released => released.Birth,
                        _ => default,
                    };
                    if (_spooled.Remove(birth, out var kept))
                        kept.Forget();
                }
            })
        );
        foreach (var kept in _plan.Spooled)
            _post.Send(
                Address.Population,
                new Message.Evaluated(kept.Birth, kept.Attempt, kept.Outcome, kept.Seconds, Leaving: true),
                Spool
            );
    }
}
