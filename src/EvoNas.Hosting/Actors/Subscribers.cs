using Akka.Actor;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;

namespace EvoNas.Hosting.Actors;

/// <summary>Whoever follows a search from outside: told of every event after it was kept, and first of those that it
/// has missed.</summary>
sealed class Subscribers(string search)
{
    // Who follows again after a fail-over, or came a little late, is told so many from memory; what is older is read
    // from the journal.
    const int RememberedMax = 4096;

    readonly HashSet<IActorRef> _subscribers = [],
        _reading = [];
    readonly Queue<Told> _remembered = [];

    public void Remember(long number, StoredRow.Event row)
    {
        if (_remembered.Count >= RememberedMax)
            _remembered.Dequeue();
        _remembered.Enqueue(new(search, number, row.Manifest, row.Payload));
    }

    public void Tell(long number, StoredRow.Event row)
    {
        Remember(number, row);
        if (_subscribers.Count == 0)
            return;
        var told = new Told(search, number, row.Manifest, row.Payload);
        foreach (var subscriber in _subscribers)
            subscriber.Tell(told);
    }

    /// <summary>Takes a subscriber on; one that says it again is known.</summary>
    /// <param name="subscriber">Who.</param>
    /// <param name="after">The last event that it knows; 0: none.</param>
    /// <param name="last">Of the search.</param>
    /// <returns>The last event that must be read from the journal for it first, after which <see cref="HasRead"/>;
    /// null: nothing.</returns>
    public long? Add(IActorRef subscriber, long after, long last)
    {
        if (_subscribers.Contains(subscriber) || _reading.Contains(subscriber))
            return null;
        var first = _remembered.Count == 0 ? last + 1 : _remembered.Peek().Number;
        if (first > after + 1)
        {
            _reading.Add(subscriber);
            return first - 1;
        }
        Join(subscriber, after);
        return null;
    }

    /// <summary>A subscriber was told of everything up to an event.</summary>
    public void HasRead(IActorRef subscriber, long upTo)
    {
        if (_reading.Remove(subscriber))
            Join(subscriber, upTo);
    }

    public void Remove(IActorRef subscriber)
    {
        _subscribers.Remove(subscriber);
        _reading.Remove(subscriber);
    }

    void Join(IActorRef subscriber, long after)
    {
        _subscribers.Add(subscriber);
        foreach (var told in _remembered)
            if (told.Number > after)
                subscriber.Tell(told);
    }
}
