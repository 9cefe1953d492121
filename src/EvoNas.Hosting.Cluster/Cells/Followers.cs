using Akka.Actor;
using EvoNas.Hosting.Cluster.Letters;
using EvoNas.Hosting.Cluster.Persistence;

namespace EvoNas.Hosting.Cluster.Cells;

/// <summary>Whoever follows a search from outside: told of every event after it was kept, and first of those that are remembered.</summary>
sealed class Followers(string search)
{
    // A follower that comes late, or lost its way for a while, is told so many from memory; the rest is in the journal.
    const int RememberedMax = 4096;

    readonly HashSet<IActorRef> _followers = [];
    readonly Queue<Told> _remembered = [];

    public void Remember(long number, StoredRow.Event row)
    {
        if (_remembered.Count >= RememberedMax) _remembered.Dequeue();
        _remembered.Enqueue(new(search, number, row.Manifest, row.Payload));
    }

    public void Tell(long number, StoredRow.Event row)
    {
        Remember(number, row);
        if (_followers.Count == 0) return;
        var told = new Told(search, number, row.Manifest, row.Payload);
        foreach (var follower in _followers) follower.Tell(told);
    }

    public void Add(IActorRef follower)
    {
        if (!_followers.Add(follower)) return;
        foreach (var told in _remembered) follower.Tell(told);
    }

    public void Remove(IActorRef follower) => _followers.Remove(follower);
}
