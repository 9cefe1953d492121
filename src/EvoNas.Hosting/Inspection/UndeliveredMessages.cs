using System.Diagnostics;
using EvoNas.Actors.Monitors;

namespace EvoNas.Hosting.Inspection;

/// <summary>The last messages that nothing handled, and how many there were.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class UndeliveredMessages
{
    const int KeptMax = 100;

    readonly Queue<(string Kind, string Type, string To, string? From, long At)> _kept = new();
    readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>One more.</summary>
    /// <param name="kind">See <see cref="UndeliveredMessage.Kind"/>.</param>
    /// <param name="type">The type of the message, or what is wrong with it.</param>
    /// <param name="to">Path of the receiver.</param>
    /// <param name="from">Path of the sender; null: none.</param>
    public void Add(string kind, string type, string to, string? from)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_kept)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            if (_kept.Count == KeptMax)
                _kept.Dequeue();
            _kept.Enqueue((kind, type, to, from, now));
        }
    }

    /// <summary>The last hundred, the newest last.</summary>
    /// <param name="now">By <see cref="Stopwatch"/>.</param>
    public UndeliveredMessage[] Lines(long now)
    {
        lock (_kept)
            return
            [
                .. _kept.Select(one => new UndeliveredMessage(
                    one.Kind,
                    one.Type,
                    one.To,
                    one.From,
                    Math.Max(0, (double)(now - one.At) / Stopwatch.Frequency)
                )),
            ];
    }

    /// <summary>All, by kind.</summary>
    public UndeliveredCount[] Counts()
    {
        lock (_kept)
            return [.. _counts.Select(pair => new UndeliveredCount(pair.Key, pair.Value))];
    }
}
