using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Tests.Evolution;

public class BreedingTests
{
    static readonly Run s_run = new(1, "slot-1", 1, 1);

    static SearchSettings Settings(Algorithm algorithm) =>
        new()
        {
            Space = "digits",
            SpaceFingerprint = "",
            Seed = 1,
            Algorithm = algorithm,
            Rules = BreedingRules.For(algorithm) is { } rules ? rules with { Founders = 1 } : null,
            PopulationSize = 2,
            TournamentSize = 2,
            Budget = new(100),
        };

    static Lineage After(Algorithm algorithm, params LineageEvent[] events) =>
        events.Aggregate(
            Lineage.Empty.Evolve(new LineageEvent.Begun(Settings(algorithm))),
            (lineage, happened) => lineage.Evolve(happened)
        );

    static LineageEvent[] Scored(long birth, long? parent, double fitness) =>
        [
            new LineageEvent.Born(new(birth), parent is { } of ? new(of) : null, Genotype.Of((int)birth)),
            new LineageEvent.Scored(new(birth), new(fitness), default, [], null, s_run),
        ];

    static long? ParentOf(Lineage lineage) =>
        Breeding.ParentsOf(new(lineage.Born + 1), lineage, lineage.Founders).Parent?.Birth.Value;

    [Theory, InlineData(Algorithm.Auto), InlineData(Algorithm.Local)]
    public void TheFirstBirthIsAFounderAndTheNextItsChild(Algorithm algorithm)
    {
        Assert.Null(ParentOf(After(algorithm)));
        Assert.Equal(1, ParentOf(After(algorithm, Scored(1, null, 0.5))));
    }

    [Theory, InlineData(Algorithm.Auto), InlineData(Algorithm.Local)]
    public void AClimbMovesToABetterChildAndStaysWhereTheChildIsNoBetter(Algorithm algorithm)
    {
        Assert.Equal(2, ParentOf(After(algorithm, [.. Scored(1, null, 0.5), .. Scored(2, 1, 0.6)])));
        Assert.Equal(1, ParentOf(After(algorithm, [.. Scored(1, null, 0.5), .. Scored(2, 1, 0.5)])));
    }

    [Fact]
    public void LocalSearchBeginsAgainAtRandomWhereItsClimbHasEnded()
    {
        LineageEvent[] ended = [.. Scored(1, null, 0.5), .. Scored(2, 1, 0.4), new LineageEvent.Exhausted(new(1))];
        Assert.Null(ParentOf(After(Algorithm.Local, ended)));

        // However bad the new beginning is, the search climbs from it, and the best is still known.
        var again = After(Algorithm.Local, [.. ended, .. Scored(3, null, 0.1)]);
        Assert.Equal(3, ParentOf(again));
        Assert.Equal(1, again.Best!.Individual.Birth.Value);
    }

    [Fact]
    public void AutoEvolvesWhileItsBestIsExhaustedAndClimbsAgainFromABetterOne()
    {
        LineageEvent[] ended = [.. Scored(1, null, 0.5), .. Scored(2, 1, 0.4), new LineageEvent.Exhausted(new(1))];
        Assert.Equal(2, ParentOf(After(Algorithm.Auto, ended)));
        Assert.Equal(3, ParentOf(After(Algorithm.Auto, [.. ended, .. Scored(3, 2, 0.6)])));
        // With the whole population exhausted the next birth is a founder.
        Assert.Null(ParentOf(After(Algorithm.Auto, [.. ended, new LineageEvent.Exhausted(new(2))])));
    }

    [Fact]
    public void ChildrenThatAreNoBetterAreCountedUntilOneIs()
    {
        LineageEvent[] vain = [.. Scored(1, null, 0.5), .. Scored(2, 1, 0.4), .. Scored(3, 1, 0.3)];
        Assert.Equal(2, After(Algorithm.Auto, vain).Vain);
        Assert.Equal(0, After(Algorithm.Auto, [.. vain, .. Scored(4, 1, 0.6)]).Vain);
        Assert.Equal(0, After(Algorithm.Evolution, vain).Vain);
    }

    [Fact]
    public void WhoLeftThePopulationIsForgottenUnlessItLeads()
    {
        var lineage = After(
            Algorithm.Auto,
            [
                .. Scored(1, null, 0.9),
                .. Scored(2, 1, 0.4),
                new LineageEvent.Exhausted(new(1)),
                new LineageEvent.Exhausted(new(2)),
                new LineageEvent.Retired(new(1)),
                new LineageEvent.Retired(new(2)),
                .. Scored(3, null, 0.3),
                new LineageEvent.Exhausted(new(3)),
            ]
        );

        Assert.Equal([1, 3], lineage.Exhausted.Select(birth => birth.Value));
    }

    [Fact]
    public void WhereGenotypesMayRepeatAutoBreedsFromThePopulation()
    {
        var settings = Settings(Algorithm.Auto) with { RepeatDuplicates = true };
        LineageEvent[] events =
        [
            new LineageEvent.Begun(settings),
            .. Scored(1, null, 0.9),
            .. Scored(2, 1, 0.4),
            .. Scored(3, 1, 0.5),
            new LineageEvent.Retired(new(1)),
        ];
        Assert.Equal(3, ParentOf(events.Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened))));
    }

    [Fact]
    public void SettingsWithoutTheRulesOfTheirAlgorithmAreRefused()
    {
        Assert.Throws<RequestException>(() => (Settings(Algorithm.Auto) with { Rules = null }).Checked());
        Assert.Throws<RequestException>(() =>
            (Settings(Algorithm.Evolution) with { Rules = BreedingRules.For(Algorithm.Auto) }).Checked()
        );
        Assert.Throws<RequestException>(() => (Settings(Algorithm.Local) with { RepeatDuplicates = true }).Checked());
        Assert.Throws<RequestException>(() =>
            (Settings(Algorithm.Auto) with { Rules = new(0, 1, Neighbours: false) }).Checked()
        );
        foreach (var algorithm in Enum.GetValues<Algorithm>())
            if (algorithm is not (Algorithm.Nsga2 or Algorithm.Asha))
                Settings(algorithm).Checked();
    }

    [Fact]
    public void HalfOfTheMutationsOfANumberGoToAValueNearIt()
    {
        var space = new SearchSpace(
            "numbers",
            [
                new Decision.Range("wide", 0, 99),
                new Decision.Real("x", 0, 1),
                new Decision.Real("rate", 1e-4, 1, Scale.Logarithmic),
                Decision.Among("width", 16, 24, 32, 48, 64),
            ]
        );
        var parent = new Genotype([50, Gene.Real(0.5), Gene.Real(0.01), 2]);
        var near = new int[4];
        for (var draw = 0; draw < 4000; draw++)
        {
            var child = space.TryMutate(parent, SeededRandom.For(7, new BirthNumber(1), draw), neighbours: true)!.Child;
            Assert.Null(space.Fault(child));
            Assert.NotEqual(parent, child);
            for (var place = 0; place < 4; place++)
                if (child.Genes[place] != parent.Genes[place] && IsNear(place, child.Genes[place]))
                    near[place]++;
        }
        // Of about 1,000 changes of each number half are near, and of the others a share by chance.
        Assert.All(near, count => Assert.InRange(count, 500, 850));

        static bool IsNear(int place, Gene gene) =>
            place switch
            {
                0 => Math.Abs(gene.Index - 50) <= 10,
                1 => Math.Abs(gene.Value - 0.5) <= 0.1,
                2 => Math.Abs(Math.Log10(gene.Value) + 2) <= 0.4,
                _ => Math.Abs(gene.Index - 2) == 1,
            };
    }
}
