using System.Globalization;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Promises;

/// <summary>The last events, and a hash over all of them: two runs of one seed have equal hashes.</summary>
sealed class Trace
{
    const int Kept = 50;

    readonly (double At, string Who, object What)[] _last = new (double, string, object)[Kept];
    long _count;

    /// <summary>Hash over the times and receivers of all events.</summary>
    public ulong Hash { get; private set; }

    public void Add(double at, string who, int index, object what)
    {
        _last[_count++ % Kept] = (at, who, what);
        // A step of FNV suffices: only two runs of one program are compared.
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

    // Genotypes and curves are left out; a replay of the seed shows them.
    static string Short(object what) =>
        what switch
        {
            Delivery received => $"{Short(received.Message)}  from {received.From}",
            Actors.Message.Mutated { Children: [var first, ..] } child =>
                $"Mutated {child.Birth} draw {first.Draw} of {Parent(first.Parent)}, {child.Children.Count} children",
            Actors.Message.Mutate ask => $"Mutate {ask.Birth} draw {ask.Draw} of {Parent(ask.Parent?.Birth)}",
            Actors.Message.Evaluate work => $"Evaluate {work.Assignment.Birth} attempt {work.Assignment.Attempt}",
            Actors.Message.Evaluated done => $"Evaluated {done.Birth} attempt {done.Attempt} "
                + done.Outcome.GetType().Name
                + (done.Leaving ? " leaving" : ""),
            Actors.Message.Ended end => $"Ended {end.Birth} attempt {end.Attempt} {end.Outcome.GetType().Name}",
            Actors.Message.Ready ready => ready.Holding is { } birth ? $"Ready holding {birth}" : "Ready",
            Actors.Message.Begin => "Begin",
            _ => what.ToString() ?? "",
        };

    static string Parent(Genetics.BirthNumber? parent) => parent?.ToString() ?? "none";
}
