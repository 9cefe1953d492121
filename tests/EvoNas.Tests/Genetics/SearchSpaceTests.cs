using System.Text.Json;
using EvoNas.Genetics;

namespace EvoNas.Tests.Genetics;

public class SearchSpaceTests
{
    static readonly SearchSpace _pair = new(
        "pair",
        [new Decision.ManyOf("x", 2, ["a", "b", "c", "d"], Sorted: true), Decision.Among("y", 1, 2)]
    );

    [Theory]
    [InlineData("0,4,0", "'x' takes an index from 0 to 3, not '4'.")]
    [InlineData("2,1,0", "'x' takes its picks in ascending order; 1 follows 2.")]
    [InlineData("1,1,0", "'x' takes every candidate at most once; 1 comes twice.")]
    [InlineData("0,1", "The genotype ends after 2 numbers, before decision 'y'.")]
    [InlineData("0,1,0,0", "A genotype of 'pair' ends after 3 numbers; this one has 4.")]
    [InlineData("0,1,-1", "'y' takes an index from 0 to 1, not '-1'.")]
    [InlineData("0,1,0.5", "'y' takes an index from 0 to 1, not '0.5'.")]
    [InlineData("0,1,99999999999999999999", "'y' takes an index from 0 to 1, not '99999999999999999999'.")]
    [InlineData("0,1,", "'y' takes an index from 0 to 1, not ''.")]
    [InlineData("", "'x' takes an index from 0 to 3, not ''.")]
    public void TextThatIsNoGenotypeSaysWhy(string text, string message) =>
        Assert.Equal(message, Assert.Throws<RequestException>(() => _pair.Parse(text)).Message);

    [Fact]
    public void BlanksAroundNumbersAreNoHarm() => Assert.Equal(Genotype.Of(0, 2, 1), _pair.Parse(" 0, 2 ,1 "));

    [Fact]
    public void CommasMayBeLeftOutWhereEveryNumberIsOneDigit()
    {
        Assert.Equal(Genotype.Of(0, 2, 1), _pair.Parse("021"));
        Assert.Equal(
            "'x' takes an index from 0 to 3, not '0210'.",
            Assert.Throws<RequestException>(() => _pair.Parse("0210")).Message
        );
    }

    [Theory]
    [InlineData("0.0", "'r' takes a real number from 0.25 to 0.5, not 0.0.")]
    [InlineData("NaN", "'r' takes a real number from 0.25 to 0.5, not NaN.")]
    [InlineData("x", "'r' takes a number, not 'x'.")]
    public void ARealOutsideOfItsIntervalSaysWhy(string text, string message) =>
        Assert.Equal(
            message,
            Assert
                .Throws<RequestException>(() =>
                    new SearchSpace("real", [new Decision.Real("r", 0.25, 0.5)]).Parse(text)
                )
                .Message
        );

    public static TheoryData<string, Decision> Broken =>
        new()
        {
            { "'d': has no candidates; give it at least one.", new Decision.OneOf("d", []) },
            {
                "'d': picks 3 distinct candidates of 2; pick at most 2, or let them repeat.",
                new Decision.ManyOf("d", 3, [1, 2])
            },
            { "'d': picks 0 candidates; pick at least 1.", new Decision.ManyOf("d", 0, [1, 2]) },
            { "'d': goes from 5 to 1; the first must not be above the second.", new Decision.Range("d", 5, 1) },
            { "'d': has step 0; it must be positive.", new Decision.Range("d", 1, 5, 0) },
            {
                "'d': has more than 2147483647 numbers; take larger steps.",
                new Decision.Range("d", 0, 1_000_000, 0.0001m)
            },
            {
                "'d': has a logarithmic scale and begins at 0; begin above 0.",
                new Decision.Range("d", 0, 5, 1, Scale.Logarithmic)
            },
            {
                "'d': goes from 0.0 to NaN; both must be finite and the first not above the second.",
                new Decision.Real("d", 0, double.NaN)
            },
            {
                "'d': has a logarithmic scale and begins at 0.0; begin above 0.",
                new Decision.Real("d", 0, 1, Scale.Logarithmic)
            },
            {
                "'d': has a logarithmic scale; its candidates must be positive numbers in ascending order.",
                new Decision.OneOf("d", [2, 1], Scale.Logarithmic)
            },
            {
                "'d': has a logarithmic scale; its candidates must be positive numbers in ascending order.",
                new Decision.OneOf("d", ["a"], Scale.Logarithmic)
            },
            {
                "'p[=0/1].d': has no candidates; give it at least one.",
                new Decision.OneOf("p", [new(1, [new Decision.OneOf("d", [])])])
            },
        };

