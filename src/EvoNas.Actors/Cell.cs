using System.Collections.Immutable;

namespace EvoNas.Actors;

/// <summary>One living behavior: its state, and the order of things. Every host drives this one, and none does its work
/// in another order.</summary>
/// <remarks>A turn reads one message or several. It decides and evolves each in memory; the host appends
/// <see cref="Turn.Events"/>, and only then carries out <see cref="Turn.Effects"/>. If the append fails, or its
/// fate is unknown, the host throws the cell away and recovers a new one. Not to be shared between
/// threads.</remarks>
public sealed class Cell<TState, TEvent>(Behavior<TState, TEvent> behavior)
{
    /// <summary>As of the last event.</summary>
    public TState State { get; private set; } = behavior.Start;

    /// <summary>Starts from a state that was kept.</summary>
    public void Recover(TState state) => State = state;

    /// <summary>Replays an event: evolves, and carries out nothing.</summary>
    public void Replay(TEvent happened) => State = behavior.Evolve(State, happened);

    /// <summary>What is to be done first, once everything is replayed.</summary>
    public ImmutableArray<Effect> Resume() => behavior.Resume(State);

    /// <summary>Reads one message: its events are added to the turn and evolved, its effects are added to the
    /// turn.</summary>
    public void Read(Envelope received, Turn turn)
    {
        var reaction = behavior.Decide(State, received);
        foreach (var happened in reaction.Events)
        {
            State = behavior.Evolve(State, happened);
            turn.Events.Add(happened);
        }
        // One by one: handed over whole, the array would be boxed for every message.
        foreach (var effect in reaction.Effects)
            turn.Effects.Add(effect);
    }

    /// <summary>What a few messages led to.</summary>
    public sealed class Turn
    {
        /// <summary>In order, to be appended before any effect.</summary>
        public List<TEvent> Events { get; } = [];

        /// <summary>In order.</summary>
        public List<Effect> Effects { get; } = [];

        /// <summary>For the next turn.</summary>
        public void Clear()
        {
            Events.Clear();
            Effects.Clear();
        }
    }
}
