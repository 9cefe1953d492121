using Akka.Actor;
using EvoNas.Hosting.Cluster.Letters;
using EvoNas.Hosting.Cluster.Persistence;

namespace EvoNas.Hosting.Cluster.Cells;

/// <summary>Whoever follows a search from outside: told of every event after it was kept, and first of those that it
/// has missed.</summary>
sealed class Followers(string search)
{
    // Who follows again after a fail-over, or came a little late, is told so many from memory; what is older is read
    // from the journal.
    const int RememberedMax = 4096;

    readonly HashSet<IActorRef> _followers = [],
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
        if (_followers.Count == 0)
            return;
        var told = new Told(search, number, row.Manifest, row.Payload);
        foreach (var follower in _followers)
            follower.Tell(told);
    }

    /// <summary>Takes a follower on; one that says it again is known.</summary>
    /// <param name="follower">Who.</param>
    /// <param name="after">The last event that it knows; 0: none.</param>
    /// <param name="last">Of the search.</param>
    /// <returns>The last event that must be read from the journal for it first, after which <see cref="HasRead"/>;
    /// null: nothing.</returns>
    public long? Add(IActorRef follower, long after, long last)
    {
        if (_followers.Contains(follower) || _reading.Contains(follower))
            return null;
        var first = _remembered.Count == 0 ? last + 1 : _remembered.Peek().Number;
        if (first > after + 1)
        {
            _reading.Add(follower);
            return first - 1;
        }
        Join(follower, after);
        return null;
    }

    /// <summary>A follower was told of everything up to an event.</summary>
    public void HasRead(IActorRef follower, long upTo)
    {
        if (_reading.Remove(follower))
            Join(follower, upTo);
    }

    public void Remove(IActorRef follower)
    {
        _followers.Remove(follower);
        _reading.Remove(follower);
    }

    void Join(IActorRef follower, long after)
    {
        _followers.Add(follower);
        foreach (var told in _remembered)
            if (told.Number > after)
                follower.Tell(told);
    }
}
