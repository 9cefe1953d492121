using System.Collections.Immutable;

namespace EvoNas.Actors;

/// <summary>What an actor is: where it starts, what it decides, how its state follows from its events, and what it does
/// after a recovery.</summary>
/// <remarks>A behavior never sends, saves, waits or reads a clock; it returns what it wants. Its host keeps
/// this order, always: append the events, then evolve the state, then carry out the effects. Replay evolves and carries
/// out nothing.</remarks>
/// <param name="Start">The state before the first event.</param>
/// <param name="Decide">State and message to what is to happen; changes nothing.</param>
/// <param name="Evolve">State and event to the next state; the only way in which state changes.</param>
/// <param name="Resume">What a cell that starts or recovers is to do first, before it reads messages.</param>
public sealed record Behavior<TState, TEvent>(
    TState Start,
    Func<TState, Envelope, Reaction<TEvent>> Decide,
    Func<TState, TEvent, TState> Evolve,
    Func<TState, ImmutableArray<Effect>> Resume
);

/// <summary>What a message leads to: events, in order, and then effects.</summary>
/// <param name="Events">What happened.</param>
/// <param name="Effects">What is to be done once the events are kept.</param>
public readonly record struct Reaction<TEvent>(ImmutableArray<TEvent> Events, ImmutableArray<Effect> Effects)
{
    /// <summary>Nothing happens.</summary>
    public static readonly Reaction<TEvent> None = new([], []);
}

/// <summary>Names a cell: <c>population</c>, <c>mutator</c>, <c>slot-1</c>, <c>monitor</c>.</summary>
/// <param name="Name">Unique in its host. Slots are served in the order of their names.</param>
public readonly record struct Address(string Name) : IComparable<Address>
{
    /// <inheritdoc/>
    public int CompareTo(Address other) => string.CompareOrdinal(Name, other.Name);

    /// <summary>The one population of a search.</summary>
    public static readonly Address Population = new("population");

    /// <summary>Breeds children; may be many behind one name.</summary>
    public static readonly Address Mutator = new("mutator");

    /// <summary>Watches.</summary>
    public static readonly Address Monitor = new("monitor");

    /// <summary>The host of the cells: messages from outside.</summary>
    public static readonly Address Host = new("host");

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A message as it is read.</summary>
/// <param name="Message">What it says.</param>
/// <param name="From">Who sent it.</param>
/// <param name="At">When it is read, in seconds on the reader's own clock, which never goes back and starts at 0 when
/// the cell does.</param>
public readonly record struct Envelope(Message Message, Address From, double At);

/// <summary>What a behavior wants done. The host does it after the events are kept.</summary>
public abstract record Effect
{
    Effect() { }

    /// <summary>Send a message. It may come late, twice or never.</summary>
    public sealed record Send(Address To, Message Message) : Effect;

    /// <summary>Send this cell a message later. A reminder replaces one of the same key that is not due yet.</summary>
    public sealed record Remind(string Key, double AfterSeconds, Message Message) : Effect;

    /// <summary>Evaluate a candidate; progress and end come back as messages.</summary>
    /// <param name="Assignment">What and how.</param>
    /// <param name="Fresh">In a new worker process: the old one ran out of memory.</param>
    public sealed record Train(Assignment Assignment, bool Fresh) : Effect;

    /// <summary>The outcome of this birth need not be kept on disk any longer.</summary>
    public sealed record Forget(Genetics.BirthNumber Birth) : Effect;
}
