using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Akka.Actor;
using EvoNas.Actors.Monitors;

namespace EvoNas.Hosting.Inspection;

/// <summary>The statistics of all actors of one actor system, and its undelivered messages.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class ActorRegistry
{
    static readonly ConditionalWeakTable<ActorSystem, ActorRegistry> Systems = [];

    readonly ConcurrentDictionary<ActorStatistics, byte> _live = new();

    // What those counted that have ended; its own lock.
    readonly Dictionary<string, ActorTypeStatistics> _ended = new(StringComparer.Ordinal);

    /// <summary>Those of a system, made when they are asked for first.</summary>
    public static ActorRegistry Of(ActorSystem system) => Systems.GetOrCreateValue(system);

    /// <summary>Messages that nothing handled.</summary>
    public UndeliveredMessages Undelivered { get; } = new();

    /// <summary>The last messages about births.</summary>
    public BirthSteps Births { get; } = new();

    /// <summary>Registers an actor.</summary>
    public ActorStatistics Open(string type, string path, Func<int> depth)
    {
        var statistics = new ActorStatistics(type, path, depth, Births);
        _live[statistics] = 0;
        return statistics;
    }

    /// <summary>Its actor has ended: what it counted is kept with its kind.</summary>
    public void Close(ActorStatistics statistics)
    {
        if (!_live.TryRemove(statistics, out _))
            return;
        lock (_ended)
        {
            if (!_ended.TryGetValue(statistics.Type, out var total))
                _ended[statistics.Type] = total = new();
            statistics.AddTo(total);
        }
    }

    /// <summary>Notes the depth of every mailbox; called every five seconds.</summary>
    /// <returns>Actors that have become stuck since the last call, and why; and how many are stuck.</returns>
    public (IReadOnlyList<(ActorStatistics Statistics, string Reason)> New, int Count) Sample()
    {
        var totals = Totals();
        var (now, stuck, count) = (Stopwatch.GetTimestamp(), new List<(ActorStatistics, string)>(), 0);
        foreach (var statistics in _live.Keys)
        {
            statistics.Sample();
            var reason = statistics.Stuck(now, UsualOf(totals, statistics));
            if (reason is not null)
                count++;
            if (reason is not null && !statistics.IsKnownStuck)
                stuck.Add((statistics, reason));
            statistics.IsKnownStuck = reason is not null;
        }
        return (stuck, count);
    }

    /// <summary>How all actors are now.</summary>
    /// <param name="name">The node's alias.</param>
    /// <param name="address">As the cluster calls it.</param>
    /// <param name="status">As the cluster sees it.</param>
    /// <param name="watched">The path of an actor whose messages are to be kept, and told; null: none.</param>
    /// <param name="withPayloads">What those messages say is kept too.</param>
    public NodeActors Report(string name, string address, string status, string? watched, bool withPayloads = false)
    {
        var totals = Totals();
        var now = Stopwatch.GetTimestamp();
        var lines = new List<ActorLine>();
        foreach (var statistics in _live.Keys)
        {
            var isWatched = statistics.Path == watched;
            if (isWatched)
                statistics.Watch(withPayloads);
            lines.Add(statistics.Line(now, UsualOf(totals, statistics), isWatched, withPayloads));
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

    static double UsualOf(Dictionary<string, ActorTypeStatistics> totals, ActorStatistics statistics) =>
        // One that has begun since the totals were made is new.
        totals.TryGetValue(statistics.Type, out var total)
            ? total.Handlings.Quantile(0.99)
            : 0;

    Dictionary<string, ActorTypeStatistics> Totals()
    {
        var totals = new Dictionary<string, ActorTypeStatistics>(StringComparer.Ordinal);
        lock (_ended)
            foreach (var (type, ended) in _ended)
                (totals[type] = new()).Add(ended);
        foreach (var statistics in _live.Keys)
        {
            if (!totals.TryGetValue(statistics.Type, out var total))
                totals[statistics.Type] = total = new();
            statistics.AddTo(total);
        }
        return totals;
    }
}
