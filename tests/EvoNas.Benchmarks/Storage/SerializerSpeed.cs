using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Storage;

/// <summary>Time and memory of one event to bytes and back.</summary>
static class SerializerSpeed
{
    // Many short rounds, of which the best counts: it is the one that no other program cut into.
    const int Events = 200,
        Rounds = 3000;

    public static void Run(string[] args)
    {
        Console.WriteLine("event      bytes  write ns  alloc B   read ns  alloc B");
        Measure("born", SampleEvents.Born);
        Measure("scored", SampleEvents.Scored);
        Measure("retired", birth => new LineageEvent.Retired(new(birth)));
        Measure(
            "ruled-out",
            birth => new LineageEvent.RuledOut(
                new(birth),
                RuledOutReason.Diverged,
                "loss is NaN in epoch 2",
                new(1, "cuda:0", 3.5, birth * 12.5)
            )
        );
    }

    static void Measure(string name, Func<long, LineageEvent> make)
    {
        var events = Enumerable.Range(101, Events).Select(i => make(i)).ToArray();
        var wired = events
            .Select((happened, i) => EventSerializer.Write(SampleEvents.Search, i + 1, happened))
            .ToArray();
        var write = Best(i => EventSerializer.Write(SampleEvents.Search, i + 1, events[i]));
        var read = Best(i =>
            EventSerializer.Read(SampleEvents.Search, i + 1, wired[i].Manifest, wired[i].Payload.Span)
        );
        Console.WriteLine(
            $"{name, -9} {wired.Average(one => one.Payload.Length), 6:F0} {write.Nanoseconds, 9:F0} "
                + $"{write.Bytes, 8:F0} {read.Nanoseconds, 9:F0} {read.Bytes, 8:F0}"
        );
    }

    static (double Nanoseconds, double Bytes) Best<T>(Func<int, T> turn)
    {
        var best = double.MaxValue;
        long bytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            for (var i = 0; i < Events; i++)
                turn(i);
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalNanoseconds / Events);
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        }
        return (best, bytes);
    }
}
