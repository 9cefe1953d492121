using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class MnasNetTests
{
    public static TheoryData<string> Names => ["mnasnet", "mnasnet-a1"];

    [Theory, MemberData(nameof(Names))]
    public void DecisionsAreThoseOfTheReleasedSpace(string name)
    {
        var (oracle, space) = (Oracle.Read(name + ".json"), SpaceCatalog.Find(name).Decisions);
        Assert.Equal(oracle.Text("size"), space.SizeText);
        Assert.Equal(
            oracle.GetProperty("decisions").EnumerateArray().Select(decision => $"{decision.Text("id")}: {string.Join(' ', decision.GetProperty("texts").EnumerateArray())}"),
            space.Decisions.Cast<Decision.OneOf>().Select(decision => $"{decision.Name}: {string.Join(' ', decision.Candidates.Select(candidate => candidate.Value))}"));
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesDecodeToTheSameBlocksAndCosts(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var sample in Oracle.Read(name + ".json").GetProperty("samples").EnumerateArray())
        {
            var genotype = space.Decisions.Parse(sample.Text("genotype"));
            var expected = JsonNode.Parse(sample.GetProperty("specification").GetRawText())!;
            Assert.Equal(expected.ToJsonString(), space.Specify(space.Decisions.Read(genotype)).ToJsonString());
            var network = space.Decode(genotype);
            var cost = Cost.Of(network);
            Assert.Equal(
                (sample.Whole("parameters"), sample.Whole("buffers"), sample.Whole("multiplyAdds")),
                (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
            foreach (var (level, scope) in new[] { ("2", "blocks1."), ("3", "blocks2."), ("4", "blocks4."), ("5", "blocks6.") })
            {
                var sides = sample.GetProperty("endpoints").GetProperty(level).EnumerateArray().Select(side => side.GetInt32()).ToArray();
                Assert.Equal(Shape.Of(sides[3], sides[1], sides[2]), network.Nodes.Last(node => node.Name.StartsWith(scope, StringComparison.Ordinal)).Shape);
            }
        }
    }

    [Fact]
    public void MobileNetV2HasRelu6AndNoSqueeze()
    {
        var space = SpaceCatalog.Find("mnasnet");
        var named = space.FindNamed("MobileNetV2");
        var network = space.Decode(named.Genotype, named.Target);
        Assert.DoesNotContain(network.Nodes, node => node.Layer is Layer.Multiply or Layer.Activation { Kind: not ActivationKind.Relu6 });
        Assert.Equal(52, network.Nodes.Count(node => node.Layer is Layer.Convolution));
        Assert.Equal(10, network.Nodes.Count(node => node.Layer is Layer.Add));
    }
}
