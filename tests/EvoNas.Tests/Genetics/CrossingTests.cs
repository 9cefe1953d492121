using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

public class CrossingTests
{
    static readonly SearchSpace s_space = new(
        "mixed",
        [
            Decision.Among("a", 0, 1, 2),
            new Decision.Range("n", 0, 9),
            new Decision.OneOf(
                "kind",
                ["plain", new Candidate("deep", [new Decision.Range("depth", 1, 9), Decision.Among("op", 1, 2)])]
            ),
            new Decision.ManyOf("inputs", 2, [0, 1, 2, 3], Distinct: true, Sorted: true),
        ]
    );

    static SeededRandom Draw(int draw) => SeededRandom.For(1, new BirthNumber(1), draw);

    [Fact]
    public void AChildIsAMemberOfTheSpaceAndNeitherOfItsParents()
    {
        for (var draw = 0; draw < 2_000; draw++)
        {
            var (parent, mate) = (s_space.Sample(Draw(2 * draw)), s_space.Sample(Draw(2 * draw + 1)));
            var child = s_space.TryCross(parent, mate, Draw(-draw - 1), neighbours: draw % 2 == 0)!;
            Assert.Null(s_space.Fault(child));
            if (s_space.Distance(parent, mate) < 2)
                continue; // The one mutation may lead from the one to the other.
            Assert.NotEqual(parent, child);
            Assert.NotEqual(mate, child);
        }
    }

    [Fact]
    public void ADecisionComesFromEitherParentAsOftenAndSeldomFromNeither()
    {
        var space = new SearchSpace(
            "digits",
            [.. Enumerable.Range(0, 20).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
        );
        var (parent, mate) = (Genotype.Of(new int[20]), Genotype.Of([.. Enumerable.Repeat(1, 20)]));
        var counts = new int[3];
        for (var draw = 0; draw < 1_000; draw++)
            foreach (var gene in space.TryCross(parent, mate, Draw(draw))!.Genes)
                counts[gene.Index]++;
        // Of 20,000 genes 1 of 20 changes to one of the two others.
        Assert.InRange(counts[0], 9_400, 10_100);
        Assert.InRange(counts[1], 9_400, 10_100);
        Assert.InRange(counts[2], 400, 600);
    }

    [Fact]
    public void WithoutAMateOneDecisionInNChangesAndAtLeastOne()
    {
        var parent = Genotype.Of(new int[20]);
        var space = new SearchSpace(
            "digits",
            [.. Enumerable.Range(0, 20).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
        );
        var changes = Enumerable
            .Range(0, 2_000)
            .Select(draw => space.TryCross(parent, mate: null, Draw(draw))!.Genes.Count(gene => gene.Index != 0))
            .ToArray();

        Assert.Equal(1, changes.Min());
        // Binomial of mean 1, and the 0.358 of no change become 1.
        Assert.InRange(changes.Average(), 1.30, 1.42);
    }

    [Fact]
    public void WhatOnlyOneParentAnswersComesFromThatOne()
    {
        var plain = s_space.Parse("0,0,0,0,1");
        var deep = s_space.Parse("0,0,1,7,1,0,1");
        var depths = Enumerable
            .Range(0, 500)
            .Select(draw => s_space.Read(s_space.TryCross(plain, deep, Draw(draw))!))
            .Where(point => point.Answers[2].Picks[0].Children.Count > 0)
            .Select(point => point.Answers[2].Picks[0].Children[0].Picks[0].Gene.Index)
            .ToArray();

        // By chance it would be a ninth of them; the others are mutants.
        Assert.InRange((double)depths.Count(depth => depth == 7) / depths.Length, 0.5, 0.9);
    }

    [Fact]
    public void ASpaceOfOnePointHasNoChild()
    {
        var space = new SearchSpace("one", [Decision.Among("a", 1)]);
        Assert.Null(space.TryCross(Genotype.Of(0), Genotype.Of(0), Draw(0)));
    }

    [Fact]
    public void TheDifferenceIsNamedWhereItIsASingleDecision()
    {
        var parent = s_space.Parse("0,0,0,0,1");

        Assert.Equal("n", s_space.DifferenceOf(parent, s_space.Parse("0,5,0,0,1"))?.Decision);
        // What becomes active by it is no difference of its own.
        Assert.Equal("kind", s_space.DifferenceOf(parent, s_space.Parse("0,0,1,7,1,0,1"))?.Decision);
        Assert.Null(s_space.DifferenceOf(parent, s_space.Parse("1,5,0,0,1")));
        Assert.Null(s_space.DifferenceOf(parent, parent));
    }
}
