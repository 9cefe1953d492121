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

    static Scenario<int, int> Mutator(Func<Genotype, bool> forbidden) =>
        new(
            MutatorBehavior.For(
                Space,
                child => forbidden(child) ? new Limit("madds", 1, AtLeast: false, Hard: true, -1) : null
            ),
            0
        );

    static Message Breed(Func<Genotype, bool> forbidden, int draw = 0, Individual? parent = null) =>
        Mutator(forbidden)
            .When(new Message.Mutate(5, new(9), draw, parent), "population")
            .SentTo("population")
            .Single();

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
    public void WhereNothingKeepsTheLimitsTheMutatorSaysSo() =>
        Assert.IsType<Message.Barren>(Breed(_ => true, parent: Parent));
}
