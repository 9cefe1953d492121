using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Actors.Tests.Mutators;

public class MutatorBehaviorTests
{
    static readonly SearchSpace Space = new(
        "digits",
        [.. Enumerable.Range(0, 4).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    static readonly Individual Parent = new(new(3), null, Genotype.Of(0, 0, 0, 0), new(0.5));

    static readonly Limit Limit = new(Metrics.MultiplyAdds, 1, AtLeast: false, Hard: true, Power: -1);

    static KnownLimits Limits(Func<Genotype, bool> forbidden) =>
        new([Limit], child => Metrics.Of((Metrics.MultiplyAdds, forbidden(child) ? 2 : 1)));

    // A cost that grows with every digit: the bound is kept by a point that few draws give.
    static KnownLimits AtMost(double bound) =>
        new(
            [Limit with { Bound = bound }],
            child => Metrics.Of((Metrics.MultiplyAdds, 1 + child.Genes.Sum(gene => gene.Index)))
        );

    static SearchSpace Digits(int count) =>
        new("digits", [.. Enumerable.Range(0, count).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]);

    static Message Breed(SearchSpace space, KnownLimits limits, Message.Mutate asked) =>
        new Scenario<int, int>(MutatorBehavior.For(space, limits), 0)
            .When(asked, "population")
            .SentTo("population")
            .Single();

    static Message Breed(Func<Genotype, bool> forbidden, int draw = 0, Individual? parent = null) =>
        Breed(Space, Limits(forbidden), new(5, new(9), draw, parent));

    // As a population asks for a birth: on and on until a child comes, or none is to be had.
    static (Message Last, int Answers) BreedOn(SearchSpace space, KnownLimits limits, Message.Mutate asked)
    {
        for (var answers = 1; ; answers++)
        {
            if (Breed(space, limits, asked) is not Message.DrawnInVain vain)
                return (Breed(space, limits, asked), answers);
            Assert.Equal(asked.Draw, vain.Draw);
            asked = asked with { Draw = vain.Next, At = vain.At };
        }
    }

    static Sequence<Offspring> Children(Message answer) => Assert.IsType<Message.Mutated>(answer).Children;

    [Fact]
    public void AnyMutatorBreedsTheSameChild() =>
        Assert.Equal(Breed(_ => false, parent: Parent), Breed(_ => false, parent: Parent));

    [Fact]
    public void AChildDiffersFromItsParentInOneDecision()
    {
        var child = Assert.Single(Children(Breed(_ => false, parent: Parent)));

        Assert.Equal(1, Space.Distance(Parent.Genotype, child.Genotype));
        Assert.Equal(Parent.Birth, child.Parent);
        Assert.NotNull(child.Change);
    }

    [Fact]
    public void AChildIsDrawnUntilItKeepsTheLimitsAndSaysHowOften()
    {
        var first = Enumerable
            .Range(0, 256)
            .First(draw => Space.Mutate(Parent.Genotype, SeededRandom.For(5, new(9), draw)).Child.Genes[3].Index == 2);
        var child = Assert.Single(Children(Breed(genotype => genotype.Genes[3].Index != 2, parent: Parent)));

        Assert.Equal(2, child.Genotype.Genes[3].Index);
        Assert.Equal(first, child.Draw);
    }

    // The network depends on the first two digits only.
    [Fact]
    public void AChildHasAnotherNetworkThanItsParent()
    {
        var children = Enumerable
            .Range(1, 50)
            .Select(birth => Assert.Single(Children(BreedAnew(new(5, new(birth), 0, Parent)))))
            .ToArray();

        Assert.All(children, child => Assert.NotEqual(NetworkOf(Parent.Genotype), NetworkOf(child.Genotype)));
        Assert.Contains(children, child => child.Draw > 0);
    }

    [Fact]
    public void WhereNothingElseIsLeftToChangeNoChildIsBredAndDrawsGoOnAtRandom()
    {
        var vain = Assert.IsType<Message.DrawnInVain>(BreedAnew(new(5, new(9), 0, Parent), _ => "the same"));
        var founders = Children(BreedAnew(new(5, new(9), 256, Parent), _ => "the same"));

        Assert.InRange(vain.Next, 1, 256);
        Assert.NotEmpty(founders);
        Assert.All(founders, founder => Assert.Null(founder.Parent));
    }

    [Fact]
    public void ANetworkThatCannotBeBuiltIsNoParents() =>
        Assert.Single(Children(BreedAnew(new(5, new(9), 0, Parent), _ => null)));

    static string NetworkOf(Genotype genotype) => $"{genotype.Genes[0].Index} {genotype.Genes[1].Index}";

    static Message BreedAnew(Message.Mutate asked, Func<Genotype, string?>? networkOf = null) =>
        new Scenario<int, int>(MutatorBehavior.For(Space, KnownLimits.None, networkOf: networkOf ?? NetworkOf), 0)
            .When(asked, "population")
            .SentTo("population")
            .Single();

    [Fact]
    public void AnAnswerHasNoMoreDrawsThanItsMutatorIsAllowed()
    {
        var answer = new Scenario<int, int>(MutatorBehavior.For(Space, Limits(_ => true), drawsMax: 1), 0)
            .When(new Message.Mutate(5, new(9), 0, Parent), "population")
            .SentTo("population")
            .Single();

        var vain = Assert.IsType<Message.DrawnInVain>(answer);
        Assert.Equal((0, 1), (vain.Draw, vain.Next));
    }

    // The journals of earlier versions follow from these draws.
    [Fact]
    public void TheFirstDrawsAreChildrenOfTheParentAndThenRandomPointsHoweverTheyAreCutIntoAnswers()
    {
        var space = Digits(12);
        Genotype Drawn(int draw) =>
            SeededRandom.For(5, new(9), draw) is var random && draw < 256
                ? space.Mutate(Genotype.Of(new int[12]), random).Child
                : space.Sample(random);
        Individual parent = new(new(3), null, Genotype.Of(new int[12]), new(0.5));

        foreach (var wanted in (int[])[3, 40, 200, 300, 1000, 2000])
        {
            var (last, answers) = BreedOn(space, Limits(child => child != Drawn(wanted)), new(5, new(9), 0, parent));
            var child = Assert.Single(Children(last));
            // Earlier draws may give the same.
            Assert.Equal(Enumerable.Range(0, wanted + 1).First(draw => Drawn(draw) == Drawn(wanted)), child.Draw);
            Assert.Equal(Drawn(wanted), child.Genotype);
            Assert.Equal(child.Draw < 256 ? new BirthNumber(3) : null, child.Parent);
            Assert.Equal(child.Draw / 32 + 1, answers);
        }
    }

    [Fact]
    public void AnAnswerIsABoundedPieceOfWorkAndSaysWhatCameNearest()
    {
        var looked = 0;
        KnownLimits limits = new(
            [Limit],
            child =>
            {
                looked++;
                return Metrics.Of((Metrics.MultiplyAdds, 2 + child.Genes[0].Index), (Metrics.Parameters, 7));
            }
        );

        var vain = Assert.IsType<Message.DrawnInVain>(Breed(Digits(12), limits, new(5, new(9), 0, null)));

        Assert.Equal(32, looked);
        Assert.Equal((0, 32), (vain.Draw, vain.Next));
        Assert.Equal(Metrics.Of((Metrics.MultiplyAdds, 2)), vain.Nearest);
    }

    [Fact]
    public void APointThatIsOneInThreeBillionIsFoundByAWalkTowardsTheLimit()
    {
        var space = Digits(20);

        var child = Children(BreedOn(space, AtMost(1), new(5, new(9), 0, null)).Last)[0];

        Assert.All(child.Genotype.Genes, gene => Assert.Equal(0, gene.Index));
        Assert.InRange(child.Draw, 2048, 4096);
        Assert.Null(child.Parent);
    }

    [Fact]
    public void AWalkGoesOnFromTheLastChildToOthersThatKeepTheLimit()
    {
        var space = Digits(20);
        var (seen, asked) = (new HashSet<Genotype>(), new Message.Mutate(5, new(9), 0, null));
        for (var i = 0; i < 20; i++)
        {
            var children = Children(BreedOn(space, AtMost(3), asked).Last);
            seen.UnionWith(children.Select(child => child.Genotype));
            asked = asked with { Draw = children[^1].Draw + 1, At = children[^1].Genotype };
        }

        Assert.All(seen, child => Assert.InRange(child.Genes.Sum(gene => gene.Index), 0, 2));
        Assert.True(seen.Count > 20, $"{seen.Count}");
    }

    [Fact]
    public void OfASmallSpaceEveryPointIsAmongTheDraws()
    {
        // Half of it is drawn once in a thousand.
        SearchSpace space = new(
            "skew",
            [
                new Decision.OneOf(
                    "op",
                    [
                        .. Enumerable.Range(0, 30).Select(i => (Candidate)i),
                        new Candidate(
                            "rare",
                            [Decision.Among("x", [.. Enumerable.Range(0, 30).Select(i => (Literal)i)])]
                        ),
                    ]
                ),
            ]
        );
        var (seen, asked) = (new HashSet<Genotype>(), new Message.Mutate(5, new(9), 0, null));
        Message answer;
        while ((answer = BreedOn(space, KnownLimits.None, asked).Last) is Message.Mutated bred)
        {
            seen.UnionWith(bred.Children.Where(child => child.Draw >= 2048).Select(child => child.Genotype));
            asked = asked with { Draw = bred.Children[^1].Draw + 1 };
        }

        Assert.Equal(space.Points().ToHashSet(), seen);
        Assert.Equal(new Message.Barren(new(9), 2048 + 60, HasAllPoints: true), answer);
    }

    [Fact]
    public void APlaceInTheListOfPointsThatBreaksTheRuleIsLeftOut()
    {
        SearchSpace space = new(
            "ruled",
            [Decision.Among("x", 1, 2), Decision.Among("y", 1, 2)],
            point => point["x"].Whole == point["y"].Whole ? null : "x and y differ"
        );

        var children = Children(Breed(space, KnownLimits.None, new(5, new(9), 2048, null)));

        Assert.Equal([Genotype.Of(0, 0), Genotype.Of(1, 1)], children.Select(child => child.Genotype).Order(Texts));
    }

    static readonly Comparer<Genotype> Texts = Comparer<Genotype>.Create(
        (one, other) => string.CompareOrdinal(one.ToString(), other.ToString())
    );

    [Fact]
    public void AParentThatHasNoOtherPointBesideItHasItselfForAChild()
    {
        SearchSpace space = new("one", [Decision.Among("x", 1)]);
        Individual parent = new(new(3), null, Genotype.Of(0), new(0.5));

        var child = Assert.Single(Children(Breed(space, KnownLimits.None, new(5, new(9), 0, parent))));

        Assert.Equal(new Offspring(0, new BirthNumber(3), Genotype.Of(0), null), child);
    }

    [Fact]
    public void ARuleThatNothingKeepsIsDrawnInVainAndStopsNoMutator()
    {
        SearchSpace space = new("none", [new Decision.Real("x", 0, 1)], _ => "never");

        var vain = Assert.IsType<Message.DrawnInVain>(Breed(space, KnownLimits.None, new(5, new(9), 0, null)));

        Assert.Equal(1, vain.Next);
    }

    [Fact]
    public void AnotherDrawGivesAnotherChild() =>
        Assert.True(
            Enumerable
                .Range(0, 20)
                .Select(draw => Children(Breed(_ => false, draw, Parent))[0].Genotype)
                .Distinct()
                .Count() > 4
        );

    [Fact]
    public void WithoutAParentAChildIsAFounder() => Assert.Null(Assert.Single(Children(Breed(_ => false))).Parent);

    [Theory]
    [InlineData(1, 2)]
    [InlineData(7, 8)]
    [InlineData(100, 32)]
    public void ABirthThatIsDrawnAgainGetsMoreChildrenTheLaterItIs(int draw, int children)
    {
        var bred = Children(Breed(_ => false, draw, Parent));

        Assert.Equal(Enumerable.Range(draw, children), bred.Select(child => child.Draw));
        // Each is the one that it would have been alone.
        Assert.All(bred, child => Assert.Equal(child, Children(Breed(_ => false, child.Draw, Parent))[0]));
    }

    [Fact]
    public void WhereNothingKeepsTheLimitsTheMutatorSaysSo()
    {
        Assert.Equal(
            new Message.Barren(new(9), 2048 + 81, HasAllPoints: true),
            BreedOn(Space, Limits(_ => true), new(5, new(9), 0, Parent)).Last
        );
        Assert.Equal(
            new Message.Barren(new(9), 2048 + 16_384, HasAllPoints: false),
            BreedOn(Digits(12), Limits(_ => true), new(5, new(9), 0, null)).Last
        );
    }
}
