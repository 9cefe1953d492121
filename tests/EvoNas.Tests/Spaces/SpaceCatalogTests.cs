using System.Globalization;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

public class SpaceCatalogTests
{
    public static TheoryData<string> Names => [.. SpaceCatalog.All.Select(space => space.Name)];

    public static TheoryData<string> WithNetworks => [.. SpaceCatalog.All.Where(space => space.Build is not null).Select(space => space.Name)];

    public static TheoryData<string> Classifying => [.. SpaceCatalog.All.Where(space => space.ClassifyingProfile is not null).Select(space => space.Name)];

    [Fact]
    public void AnUnknownSpaceSuggestsTheNearest() =>
        Assert.StartsWith("Did you mean 'regnet-x'?", Assert.Throws<RequestException>(() => SpaceCatalog.Find("regnetx")).Hint);

    [Fact]
    public void NamesAreUniqueAndPlain()
    {
        Assert.Equal(SpaceCatalog.All.Count, SpaceCatalog.All.Select(space => space.Name).Distinct().Count());
        Assert.All(SpaceCatalog.All, space => Assert.Matches("^[a-z0-9][a-z0-9._-]*$", space.Name));
        var named = SpaceCatalog.All.SelectMany(space => space.Named).Select(known => known.Name).ToArray();
        Assert.Equal(named.Length, named.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory, MemberData(nameof(WithNetworks))]
    public void RandomGenotypesHaveNetworks(string name)
    {
        var space = SpaceCatalog.Find(name);
        for (var birth = 1; birth <= 1000; birth++)
        {
            var network = space.Decode(space.Decisions.Sample(Dice.For(11, new BirthNumber(birth))));
            var cost = Cost.Of(network);
            Assert.True(cost is { Parameters: > 0, MultiplyAdds: > 0, Activations: > 0, PeakActivationBytes: > 0 });
            if (space.Task == "classification") Assert.Equal(space.UsualTarget.Classes, network.ShapeOf(network.Outputs[0]).Channels);
        }
    }

    [Theory, MemberData(nameof(Classifying))]
    public void SmallImagesOfOneChannelFitEverySpaceThatClassifies(string name)
    {
        var space = SpaceCatalog.Find(name);
        for (var birth = 1; birth <= 100; birth++)
            Assert.Equal(Shape.Of(10), space.Decode(space.Decisions.Sample(Dice.For(11, new BirthNumber(birth))), new(Shape.Of(1, 28, 28), 10)) is var network
                ? network.ShapeOf(network.Outputs[0]) : null);
    }

    [Theory, MemberData(nameof(Names))]
    public void SpecificationsAreJson(string name)
    {
        var space = SpaceCatalog.Find(name);
        var specification = space.Specify(space.Decisions.Read(space.Decisions.Sample(Dice.For(11, new BirthNumber(1)))));
        Assert.NotEqual("", specification.ToJsonString());
    }

    // Stored searches name points by genotype, and networks by fingerprint. What a seed draws, and what a genotype means, must stay for ever:
    // if this fails, the change breaks resuming, and re-recording it is a decision.
    [Theory, MemberData(nameof(Names))]
    public void ThePointsOfASeedAndTheirNetworksAreForEver(string name)
    {
        var space = SpaceCatalog.Find(name);
        var state = 0UL;
        for (var birth = 1; birth <= 100; birth++)
        {
            var genotype = space.Decisions.Sample(Dice.For(11, new BirthNumber(birth)));
            var child = space.Decisions.Mutate(genotype, Dice.For(11, new BirthNumber(birth), draw: 1)).Child;
            foreach (var number in new[] { genotype.Fingerprint, child.Fingerprint }) state = Dice.Mix(state ^ number);
            if (space.Build is not null) state = Dice.Mix(state ^ ulong.Parse(space.Decode(child).Fingerprint, NumberStyles.HexNumber));
        }
        Assert.Equal(Oracles.Oracle.Read("permanence.json").GetProperty(name).GetString(), state.ToString("x16"));
    }
}
