using System.Text.Json;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

/// <summary>Published networks cost what other people's code says, to the last parameter and multiply-add.</summary>
public class NamedNetworkTests
{
    public static TheoryData<string> Models =>
        [.. Oracle.Read("models.json").GetProperty("models").EnumerateArray().Select(model => model.Text("name"))];

    [Theory, MemberData(nameof(Models))]
    public void CostsAreThoseOfTheOracle(string name)
    {
        var oracle = Oracle
            .Read("models.json")
            .GetProperty("models")
            .EnumerateArray()
            .Single(model => model.Text("name") == name);
        var space = SpaceCatalog.Find(oracle.Text("space"));
        var known = space.FindNamed(name);
        var cost = Cost.Of(space.Decode(known.Genotype, known.Target));
        Assert.Equal(oracle.Whole("parameters"), cost.Parameters);
        if (oracle.TryGetProperty("multiplyAdds", out var alone))
            Assert.Equal(alone.GetInt64(), cost.MultiplyAdds);
        if (oracle.TryGetProperty("multiplyAddsAndBiases", out var both))
            Assert.Equal(both.GetInt64(), cost.MultiplyAdds + cost.BiasAdds);
        if (oracle.TryGetProperty("activations", out var activations))
            Assert.Equal(activations.GetInt64(), cost.Activations);
        if (oracle.TryGetProperty("buffers", out var buffers))
            Assert.Equal(buffers.GetInt64(), cost.Buffers);
    }

    // Radosavovic et al. 2020, tables 2 and 3: the name says the multiply-adds, in millions or billions.
    [Fact]
    public void EveryRegNetHasTheMultiplyAddsOfItsName()
    {
        foreach (var name in new[] { "regnet-x", "regnet-y" })
        foreach (var known in SpaceCatalog.Find(name).Named.Where(known => known.Name.EndsWith('F')))
        {
            var digits = known.Name[(known.Name.IndexOf('-') + 1)..^2];
            var announced = double.Parse(digits) * (known.Name.EndsWith("GF") ? 1e9 : 1e6);
            Assert.InRange(
                Cost.Of(SpaceCatalog.Find(name).Decode(known.Genotype)).MultiplyAdds,
                0.9 * announced,
                1.1 * announced
            );
            Assert.Null(SpaceCatalog.Find(name).Decisions.Fault(known.Genotype));
        }
    }

    // Zhang et al., "Dive into Deep Learning", §8.8.3.
    [Fact]
    public void TheTextbooksRegNetHasTheTextbooksMaps()
    {
        Assert.True(SpaceCatalog.TryFindNamed("regnetx-32", out var space, out var known));
        var network = space.Decode(known.Genotype, known.Target);
        Assert.Equal(Shape.Of(1, 96, 96), network.Input);
        Assert.Equal(Shape.Of(32, 48, 48), After(network, "stem"));
        Assert.Equal(Shape.Of(32, 24, 24), After(network, "stage1.block4"));
        Assert.Equal(Shape.Of(80, 12, 12), After(network, "stage2.block6"));
        Assert.Equal(Shape.Of(10), network.ShapeOf(network.Outputs[0]));
    }

    // Tan et al. 2019, table 1: 3.9 M parameters, 312 M multiply-adds.
    [Fact]
    public void MnasNetA1IsFoundByName()
    {
        Assert.True(SpaceCatalog.TryFindNamed("MnasNet-A1", out var space, out var known));
        Assert.Equal("mnasnet-a1", space.Name);
        Assert.Equal(312, Math.Round(Cost.Of(space.Decode(known.Genotype)).MultiplyAdds / 1e6));
    }

    [Theory]
    [InlineData("MnasNet-A1", 3_767_679, 291_800_640)]
    public void ThePytorchProfileCountsAsThePort(string name, long parameters, long multiplyAdds)
    {
        Assert.True(SpaceCatalog.TryFindNamed(name, out var space, out var known));
        var cost = Cost.Of(space.Decode(known.Genotype, new(Shape.Of(3, 224, 224), 1001, "pytorch")));
        Assert.Equal((parameters, multiplyAdds), (cost.Parameters, cost.MultiplyAdds));
    }

    static Shape After(Network network, string scope) =>
        network.Nodes.Last(node => node.Name.StartsWith(scope + ".", StringComparison.Ordinal)).Shape;
}
