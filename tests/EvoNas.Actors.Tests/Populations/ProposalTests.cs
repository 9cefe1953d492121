using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>What people propose is born next, inside the budget.</summary>
public class ProposalTests
{
    static readonly Proposal s_first = new(Genotype.Of(1, 2, 0), Proposal.ByUser),
        s_second = new(Genotype.Of(2, 2, 0), "optuna tune #12");

    static SearchSettings Settings(long budget, bool repeats = false) =>
        new()
        {
            Space = "digits",
            SpaceFingerprint = "test",
            Seed = 7,
            PopulationSize = 4,
            TournamentSize = 2,
            Budget = new(budget),
            RepeatDuplicates = repeats,
        };

    static Scenario<PopulationState, PopulationEvent> Begun(long budget = 10, bool repeats = false) =>
        new Scenario<PopulationState, PopulationEvent>(
            PopulationBehavior.For(PopulationTerms.Embedded),
            PopulationState.Start
        ).When(new Message.Begin(Settings(budget, repeats)));

    static IEnumerable<LineageEvent> Kept(Scenario<PopulationState, PopulationEvent> test) =>
        test.Events.OfType<PopulationEvent.Kept>().Select(kept => kept.Happened);

    static Message.Evaluated Scored(long birth, double value = 0.5) =>
        new(new(birth), 1, new Outcome.Trained(Metrics.Of((Metrics.Top1, value))), 1);

    [Fact]
    public void WhatIsProposedIsDurableAndAnswered()
    {
        var test = Begun().When(new Message.Propose([s_first]), "ann");

        Assert.Equal(new LineageEvent.Proposed([s_first]), Assert.Single(Kept(test)));
        Assert.Equal(new Message.Answered(null), Assert.Single(test.SentTo("ann")));
    }

    [Fact]
    public void ASlotThatIsFreeGetsItAtOnceAndNoChildIsAskedFor()
    {
        var test = Begun().When(new Message.Propose([s_first, s_second]), "ann").When(new Message.Ready(), "slot-1");

        Assert.Equal(
            new LineageEvent.Born(new(1), null, s_first.Genotype, Origin: Proposal.ByUser),
            Assert.Single(Kept(test))
        );
        var given = Assert.IsType<Message.Evaluate>(Assert.Single(test.SentTo("slot-1")));
        Assert.Equal(s_first.Genotype, given.Assignment.Genotype);
        Assert.Empty(test.SentTo("mutator"));
        Assert.Equal([s_second], test.State.Lineage.Proposals);
    }

    // Births are recorded in the order of their numbers.
    [Fact]
    public void ItIsBornBehindTheChildrenThatHaveBeenAskedFor()
    {
        var test = Begun().When(new Message.Ready(), "slot-1").When(new Message.Propose([s_first]), "ann");
        Assert.Single(test.State.Asked);

        test.When(new Message.Ready(), "slot-2");
        Assert.Empty(Kept(test));
        test.When(new Message.Mutated(new(1), [new(0, null, Genotype.Of(0, 0, 0), null)]), "mutator");

        Assert.Equal([null, Proposal.ByUser], Kept(test).OfType<LineageEvent.Born>().Select(born => born.Origin));
        Assert.Single(test.SentTo("slot-2").OfType<Message.Evaluate>());
    }

    [Fact]
    public void WhatIsKnownAlreadyIsRefusedWithAllOfItsRequest()
    {
        var test = Begun().When(new Message.Propose([s_first]), "ann").When(new Message.Ready(), "slot-1");

        test.When(new Message.Propose([s_second, s_first]), "ann");

        Assert.Empty(Kept(test));
        Assert.Equal(new Message.Answered("1,2,0 was born or proposed already."), Assert.Single(test.SentTo("ann")));
        test.When(new Message.Propose([s_second, s_second]), "ann");
        Assert.Equal(new Message.Answered("2,2,0 is proposed twice."), Assert.Single(test.SentTo("ann")));
    }

    [Fact]
    public void ASearchThatRepeatsGenotypesTakesTheSameOneAgain()
    {
        var test = Begun(repeats: true).When(new Message.Propose([s_first]), "ann");

        test.When(new Message.Propose([s_first]), "ann");

        Assert.Equal(2, test.State.Lineage.Proposals.Count);
    }

