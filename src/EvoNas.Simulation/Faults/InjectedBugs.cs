using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Faults;

/// <summary>The defects that lie in what a population decides or recovers; the others lie in the hosts.</summary>
static class InjectedBugs
{
    public static Behavior<PopulationState, PopulationEvent> Of(InjectedBug bug, PopulationTerms terms)
    {
        var sound = PopulationBehavior.For(bug == InjectedBug.SkipSettling ? terms with { SettleSeconds = 0 } : terms);
        return bug != InjectedBug.CountDoubles
            ? sound
            : sound with
            {
                Decide = (state, received) => CountTwice(sound, state, received),
                Evolve = (state, happened) => Evolve(sound, state, happened),
            };
    }

    public static PopulationState Recovered(InjectedBug bug, Lineage lineage) =>
        bug == InjectedBug.ForgetPending
            ? PopulationBehavior.Recovered(lineage) with
            {
                Waiting = [],
                HeldBack = [],
            }
            : PopulationBehavior.Recovered(lineage);

    static Reaction<PopulationEvent> CountTwice(
        Behavior<PopulationState, PopulationEvent> sound,
        PopulationState state,
        Envelope received
    )
    {
        var reaction = sound.Decide(state, received);
        return
            received.Message is Message.Evaluated { Outcome: Outcome.Trained trained } done
            && done.Birth.Value <= state.Lineage.Born
            && !state.Lineage.Pending.ContainsKey(done.Birth)
            ? new(
                [
                    .. reaction.Events,
                    new PopulationEvent.Kept(
                        new LineageEvent.Scored(
                            done.Birth,
                            new(0),
                            trained.Metrics,
                            trained.Curve,
                            trained.StoppedAtEpoch,
                            new(done.Attempt, received.From.Name, 0, 0)
                        )
                    ),
                ],
                reaction.Effects
            )
            : reaction;
    }

    static PopulationState Evolve(
        Behavior<PopulationState, PopulationEvent> sound,
        PopulationState state,
        PopulationEvent happened
    ) =>
        happened is PopulationEvent.Kept { Happened: LineageEvent.Scored again }
        && !state.Lineage.Pending.ContainsKey(again.Birth)
            ? state with
            {
                Lineage = state.Lineage with { Scored = state.Lineage.Scored + 1, Events = state.Lineage.Events + 1 },
            }
            : sound.Evolve(state, happened);
}
