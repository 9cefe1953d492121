using System.Collections.Immutable;
using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Hosting;

/// <summary>What is measured of one search, whichever host its population lives in. Told by the population's thread,
/// read by collectors.</summary>
sealed class SearchTelemetry : IDisposable
{
    readonly KeyValuePair<string, object?> _search;
    readonly TimeProvider _time;
    readonly BirthTraces _traces;
    readonly ImmutableArray<IDisposable> _readings;
    readonly Dictionary<Address, (BirthNumber Birth, long Since)> _leases = [];
    readonly Dictionary<BirthNumber, LossCause> _lost = [];
    volatile PopulationState _state = PopulationState.Start;
    long _lastEvent;

    public SearchTelemetry(string search, TimeProvider time)
    {
        (_search, _time, _lastEvent, _traces) = (
            Telemetry.Tag("search", search),
            time,
            time.GetTimestamp(),
            new(search)
        );
        _readings =
        [
            Telemetry.JournalEvents.Add(() => _state.Lineage.Events, _search),
            Telemetry.Pendings.Add(() => _state.Lineage.Pending.Count, _search),
            Telemetry.Leases.Add(() => _state.Leases.Count, _search),
            Telemetry.Bests.Add(() =>
                _state.Lineage is { Best: { } best, Settings: { } settings }
                    ?
                    [
                        new(
                            best.Individual.Fitness.Value,
                            _search,
                            Telemetry.Tag("objective", ObjectiveList.Text(settings.Objectives))
                        ),
                    ]
                    : []
            ),
            Telemetry.Silences.Add(() =>
                _state.Lineage.Finished is null
                    ? [new(_time.GetElapsedTime(Interlocked.Read(ref _lastEvent)).TotalSeconds, _search)]
                    : []
            ),
        ];
    }

    /// <summary>The population begins from here; which slot has what, it learns anew.</summary>
    public void Recovered(PopulationState state)
    {
        _state = state;
        _leases.Clear();
        _lost.Clear();
        _traces.Forget();
    }

    /// <summary>A message was read.</summary>
    /// <param name="state">The population before it.</param>
    /// <param name="message">What it says.</param>
    /// <param name="events">What it led to.</param>
    public void Hear(PopulationState state, Message message, ImmutableArray<PopulationEvent> events)
    {
        if (message is not Message.Evaluated { Birth: var birth })
            return;
        foreach (var happened in events)
            if (IsEnd(happened, birth) || happened is PopulationEvent.AttemptLost)
                return;
        // Late: a lost attempt that was counted as such when its lease ran out.
        var cause = state.Lineage.Pending.ContainsKey(birth) ? "late" : "recorded";
        Telemetry.DuplicatesIgnored.Add(1, _search, Telemetry.Tag("cause", cause));
    }

    static bool IsEnd(PopulationEvent happened, BirthNumber birth) =>
        happened is PopulationEvent.Kept kept
        && (
            kept.Happened is LineageEvent.Scored scored && scored.Birth == birth
            || kept.Happened is LineageEvent.RuledOut ruledOut && ruledOut.Birth == birth
        );

    /// <summary>These happened, and are kept.</summary>
    public void See(PopulationState state, IReadOnlyList<PopulationEvent> events)
    {
        _state = state;
        foreach (var happened in events)
            See(happened);
    }

    void See(PopulationEvent happened)
    {
        switch (happened)
        {
            case PopulationEvent.Kept { Happened: var kept }:
                See(kept);
                break;
            case PopulationEvent.Leased leased
                when _leases.TryGetValue(leased.Slot, out var had) && had.Birth == leased.Birth:
                break; // Prolonged.
            case PopulationEvent.Leased leased:
                EndLease(leased.Slot);
                _leases[leased.Slot] = (leased.Birth, _time.GetTimestamp());
                if (_lost.Remove(leased.Birth, out var cause))
                    Telemetry.Reissues.Add(1, _search, Telemetry.Tag("cause", Word(cause)));
                _traces.Leased(leased);
                break;
            case PopulationEvent.AttemptLost lost:
                _lost[lost.Birth] = lost.Cause;
                _traces.Lost(lost, Word(lost.Cause));
                break;
            case PopulationEvent.Freed freed:
                EndLease(freed.Slot);
                break;
            case PopulationEvent.Gone gone:
                EndLease(gone.Slot);
                break;
        }
    }

    void See(LineageEvent kept)
    {
        Interlocked.Exchange(ref _lastEvent, _time.GetTimestamp());
        switch (kept)
        {
            case LineageEvent.Born born:
                _traces.Born(born);
                break;
            case LineageEvent.Scored scored:
                End(scored.Birth, scored.Run, "scored");
                break;
            case LineageEvent.RuledOut ruledOut:
                End(ruledOut.Birth, ruledOut.Run, ruledOut.Reason.ToString().ToLowerInvariant());
                break;
        }
    }

    void End(BirthNumber birth, Run run, string outcome)
    {
        var tag = Telemetry.Tag("outcome", outcome);
        Telemetry.Evaluations.Add(1, _search, tag);
        Telemetry.EvaluationTime.Record(run.Seconds, _search, tag);
        _lost.Remove(birth);
        _traces.Ended(birth, run, outcome);
    }

    void EndLease(Address slot)
    {
        if (_leases.Remove(slot, out var lease))
            Telemetry.LeaseAge.Record(_time.GetElapsedTime(lease.Since).TotalSeconds, _search);
    }

    static string Word(LossCause cause) => cause.ToString().ToLowerInvariant();

    public void Dispose()
    {
        foreach (var reading in _readings)
            reading.Dispose();
        _traces.Forget();
    }
}
