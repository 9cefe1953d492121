using System.Collections.Immutable;
using EvoNas.Genetics;
using Reaction = EvoNas.Actors.Reaction<EvoNas.Actors.Evaluators.EvaluatorEvent>;

namespace EvoNas.Actors.Evaluators;

/// <summary>Owns one slot: pulls a birth, has it trained, and says what it came to until that is
/// acknowledged.</summary>
public static class EvaluatorBehavior
{
    /// <summary>A slot makes itself heard at least so often: it asks for work, prolongs its lease, or says an outcome
    /// again.</summary>
    /// <remarks>What is sent to a cluster whose coordinator has gone is lost until the others have removed it; from
    /// then on it is kept for the successor, for as long as the removal margin (5 s). One message of every slot must
    /// come in that time.</remarks>
    public const double SpeaksEverySeconds = 3;

    // A slot that was acknowledged gets its next work unasked; if it does not, it asks after this time.
    const double ReadyAfterSeconds = 1;

    // Every slot asks for these again and again, and they are always the same.
    static readonly Message.SayAgain s_sayAgain = new();
    static readonly Effect s_againUsually = Again(SpeaksEverySeconds),
        s_againSoon = Again(ReadyAfterSeconds);

    /// <summary>An evaluator.</summary>
    public static readonly Behavior<EvaluatorState, EvaluatorEvent> Behavior = new(
        Start: EvaluatorState.Start,
        Decide: Decide,
        Evolve: (state, happened) => state.Evolve(happened),
        Resume: _ => []
    );

    static Reaction Decide(EvaluatorState state, Envelope received) =>
        (state.Phase, received.Message) switch
        {
            (SlotPhase.Idle, Message.Wake or Message.SayAgain) => Say(new Message.Ready()),
            (SlotPhase.Idle, Message.Evaluate work) => new(
                [new EvaluatorEvent.Started(work.Assignment, received.At)],
                [new Effect.Train(work.Assignment, Fresh: false), s_againUsually]
            ),

            (SlotPhase.Training training, Message.Progressed news)
                when Is(training.Assignment, news.Birth, news.Attempt) => new(
                [new EvaluatorEvent.Advanced(news.Birth, news.Progress)],
                []
            ),
            (SlotPhase.Training training, Message.Ended end) when Is(training.Assignment, end.Birth, end.Attempt) =>
                end.Outcome is Outcome.OutOfMemory && training.Assignment.Divisor == 1
                    ? Smaller(training.Assignment, received.At)
                    : End(state, new(end.Birth, end.Attempt, end.Outcome, end.Seconds)),
            (SlotPhase.Training training, Message.SayAgain) => Say(
                new Message.Ready(training.Assignment.Birth, training.Assignment.Attempt)
            ),

            (SlotPhase.Reporting reporting, Message.Recorded answer) when answer.Birth == reporting.Outcome.Birth =>
                Acknowledged(state, reporting.Outcome),
            (SlotPhase.Reporting reporting, Message.Released answer) when answer.Birth == reporting.Outcome.Birth =>
                Acknowledged(state, reporting.Outcome),
            (SlotPhase.Reporting reporting, Message.SayAgain) => new(
                [new EvaluatorEvent.SaidAgain()],
                [new Effect.Send(Address.Population, reporting.Outcome), Again(EvaluatorState.NextAfter(reporting))]
            ),
            // The population asks for what is done already: its answer was lost, or ours was.
            (SlotPhase.Reporting reporting, Message.Evaluate work)
                when work.Assignment.Birth == reporting.Outcome.Birth => new(
                [],
                [new Effect.Send(Address.Population, reporting.Outcome)]
            ),

            (not SlotPhase.Quarantined, Message.Sick sick) => new(
                [new EvaluatorEvent.Quarantined(sick.Reason)],
                [new Effect.Send(Address.Population, new Message.Departing(sick.Reason))]
            ),
            (SlotPhase.Quarantined quarantined, Message.Evaluate) => new(
                [],
                [new Effect.Send(Address.Population, new Message.Departing(quarantined.Reason))]
            ),

            // Messages that come twice, late, or about a birth that this slot has forgotten: the next Ready says what
            // it holds.
            _ => Reaction.None,
        };

    static bool Is(Assignment assignment, BirthNumber birth, int attempt) =>
        assignment.Birth == birth && assignment.Attempt == attempt;

    static Reaction Smaller(Assignment assignment, double at) =>
        assignment with { Divisor = 2 } is var half
            ? new([new EvaluatorEvent.Started(half, at)], [new Effect.Train(half, Fresh: true)])
            : default;

    static Reaction End(EvaluatorState state, Message.Evaluated outcome)
    {
        var said = outcome with { Leaving = IsLast(state.Evolve(new EvaluatorEvent.Ended(outcome))) };
        return new([new EvaluatorEvent.Ended(said)], [new Effect.Send(Address.Population, said), s_againSoon]);
    }

    static Reaction Acknowledged(EvaluatorState state, Message.Evaluated outcome)
    {
        var events = ImmutableArray.Create<EvaluatorEvent>(new EvaluatorEvent.Acknowledged());
        if (IsLast(state))
            events = events.Add(
                new EvaluatorEvent.Quarantined(
                    $"{state.DiedHere.Count} different births were lost here: {string.Join(", ", state.DiedHere)}"
                )
            );
        return new(events, [new Effect.Forget(outcome.Birth), s_againSoon]);
    }

    static bool IsLast(EvaluatorState state) => state.DiedHere.Count >= EvaluatorState.DeathsMax;

    static Reaction Say(Message message) => new([], [new Effect.Send(Address.Population, message), s_againUsually]);

    static Effect.Remind Again(double seconds) => new("say-again", seconds, s_sayAgain);
}
