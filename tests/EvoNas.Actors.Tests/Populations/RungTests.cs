using EvoNas.Actors.Mutators;
using EvoNas.Actors.Populations;
using EvoNas.Benchmarks.Science;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>Whole searches whose candidates are trained in rungs.</summary>
public class RungTests
{
    const int Horizon = 27;

    static readonly SearchSpace s_digits = new(
        "digits",
        [.. Enumerable.Range(0, 10).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2, 3))]
    );

    // The worth is the sum of the digits; before the end it is off by what each genotype has of its own.
    static double After(Genotype genotype, int epoch)
    {
        var off = SeededRandom.For(genotype.Fingerprint, "off").Unit() - 0.5;
        return genotype.Genes.Sum(gene => gene.Index) + 8 * off * (1 - (double)epoch / Horizon);
    }

    static Metrics Measured(Assignment assignment) =>
        Metrics.Of((Metrics.Top1, After(assignment.Genotype, assignment.Stage?.Until ?? Horizon)));

    static SearchSettings Settings(int budget, int seed = 7, SearchSpace? space = null) =>
        (
            OfflineSearch.Settings(space ?? s_digits, Algorithm.Asha, budget, seed) with
            {
                Rungs = RungRules.Of(Horizon),
                EarlyStopping = false,
            }
        ).Checked();

    static (Lineage Lineage, List<LineageEvent> Events) Run(
        SearchSettings settings,
        int slots = 1,
        Func<Assignment, Metrics>? measured = null,
        SearchSpace? space = null
    )
    {
        var search = new OfflineSearch(space ?? s_digits, settings, _ => default, measured ?? Measured);
        return (search.Run(slots), search.Events);
    }

    [Theory, InlineData(1, 10), InlineData(7, 10), InlineData(64, 40), InlineData(1, 1), InlineData(16, 2)]
    public void TheBudgetIsSpentInFullTrainingsAndNeverExceeded(int slots, int budget)
    {
        var (lineage, _) = Run(Settings(budget), slots);

        Assert.Equal((FinishedReason.Budget, 0), (lineage.Finished, lineage.Pending.Count));
        Assert.InRange(lineage.Evaluations, budget - 1 + 1e-9, budget);
        Assert.Equal(4 - 1, lineage.Best!.Rung); // It ended, so something was scored.
        Assert.NotEqual(0, lineage.Population.Count);
    }

    [Fact]
    public void OnlyTheBestOfARungGoOnAndEachOnce()
    {
        var settings = Settings(60);
        var (_, events) = Run(settings, slots: 4);
        var rules = settings.Rungs!;
        var scores = events.OfType<LineageEvent.Scored>().ToDictionary(one => one.Birth, one => one.Fitness.Value);
        var births = events.OfType<LineageEvent.Born>().ToDictionary(one => one.Birth);
        var promoted = births.Values.Where(one => one.Promoted is not null).ToArray();

        Assert.Distinct(promoted.Select(one => one.Promoted!.Value)); // Filtered above.
        Assert.All(promoted, one => Assert.Equal(births[one.Promoted!.Value].Genotype, one.Genotype));
        Assert.All(promoted, one => Assert.Equal((births[one.Promoted!.Value].Rung ?? 0) + 1, one.Rung));
        for (var rung = 0; rung < rules.Top; rung++)
        {
            var there = births.Values.Where(one => (one.Rung ?? 0) == rung).ToArray();
            var next = births.Values.Where(one => one.Rung == rung + 1).ToArray();
            // More than a third only as the population improves, and at the end of the budget.
            Assert.InRange(next.Length, 1, there.Length * 4 / 5);
            Assert.True(
                next.Average(one => scores[one.Promoted!.Value]) > there.Average(one => scores[one.Birth]),
                $"Those that rung {rung} promotes are no better than the others."
            );
        }
    }

    [Fact]
    public void ASlotIsToldWhichEpochsToTrainAndWhatToContinue()
    {
        var stages = new Dictionary<BirthNumber, Stage>();
        var settings = Settings(10);

        var (_, events) = Run(
            settings,
            measured: assignment =>
            {
                stages[assignment.Birth] = assignment.Stage!;
                return Measured(assignment);
            }
        );

        var rules = settings.Rungs!;
        foreach (var born in events.OfType<LineageEvent.Born>())
        {
            var rung = born.Rung ?? 0;
            var stage = stages[born.Birth];
            Assert.Equal(
                new(rung, rules.Start(rung), rules.Epochs[rung], born.Promoted),
                stage with
                {
                    Needed = default,
                }
            );
            // What it goes on with, and what it will be gone on with, is kept.
            Assert.Equal(rules.Top, stage.Needed.Count);
            Assert.True(born.Promoted is not { } of || stage.Needed[rung - 1].Value <= of.Value);
            Assert.True(rung == rules.Top || stage.Needed[rung].Value <= born.Birth.Value);
        }
    }

    // The goal of rungs: at equal epochs a better network than evolution with full trainings.
    [Theory, InlineData(20), InlineData(60)]
    public void AtEqualEpochsASearchInRungsFindsMoreThanEvolution(int budget)
    {
        var (rungs, full) = (0.0, 0.0);
        for (var seed = 1; seed <= 10; seed++)
        {
            rungs += After(Run(Settings(budget, seed)).Lineage.Best!.Individual.Genotype, Horizon);
            var evolution = OfflineSearch.Settings(s_digits, Algorithm.Evolution, budget, seed);
            full += After(Run(evolution).Lineage.Best!.Individual.Genotype, Horizon);
        }

        Assert.True(rungs > full + 10, $"{rungs / 10} in rungs, {full / 10} with full trainings.");
    }

    [Fact]
    public void ASpaceThatIsExhaustedIsTrainedToTheTop()
    {
        var few = new SearchSpace("few", [Decision.Among("a", 0, 1, 2), Decision.Among("b", 0, 1)]);

        var (lineage, events) = Run(Settings(100, space: few), slots: 3, space: few);

        Assert.Equal((FinishedReason.Exhausted, 6), (lineage.Finished, lineage.Known.Count));
        Assert.Equal(6, events.OfType<LineageEvent.Born>().Count(born => born.Rung == 3));
    }

    [Fact]
    public void ACheckpointThatWasLostCostsItsEpochs()
    {
        var settings = Settings(10);
        LineageEvent[] events =
        [
            new LineageEvent.Begun(settings),
            new LineageEvent.Born(new(1), null, Genotype.Of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
            Scored(1, 10),
            new LineageEvent.Born(
                new(2),
                null,
                Genotype.Of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                Promoted: new BirthNumber(1),
                Rung: 1
            ),
        ];
        var before = events.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened));

        Assert.Equal((3, 1.0 / Horizon), (before.Epochs, before.Evaluations));
        Assert.Equal(3.0 / Horizon, before.Evolve(Scored(2, 11)).Evaluations);
        var anew = before.Evolve(Scored(2, 11) with { From = 0 });
        Assert.Equal((4, 4.0 / Horizon), (anew.Epochs, anew.Evaluations));
        Assert.Throws<LineageException>(() => before.Evolve(Scored(2, 11) with { From = 2 }));
    }

    [Fact]
    public void AJournalThatPromotesWhoDoesNotWaitIsRefused()
    {
        var (one, other) = (Genotype.Of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), Genotype.Of(2, 1, 1, 1, 1, 1, 1, 1, 1, 1));
        var begun = new LineageEvent.Begun(Settings(10));
        var lineage = Lineage.Empty.Evolve(begun).Evolve(new LineageEvent.Born(new(1), null, one));
        var promoted = new LineageEvent.Born(new(2), null, one, Promoted: new BirthNumber(1), Rung: 1);

        Assert.Throws<LineageException>(() => lineage.Evolve(promoted));
        var scored = lineage.Evolve(Scored(1, 10));
        Assert.Equal(1, scored.Evolve(promoted).Promotions);
        Assert.Throws<LineageException>(() => scored.Evolve(promoted with { Rung = 2 }));
        Assert.Throws<LineageException>(() => scored.Evolve(promoted with { Genotype = other }));
        Assert.Throws<LineageException>(() => scored.Evolve(promoted).Evolve(promoted with { Birth = new(3) }));
        Assert.Throws<LineageException>(() =>
            Lineage
                .Empty.Evolve(new LineageEvent.Begun(OfflineSearch.Settings(s_digits, Algorithm.Evolution, 10, 1)))
                .Evolve(new LineageEvent.Born(new(1), null, one, Promoted: new BirthNumber(1), Rung: 1))
        );
    }

    // Machines a and b, a slot each. What b made waits for b while it lives, and a does something else meanwhile.
    [Theory, InlineData(true), InlineData(false)]
    public void APromotionWaitsForTheMachineThatHasItsCheckpointWhileThatLives(bool lives)
    {
        var settings = Settings(50) with { Rungs = new([1, 27], 2, 10), PopulationSize = 2, TournamentSize = 2 };
        var limits = KnownLimits.Of(settings.Objective, _ => default);
        var mutator = new Cell<int, int>(MutatorBehavior.For(s_digits, limits));
        var population = new Cell<PopulationState, PopulationEvent>(PopulationBehavior.For(PopulationTerms.Embedded));
        var given = new List<(Address Slot, Assignment Work)>();
        Tell(new Message.Begin(settings), Address.Host);
        Tell(new Message.Ready(), new("a-1"));
        Tell(new Message.Ready(), new("b-1"));
        // Both founders end, the better one on b; a is asked first what to do next.
        End(given[1], 0.9);
        var next = given[^1];
        Assert.Equal(("b-1", null), (next.Slot.Name, next.Work.Stage!.Continues));
        End(given[0], 0.1);

        var birth = Assert.Single(population.State.Lineage.Pending.Values, one => one.Promoted is not null);
        Assert.Equal(2, birth.Promoted!.Value.Value);
        // It waits, and a trains a new one.
        Assert.Contains(birth.Birth, population.State.Waiting);
        Assert.Equal(("a-1", null), (given[^1].Slot.Name, given[^1].Work.Stage!.Continues));
        if (lives)
        {
            // b goes on with it as soon as it is free.
            End(next, 0.2);
            Assert.Equal(("b-1", 2L), (given[^1].Slot.Name, given[^1].Work.Stage!.Continues?.Value));
            return;
        }
        // b is gone: a has what b trained tried again, and then goes on with it.
        Tell(new Message.Departing("killed"), new("b-1"));
        End(given[^1], 0.05);
        Assert.Equal(("a-1", next.Work.Birth), (given[^1].Slot.Name, given[^1].Work.Birth));
        End(given[^1], 0.04);
        Assert.Equal(("a-1", 2L), (given[^1].Slot.Name, given[^1].Work.Stage!.Continues?.Value));

        void End((Address Slot, Assignment Work) one, double score) =>
            Tell(
                new Message.Evaluated(
                    one.Work.Birth,
                    one.Work.Attempt,
                    new Outcome.Trained(Metrics.Of((Metrics.Top1, score))),
                    1
                ),
                one.Slot
            );

        void Tell(Message message, Address from)
        {
            var inbox = new Queue<(Message Message, Address From)>([(message, from)]);
            while (inbox.TryDequeue(out var next))
            {
                var (turn, bred) = (new Cell<PopulationState, PopulationEvent>.Turn(), new Cell<int, int>.Turn());
                population.Read(new(next.Message, next.From, 0), turn);
                foreach (var effect in turn.Effects.OfType<Effect.Send>())
                    if (effect.Message is Message.Evaluate work)
                        given.Add((effect.To, work.Assignment));
                    else if (effect.Message is Message.Mutate)
                        mutator.Read(new(effect.Message, Address.Population, 0), bred);
                foreach (var answer in bred.Effects.OfType<Effect.Send>())
                    inbox.Enqueue((answer.Message, Address.Mutator));
            }
        }
    }

    [Fact]
    public void RungsMayBeRankedByAnotherMetricThanTheObjective()
    {
        var settings = Settings(20) with { Rungs = RungRules.Of(Horizon, metric: "other") };
        Metrics Both(Assignment one) => Metrics.Of((Metrics.Top1, After(one.Genotype, Horizon)), ("other", -Sum(one)));

        var (_, events) = Run(settings, measured: Both);

        var genotypes = events.OfType<LineageEvent.Born>().ToLookup(born => born.Rung ?? 0, born => born.Genotype);
        Assert.True(
            genotypes[1].Average(one => one.Genes.Sum(gene => gene.Index))
                < genotypes[0].Average(one => one.Genes.Sum(gene => gene.Index)),
            "The smaller sums were to be promoted."
        );

        static double Sum(Assignment one) => one.Genotype.Genes.Sum(gene => gene.Index);
    }

    [Fact]
    public void AScoreWithoutTheMetricOfTheRungsIsRuledOut()
    {
        var settings = Settings(2) with { Rungs = RungRules.Of(Horizon, metric: "other") };

        var (lineage, events) = Run(settings);

        Assert.Equal(0, lineage.Scored);
        Assert.All(
            events.OfType<LineageEvent.RuledOut>(),
            one =>
                Assert.Equal(
                    (RuledOutReason.Unscorable, "The metric 'other' of the rungs was not measured."),
                    (one.Reason, one.Detail)
                )
        );
    }

    [Fact]
    public void ASnapshotOfALineageWithRungsIsReadAndEqualsTheReplay()
    {
        var (_, events) = Run(Settings(10), slots: 3);
        var lineage = Lineage.Empty;
        foreach (var happened in events)
        {
            lineage = lineage.Evolve(happened);
            var bytes = LineageSnapshot.Write("s", lineage);
            Assert.Equal(LineageSnapshot.ManifestOfRungs, LineageSnapshot.ManifestOf(lineage));
            var read = LineageSnapshot.Read("s", lineage.Events, LineageSnapshot.ManifestOfRungs, bytes.Span);
            Assert.Equal(bytes, LineageSnapshot.Write("s", read));
        }
    }

    static LineageEvent.Scored Scored(long birth, double fitness) =>
        new(new(birth), new(fitness), Metrics.Of((Metrics.Top1, fitness)), [], null, new(1, "slot-1", 1, 1));
}
