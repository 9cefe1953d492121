using EvoNas.Benchmarks.Science;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>Whole searches of several objectives, on spaces whose fronts are known.</summary>
public class ParetoSearchTests
{
    const int Decisions = 12;

    // "Leading ones, trailing zeros" (Laumanns et al. 2004): the front is the points 1…10…0, all others are dominated.
    static readonly SearchSpace s_bits = new(
        "bits",
        [.. Enumerable.Range(0, Decisions).Select(i => (Decision)Decision.Among($"b{i}", 0, 1))]
    );

    static Metrics LeadingAndTrailing(Assignment assignment)
    {
        var bits = assignment.Genotype.Genes.Select(gene => gene.Index).ToArray();
        return Metrics.Of(
            ("ones", bits.TakeWhile(bit => bit == 1).Count()),
            ("zeros", bits.Reverse().TakeWhile(bit => bit == 0).Count())
        );
    }

    static SearchSettings Settings(
        SearchSpace space,
        string objectives,
        int budget,
        Algorithm algorithm = Algorithm.Nsga2,
        params string[] limits
    )
    {
        var parsed = ObjectiveList.Parse(objectives, limits);
        var settings = OfflineSearch.Settings(space, algorithm, budget, seed: 7);
        return settings with
        {
            Objective = parsed[0],
            Pareto = new([.. parsed.Skip(1)], ParetoRules.For(algorithm, settings.Budget, settings.PopulationSize)),
        };
    }

    static (Lineage Lineage, List<LineageEvent> Events) Run(
        SearchSettings settings,
        Func<Assignment, Metrics> evaluate,
        SearchSpace? space = null,
        int slots = 1
    )
    {
        var search = new OfflineSearch(space ?? s_bits, settings.Checked(), _ => default, evaluate);
        return (search.Run(slots), search.Events);
    }

    static string[] FrontOf(Lineage lineage) =>
        [.. lineage.Front.Select(one => one.Individual.Genotype.ToString().Replace(",", "")).Order()];

    [Theory, InlineData(1), InlineData(16)]
    public void AWholeFrontIsFound(int slots)
    {
        var (lineage, _) = Run(Settings(s_bits, "ones, zeros", 1_500), LeadingAndTrailing, slots: slots);

        var truth = Enumerable.Range(0, Decisions + 1).Select(i => new string('1', i).PadRight(Decisions, '0'));
        Assert.Equal(truth.Order(), FrontOf(lineage));
        Assert.Equal(FinishedReason.Budget, lineage.Finished);
    }

    [Fact]
    public void EqualSearchesHaveEqualEventsAndAReplayLeadsToTheSameLineage()
    {
        var settings = Settings(s_bits, "ones, zeros", 300);
        var (lineage, events) = Run(settings, LeadingAndTrailing, slots: 5);

        Assert.Equal(events, Run(settings, LeadingAndTrailing, slots: 5).Events);
        var replayed = events.Aggregate(Lineage.Empty, (state, happened) => state.Evolve(happened));
        Assert.Equal(LineageSnapshot.Write("search", lineage), LineageSnapshot.Write("search", replayed));
        var read = LineageSnapshot.Read(
            "search",
            lineage.Events,
            LineageSnapshot.ManifestOf(lineage),
            LineageSnapshot.Write("search", lineage).Span
        );
        Assert.Equal(lineage.Front, read.Front);
        Assert.Equal(lineage.Points, read.Points);
        Assert.Equal(lineage.Reference, read.Reference);
        Assert.Equal(LineageSnapshot.Write("search", lineage), LineageSnapshot.Write("search", read));
    }

    [Fact]
    public void ASearchThatGoesOnFromAnyOfItsEventsBreedsTheSameChildren()
    {
        var (_, events) = Run(Settings(s_bits, "ones, zeros", 120), LeadingAndTrailing);
        var lineage = Lineage.Empty;
        foreach (var happened in events)
        {
            if (happened is LineageEvent.Born born)
            {
                var read = LineageSnapshot.Read(
                    "search",
                    lineage.Events,
                    LineageSnapshot.ManifestOf(lineage),
                    LineageSnapshot.Write("search", lineage).Span
                );
                var (parent, mate) = Breeding.ParentsOf(born.Birth, read, read.Founders);
                Assert.Equal(born.Parent, parent?.Birth);
                Assert.True(born.Mate is null || born.Mate == mate?.Birth);
            }
            lineage = lineage.Evolve(happened);
        }
    }

