using System.Collections.Immutable;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Mutators;

/// <summary>Breeds: rolls the birth's die until a child keeps every hard limit that is known before training. It has no state, so work may be asked for twice.</summary>
public static class MutatorBehavior
{
    /// <summary>From this draw on a child is drawn at random, although it was asked for of a parent.</summary>
    internal const int DrawsFromParentMax = 256;

    // Draws before there is no child to be had.
    const int DrawsMax = 65_536;

    /// <summary>A mutator for one search.</summary>
    /// <param name="space">To breed in.</param>
    /// <param name="forbids">Why a child may not be trained: the limit it breaks by its computed cost; null if it may.</param>
    public static Behavior<int, int> For(SearchSpace space, Func<Genotype, Limit?> forbids) => new(
        Start: 0,
        Decide: (_, letter) => letter.Message is Message.Mutate asked
            ? new([], [new Effect.Send(letter.From, Breed(space, forbids, asked))])
            : Reaction<int>.None,
        Evolve: (state, _) => state,
        Resume: _ => []);

    static Message Breed(SearchSpace space, Func<Genotype, Limit?> forbids, Message.Mutate asked)
    {
        for (var draw = asked.Draw; draw < DrawsMax; draw++)
        {
            var dice = Dice.For(asked.Seed, asked.Birth, draw);
            var mutation = asked.Parent is { } parent && draw < DrawsFromParentMax ? RegularizedEvolution.Breed(parent, space, dice) : null;
            var child = mutation?.Child ?? space.Sample(dice);
            if (forbids(child) is not null) continue;
            return new Message.Mutated(asked.Birth, draw, mutation is null ? null : asked.Parent!.Birth, child,
                mutation is null ? null : new Change(mutation.Decision, mutation.From, mutation.To));
        }
        return new Message.Barren(asked.Birth, asked.Draw);
    }
}
