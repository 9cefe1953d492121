using System.Collections.Immutable;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Mutators;

/// <summary>Breeds: rolls the birth's die until a child keeps every hard limit that is known before training. It has no
/// state, so work may be asked for twice.</summary>
public static class MutatorBehavior
{
    /// <summary>From this draw on a child is drawn at random, although it was asked for of a parent.</summary>
    internal const int DrawsFromParentMax = 256;

    // Draws before there is no child to be had.
    const int DrawsMax = 65_536;

    // Children of one answer.
    const int ChildrenMax = 32;

    /// <summary>A mutator for one search.</summary>
    /// <param name="space">To breed in.</param>
    /// <param name="forbids">Why a child may not be trained: the limit it breaks by its computed cost; null if it
    /// may.</param>
    public static Behavior<int, int> For(SearchSpace space, Func<Genotype, Limit?> forbids) =>
        new(
            Start: 0,
            Decide: (_, received) =>
                received.Message is Message.Mutate asked
                    ? new([], [new Effect.Send(received.From, Breed(space, forbids, asked))])
                    : Reaction<int>.None,
            Evolve: (state, _) => state,
            Resume: _ => []
        );

    // Where many children of few parents are at work, most draws are known already. A birth that is drawn again gets
    // twice as many children each time, so that the births behind it wait for a few answers and not for hundreds.
    static Message Breed(SearchSpace space, Func<Genotype, Limit?> forbids, Message.Mutate asked)
    {
        var children = ImmutableArray.CreateBuilder<Offspring>(1);
        var wanted = Math.Clamp(asked.Draw + 1, 1, ChildrenMax);
        for (var draw = asked.Draw; draw < DrawsMax && children.Count < wanted; draw++)
        {
            var random = SeededRandom.For(asked.Seed, asked.Birth, draw);
            var mutation =
                asked.Parent is { } parent && draw < DrawsFromParentMax
                    ? RegularizedEvolution.Breed(parent, space, random)
                    : null;
            var child = mutation?.Child ?? space.Sample(random);
            if (forbids(child) is not null)
                continue;
            children.Add(
                new(
                    draw,
                    mutation is null ? null : asked.Parent!.Birth,
                    child,
                    mutation is null ? null : new Change(mutation.Decision, mutation.From, mutation.To)
                )
            );
        }
        return children.Count > 0
            ? new Message.Mutated(asked.Birth, new(children.DrainToImmutable()))
            : new Message.Barren(asked.Birth, asked.Draw);
    }
}
