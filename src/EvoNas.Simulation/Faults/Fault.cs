using System.Collections.Immutable;
using EvoNas.Genetics;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Faults;

/// <summary>A scheduled fault or user action. A schedule lists them, and shrinking removes them.</summary>
/// <param name="At">Seconds since the start of the simulation.</param>
abstract record Fault(double At)
{
    /// <summary>A machine loses its power and starts again.</summary>
    public sealed record Crash(double At, string Node, double Seconds) : Fault(At);

    /// <summary>A machine freezes and then runs on as if nothing had happened: a zombie.</summary>
    public sealed record Freeze(double At, string Node, double Seconds) : Fault(At);

    /// <summary>No message gets from one machine to another. Two of them make a full partition; several that heal in
    /// another order make a swizzle.</summary>
    public sealed record Cut(double At, string From, string To, double Seconds) : Fault(At);

    /// <summary>The database refuses every request, or accepts it and does not answer.</summary>
    public sealed record Outage(double At, double Seconds, bool Silent) : Fault(At);

    /// <summary>The cluster activates another coordinator; the first one learns of it later.</summary>
    public sealed record SeatMoves(double At, double UntilItIsToldSeconds) : Fault(At);

    /// <summary>A bit of the newest snapshot flips.</summary>
    public sealed record Rot(double At) : Fault(At);

    /// <summary>A worker cannot be killed.</summary>
    public sealed record Sick(double At, int Slot) : Fault(At);

    /// <summary>The user pauses the search, and resumes it.</summary>
    public sealed record Pause(double At, double Seconds) : Fault(At);

    /// <summary>The user raises the budget, perhaps after the search has ended.</summary>
    public sealed record Extend(double At, int Evaluations) : Fault(At);

    /// <summary>The user proposes a genotype that keeps the limit.</summary>
    public sealed record Propose(double At, ulong Draw) : Fault(At);

    /// <summary>The schedule of a seed, in order of time.</summary>
    public static ImmutableArray<Fault> Schedule(ulong seed, FaultProfile profile)
    {
        // One random stream per kind: more of one does not shift the others.
        var faults = new List<Fault>();
        string[] evaluators = [.. Enumerable.Range(1, profile.Nodes).Select(i => $"node-{i}")];
        string[] coordinators = profile.TwoCoordinators ? ["c1", "c2"] : ["c1"];
        string[] others = [.. coordinators, "db", .. profile.RemoteMutators ? ["breeders"] : Array.Empty<string>()];
        Draw(
            "coordinator-crashes",
            profile.CoordinatorCrashes,
            (random, at) => [new Crash(at, Any(random, coordinators), random.Between(1, 120))]
        );
        Draw(
            "evaluator-crashes",
            profile.EvaluatorCrashes,
            (random, at) => [new Crash(at, Any(random, evaluators), random.Between(5, 900))]
        );
        Draw(
            "freezes",
            profile.Freezes,
            (random, at) => [new Freeze(at, Any(random, [.. evaluators, .. coordinators]), random.Between(1, 300))]
        );
        Draw(
            "cuts",
            profile.Cuts,
            (random, at) =>
            {
                var (one, other, seconds) = (
                    Any(random, [.. evaluators, .. coordinators]),
                    Any(random, others),
                    random.Between(5, 900)
                );
                return random.Below(3) switch
                {
                    0 => [new Cut(at, one, other, seconds)],
                    1 => [new Cut(at, one, other, seconds), new Cut(at, other, one, seconds)],
                    // A swizzle: cut machine by machine, healed in another order.
                    _ =>
                    [
                        .. evaluators.SelectMany(node =>
                            new Fault[]
                            {
                                new Cut(at + random.Between(0, 60), node, one, random.Between(5, 600)),
                                new Cut(at + random.Between(0, 60), one, node, random.Between(5, 600)),
                            }
                        ),
                    ],
                };
            }
        );
        Draw("outages", profile.Outages, (random, at) => [new Outage(at, random.Between(1, 300), random.Happens(0.5))]);
        Draw("seats", profile.SeatMoves, (random, at) => [new SeatMoves(at, random.Between(0, 120))]);
        Draw("rots", profile.Rots, (_, at) => [new Rot(at)]);
        Draw("sicknesses", profile.Sicknesses, (random, at) => [new Sick(at, random.Below(profile.Slots))]);
        Draw("pauses", profile.Pauses, (random, at) => [new Pause(at, random.Between(10, 1200))]);
        Draw(
            "extensions",
            profile.Extensions,
            (random, at) => [new Extend(at * 1.2, profile.Budget + random.Whole(1, 15))]
        );
        Draw("proposals", profile.Proposals, (random, at) => [new Propose(at, random.Next())]);
        return [.. faults.OrderBy(fault => fault.At)];

        void Draw(string kind, int times, Func<SeededRandom, double, IEnumerable<Fault>> one)
        {
            var random = SeededRandom.For(seed, kind);
            for (var i = 0; i < times; i++)
                faults.AddRange(one(random, random.Between(0, profile.Troubled)));
        }
    }

    static string Any(SeededRandom random, string[] names) => names[random.Below(names.Length)];
}
