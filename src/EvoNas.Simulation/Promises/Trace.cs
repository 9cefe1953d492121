using System.Globalization;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Promises;

/// <summary>The last things that happened, and a hash over all of them: two runs of one seed have the same.</summary>
sealed class Trace
{
    const int Kept = 50;

    readonly (double At, string Who, object What)[] _last = new (double, string, object)[Kept];
    long _count;

    /// <summary>Over the times and parties of everything that happened.</summary>
    public ulong Hash { get; private set; }

    public void Add(double at, string who, int index, object what)
    {
        _last[_count++ % Kept] = (at, who, what);
        // FNV's step suffices: what is compared are two runs of one program.
        Hash = (Hash ^ BitConverter.DoubleToUInt64Bits(at) ^ (ulong)index) * 0x100_0000_01B3;
    }

    public Sequence<string> Lines
    {
        get
        {
            var lines = new List<string>();
            for (var i = Math.Max(0, _count - Kept); i < _count; i++)
            {
                var (at, who, what) = _last[i % Kept];
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at, 12:0.000}  {who, -10} {Short(what)}"));
            }
            return [.. lines];
        }
    }

    // Genotypes and curves say little in a line; who wants them replays the seed.
    static string Short(object what) =>
        what switch
        {
            Delivery received => $"{Short(received.Message)}  from {received.From}",
            Actors.Message.Mutated child =>
                $"Mutated {child.Birth} draw {child.Children[0].Draw} of {child.Children[0].Parent?.ToString() ?? "nobody"}, {child.Children.Count} to choose from",
            Actors.Message.Mutate ask =>
                $"Mutate {ask.Birth} draw {ask.Draw} of {ask.Parent?.Birth.ToString() ?? "nobody"}",
            Actors.Message.Evaluate work => $"Evaluate {work.Assignment.Birth} attempt {work.Assignment.Attempt}",
            Actors.Message.Evaluated done =>
                $"Evaluated {done.Birth} attempt {done.Attempt} {done.Outcome.GetType().Name}{(done.Leaving ? " leaving" : "")}",
            Actors.Message.Ended end => $"Ended {end.Birth} attempt {end.Attempt} {end.Outcome.GetType().Name}",
            Actors.Message.Ready ready => ready.Holding is { } birth ? $"Ready holding {birth}" : "Ready",
            Actors.Message.Begin => "Begin",
            _ => what.ToString() ?? "",
        };
}
