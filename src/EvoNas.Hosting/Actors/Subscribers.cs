using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Actors;

/// <summary>The subscribers of a search: told of every event after it is durable, and first of those that they
/// missed.</summary>
sealed class Subscribers(string search)
{
    // Who subscribes again after a fail-over, or came a little late, is told so many from memory; what is older is read
    // from the journal.
    const int RememberedMax = 4096;

    readonly HashSet<IActorRef> _subscribers = [],
        _reading = [];
    readonly Queue<KeptBytes> _remembered = [];
    long _last;

    // A recovery reads again what is remembered already.
    public void Remember(long number, string manifest, ReadOnlyMemory<byte> payload)
    {
        if (number <= _last)
            return;
        if (_remembered.Count >= RememberedMax)
            _remembered.Dequeue();
        _remembered.Enqueue(new(number, manifest, payload));
        _last = number;
    }

    public void Tell(long number, string manifest, ReadOnlyMemory<byte> payload)
    {
        Remember(number, manifest, payload);
        if (_subscribers.Count == 0)
            return;
        var told = TellingOf(new(number, manifest, payload));
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
                subscriber.Tell(TellingOf(told));
    }

    Told TellingOf(in KeptBytes row) => new(search, row.Number, row.Manifest, row.Bytes.ToArray());
}
