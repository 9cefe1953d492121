using System.Collections.Immutable;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Mutators;

/// <summary>Breeds: draws until a child keeps every hard limit that is known before training. It has no state, so work
/// may be asked for twice.</summary>
/// <remarks>One answer is a bounded piece of work: where it found no child, the population asks it to go on, so that a
/// stop or a pause is heard between two answers. What the n-th draw of a birth gives follows from the seed, the birth,
/// its parent and n, however the draws are cut into answers.</remarks>
public static class MutatorBehavior
{
    /// <summary>Draws of a birth before the list of all points or the walks towards the limits: a founder with fewer
    /// is a random point of those within the limits.</summary>
    public const int RandomDraws = 2_048;

    /// <summary>From this draw on a child is drawn at random, although it was asked for of a parent.</summary>
    internal const int DrawsFromParentMax = 256;

    /// <summary>Draws that found nothing before the population says so.</summary>
    internal const int DrawsBeforeWarning = 1_024;

    // Children of one answer.
    const int ChildrenMax = 32;

    // Draws of one answer: a network's cost takes up to 10 ms on a busy machine, and a stop is heard within a second.
    const int TurnDrawsLimited = 32,
        TurnDraws = 512;

    /// <summary>A mutator for one search.</summary>
    /// <param name="space">To breed in.</param>
    /// <param name="limits">Those that a child must keep.</param>
    /// <param name="rules">Of the search; null: its algorithm has none.</param>
    /// <param name="pareto">Of a search of several objectives; null: its algorithm has none.</param>
    /// <param name="drawsMax">Draws of one answer, at most; null: as many as take less than a second.</param>
    /// <param name="networkOf">Equal texts for genotypes that are trained to the same network in the same way; null:
    /// not known. A child that is trained as a parent was is no child. Null: networks are not compared.</param>
    public static Behavior<int, int> For(
        SearchSpace space,
        KnownLimits limits,
        BreedingRules? rules = null,
        ParetoRules? pareto = null,
        int? drawsMax = null,
        Func<Genotype, string?>? networkOf = null
    )
    {
        var draws = new DrawPlan(space, limits);
        var neighbours = (pareto?.Neighbours ?? rules?.Neighbours) is true;
        var isSlow = limits.Limits.Count > 0 || networkOf is not null;
        var turnDraws = drawsMax ?? (isSlow ? TurnDrawsLimited : TurnDraws);
        return new(
            Start: 0,
            Decide: (_, received) =>
                received.Message is Message.Mutate asked
                    ? new(
                        [],
                        [
                            new Effect.Send(
                                received.From,
                                Breed(draws, limits, neighbours, pareto, turnDraws, networkOf, asked)
                            ),
                        ]
                    )
                    : Reaction<int>.None,
            Evolve: (state, _) => state,
            Resume: _ => []
        );
    }

    // Where many children of few parents are at work, most draws are known already. A birth that is drawn again gets
    // twice as many children each time, so that the births behind it wait for a few answers and not for hundreds.
    static Message Breed(
        DrawPlan draws,
        KnownLimits limits,
        bool neighbours,
        ParetoRules? pareto,
        int turnDraws,
        Func<Genotype, string?>? networkOf,
        Message.Mutate asked
    )
    {
        if (asked.Draw >= draws.Max)
            return new Message.Barren(asked.Birth, asked.Draw, draws.HasAllPoints);
        var children = ImmutableArray.CreateBuilder<Offspring>(1);
        var wanted = Math.Clamp(asked.Draw + 1, 1, ChildrenMax);
        var end = Math.Min(draws.Max, asked.Draw + turnDraws);
        var walk = default(LimitWalk?);
        var (nearest, nearestExcess) = (default(Metrics), double.PositiveInfinity);
        string?[]? parents = null;
        var draw = asked.Draw;
        while (draw < end && children.Count < wanted)
        {
            var random = SeededRandom.For(asked.Seed, asked.Birth, draw);
            var isOfParent = asked.Parent is not null && draw < DrawsFromParentMax;
            Genotype? child;
            Mutation? mutation = null;
            BirthNumber? mate = null;
            Metrics? metrics = null;
            if (draws.StepOf(draw) is { } step)
            {
                var before = walk ?? LimitWalk.From(asked.At, limits);
                (var after, child, metrics, _) = before.Step(step, draws.Space, limits, random);
                walk = after;
            }
            else if (draws.IsPoint(draw))
                child = draws.PointOf(asked, draw);
            else if (isOfParent && pareto is not null)
            {
                var crosses = random.Unit() < pareto.Crossover && asked.Mate is not null;
                mate = crosses ? asked.Mate!.Birth : null;
                child =
                    draws.Space.TryCross(
                        asked.Parent!.Genotype,
                        crosses ? asked.Mate!.Genotype : null,
                        random,
                        neighbours
                    ) ?? asked.Parent!.Genotype; // There is no other point.
                mutation = draws.Space.DifferenceOf(asked.Parent!.Genotype, child);
            }
            else if (isOfParent)
            {
                mutation = RegularizedEvolution.Breed(asked.Parent!, draws.Space, random, neighbours);
                // A parent that has no other point beside it has itself for a child.
                child = mutation?.Child ?? asked.Parent!.Genotype;
            }
            else
                child = draws.Space.TrySample(random);
            draw++;
            if (child is null)
            {
                // The space's rule was broken, once by a point of the list, or ten thousand times, which took a while.
                if (!draws.IsPoint(draw - 1))
                    break;
                continue;
            }
            if (isOfParent && networkOf is not null)
            {
                parents ??= NetworksOf(asked, networkOf);
                if (networkOf(child) is { } network && parents.Contains(network))
                    continue;
            }
            var known = metrics ?? limits.Of(child);
            var excess = KnownLimits.Excess(limits.Limits, known);
            if (excess == 0)
                children.Add(
                    new(
                        draw - 1,
                        isOfParent ? asked.Parent!.Birth : null,
                        child,
                        mutation is null ? null : new Change(mutation.Decision, mutation.From, mutation.To),
                        mate
                    )
                );
            else if (excess < nearestExcess)
                (nearest, nearestExcess) = (known, excess);
        }
        return children.Count > 0
            ? new Message.Mutated(asked.Birth, new(children.DrainToImmutable()))
            : new Message.DrawnInVain(asked.Birth, asked.Draw, draw, walk?.At ?? asked.At, nearest);
    }

    static string?[] NetworksOf(Message.Mutate asked, Func<Genotype, string?> networkOf) =>
        [
            .. ((Individual?[])[asked.Parent, asked.Mate])
                .OfType<Individual>()
                .Select(parent => networkOf(parent.Genotype)),
        ];
}
