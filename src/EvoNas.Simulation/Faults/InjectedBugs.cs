using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Faults;

/// <summary>The injected bugs that lie in what a population decides; the others lie in the hosts. Each wraps the
/// production behavior.</summary>
static class InjectedBugs
{
    public static Behavior<PopulationState, PopulationEvent> Of(InjectedBug bug, PopulationTerms terms)
    {
        var sound = PopulationBehavior.For(bug == InjectedBug.SkipSettling ? terms with { SettleSeconds = 0 } : terms);
        return bug switch
        {
            InjectedBug.CountDoubles => sound with
            {
                Decide = (state, received) => CountTwice(sound, state, received),
                Evolve = (state, happened) => Evolve(sound, state, happened),
            },
            InjectedBug.ForgetPending => sound with { Evolve = (state, happened) => Forget(sound, state, happened) },
            // Orders are read at the very moment of the recovery; requests of the user come later.
            InjectedBug.SilentAfterRecovery => sound with
            {
                Decide = (state, received) =>
                    received is { At: 0, Message: Message.Begin or Message.Extend }
                        ? Reaction<PopulationEvent>.None
                        : sound.Decide(state, received),
            },
            _ => sound,
        };
    }

    // Woke is the first event after every recovery.
    static PopulationState Forget(
        Behavior<PopulationState, PopulationEvent> sound,
        PopulationState state,
        PopulationEvent happened
    ) => sound.Evolve(happened is PopulationEvent.Woke ? state with { Waiting = [], HeldBack = [] } : state, happened);

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
