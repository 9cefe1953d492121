using System.Collections.Immutable;
using EvoNas.Genetics;
using EvoNas.Hosting.Simulation.Worlds;

namespace EvoNas.Hosting.Simulation.Faults;

/// <summary>Something that goes wrong at a time, or that a person does: what a schedule lists, and what shrinking
/// leaves out.</summary>
/// <param name="At">Seconds since the world began.</param>
abstract record Fault(double At)
{
    /// <summary>A machine loses its power and starts again.</summary>
    public sealed record Crash(double At, string Node, double Seconds) : Fault(At);

    /// <summary>A machine stands still and goes on as if nothing had happened: a zombie.</summary>
    public sealed record Freeze(double At, string Node, double Seconds) : Fault(At);

    /// <summary>Nothing comes from one machine to another. Two of them make a full cut; some of many, healed in another
    /// order, a swizzle.</summary>
    public sealed record Cut(double At, string From, string To, double Seconds) : Fault(At);

    /// <summary>The database refuses everything, or takes it and does not answer.</summary>
    public sealed record Outage(double At, double Seconds, bool Silent) : Fault(At);

    /// <summary>The cluster believes in another coordinator; the first learns of it later.</summary>
    public sealed record SeatMoves(double At, double UntilItIsToldSeconds) : Fault(At);

    /// <summary>A bit of the newest snapshot changes.</summary>
    public sealed record Rot(double At) : Fault(At);

    /// <summary>A worker cannot be killed.</summary>
    public sealed record Sick(double At, int Slot) : Fault(At);

    /// <summary>A person pauses the search, and resumes it.</summary>
    public sealed record Pause(double At, double Seconds) : Fault(At);

    /// <summary>A person raises the budget, perhaps after the search has ended.</summary>
    public sealed record Extend(double At, int Evaluations) : Fault(At);

    /// <summary>The schedule of a seed, in the order of time.</summary>
    public static ImmutableArray<Fault> Schedule(ulong seed, Mix mix)
    {
        // A die a kind: more of one does not move the others.
        var faults = new List<Fault>();
        string[] evaluators = [.. Enumerable.Range(1, mix.Nodes).Select(i => $"node-{i}")];
        string[] coordinators = mix.TwoCoordinators ? ["c1", "c2"] : ["c1"];
        string[] others = [.. coordinators, "db", .. mix.RemoteMutators ? ["breeders"] : Array.Empty<string>()];
        Draw(
            "coordinator-crashes",
            mix.CoordinatorCrashes,
            (dice, at) => [new Crash(at, Any(dice, coordinators), dice.Between(1, 120))]
        );
        Draw(
            "evaluator-crashes",
            mix.EvaluatorCrashes,
            (dice, at) => [new Crash(at, Any(dice, evaluators), dice.Between(5, 900))]
        );
        Draw(
            "freezes",
            mix.Freezes,
            (dice, at) => [new Freeze(at, Any(dice, [.. evaluators, .. coordinators]), dice.Between(1, 300))]
        );
        Draw(
            "cuts",
            mix.Cuts,
            (dice, at) =>
            {
                var (one, other, seconds) = (
                    Any(dice, [.. evaluators, .. coordinators]),
                    Any(dice, others),
                    dice.Between(5, 900)
                );
                return dice.Roll(3) switch
                {
                    0 => [new Cut(at, one, other, seconds)],
                    1 => [new Cut(at, one, other, seconds), new Cut(at, other, one, seconds)],
                    // A swizzle: machine by machine, each healed in its own time.
                    _ =>
                    [
                        .. evaluators.SelectMany(node =>
                            new Fault[]
                            {
                                new Cut(at + dice.Between(0, 60), node, one, dice.Between(5, 600)),
                                new Cut(at + dice.Between(0, 60), one, node, dice.Between(5, 600)),
                            }
                        ),
                    ],
                };
            }
        );
        Draw("outages", mix.Outages, (dice, at) => [new Outage(at, dice.Between(1, 300), dice.Happens(0.5))]);
        Draw("seats", mix.SeatMoves, (dice, at) => [new SeatMoves(at, dice.Between(0, 120))]);
        Draw("rots", mix.Rots, (_, at) => [new Rot(at)]);
        Draw("sicknesses", mix.Sicknesses, (dice, at) => [new Sick(at, dice.Roll(mix.Slots))]);
        Draw("pauses", mix.Pauses, (dice, at) => [new Pause(at, dice.Between(10, 1200))]);
        Draw("extensions", mix.Extensions, (dice, at) => [new Extend(at * 1.2, mix.Budget + dice.Whole(1, 15))]);
        return [.. faults.OrderBy(fault => fault.At)];

        void Draw(string kind, int times, Func<Dice, double, IEnumerable<Fault>> one)
        {
            var dice = Dice.For(seed, kind);
            for (var i = 0; i < times; i++)
                faults.AddRange(one(dice, dice.Between(0, mix.Troubled)));
        }
    }

    static string Any(Dice dice, string[] names) => names[dice.Roll(names.Length)];
}
