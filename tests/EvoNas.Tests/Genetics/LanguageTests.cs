using System.Globalization;
using System.Numerics;
using System.Text.Json;
using EvoNas.Genetics;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Genetics;

/// <summary>The space language agrees with PyGlove's on every construct they share (Peng et al. 2020,
/// arXiv:2101.08809).</summary>
public class LanguageTests
{
    public static TheoryData<string> Spaces => [.. Oracle.Language().Select(pair => pair.Space.Name)];

    [Theory, MemberData(nameof(Spaces))]
    public void SizesAreExact(string name)
    {
        var (oracle, space) = Find(name);
        Assert.Equal(oracle.Text("size"), space.SizeText);
        Assert.Equal(oracle.Whole("slots"), space.SlotCount);
    }

    [Theory, MemberData(nameof(Spaces))]
    public void PointsAreListedInTheSameOrder(string name)
    {
        var (oracle, space) = Find(name);
        if (space.Size is null)
        {
            Assert.Throws<RequestException>(() => space.Points());
            return;
        }
        var first = oracle.GetProperty("first").EnumerateArray().Select(Genotype).ToArray();
        Assert.Equal(first, space.Points().Take(first.Length).Select(genotype => genotype.ToString()));
    }

    [Theory, MemberData(nameof(Spaces))]
    public void ASmallSpaceHasAsManyDistinctPointsAsItsSizeSays(string name)
    {
        var (_, space) = Find(name);
        if (space.Size is not { } size || size > 10_000)
            return;
        var points = space.Points().ToArray();
        Assert.Equal(size, points.Length);
        Assert.Equal(size, points.ToHashSet().Count);
        Assert.All(points, point => Assert.Null(space.Fault(point)));
    }

    [Theory, MemberData(nameof(Spaces))]
    public void APlaceNamesThePointThatTheListHasThere(string name)
    {
        var (_, space) = Find(name);
        if (space.Size is not { } size)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => space.PointAt(0));
            return;
        }
        var listed = space.Points().Take(3000).ToArray();

        Assert.Equal(listed, Enumerable.Range(0, listed.Length).Select(place => space.PointAt(place)));
        Assert.Null(space.Fault(space.PointAt(size - 1)!));
        Assert.Throws<ArgumentOutOfRangeException>(() => space.PointAt(size));
        Assert.Throws<ArgumentOutOfRangeException>(() => space.PointAt(-1));
    }

    [Theory, MemberData(nameof(Spaces))]
    public void SamplesReadTheSame(string name)
    {
        var (oracle, space) = Find(name);
        foreach (var sample in oracle.GetProperty("samples").EnumerateArray())
        {
            var point = space.Read(space.Parse(Genotype(sample.GetProperty("genotype"))));
            var picks = point
                .Active.SelectMany(answer =>
                    answer.Picks.Select(
                        (pick, place) =>
                            (Id: answer.Picks.Count > 1 ? $"{answer.Id}[{place}]" : answer.Id, pick.Gene, pick.Value)
                    )
                )
                .ToArray();
            foreach (var index in sample.GetProperty("indices").EnumerateObject())
            {
                var pick = picks.Single(pick => pick.Id == index.Name);
                Assert.Equal(index.Value.GetDouble(), pick.Gene.Value);
                var literal = sample.GetProperty("literals").GetProperty(index.Name);
                // Words stand in quotes there; renderings of objects are cut and are not compared.
                if (literal.ValueKind != JsonValueKind.String || literal.GetString()!.StartsWith('\''))
                    Assert.Equal(
                        literal.ValueKind switch
                        {
                            JsonValueKind.True => "True",
                            JsonValueKind.False => "False",
                            _ => literal.ToString(),
                        },
                        pick.Value.ToString()
                    );
            }
            Assert.Equal(sample.GetProperty("indices").EnumerateObject().Count(), picks.Length);
        }
    }

    // AnyNetX_A has 66 · 10^17 points: counting must not round.
    [Fact]
    public void SizesBeyond64BitsAreExact()
    {
        SearchSpace space = new(
            "large",
            [.. Enumerable.Range(0, 40).Select(i => (Decision)new Decision.Range($"x[{i}]", 1, 1000))]
        );
        Assert.Equal(BigInteger.Pow(10, 120), space.Size);
        Assert.Equal(120, space.Log10Size, 9);
    }

    static (JsonElement Oracle, SearchSpace Space) Find(string name) =>
        Oracle.Language().Single(pair => pair.Space.Name == name);

    static string Genotype(JsonElement numbers) =>
        string.Join(
            ',',
            numbers
                .EnumerateArray()
                .Select(number =>
                    number.GetRawText().Contains('.') || number.GetRawText().Contains('e')
                        ? Literal.Text(number.GetDouble())
                        : number.GetInt32().ToString(CultureInfo.InvariantCulture)
                )
        );
}