    [Fact]
    public void ADrawThatIsProposedMeanwhileIsDrawnAgain()
    {
        var test = Begun().When(new Message.Ready(), "slot-1").When(new Message.Propose([s_first]), "ann");

        test.When(new Message.Mutated(new(1), [new(0, null, s_first.Genotype, null)]), "mutator");

        Assert.Empty(Kept(test));
        Assert.Equal(1, Assert.IsType<Message.Mutate>(Assert.Single(test.SentTo("mutator"))).Draw);
    }

    [Fact]
    public void ItCountsAgainstTheBudgetAndWaitsWhereThatIsSpent()
    {
        var test = Begun(budget: 1).When(new Message.Propose([s_first, s_second]), "ann");
        test.When(new Message.Ready(), "slot-1").When(Scored(1), "slot-1");

        Assert.Equal(FinishedReason.Budget, test.State.Lineage.Finished);
        Assert.Equal([s_second], test.State.Lineage.Proposals);

        test.When(new Message.Extend(new(2)));
        Assert.Equal("optuna tune #12", Assert.Single(Kept(test).OfType<LineageEvent.Born>()).Origin);
    }

    [Fact]
    public void ASearchThatHasEndedKeepsItForALargerBudget()
    {
        var test = Begun(budget: 1).When(new Message.Ready(), "slot-1");
        test.When(new Message.Mutated(new(1), [new(0, null, Genotype.Of(0, 0, 0), null)]), "mutator");
        test.When(Scored(1), "slot-1");

        test.When(new Message.Propose([s_first]), "ann");

        Assert.Equal(new Message.Answered(null), Assert.Single(test.SentTo("ann")));
        Assert.Equal(FinishedReason.Budget, test.State.Lineage.Finished);
        test.When(new Message.Extend(new(5)));
        Assert.Equal(new(2), Assert.Single(Kept(test).OfType<LineageEvent.Born>()).Birth);
    }

    [Fact]
    public void APausedSearchTakesItAndBearsItWhenItGoesOn()
    {
        var test = Begun().When(new Message.Pause("by ann")).When(new Message.Ready(), "slot-1");

        test.When(new Message.Propose([s_first]), "ann");
        Assert.Empty(Kept(test).OfType<LineageEvent.Born>());
        test.When(new Message.Resume());

        Assert.Single(Kept(test).OfType<LineageEvent.Born>());
    }

    [Fact]
    public void FoundersOfASearchThatBeginsAreKeptWithItsBeginning()
    {
        var test = new Scenario<PopulationState, PopulationEvent>(
            PopulationBehavior.For(PopulationTerms.Embedded),
            PopulationState.Start
        );

        test.When(new Message.Begin(Settings(10), [s_first, s_second]));
        Assert.Equal(
            [new LineageEvent.Begun(Settings(10)), new LineageEvent.Proposed([s_first, s_second])],
            Kept(test)
        );
        test.When(new Message.Begin(Settings(10), [s_first, s_second]));
        Assert.Empty(Kept(test));
    }

    [Fact]
    public void ABirthOfAnOriginThatWasNotProposedNextIsNoHistory()
    {
        var lineage = Lineage
            .Empty.Evolve(new LineageEvent.Begun(Settings(10)))
            .Evolve(new LineageEvent.Proposed([s_first, s_second]));

        Assert.Throws<LineageException>(() => lineage.Evolve(Born(s_second)));
        Assert.Throws<LineageException>(() => lineage.Evolve(Born(s_first with { Origin = "another" })));
        Assert.Equal([s_second], lineage.Evolve(Born(s_first)).Proposals);

        static LineageEvent Born(Proposal one) => new LineageEvent.Born(new(1), null, one.Genotype, Origin: one.Origin);
    }

    // An earlier build would forget what waits.
    [Fact]
    public void WhatWaitsIsInTheSnapshotUnderANameOfItsOwn()
    {
        var lineage = Lineage
            .Empty.Evolve(new LineageEvent.Begun(Settings(10)))
            .Evolve(new LineageEvent.Proposed([s_first, s_second]));
        var manifest = LineageSnapshot.ManifestOf(lineage);
        var bytes = LineageSnapshot.Write("search-t", lineage);

        var read = LineageSnapshot.Read("search-t", lineage.Events, manifest, bytes.Span);

        Assert.Equal("lineage-1-proposals", manifest);
        Assert.Equal([s_first, s_second], read.Proposals);
        var born = lineage;
        foreach (var one in lineage.Proposals)
            born = born.Evolve(new LineageEvent.Born(new(born.Born + 1), null, one.Genotype, Origin: one.Origin));
        Assert.Equal("lineage-1", LineageSnapshot.ManifestOf(born));
    }
}