    [Fact]
    public void NineOfTenChildrenHaveTwoParentsAndNoneIsBornTwice()
    {
        var (_, events) = Run(Settings(s_bits, "ones, zeros", 1_000), LeadingAndTrailing);
        var children = events.OfType<LineageEvent.Born>().Where(born => born.Parent is not null).ToArray();

        Assert.InRange(children.Count(born => born.Mate is not null) / (double)children.Length, 0.85, 0.95);
        Assert.All(children, born => Assert.NotEqual(born.Parent, born.Mate));
        var born = events.OfType<LineageEvent.Born>().Select(born => born.Genotype).ToArray();
        Assert.Equal(born.Length, born.Distinct().Count());
    }

    [Fact]
    public void WhoIsBeyondALimitIsNotOnTheFront()
    {
        var (lineage, _) = Run(
            Settings(s_bits, "ones, zeros", 1_000, Algorithm.Nsga2, "ones<=7", "zeros>=2"),
            LeadingAndTrailing
        );

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], lineage.Front.Select(one => one.Metrics["ones"]).Order());
        Assert.All(lineage.Front, one => Assert.True(one.Individual.Fitness.Feasible));
    }

    [Fact]
    public void TheReferencePointIsTheWorstOfTheFoundersAndStaysThere()
    {
        var settings = Settings(s_bits, "ones, -zeros", 200);
        var lineage = Lineage.Empty;
        var worst = new List<Sequence<double>?>();
        var metrics = new List<Metrics>();
        foreach (var happened in Run(settings, LeadingAndTrailing).Events)
        {
            lineage = lineage.Evolve(happened);
            if (happened is LineageEvent.Scored scored)
            {
                worst.Add(lineage.Reference);
                metrics.Add(scored.Metrics);
            }
        }

        var founders = settings.Pareto!.Rules!.Founders;
        Assert.All(worst.Take(founders - 1), Assert.Null);
        Sequence<double> expected =
        [
            metrics.Take(founders).Min(one => one["ones"]!.Value),
            metrics.Take(founders).Min(one => -one["zeros"]!.Value),
        ];
        Assert.All(worst.Skip(founders - 1), one => Assert.Equal(expected, one));
    }

    [Fact]
    public void AGivenReferencePointHoldsFromTheFirstScoreOn()
    {
        var settings = Settings(s_bits, "ones, zeros", 20);
        var lineage = Run(
            settings with
            {
                Pareto = settings.Pareto! with { Reference = new([-1, -1], ReferenceOrigin.Given) },
            },
            LeadingAndTrailing
        ).Lineage;
        Assert.Equal([-1, -1], lineage.Reference);
    }

    [Fact]
    public void ARandomSearchHasAFrontTooAndNoPointsToBreedFrom()
    {
        var settings = Settings(s_bits, "ones, zeros", 200, Algorithm.Random);
        var (lineage, events) = Run(settings, LeadingAndTrailing);

        var all = events.OfType<LineageEvent.Scored>().ToArray();
        var points = all.Select(one => settings.PointOf(one.Metrics)!.Value).ToArray();
        var front = Enumerable
            .Range(0, all.Length)
            .Where(i => !points.Any(other => other.Dominates(points[i])) && Array.IndexOf(points, points[i]) == i);
        Assert.Equal(front.Select(i => all[i].Birth), lineage.Front.Select(one => one.Individual.Birth));
        Assert.Empty(lineage.Points);
    }

    [Fact]
    public void ACandidateForWhichAFurtherObjectiveHasNoValueIsRuledOut()
    {
        var (_, events) = Run(Settings(s_bits, "ones, zeros^-1", 60), assignment => LeadingAndTrailing(assignment));
        var ruledOut = events.OfType<LineageEvent.RuledOut>().ToArray();

        Assert.NotEmpty(ruledOut);
        Assert.All(ruledOut, one => Assert.Equal("zeros^-1 is infinite where zeros is 0.", one.Detail));
    }
}
