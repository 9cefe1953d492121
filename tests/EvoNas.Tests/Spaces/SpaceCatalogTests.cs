using System.Globalization;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

public class SpaceCatalogTests
{
    public static TheoryData<string> Names => [.. SpaceCatalog.All.Select(space => space.Name)];

    public static TheoryData<string> WithNetworks =>
        [.. SpaceCatalog.All.Where(space => space.Build is not null).Select(space => space.Name)];

    public static TheoryData<string> Classifying =>
        [.. SpaceCatalog.All.Where(space => space.ClassifyingProfile is not null).Select(space => space.Name)];

    [Fact]
    public void AnUnknownSpaceSuggestsTheNearest() =>
        Assert.StartsWith(
            "Did you mean 'regnet-x'?",
            Assert.Throws<RequestException>(() => SpaceCatalog.Find("regnetx")).Hint
        );

    [Fact]
    public void NamesAreUniqueAndPlain()
    {
        Assert.Equal(SpaceCatalog.All.Count, SpaceCatalog.All.Select(space => space.Name).Distinct().Count());
        Assert.All(SpaceCatalog.All, space => Assert.Matches("^[a-z0-9][a-z0-9._-]*$", space.Name));
        var named = SpaceCatalog.All.SelectMany(space => space.Named).Select(known => known.Name).ToArray();
        Assert.Equal(named.Length, named.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    // Fingerprints and costs are for ever: a stored search keeps both. The sum has no order, so that all cores may take
    // part.
    [Theory, MemberData(nameof(WithNetworks))]
    public void TenThousandRandomPointsAreNetworks(string name)
    {
        var space = SpaceCatalog.Find(name);
        // Of a smaller space all points.
        var genotypes =
            space.Decisions.Size <= 10_000
                ? space.Decisions.Points()
                : Enumerable
                    .Range(1, 10_000)
                    .Select(birth => space.Decisions.Sample(SeededRandom.For(17, new BirthNumber(birth))));
        var state = genotypes
            .Index()
            .AsParallel()
            .Select(pair =>
            {
                var network = space.Decode(pair.Item);
                var cost = Cost.Of(network);
                Assert.True(cost is { Parameters: > 0, MultiplyAdds: > 0, Activations: > 0, PeakActivationBytes: > 0 });
                AssertShapes(space, network);
                return SeededRandom.Mix(
                    (ulong)pair.Index
                        ^ SeededRandom.Mix(
                            (ulong)cost.Parameters
                                ^ SeededRandom.Mix(
                                    (ulong)cost.MultiplyAdds ^ ulong.Parse(network.Fingerprint, NumberStyles.HexNumber)
                                )
                        )
                );
            })
            .Aggregate(0UL, (sum, one) => unchecked(sum + one));
        Assert.Equal(
            Oracles.Oracle.Read("permanence.json").GetProperty("tenThousand").TryGetProperty(name, out var golden)
                ? golden.GetString()
                : "none yet",
            state.ToString("x16")
        );
    }

    // Logits have the classes; masks the input's sides; what has a level in its name is halved so often.
    static void AssertShapes(Space space, Network network)
    {
        foreach (var output in network.Outputs)
        {
            var shape = network.ShapeOf(output);
            if (output.Name == "logits")
                Assert.Equal(Shape.Of(space.UsualTarget.Classes), shape);
            else if (output.Name == "mask")
                Assert.Equal(space.UsualTarget.Input with { Channels = space.UsualTarget.Classes }, shape);
            else
                Assert.Equal(
                    (network.Inputs.Count() == 1 ? network.Input : space.UsualTarget.Input).Sides.Select(side =>
                        side >> (output.Name[^1] - '0')
                    ),
                    shape.Sides
                );
        }
    }

    [Theory, MemberData(nameof(Classifying))]
    public void SmallImagesOfOneChannelFitEverySpaceThatClassifies(string name)
    {
        var space = SpaceCatalog.Find(name);
        for (var birth = 1; birth <= 100; birth++)
            Assert.Equal(
                Shape.Of(10),
                space.Decode(
                    space.Decisions.Sample(SeededRandom.For(11, new BirthNumber(birth))),
                    new(Shape.Of(1, 28, 28), 10)
                )
                    is var network
                    ? network.ShapeOf(network.Outputs[0])
                    : null
            );
    }

    [Theory, MemberData(nameof(Names))]
    public void SpecificationsAreJson(string name)
    {
        var space = SpaceCatalog.Find(name);
        var specification = space.Specify(
            space.Decisions.Read(space.Decisions.Sample(SeededRandom.For(11, new BirthNumber(1))))
        );
        Assert.NotEqual("", specification.ToJsonString());
    }

    // Stored searches name points by genotype, and networks by fingerprint. What a seed draws, and what a genotype
    // means, must stay for ever: if this fails, the change breaks resuming, and re-recording it is a decision.
    [Theory, MemberData(nameof(Names))]
    public void ThePointsOfASeedAndTheirNetworksAreForEver(string name)
    {
        var space = SpaceCatalog.Find(name);
        var state = 0UL;
        for (var birth = 1; birth <= 100; birth++)
        {
            var genotype = space.Decisions.Sample(SeededRandom.For(11, new BirthNumber(birth)));
            var child = space.Decisions.Mutate(genotype, SeededRandom.For(11, new BirthNumber(birth), draw: 1)).Child;
            foreach (var number in new[] { genotype.Fingerprint, child.Fingerprint })
                state = SeededRandom.Mix(state ^ number);
            if (space.Build is not null)
                state = SeededRandom.Mix(state ^ ulong.Parse(space.Decode(child).Fingerprint, NumberStyles.HexNumber));
        }
        Assert.Equal(Oracles.Oracle.Read("permanence.json").GetProperty(name).GetString(), state.ToString("x16"));
    }
}