    [Theory, MemberData(nameof(Broken))]
    public void ABrokenDecisionIsRefusedWithItsPlace(string message, Decision decision) =>
        Assert.Equal(
            "Decision " + message,
            Assert.Throws<RequestException>(() => new SearchSpace("broken", [decision])).Message
        );

    [Fact]
    public void NamesAreUniqueWithinACandidate()
    {
        Assert.Throws<RequestException>(() =>
            new SearchSpace("twice", [Decision.Among("x", 1), Decision.Among("x", 2)])
        );
        _ = new SearchSpace(
            "elsewhere",
            [new Decision.OneOf("op", [new(1, [Decision.Among("k", 1)]), new(2, [Decision.Among("k", 1)])])]
        );
    }

    [Fact]
    public void ARepeatIsAsLargeAsItsCountsTogether()
    {
        SearchSpace space = new("repeat", [Decision.Repeated("n", 0, 3, i => [Decision.Among($"[{i}].k", 3, 5)])]);
        Assert.Equal(1 + 2 + 4 + 8, space.Size);
        Assert.Equal(
            ["n", "n[=2/4][0].k", "n[=2/4][1].k"],
            space.Read(Genotype.Of(2, 0, 1)).Active.Select(answer => answer.Id)
        );
    }

    [Fact]
    public void AnInfiniteSpaceSaysSo()
    {
        SearchSpace space = new("real", [Decision.Among("x", 1, 2), new Decision.Real("r", 0, 1)]);
        Assert.Equal((null, "-1", double.PositiveInfinity), (space.Size, space.SizeText, space.Log10Size));
    }

    [Theory]
    [InlineData("0,0,1,0", "0,0,1,0", 0)]
    [InlineData("0,0,1,0", "0,1,1,0", 1)]
    [InlineData("0,0,1,0", "2,0,1,0", 3)] // The choice, its child that went, and the one that came.
    [InlineData("0,0,1,0", "1,0,1", 3)] // The choice, its child that went, and the pair once.
    public void DistanceCountsDecisions(string a, string b, int distance)
    {
        SearchSpace space = new(
            "small",
            [
                new Decision.OneOf(
                    "op",
                    [new("conv", [Decision.Among("k", 3, 5)]), "pool", new("sep", [Decision.Among("k", 3, 5)])]
                ),
                new Decision.ManyOf("pair", 2, ["a", "b"]),
            ]
        );
        Assert.Equal(distance, space.Distance(space.Parse(a), space.Parse(b)));
        Assert.Equal(distance, space.Distance(space.Parse(b), space.Parse(a)));
    }

    [Fact]
    public void ValuesComeBackAsTheGenotypeTheyCameFrom()
    {
        foreach (var space in Some.Spaces)
            for (var birth = 1; birth <= 20; birth++)
            {
                var genotype = space.Sample(Some.SeededRandom(birth));
                var values = JsonSerializer.SerializeToElement(space.Read(genotype).Values());
                Assert.Equal(
                    values.GetRawText(),
                    JsonSerializer.SerializeToElement(space.Read(space.FromValues(values)).Values()).GetRawText()
                );
                // Candidates of equal value are told apart by index alone.
                if (!space.Decisions.Any(HasTwins))
                    Assert.Equal(genotype, space.FromValues(values));
            }

        static bool HasTwins(Decision decision) =>
            decision is Decision.ManyOf many
            && many.Candidates.Select(candidate => candidate.Value).Distinct().Count() < many.Candidates.Count;
    }

    [Fact]
    public void ARealDecisionOfOneNumberHasOnePoint()
    {
        SearchSpace space = new("still", [new Decision.Real("x", 0.5, 0.5), Decision.Among("y", 1, 2)]);

        Assert.Equal(2, space.Size);
        Assert.Equal(["0.5,0", "0.5,1"], space.Points().Select(point => point.ToString()));
        Assert.Equal(space.Points(), [space.PointAt(0)!, space.PointAt(1)!]);
    }

    [Fact]
    public void APlaceWhosePointBreaksTheRuleHasNone()
    {
        SearchSpace space = new(
            "ruled",
            [Decision.Among("x", 1, 2), Decision.Among("y", 1, 2)],
            point => point["x"].Whole == point["y"].Whole ? null : "x and y differ"
        );

        Assert.Equal(
            ["0,0", null, null, "1,1"],
            Enumerable.Range(0, 4).Select(place => space.PointAt(place)?.ToString())
        );
    }
}
