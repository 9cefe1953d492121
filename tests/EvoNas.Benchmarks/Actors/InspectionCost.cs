using System.Diagnostics;
using System.Globalization;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Benchmarks.Actors;

/// <summary>What it costs to write down what an actor does: nanoseconds a message, and bytes that are
/// allocated.</summary>
static class InspectionCost
{
    const int Rounds = 9,
        Messages = 5_000_000;

    public static void Run(string[] arguments)
    {
        object[] messages = ["text", new Uri("http://localhost"), new Version(1, 2)];
        var actors = new ActorRegistry();
        var (idle, watched) = (
            actors.Open("slot", "/user/idle", () => 0),
            actors.Open("slot", "/user/watched", () => 0)
        );
        watched.Watch();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{"what", -34}{"ns/message", 12}{"bytes/message", 16}   (least of {Rounds} × {Messages:N0})"
            )
        );
        Show("an empty loop", _ => { });
        Show("one reading of the clock", _ => Stopwatch.GetTimestamp());
        Show("recorded, not watched", i => Handle(idle, messages[i % 3]));
        Show("written down, watched", i => Handle(watched, messages[i % 3]));
    }

    // The mailbox has read the clock already, for its own measurements: `at` stands for that.
    static void Handle(ActorStatistics statistics, object message)
    {
        statistics.Take(s_at, 1000);
        statistics.Handle(statistics, _ => true, message, static (_, receive, one) => receive(one));
    }

    static readonly long s_at = Stopwatch.GetTimestamp();

    static void Show(string what, Action<int> body)
    {
        var (least, bytes) = (double.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var i = 0; i < Messages; i++)
                body(i);
            least = Math.Min(least, Stopwatch.GetElapsedTime(began).TotalNanoseconds / Messages);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what, -34}{least, 12:0.0}{(double)bytes / Messages, 16:0.00}"
            )
        );
    }
}
