using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using EvoNas.Actors.Monitors;

namespace EvoNas.Hosting.Inspection;

/// <summary>The books of all actors of one actor system, and of the messages that nothing handled there.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class ActorBooks
{
    static readonly ConditionalWeakTable<ActorSystem, ActorBooks> Systems = [];

    readonly ConcurrentDictionary<ActorBook, byte> _live = new();

    // What those counted that have ended; its own lock.
    readonly Dictionary<string, TypeBook> _ended = new(StringComparer.Ordinal);

    /// <summary>Those of a system, made when they are asked for first.</summary>
    public static ActorBooks Of(ActorSystem system) => Systems.GetOrCreateValue(system);

    /// <summary>Messages that nothing handled.</summary>
    public UndeliveredMessages Undelivered { get; } = new();

    /// <summary>Opens the book of an actor.</summary>
    public ActorBook Open(string type, string path, Func<int> depth)
    {
        var book = new ActorBook(type, path, depth);
        _live[book] = 0;
        return book;
    }

    /// <summary>Its actor has ended: what it counted is kept with its kind.</summary>
    public void Close(ActorBook book)
    {
        if (!_live.TryRemove(book, out _))
            return;
        lock (_ended)
        {
            if (!_ended.TryGetValue(book.Type, out var total))
                _ended[book.Type] = total = new();
            book.AddTo(total);
        }
    }

    /// <summary>Notes the depth of every mailbox; called every five seconds.</summary>
    /// <returns>Actors that have become stuck since the last call, and why; and how many are stuck.</returns>
    public (IReadOnlyList<(ActorBook Book, string Reason)> New, int Count) Sample()
    {
        var totals = Totals();
        var (now, stuck, count) = (Stopwatch.GetTimestamp(), new List<(ActorBook, string)>(), 0);
        foreach (var book in _live.Keys)
        {
            book.Sample();
            var reason = book.Stuck(now, UsualOf(totals, book));
            if (reason is not null)
                count++;
            if (reason is not null && !book.IsKnownStuck)
                stuck.Add((book, reason));
            book.IsKnownStuck = reason is not null;
        }
        return (stuck, count);
    }

    /// <summary>How all actors are now.</summary>
    /// <param name="name">The node's alias.</param>
    /// <param name="address">As the cluster calls it.</param>
    /// <param name="status">As the cluster sees it.</param>
    /// <param name="watched">The path of an actor whose messages are to be kept, and told; null: none.</param>
    public NodeActors Report(string name, string address, string status, string? watched)
    {
        var totals = Totals();
        var now = Stopwatch.GetTimestamp();
        var lines = new List<ActorLine>();
        foreach (var book in _live.Keys)
        {
            var isWatched = book.Path == watched;
            if (isWatched)
                book.Watch();
            lines.Add(book.Line(now, UsualOf(totals, book), isWatched));
        }
        var byType = lines.ToLookup(line => line.Type);
        var shown =
            lines.Count <= NodeActors.ActorsMax
                ? lines
                : lines
                    .OrderByDescending(line => line.Path == watched)
                    .ThenByDescending(line => line.Stuck is not null)
                    .ThenByDescending(line => line.Messages)
                    .Take(NodeActors.ActorsMax);
        return new(
            name,
            address,
            status,
            null,
            null,
            [.. shown.OrderBy(line => line.Path, StringComparer.Ordinal)],
            lines.Count,
            [
                .. totals
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => pair.Value.Line(pair.Key, [.. byType[pair.Key]])),
            ],
            Undelivered.Lines(now),
            Undelivered.Counts()
        );
    }

    static double UsualOf(Dictionary<string, TypeBook> totals, ActorBook book) =>
        // One that has begun since the totals were made is new.
        totals.TryGetValue(book.Type, out var total)
            ? total.Handlings.Quantile(0.99)
            : 0;

    Dictionary<string, TypeBook> Totals()
    {
        var totals = new Dictionary<string, TypeBook>(StringComparer.Ordinal);
        lock (_ended)
            foreach (var (type, ended) in _ended)
                (totals[type] = new()).Add(ended);
        foreach (var book in _live.Keys)
        {
            if (!totals.TryGetValue(book.Type, out var total))
                totals[book.Type] = total = new();
            book.AddTo(total);
        }
        return totals;
    }
}
