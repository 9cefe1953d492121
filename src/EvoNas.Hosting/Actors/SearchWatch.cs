using EvoNas.Actors.Populations;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Actors;

/// <summary>What a process sees of the search that it runs itself: the state and every event, without a message in
/// between. Written by the population's thread, read by any.</summary>
/// <param name="kept">Called with every event, in order, after it is durable and before its effects: it must return
/// quickly.</param>
/// <param name="changed">Called after every turn with the state, on the same thread.</param>
/// <param name="time">The clock.</param>
sealed class SearchWatch(Action<long, LineageEvent>? kept, Action<PopulationState> changed, TimeProvider time)
{
    // A box, so that state and clock are published together.
    sealed record View(PopulationState State, double At, long Timestamp);

    volatile string? _trouble;
    volatile View _view = new(PopulationState.Start, 0, time.GetTimestamp());

    /// <summary>As of the last durable event.</summary>
    public PopulationState State => _view.State;

    /// <summary>Seconds that the search has run, all its runs together.</summary>
    public double ElapsedSeconds =>
        _view is { State.Lineage.Finished: null } view
            ? view.State.ClockBase + view.At + time.GetElapsedTime(view.Timestamp).TotalSeconds
            : State.Lineage.ElapsedSeconds;

    /// <summary>Why the journal cannot be used; null while it can.</summary>
    public string? Trouble
    {
        get => _trouble;
        set => _trouble = value;
    }

    /// <param name="state">The population after a turn.</param>
    /// <param name="at">Seconds on the population's clock.</param>
    public void Publish(PopulationState state, double at)
    {
        _view = new(state, at, time.GetTimestamp());
        changed(state);
    }

    public void See(long number, LineageEvent happened) => kept?.Invoke(number, happened);
}
