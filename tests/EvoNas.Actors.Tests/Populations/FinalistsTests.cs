using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Benchmarks.Science;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>Whole searches whose last evaluations go to the best candidates.</summary>
public class FinalistsTests
{
    static readonly SearchSpace s_digits = new(
        "digits",
        [.. Enumerable.Range(0, 6).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    // The worth is the sum of the digits; one evaluation is off by up to a half.
    static Metrics Noisy(Assignment assignment) =>
        Metrics.Of(
            (
                Metrics.Top1,
                Worth(assignment.Genotype) + SeededRandom.For(5, assignment.Birth, draw: int.MaxValue).Unit() - 0.5
            )
        );

    static double Worth(Genotype genotype) => genotype.Genes.Sum(gene => gene.Index);

    static SearchSettings Settings(int budget, string? finalists, Algorithm algorithm = Algorithm.Auto) =>
        (
            OfflineSearch.Settings(s_digits, algorithm, budget, seed: 7) with
            {
                Finalists = finalists is null ? null : FinalistRules.Parse(finalists),
            }
        ).Checked();

    static (Lineage Lineage, List<LineageEvent> Events) Run(SearchSettings settings, int slots = 1)
    {
        var search = new OfflineSearch(s_digits, settings, _ => default, Noisy);
        return (search.Run(slots), search.Events);
    }

    [Theory]
    [InlineData(1, "5x6", Algorithm.Auto)]
    [InlineData(7, "5x6", Algorithm.Evolution)]
    [InlineData(64, "10x3", Algorithm.Local)]
    [InlineData(3, "8x1+4x2+2x3", Algorithm.Random)]
    public void TheBudgetIsMetExactlyWithTheFinalistsInsideIt(int slots, string finalists, Algorithm algorithm)
    {
        var settings = Settings(100, finalists, algorithm);
        var (lineage, events) = Run(settings, slots);

        Assert.Equal((100, 100), (lineage.Born, lineage.Ended));
        Assert.Equal(settings.Finalists!.Cost, lineage.Repeats);
        Assert.Equal(
            settings.Finalists.Cost,
            events.OfType<LineageEvent.Born>().Count(born => born.RepeatOf is not null)
        );
        Assert.Equal(FinishedReason.Budget, lineage.Finished);
        Assert.NotNull(lineage.Winner);
    }

    [Fact]
    public void TheBestScoresAreEvaluatedAgainEquallyOftenOnceAllBirthsHaveEnded()
    {
        var (_, events) = Run(Settings(100, "5x6"), slots: 8);
        var begins = events.FindIndex(happened => happened is LineageEvent.Born { RepeatOf: not null });
        var scores = events.Take(begins).OfType<LineageEvent.Scored>().ToArray();
        var best = scores.OrderByDescending(scored => scored.Fitness.Value).Take(5).Select(scored => scored.Birth);

        Assert.Equal(70, scores.Length);
        var repeated = events
            .OfType<LineageEvent.Born>()
            .Where(born => born.RepeatOf is not null)
            .CountBy(born => born.RepeatOf!.Value) // Filtered above.
            .ToArray();
        Assert.Equal(best, repeated.Select(pair => pair.Key));
        Assert.All(repeated, pair => Assert.Equal(6, pair.Value));
    }

    [Fact]
    public void WhatIsEvaluatedAgainChangesNeitherThePopulationNorTheBest()
    {
        var (_, events) = Run(Settings(100, "5x6"), slots: 4);
        var begins = events.FindIndex(happened => happened is LineageEvent.Born { RepeatOf: not null });
        var before = Fold(events.Take(begins));
        var after = Fold(events);

        Assert.Equal(before.Population, after.Population);
        Assert.Equal(before.Best, after.Best);
        Assert.Equal(before.Known.Count, after.Known.Count);
        Assert.Equal(before.Founders, after.Founders);
    }

    [Fact]
    public void TheWinnerIsTheOneWithTheBestMeanAndItsIntervalIsThatOfItsRepeats()
    {
        var (lineage, events) = Run(Settings(100, "5x6"));
        var scores = events.OfType<LineageEvent.Scored>().ToDictionary(one => one.Birth, one => one.Fitness.Value);
        var repeats = events
            .OfType<LineageEvent.Born>()
            .Where(born => born.RepeatOf is not null)
            .ToLookup(born => born.RepeatOf!.Value, born => scores[born.Birth]); // Filtered above.

        var winner = lineage.Winner!;
        var means = repeats.ToDictionary(one => one.Key, one => one.Append(scores[one.Key]).Average());
        Assert.Equal(means.MaxBy(pair => pair.Value).Key, winner.Birth);
        Assert.Equal((repeats[winner.Birth].Average(), 6), (winner.Mean, winner.Evaluations));
        var noise = Noise.Of(repeats.Select(one => (Sequence<double>)[.. one]))!.Value;
        Assert.Equal(noise.Deviation, winner.Noise, 12);
        Assert.Equal(winner.Mean - noise.Interval(6), winner.Low, 12);
        Assert.Equal(winner.Mean + noise.Interval(6), winner.High, 12);
        Assert.InRange(winner.Probability, 1.0 / 5, 1);
        Assert.Equal(winner.Birth, lineage.Announced!.Individual.Birth);
    }

    // By data of their own all score a whole less, and noise of their own decides.
    static Metrics NoisyOfHeldOut(Assignment assignment) =>
        assignment.HeldOut is true
            ? Metrics.Of((Metrics.Top1, Noisy(assignment)[Metrics.Top1]!.Value - 1))
            : Noisy(assignment);

    [Fact]
    public void ByDataOfTheirOwnTheRepeatsAloneDecideAndTheGapIsTold()
    {
        var settings = Settings(100, "5x6") with { HeldOutFinals = true };
        var search = new OfflineSearch(s_digits, settings, _ => default, NoisyOfHeldOut);
        var lineage = search.Run(3);
        var scores = search
            .Events.OfType<LineageEvent.Scored>()
            .ToDictionary(one => one.Birth, one => one.Fitness.Value);
        var repeats = search
            .Events.OfType<LineageEvent.Born>()
            .Where(born => born.RepeatOf is not null)
            .ToLookup(born => born.RepeatOf!.Value, born => scores[born.Birth]); // Filtered above.

        var winner = lineage.Winner!;
        Assert.Equal(repeats.MaxBy(one => one.Average())!.Key, winner.Birth);
        Assert.Equal(repeats[winner.Birth].Average(), winner.Mean, 12);
        Assert.Equal(repeats.Average(one => scores[one.Key] - one.Average()), winner.Gap!.Value, 12);
        Assert.InRange(winner.Gap.Value, 0.9, 2); // The whole, and the luck of the chosen.
        Assert.Null(Run(Settings(100, "5x6")).Lineage.Winner!.Gap);
    }

    [Fact]
    public void AfterARaisedBudgetTheFirstScoresOfOthersAreWorthAsMuchLess()
    {
        var settings = Settings(100, "5x6") with { HeldOutFinals = true };
        var search = new OfflineSearch(s_digits, settings, _ => default, NoisyOfHeldOut);
        var lineage = search.Run(1).Evolve(new LineageEvent.Extended(new(200)));
        var others = lineage.Contenders.Where(one => one.Repeats.Count == 0).ToArray();
        var best = lineage.Contenders.MaxBy(one => one.Repeats.Count == 0 ? 0 : one.Repeats.Average())!;
        // One that was born since, as good as the best of the finalists seemed at first: that was worth a whole less.
        var born = new LineageEvent.Born(new(101), null, s_digits.Sample(SeededRandom.For(1, new BirthNumber(101))));
        var value = best.Repeats.Average() + 0.5;
        lineage = lineage
            .Evolve(born)
            .Evolve(
                new LineageEvent.Scored(
                    new(101),
                    new(value, Feasible: true),
                    Metrics.Of((Metrics.Top1, value)),
                    [],
                    null,
                    new(1, "slot-1", 1, 1)
                )
            );

        Assert.Empty(others);
        Assert.Equal(best.Birth, Finals.Due(lineage)[0]);
        Assert.Equal(101, Finals.Due(lineage with { Settings = Settings(200, "5x6") })[0].Value);
    }

    [Fact]
    public void EqualSearchesHaveEqualEventsAndASnapshotAnywhereLeadsToTheSameEnd()
    {
        var settings = Settings(60, "4x3+2x3");
        var (lineage, events) = Run(settings, slots: 5);

        Assert.Equal(events, Run(settings, slots: 5).Events);
        var end = LineageSnapshot.Write("search", lineage);
        for (var cut = 1; cut <= events.Count; cut++)
        {
            var before = Fold(events.Take(cut));
            var read = LineageSnapshot.Read(
                "search",
                cut,
                LineageSnapshot.ManifestOf(before),
                LineageSnapshot.Write("search", before).Span
            );
            Assert.Equal(end, LineageSnapshot.Write("search", events.Skip(cut).Aggregate(read, Evolved)));
        }
        Assert.Equal("lineage-1-finalists", LineageSnapshot.ManifestOf(lineage));
    }

    // A crash between any two events: what is pending is evaluated again, what is due is handed out, the end is the
    // same.
    [Fact]
    public void ASearchThatIsResumedAtAnyOfItsEventsEndsWithTheSameWinner()
    {
        var settings = Settings(40, "3x2+2x3");
        var (lineage, events) = Run(settings);
        var limits = KnownLimits.Of(settings.Objective, _ => default);
        var mutator = MutatorBehavior.For(s_digits, limits, settings.Rules);
        for (var cut = 1; cut < events.Count; cut++)
        {
            var state = PopulationBehavior.Recovered(Fold(events.Take(cut)));
            var behavior = PopulationBehavior.For(PopulationTerms.Embedded);
            var inbox = new Queue<(Message Message, Address From)>([(new Message.Ready(), new("slot-1"))]);
            while (inbox.TryDequeue(out var next))
            {
                var reaction = behavior.Decide(state, new(next.Message, next.From, 0));
                state = reaction.Events.Aggregate(state, behavior.Evolve);
                foreach (var send in reaction.Effects.OfType<Effect.Send>())
                    if (send.Message is Message.Evaluate { Assignment: var given })
                        inbox.Enqueue((Done(given), send.To));
                    else if (send.Message is Message.Mutate)
                        foreach (var answer in mutator.Decide(0, new(send.Message, Address.Population, 0)).Effects)
                            inbox.Enqueue((((Effect.Send)answer).Message, Address.Mutator));
            }
            Assert.Equal(lineage.Winner, state.Lineage.Winner);
        }

        static Message Done(Assignment given) =>
            new Message.Evaluated(given.Birth, given.Attempt, new Outcome.Trained(Noisy(given)), 1);
    }

    [Fact]
    public void AHigherBudgetFindsMoreCandidatesAndHasFinalistsOfItsOwn()
    {
        var (_, events) = Run(Settings(60, "5x4"));
        var extended = Fold([.. events, new LineageEvent.Extended(new(80))]);

        Assert.Null(extended.Winner);
        Assert.Null(extended.Finished);
        Assert.Equal(20, Finals.Reserved(extended));
        // All that are born have ended, and 20 evaluations are left: they are all for the finalists.
        var due = Finals.Due(extended);
        Assert.Equal(20, due.Count);
        Assert.All(due, birth => Assert.Contains(extended.Contenders, one => one.Birth == birth));
    }

    [Fact]
    public void AnExtensionThatIsTooSmallForAWholeRoundGivesEachFinalistAsMany()
    {
        var (_, events) = Run(Settings(60, "5x4"));
        var due = Finals.Due(Fold([.. events, new LineageEvent.Extended(new(70))]));

        Assert.Equal(10, due.Count);
        Assert.All(due.CountBy(birth => birth), pair => Assert.Equal(2, pair.Value));
    }

    [Fact]
    public void ASpaceThatIsExhaustedHasFinalistsToo()
    {
        var space = new SearchSpace("few", [Decision.Among("a", 0, 1, 2), Decision.Among("b", 0, 1, 2)]);
        var settings = OfflineSearch.Settings(space, Algorithm.Auto, 50, seed: 1) with
        {
            Finalists = FinalistRules.Parse("3x2"),
        };
        var lineage = new OfflineSearch(space, settings, _ => default, Noisy).Run(2);

        Assert.Equal((15, 6), (lineage.Ended, lineage.Repeats));
        Assert.Equal(FinishedReason.Exhausted, lineage.Finished);
        Assert.NotNull(lineage.Winner);
    }

    [Fact]
    public void ABudgetThatIsLoweredBelowTwiceTheirCostHasNone()
    {
        var (_, events) = Run(Settings(100, "5x6"));
        var lineage = Fold(events.Take(40));

        var lowered = lineage.Evolve(new LineageEvent.Extended(new(59)));
        Assert.Equal(0, Finals.Reserved(lowered));
        Assert.Empty(Finals.Due(lowered));

        Assert.Equal(30, Finals.Reserved(lineage.Evolve(new LineageEvent.Extended(new(60)))));
    }

    [Fact]
    public void WhereNothingHasAScoreTheWholeBudgetGoesToBirths()
    {
        var lineage = new OfflineSearch(s_digits, Settings(40, "5x4"), _ => default, _ => default).Run(3);

        Assert.Equal((40, 0), (lineage.RuledOut, lineage.Repeats));
        Assert.Equal((FinishedReason.Budget, null), (lineage.Finished, lineage.Winner));
    }

    [Fact]
    public void WhileASearchIsPausedNoFinalistIsHandedOutAndItDoesNotEnd()
    {
        var (_, events) = Run(Settings(40, "5x4"));
        var begins = events.FindIndex(happened => happened is LineageEvent.Born { RepeatOf: not null });
        var test = new Scenario<PopulationState, PopulationEvent>(
            PopulationBehavior.For(PopulationTerms.Embedded),
            PopulationBehavior.Recovered(Fold(events.Take(begins)))
        );

        test.When(new Message.Pause("by hand")).When(new Message.Ready(), "slot-1");
        Assert.Null(test.State.Lineage.Finished);
        Assert.Empty(test.State.Lineage.Pending);

        test.When(new Message.Resume());
        Assert.Equal(20, test.State.Lineage.Pending.Count);
        Assert.Single(test.SentTo("slot-1"));
    }

    [Fact]
    public void WhatIsEvaluatedAgainIsTrainedToTheEnd()
    {
        var settings = Settings(40, "5x4") with { EarlyStopping = true };
        List<LineageEvent> history = [new LineageEvent.Begun(settings)];
        for (var birth = 1; birth <= 20; birth++)
            history.AddRange(
                new LineageEvent.Born(new(birth), null, s_digits.Sample(SeededRandom.For(1, new BirthNumber(birth)))),
                new LineageEvent.Scored(
                    new(birth),
                    new(birth),
                    Metrics.Of((Metrics.Top1, birth)),
                    [0.1, 0.2],
                    null,
                    new(1, "slot-1", 1, birth)
                )
            );
        var test = new Scenario<PopulationState, PopulationEvent>(
            PopulationBehavior.For(PopulationTerms.Embedded),
            PopulationBehavior.Recovered(Fold(history))
        ).When(new Message.Ready(), "slot-1");

        Assert.NotEmpty(test.State.Lineage.MedianThresholds());
        var given = Assert.IsType<Message.Evaluate>(Assert.Single(test.SentTo("slot-1")));
        Assert.Equal((21, 0), (given.Assignment.Birth.Value, given.Assignment.PruningThresholds.Count));
    }

    [Fact]
    public void ARepeatOfABirthThatIsNoFinalistIsNoHistory()
    {
        var (_, events) = Run(Settings(40, "5x4"));
        var begins = events.FindIndex(happened => happened is LineageEvent.Born { RepeatOf: not null });
        var lineage = Fold(events.Take(begins));
        var finalist = lineage.Contenders[0].Champion.Individual;
        var other = Enumerable.Range(1, 20).First(birth => lineage.Contenders.All(one => one.Birth.Value != birth));

        Assert.Throws<LineageException>(() => lineage.Evolve(Repeat(new(other), finalist.Genotype)));
        Assert.Throws<LineageException>(() => lineage.Evolve(Repeat(finalist.Birth, Genotype.Of(9))));
        Assert.Single(lineage.Evolve(Repeat(finalist.Birth, finalist.Genotype)).Pending);

        LineageEvent Repeat(BirthNumber of, Genotype genotype) =>
            new LineageEvent.Born(new(lineage.Born + 1), null, genotype, RepeatOf: of);
    }

    static Lineage Fold(IEnumerable<LineageEvent> events) => events.Aggregate(Lineage.Empty, Evolved);

    static Lineage Evolved(Lineage lineage, LineageEvent happened) => lineage.Evolve(happened);
}
