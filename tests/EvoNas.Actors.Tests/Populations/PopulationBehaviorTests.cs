using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using static EvoNas.Lineages.LineageEvent;

namespace EvoNas.Actors.Tests.Populations;

public partial class PopulationBehaviorTests
{
    static readonly SearchSettings Settings = new()
    {
        Space = "digits",
        SpaceFingerprint = "",
        Seed = 3,
        PopulationSize = 2,
        TournamentSize = 2,
        Budget = new(10),
    };

    static Scenario<PopulationState, PopulationEvent> Population(params LineageEvent[] history) =>
        Population(PopulationTerms.Embedded, history);

    static Scenario<PopulationState, PopulationEvent> Population(
        PopulationTerms terms,
        params LineageEvent[] history
    ) =>
        new(
            PopulationBehavior.For(terms),
            PopulationBehavior.Recovered(
                history.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened))
            )
        );

    static Begun Begins => new(Settings);

    static Born Birth(long birth, long? parent = null) =>
        new(new(birth), parent is { } number ? new(number) : null, Genotype.Of((int)birth));

    static Scored Score(long birth, double fitness) =>
        new(new(birth), new(fitness), Metrics.Of((Metrics.Top1, fitness)), [], null, new(1, "slot-1", 1, birth));

    static Message.Evaluated Evaluated(long birth, double top1, int attempt = 1) =>
        new(new(birth), attempt, new Outcome.Trained(Metrics.Of((Metrics.Top1, top1))), 1);

    static Message.Mutated Child(long birth, int gene, int draw = 0, long? parent = null) =>
        new(new(birth), [new(draw, parent is { } number ? new(number) : null, Genotype.Of(gene), null)]);

    static IEnumerable<LineageEvent> Kept(Scenario<PopulationState, PopulationEvent> test) =>
        test.Events.OfType<PopulationEvent.Kept>().Select(kept => kept.Happened);

    [Fact]
    public void ASearchBeginsOnce()
    {
        var test = Population().When(new Message.Begin(Settings));
        Assert.Equal([Begins], Kept(test));

        test.When(new Message.Begin(Settings with { Seed = 99 })).ThenNothing();
    }

    [Fact]
    public void AFreeSlotMakesThePopulationAskForAChildAndTheChildGoesToTheSlot()
    {
        var test = Population(Begins).When(new Message.Ready(), "slot-1");
        Assert.Equal(new Message.Mutate(3, new(1), 0, null), Assert.Single(test.SentTo("mutator")));

        test.When(Child(1, gene: 7));

        Assert.Equal([new Born(new(1), null, Genotype.Of(7))], Kept(test));
        Assert.Equal(new Message.Evaluate(new(new(1), 1, Genotype.Of(7), [])), Assert.Single(test.SentTo("slot-1")));
    }

    [Fact]
    public void ChildrenAreBornInTheOrderOfTheirNumbersHoweverFastTheMutatorsAre()
    {
        var test = Population(Begins).When(new Message.Ready(), "slot-1").When(new Message.Ready(), "slot-2");

        Assert.Empty(Kept(test.When(Child(2, gene: 8))));
        Assert.Equal([1, 2], Kept(test.When(Child(1, gene: 7))).Cast<Born>().Select(born => born.Birth.Value));
    }

    [Fact]
    public void AChildThatIsKnownIsAskedForAgainWithTheNextDraw()
    {
        var test = Population(Begins, Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(Child(2, gene: 1, draw: 4));

        Assert.Empty(Kept(test));
        Assert.Equal(5, Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator"))).Draw);
    }

    [Fact]
    public void OfSeveralChildrenTheFirstThatIsNotKnownIsBorn()
    {
        var test = Population(Begins, Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(
                new Message.Mutated(
                    new(2),
                    [
                        new(1, null, Genotype.Of(1), null),
                        new(2, null, Genotype.Of(5), null),
                        new(3, null, Genotype.Of(6), null),
                    ]
                )
            );

        Assert.Equal(
            (2, Genotype.Of(5)),
            Assert.Single(Kept(test).OfType<Born>()) is var born ? (born.Draw, born.Genotype) : default
        );
    }

    [Fact]
    public void WhereAllOfSeveralChildrenAreKnownTheNextDrawIsAskedFor()
    {
        var test = Population(Begins, Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(
                new Message.Mutated(new(2), [new(1, null, Genotype.Of(1), null), new(4, null, Genotype.Of(1), null)])
            );

        Assert.Equal(5, Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator"))).Draw);
    }

    [Fact]
    public void ChildrenThatBecameKnownBehindOneThatIsDrawnAgainAreDrawnAgainWithIt()
    {
        var test = Population(Begins);
        for (var slot = 1; slot <= 4; slot++)
            test = test.When(new Message.Ready(), $"slot-{slot}");
        // Four equal children: the eldest is born, and the others are asked for at once.
        test = test.When(Child(4, gene: 7)).When(Child(3, gene: 7)).When(Child(2, gene: 7)).When(Child(1, gene: 7));

        Assert.Single(Kept(test).OfType<Born>());
        Assert.Equal([2L, 3L, 4L], test.SentTo("mutator").OfType<Message.Mutate>().Select(asked => asked.Birth.Value));
        Assert.All(test.SentTo("mutator").OfType<Message.Mutate>(), asked => Assert.Equal(1, asked.Draw));
    }

    [Fact]
    public void AnAnswerWithoutAChildChangesNothing() =>
        Population(Begins).When(new Message.Ready(), "slot-1").When(new Message.Mutated(new(1), [])).ThenNothing();

    [Fact]
    public void AChildThatIsKnownIsBornWhereRepeatsAreAskedFor()
    {
        var test = Population(new Begun(Settings with { RepeatDuplicates = true }), Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(Child(2, gene: 1));

        Assert.Single(Kept(test).OfType<Born>());
    }

    [Fact]
    public void AChildThatComesTwiceIsBornOnce()
    {
        var test = Population(Begins).When(new Message.Ready(), "slot-1").When(Child(1, gene: 7));

        test.When(Child(1, gene: 7)).ThenNothing();
    }

    // Found by the simulator, seed 1162: asked for before a recovery, of a parent that bred no longer.
    [Fact]
    public void AChildOfAnotherParentThanWasAskedForIsNotBorn()
    {
        var test = Population(Begins, Birth(1), Birth(2), Score(1, 0.9), Score(2, 0.1))
            .When(new Message.Ready(), "slot-1");

        test.When(Child(3, gene: 7, parent: 2)).ThenNothing();
        test.When(Child(3, gene: 7)).ThenNothing();
        Assert.Single(Kept(test.When(Child(3, gene: 8, parent: 1))).OfType<Born>());
    }

    [Fact]
    public void AKnownChildIsAskedForAgainBeforeItsTurnComes()
    {
        var test = Population(new Begun(Settings), Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(Child(3, gene: 1, parent: 1));

        var again = Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator")));
        Assert.Equal((3, 1), (again.Birth.Value, again.Draw));
        Assert.Equal(
            [2L, 3L],
            test.When(Child(2, gene: 2))
                .When(Child(3, gene: 3, draw: 1, parent: 1))
                .State.Lineage.Pending.Keys.Select(birth => birth.Value)
        );
    }

    [Fact]
    public void AChildThatWasDrawnAtRandomAfterManyDrawsFromItsParentIsBorn()
    {
        var test = Population(Begins, Birth(1), Birth(2), Score(1, 0.9), Score(2, 0.1))
            .When(new Message.Ready(), "slot-1");

        Assert.Single(Kept(test.When(Child(3, gene: 7, draw: 256))).OfType<Born>());
    }

    [Fact]
    public void ABudgetForASearchThatHasNotBegunChangesNothing() =>
        Population().When(new Message.Extend(new(20))).ThenNothing();

    [Fact]
    public void TheFittestOfTheTournamentBreedsOnceThePopulationIsFull()
    {
        var test = Population(Begins, Birth(1), Birth(2), Score(1, 0.9), Score(2, 0.1))
            .When(new Message.Ready(), "slot-1");

        Assert.Equal(
            new BirthNumber(1),
            Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator"))).Parent?.Birth
        );
    }

    [Fact]
    public void TheOldestMakesRoomForTheChild()
    {
        var test = Population(Begins, Birth(1), Birth(2), Birth(3), Score(1, 0.9), Score(2, 0.1))
            .When(Evaluated(3, 0.5), "slot-1");

        Assert.Equal([typeof(Scored), typeof(Retired)], Kept(test).Select(happened => happened.GetType()));
        Assert.Equal(new Retired(new(1)), Kept(test).Last());
    }

    [Fact]
    public void AScoreIsAcknowledgedAndTheSlotGetsTheNextChildUnasked()
    {
        var test = Population(Begins)
            .When(new Message.Ready(), "slot-1")
            .When(Child(1, gene: 7))
            .When(Evaluated(1, 0.5), "slot-1");

        Assert.Contains(new Message.Recorded(new(1)), test.SentTo("slot-1"));
        Assert.Equal(new BirthNumber(2), Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator"))).Birth);
    }

    [Fact]
    public void AScoreThatComesTwiceCountsOnceAndIsAcknowledgedTwice()
    {
        var test = Population(Begins, Birth(1), Score(1, 0.91)).When(Evaluated(1, 0.90), "slot-9");

        Assert.Empty(Kept(test));
        Assert.Equal([new Message.Recorded(new(1))], test.SentTo("slot-9"));
    }

    [Fact]
    public void AScoreOfABirthThatNeverWasIsReleasedNotRecorded()
    {
        var test = Population(Begins).When(Evaluated(5, 0.90), "slot-1");

        Assert.Empty(Kept(test));
        Assert.Equal([new Message.Released(new(5))], test.SentTo("slot-1"));
    }

    [Fact]
    public void ALostAttemptIsGivenToAnotherSlotWithTheNextNumber()
    {
        var test = Population(Begins, Birth(1)).When(new Message.Ready(), "slot-1").When(new Message.Ready(), "slot-2");

        test.When(new Message.Evaluated(new(1), 1, new Outcome.Lost(LossCause.Signal, "signal 11"), 1), "slot-1");

        Assert.Empty(Kept(test));
        Assert.Equal(2, Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Attempt);
        Assert.Equal([new Message.Released(new(1))], test.SentTo("slot-1").Where(sent => sent is not Message.Evaluate));
    }

    [Fact]
    public void ABirthThatEndedAWorkerWaitsForASoundSlotThatIsBusy()
    {
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(new Message.Evaluated(new(1), 1, new Outcome.Lost(LossCause.Signal, "signal 11"), 1), "slot-1")
            .When(new Message.Ready(), "slot-1");

        Assert.Equal([new BirthNumber(1)], test.State.Waiting);
        // The slot that lost it is not idle for it: it gets another birth.
        Assert.Contains(new BirthNumber(3), test.State.Asked.Keys);

        test.When(Evaluated(2, 0.90), "slot-2");
        Assert.Equal(
            new BirthNumber(1),
            Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Birth
        );
    }

    [Fact]
    public void ABirthThatEndedAWorkerComesBackToItsSlotWhereNoOtherLives()
    {
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(new Message.Evaluated(new(1), 1, new Outcome.Lost(LossCause.Signal, "signal 11"), 1), "slot-1");
        Assert.Empty(test.SentTo("slot-1").OfType<Message.Evaluate>());

        test.When(new Message.Departing("drained"), "slot-2");
        Assert.Equal(
            new BirthNumber(1),
            Assert.Single(test.SentTo("slot-1").OfType<Message.Evaluate>()).Assignment.Birth
        );
    }

    [Fact]
    public void ABirthWhoseNodeWasLostMayGoBackToItsSlotAtOnce()
    {
        var test = Population(Begins, Birth(1), Birth(2))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(new Message.Departing("its node restarts"), "slot-1")
            .When(new Message.Ready(), "slot-1");

        Assert.Equal(2, Assert.Single(test.SentTo("slot-1").OfType<Message.Evaluate>()).Assignment.Attempt);
    }

    [Fact]
    public void ABirthThatKillsWorkersOnTwoSlotsIsRuledOut()
    {
        var test = Population(Begins, Birth(1))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(new Message.Evaluated(new(1), 1, new Outcome.Lost(LossCause.Signal, "signal 11"), 1), "slot-1")
            .When(new Message.Evaluated(new(1), 2, new Outcome.Lost(LossCause.Signal, "signal 11"), 1), "slot-2");

        Assert.Equal(RuledOutReason.Crash, Assert.IsType<RuledOut>(Assert.Single(Kept(test))).Reason);
        Assert.Contains(new Message.Recorded(new(1)), test.SentTo("slot-2"));
    }

    [Fact]
    public void ASlotThatIsSilentForALeaseLosesItsBirth()
    {
        var test = Population(Begins, Birth(1))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2", at: 59);

        Assert.DoesNotContain(
            test.When(new Message.LeasesDue(), at: 59.9).Events,
            happened => happened is PopulationEvent.AttemptLost
        );
        test.When(new Message.LeasesDue(), at: 60);

        Assert.Equal(2, Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>()).Assignment.Attempt);
    }

    [Fact]
    public void ASlotThatSaysWhatItHoldsKeepsItsLease()
    {
        var test = Population(Begins, Birth(1))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(new BirthNumber(1), 1), "slot-1", at: 50);

        Assert.DoesNotContain(
            test.When(new Message.LeasesDue(), at: 100).Events,
            happened => happened is PopulationEvent.AttemptLost
        );
    }

    [Fact]
    public void ABirthThatWasGivenToALeavingSlotWaitsAgain()
    {
        var test = Population(Begins, Birth(1), Birth(2)).When(new Message.Ready(new BirthNumber(2), 1), "slot-1");

        test.When(
            new Message.Evaluated(new(1), 1, new Outcome.Lost(LossCause.Exit, "exit 1"), 1, Leaving: true),
            "slot-1"
        );

        Assert.Equal([new BirthNumber(1), new BirthNumber(2)], test.State.Waiting);
    }

    [Fact]
    public void NothingIsHandedOutWhilePausedAndEverythingAfter()
    {
        var test = Population(Begins, Birth(1)).When(new Message.Pause("disk")).When(new Message.Ready(), "slot-1");
        Assert.Empty(test.SentTo("slot-1"));

        test.When(new Message.Resume());
        Assert.Single(test.SentTo("slot-1").OfType<Message.Evaluate>());
    }

    [Fact]
    public void TheBudgetIsMetExactly()
    {
        var test = Population(new Begun(Settings with { Budget = new(2) }), Birth(1), Score(1, 0.5))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2");
        Assert.Equal([2], test.State.Asked.Keys.Select(birth => birth.Value)); // One is left, not two.

        test.When(Child(2, gene: 9)).When(Evaluated(2, 0.4), "slot-1");

        Assert.Equal(new Finished(FinishedReason.Budget), Kept(test).Last());
    }

    [Fact]
    public void ALargerBudgetTakesAFinishedSearchUpAgain()
    {
        var test = Population(
                new Begun(Settings with { Budget = new(1) }),
                Birth(1),
                Score(1, 0.5),
                new Finished(FinishedReason.Budget)
            )
            .When(new Message.Ready(), "slot-1");
        Assert.Empty(test.SentTo("mutator"));

        test.When(new Message.Extend(new(2)));
        Assert.Single(test.SentTo("mutator"));
    }

    [Fact]
    public void HoursCountOnlyWhileTheSearchRuns()
    {
        var settings = Settings with { Budget = new(Hours: 1) };
        // It ran 3,000 s before it was resumed; 600 s more are its hour.
        var history = new LineageEvent[]
        {
            new Begun(settings),
            Birth(1),
            Score(1, 0.5) with
            {
                Run = new(1, "slot-1", 1, 3000),
            },
        };

        var test = Population(history).When(new Message.Wake()).When(new Message.Ready(), "slot-1", at: 599);
        Assert.Single(test.SentTo("mutator"));

        var late = Population(history).When(new Message.Wake()).When(new Message.Ready(), "slot-1", at: 601);
        Assert.Equal([new Finished(FinishedReason.Budget)], Kept(late));
    }

    [Fact]
    public void AScoreForWhichTheObjectiveHasNoValueIsRuledOutWithTheTermsName()
    {
        var test = Population(Begins, Birth(1))
            .When(new Message.Evaluated(new(1), 1, new Outcome.Trained(Metrics.Of(("speed", 1))), 1), "slot-1");

        var ruledOut = Assert.IsType<RuledOut>(Assert.Single(Kept(test)));
        Assert.Equal((RuledOutReason.Unscorable, "'top1' was not measured."), (ruledOut.Reason, ruledOut.Detail));
    }

    [Fact]
    public void ASpaceOfWhichEveryGenotypeWasBornIsExhausted()
    {
        var test = Population(new Begun(Settings with { SpaceSize = 2 }), Birth(1), Birth(2), Score(1, 0.9))
            .When(new Message.Ready(), "slot-2")
            .When(Evaluated(2, 0.5), "slot-1");

        Assert.Equal(new Finished(FinishedReason.Exhausted), Kept(test).Last());
    }

    [Fact]
    public void WhereAllPointsWereAmongTheDrawsTheSpaceIsExhausted()
    {
        // A rule leaves fewer points than the size says.
        var test = Population(new Begun(Settings with { SpaceSize = 9 }), Birth(1), Score(1, 0.9))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Barren(new(2), 0, HasAllPoints: true));

        Assert.Equal(new Finished(FinishedReason.Exhausted), Kept(test).Last());
    }

    [Fact]
    public void WhereDrawsFindNothingNewItIsSaidHowManyGenotypesAreLeft()
    {
        var test = Population(new Begun(Settings with { SpaceSize = 2000 }), Birth(1), Score(1, 0.9))
            .When(new Message.Ready(), "slot-1")
            .When(new Message.DrawnInVain(new(2), 0, 65_536, null, default))
            .When(new Message.Barren(new(2), 65_536));

        var finished = Assert.IsType<Finished>(Kept(test).Last());
        Assert.Equal(FinishedReason.DrawsSpent, finished.Reason);
        Assert.Equal("65,536 draws found nothing new; 1,999 of 2,000 are left", $"{finished.Spent}");
    }
}
