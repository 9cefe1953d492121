using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using static EvoNas.Lineages.LineageEvent;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>What a population does while draws find nothing that keeps its limits.</summary>
public class LimitTests
{
    static readonly SearchSettings Settings = new()
    {
        Space = "digits",
        SpaceFingerprint = "",
        Seed = 3,
        PopulationSize = 2,
        TournamentSize = 2,
        Budget = new(10),
        Objective = Objective.Parse("top1", ["madds<=1"]),
    };

    static Scenario<PopulationState, PopulationEvent> Population(params LineageEvent[] history) =>
        new(
            PopulationBehavior.For(PopulationTerms.Embedded),
            PopulationBehavior.Recovered(
                new LineageEvent[] { new Begun(Settings) }
                    .Concat(history)
                    .Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened))
            )
        );

    static Message.DrawnInVain Vain(long birth, int draw, int next, double madds, int at = 0) =>
        new(new(birth), draw, next, Genotype.Of(at), Metrics.Of((Metrics.MultiplyAdds, madds)));

    static Message.Mutated Child(long birth, int draw) => new(new(birth), [new(draw, null, Genotype.Of(7), null)]);

    static Message.Mutate[] Asked(Scenario<PopulationState, PopulationEvent> test) =>
        [.. test.SentTo("mutator").Cast<Message.Mutate>()];

    [Fact]
    public void AMutatorThatFoundNothingIsAskedToGoOnWhereItWas()
    {
        var test = Population().When(new Message.Ready(), "slot-1").When(Vain(1, 0, 32, 50, at: 4));

        Assert.Equal(new Message.Mutate(3, new(1), 32, null, Genotype.Of(4)), Assert.Single(Asked(test)));
        // It comes twice, or late.
        test.When(Vain(1, 0, 32, 50)).ThenNothing();
    }

    [Fact]
    public void APausedSearchDrawsNothingAndGoesOnWhenItIsResumed()
    {
        var test = Population()
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Pause("disk"))
            .When(Vain(1, 0, 32, 50));
        Assert.Empty(Asked(test));
        Assert.Empty(Asked(test.When(new Message.LeasesDue())));

        Assert.Equal(32, Assert.Single(Asked(test.When(new Message.Resume()))).Draw);
    }

    [Fact]
    public void AQuestionThatWasLostIsAskedAgainWhereItWas()
    {
        var test = Population().When(new Message.Ready(), "slot-1").When(Vain(1, 0, 32, 50, at: 4));

        Assert.Equal(
            new Message.Mutate(3, new(1), 32, null, Genotype.Of(4)),
            Assert.Single(Asked(test.When(new Message.LeasesDue())))
        );
    }

    [Fact]
    public void ManyDrawsInVainAreSaidOnceWithTheNearestValue()
    {
        var test = Population().When(new Message.Ready(), "slot-1").When(Vain(1, 0, 512, 50));
        Assert.Null(test.State.DrawnInVain);

        test.When(Vain(1, 512, 1024, 70));

        var said = Assert.Single(test.Events.OfType<PopulationEvent.Searching>());
        Assert.Equal("none of 1,024 draws keeps madds<=1; the smallest had 50", $"{said.Spent}");
        Assert.Equal(said.Spent, test.State.DrawnInVain);

        test.When(Vain(1, 1024, 1056, 12_563_652.5));
        Assert.Empty(test.Events.OfType<PopulationEvent.Searching>());
        Assert.Equal(1056, test.State.DrawnInVain!.Draws);
    }

    [Fact]
    public void AfterManyDrawsInVainTheEldestGoesOnAlone()
    {
        var test = Population()
            .When(new Message.Ready(), "slot-1")
            .When(new Message.Ready(), "slot-2")
            .When(Vain(1, 0, 1024, 50));
        Assert.Equal(1, Assert.Single(Asked(test)).Birth.Value);

        Assert.Empty(Asked(test.When(Vain(2, 0, 1024, 50))));
        Assert.Equal(1, Assert.Single(Asked(test.When(new Message.LeasesDue()))).Birth.Value);

        // Its child came: the next one goes on at once.
        var next = Assert.Single(Asked(test.When(Child(1, draw: 1500))));
        Assert.Equal((2, 1024), (next.Birth.Value, next.Draw));
        Assert.Single(test.Events.OfType<PopulationEvent.Kept>(), kept => kept.Happened is Born);
    }

    [Fact]
    public void WhereNoDrawKeepsTheLimitTheSearchIsFinishedForItByName()
    {
        var test = Population()
            .When(new Message.Ready(), "slot-1")
            .When(Vain(1, 0, 18_432, 12_563_652))
            .When(new Message.Barren(new(1), 18_432), at: 7);

        var finished = Assert.IsType<Finished>(Assert.Single(test.Events.OfType<PopulationEvent.Kept>()).Happened);
        Assert.Equal(FinishedReason.Limit, finished.Reason);
        Assert.Equal("none of 18,432 draws keeps madds<=1; the smallest had 12,563,652", $"{finished.Spent}");
        Assert.Equal(finished.Spent, test.State.Lineage.Spent);
        Assert.Equal(7, test.State.Lineage.ElapsedSeconds);
    }

    [Fact]
    public void WhereNoPointOfTheWholeSpaceKeepsTheLimitItIsTheLimitThatIsNamed()
    {
        var test = Population()
            .When(new Message.Ready(), "slot-1")
            .When(Vain(1, 0, 2054, 4))
            .When(new Message.Barren(new(1), 2054, HasAllPoints: true));

        Assert.Equal(FinishedReason.Limit, test.State.Lineage.Finished);
    }

    [Fact]
    public void WhereSomeBirthsKeptTheLimitTheDrawsAreNamedAndNotTheLimitAlone()
    {
        var born = new Born(new(1), null, Genotype.Of(1));
        var scored = new Scored(new(1), new(0.5), default, [], null, new(1, "slot-1", 1, 1));
        var test = Population(born, scored)
            .When(new Message.Ready(), "slot-1")
            .When(Vain(2, 0, 18_432, 4))
            .When(new Message.Barren(new(2), 18_432));

        Assert.Equal(FinishedReason.DrawsSpent, test.State.Lineage.Finished);
        Assert.Equal("18,432 draws found nothing new that keeps madds<=1", $"{test.State.Lineage.Spent}");
    }

    [Fact]
    public void ALargerBudgetLetsASearchThatEndedByItsLimitDrawAgain()
    {
        var test = Population(new Finished(FinishedReason.Limit, new(18_432))).When(new Message.Ready(), "slot-1");
        Assert.Empty(Asked(test));

        Assert.Equal(0, Assert.Single(Asked(test.When(new Message.Extend(new(20))))).Draw);
        Assert.Null(test.State.Lineage.Spent);
    }

    [Fact]
    public void OfSeveralLimitsTheNearestDrawIsShownWithEachOfThem() =>
        Assert.Equal(
            "none of 2,048 draws keeps madds<=1 and parameters>=10; the nearest had madds 2, parameters 9.5",
            new DrawsSpent(
                2048,
                Objective.Parse("top1", ["madds<=1", "parameters>=10"]).Limits,
                Metrics.Of(("madds", 2), ("parameters", 9.5))
            ).ToString()
        );
}
