using System.Diagnostics;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Actors;

// What its cell runs: behaviors that are measured, which the cell does not know.
sealed partial class SearchActor
{
    Behavior<PopulationState, PopulationEvent> Measured(PopulationTerms terms)
    {
        var behavior = PopulationBehavior.For(terms);
        return behavior with { Decide = (state, received) => Decide(behavior, state, received) };
    }

    Reaction<PopulationEvent> Decide(
        Behavior<PopulationState, PopulationEvent> behavior,
        PopulationState state,
        Envelope received
    )
    {
        using (Hosting.Actors.Measured.Turn("population", received.Message))
        {
            var reaction = behavior.Decide(state, received);
            _measured.Hear(state, received.Message, reaction.Events);
            return reaction;
        }
    }

    // A network's cost takes up to 10 ms on a busy machine: one draw a child is made here, the mutators make the rest.
    // Where this node cannot breed, they breed all, and say what is wrong.
    Behavior<int, int>? Mutator(SearchOrder order)
    {
        try
        {
            var behavior = _shared.Draft(order).MutatorOf(_orders.Settings, drawsMax: 1);
            return behavior with { Decide = (state, received) => Breed(behavior, state, received) };
        }
        catch (Exception fault)
        {
            _log.Warning("children are bred by the mutators alone: {Reason}", fault.Message);
            return null;
        }
    }

    Reaction<int> Breed(Behavior<int, int> behavior, int state, Envelope received)
    {
        var began = Stopwatch.GetTimestamp();
        Reaction<int> reaction;
        try
        {
            reaction = behavior.Decide(state, received);
        }
        catch (Exception fault)
        {
            // A space of the user's own may throw: the mutators say so, and this search stays whole.
            _log.Warning(fault, "a child could not be bred here: {Reason}", fault.Message);
            return Reaction<int>.None;
        }
        var now = Stopwatch.GetTimestamp();
        foreach (var effect in reaction.Effects)
        {
            if (effect is not Effect.Send answer)
                continue;
            Statistics?.Bred(new(answer.Message), now - began, now);
            if (answer.Message is Message.Mutated)
                _cannotBreed = null;
        }
        return reaction;
    }
}
