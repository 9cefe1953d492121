namespace EvoNas.Actors.Tests;

/// <summary>Given events, when a message, then events and effects: a behavior without a host.</summary>
sealed class Scenario<TState, TEvent>(Behavior<TState, TEvent> behavior, TState state)
{
    readonly List<TEvent> _events = [];
    readonly List<Effect> _effects = [];

    public TState State { get; private set; } = state;

    /// <summary>The events of the last message.</summary>
    public IReadOnlyList<TEvent> Events => _events;

    /// <summary>The effects of the last message.</summary>
    public IReadOnlyList<Effect> Effects => _effects;

    public Scenario<TState, TEvent> Given(params TEvent[] events)
    {
        foreach (var happened in events)
            State = behavior.Evolve(State, happened);
        return this;
    }

    public Scenario<TState, TEvent> When(Message message, string from = "host", double at = 0)
    {
        var reaction = behavior.Decide(State, new(message, new(from), at));
        _events.Clear();
        _effects.Clear();
        _events.AddRange(reaction.Events);
        _effects.AddRange(reaction.Effects);
        return Given([.. reaction.Events]);
    }

    /// <summary>The messages that are to be sent to a receiver.</summary>
    public IEnumerable<Message> SentTo(string address) =>
        _effects.OfType<Effect.Send>().Where(send => send.To.Name == address).Select(send => send.Message);

    public void ThenNothing()
    {
        Assert.Empty(_events);
        Assert.Empty(_effects);
    }
}
