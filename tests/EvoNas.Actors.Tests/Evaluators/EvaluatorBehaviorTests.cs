using EvoNas.Actors.Evaluators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Evaluators;

public class EvaluatorBehaviorTests
{
    static Scenario<EvaluatorState, EvaluatorEvent> Slot => new(EvaluatorBehavior.Behavior, EvaluatorState.Start);

    static Assignment Work(long birth, int attempt = 1) => new(new(birth), attempt, Genotype.Of(1, 2), []);

    static Message.Ended End(long birth, Outcome outcome, int attempt = 1) => new(new(birth), attempt, outcome, 3);

    static readonly Outcome Good = new Outcome.Trained(Metrics.Of((Metrics.Top1, 0.5)));

    static readonly Outcome Died = new Outcome.Lost(LossCause.Signal, "signal 9");

    [Fact]
    public void AFreeSlotSaysSoAndSaysItAgain()
    {
        var test = Slot.When(new Message.Wake());
        Assert.Equal([new Message.Ready()], test.SentTo("population"));
        Assert.Equal([new Message.Ready()], test.When(new Message.SayAgain()).SentTo("population"));
    }

    [Fact]
    public void WorkIsTrainedAndItsOutcomeSaidUntilItIsAcknowledged()
    {
        var test = Slot.When(new Message.Evaluate(Work(7)));
        Assert.Equal(new Effect.Train(Work(7), Fresh: false), test.Effects[0]);

        test.When(End(7, Good));
        Assert.Equal([new Message.Evaluated(new(7), 1, Good, 3)], test.SentTo("population"));
        Assert.Equal(
            [new Message.Evaluated(new(7), 1, Good, 3)],
            test.When(new Message.SayAgain()).SentTo("population")
        );

        test.When(new Message.Recorded(new(7)));
        Assert.Contains(new Effect.Forget(new(7)), test.Effects);
        Assert.IsType<SlotPhase.Idle>(test.State.Phase);
    }

    // A message that is sent while a coordinator is gone may be lost: the next one comes soon enough for its successor.
    [Fact]
    public void TheOutcomeIsSaidAgainAndAgain()
    {
        var test = Slot.When(new Message.Evaluate(Work(7))).When(End(7, Good));
        var waits = Enumerable
            .Range(0, 7)
            .Select(_ => Assert.Single(test.When(new Message.SayAgain()).Effects.OfType<Effect.Remind>()).AfterSeconds);

        Assert.Equal([2, 3, 3, 3, 3, 3, 3], waits);
    }

    [Fact]
    public void WorkThatComesTwiceIsDoneOnce() =>
        Slot.When(new Message.Evaluate(Work(7))).When(new Message.Evaluate(Work(7))).ThenNothing();

    [Fact]
    public void WorkThatIsDoneAlreadyIsAnsweredWithItsOutcome()
    {
        var test = Slot.When(new Message.Evaluate(Work(7))).When(End(7, Good)).When(new Message.Evaluate(Work(7)));

        Assert.Equal([new Message.Evaluated(new(7), 1, Good, 3)], test.SentTo("population"));
        Assert.Empty(test.Events);
    }

    [Fact]
    public void ABusySlotSaysWhatItHolds() =>
        Assert.Equal(
            [new Message.Ready(new BirthNumber(7), 2)],
            Slot.When(new Message.Evaluate(Work(7, 2))).When(new Message.SayAgain()).SentTo("population")
        );

    [Fact]
    public void AnEndOfAnEarlierAttemptIsPassedOver() =>
        Slot.When(new Message.Evaluate(Work(7, 2))).When(End(7, Good, attempt: 1)).ThenNothing();

    [Fact]
    public void AcknowledgementsOfOtherBirthsChangeNothing() =>
        Slot.When(new Message.Evaluate(Work(7))).When(End(7, Good)).When(new Message.Recorded(new(6))).ThenNothing();

    [Fact]
    public void TooLittleMemoryIsTriedOnceMoreInHalvesAndInANewWorker()
    {
        var test = Slot.When(new Message.Evaluate(Work(7))).When(End(7, new Outcome.OutOfMemory("2 GiB")));
        Assert.Equal([new Effect.Train(Work(7) with { Divisor = 2 }, Fresh: true)], test.Effects);

        test.When(End(7, new Outcome.OutOfMemory("2 GiB")));
        Assert.IsType<Outcome.OutOfMemory>(
            Assert.IsType<Message.Evaluated>(Assert.Single(test.SentTo("population"))).Outcome
        );
    }

    [Fact]
    public void ThreeDifferentBirthsThatDieHereQuarantineTheSlot()
    {
        var test = Slot;
        foreach (var birth in (long[])[7, 8, 9])
        {
            Assert.IsType<SlotPhase.Idle>(test.State.Phase);
            test.When(new Message.Evaluate(Work(birth))).When(End(birth, Died));
            Assert.Equal(birth == 9, Assert.IsType<Message.Evaluated>(test.SentTo("population").Single()).Leaving);
            test.When(new Message.Released(new(birth)));
        }

        Assert.IsType<SlotPhase.Quarantined>(test.State.Phase);
        test.When(new Message.SayAgain()).ThenNothing();
        Assert.IsType<Message.Departing>(Assert.Single(test.When(new Message.Evaluate(Work(10))).SentTo("population")));
    }

    [Fact]
    public void ASuccessForgivesTheDeathsBefore()
    {
        var test = Slot;
        foreach (var (birth, outcome) in new[] { (7, Died), (8, Died), (9, Good), (10, Died), (11, Died) })
            test.When(new Message.Evaluate(Work(birth)))
                .When(End(birth, outcome))
                .When(new Message.Recorded(new(birth)));

        Assert.IsType<SlotPhase.Idle>(test.State.Phase);
    }

    [Fact]
    public void OneBirthThatDiesAgainAndAgainIsNotTheSlotsFault()
    {
        var test = Slot;
        for (var attempt = 1; attempt <= 3; attempt++)
            test.When(new Message.Evaluate(Work(7, attempt)))
                .When(End(7, Died, attempt))
                .When(new Message.Released(new(7)));

        Assert.IsType<SlotPhase.Idle>(test.State.Phase);
    }

    [Fact]
    public void ASickSlotLeaves() =>
        Assert.Equal(
            [new Message.Departing("fell off the bus")],
            Slot.When(new Message.Sick("fell off the bus")).SentTo("population")
        );
}
