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
            oracle
                .GetProperty("decisions")
                .EnumerateArray()
                .Select(decision =>
                    $"{decision.Text("id")}: {string.Join(' ', decision.GetProperty("texts").EnumerateArray())}"
                ),
            space
                .Decisions.Cast<Decision.OneOf>()
                .Select(decision =>
                    $"{decision.Name}: {string.Join(' ', decision.Candidates.Select(candidate => candidate.Value))}"
                )
        );
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
                (cost.Parameters, cost.Buffers, cost.MultiplyAdds)
            );
            var (backbone, expectedBackbone) = (
                space.Decode(genotype, space.UsualTarget with { Profile = "backbone_with_1280_conv" }),
                sample.GetProperty("backbone")
            );
            var part = Cost.Of(backbone);
            Assert.Equal(
                (
                    expectedBackbone.Whole("parameters"),
                    expectedBackbone.Whole("buffers"),
                    expectedBackbone.Whole("multiplyAdds")
                ),
                (part.Parameters, part.Buffers, part.MultiplyAdds)
            );
            Assert.Equal(
                sample
                    .GetProperty("endpoints")
                    .EnumerateObject()
                    .Select(level =>
                        (
                            "level" + level.Name,
                            Shape.Of(level.Value[3].GetInt32(), level.Value[1].GetInt32(), level.Value[2].GetInt32())
                        )
                    ),
                backbone.Outputs.Select(output => (output.Name, backbone.ShapeOf(output)))
            );
        }
    }

    // Lin et al. 2017, arXiv:1708.02002: levels 3 to 7 of 256 channels, two towers. No released figure counts it; its
    // parts are counted where they are known.
    [
        Theory,
        InlineData("mnasnet"),
        InlineData("mnasnet-a1"),
        InlineData("efficientnet_v2"),
        InlineData("efficientnet_v2-m")
    ]
    public void ABackboneIsADetectorsToo(string name)
    {
        var space = SpaceCatalog.Find(name);
        var network = space.Decode(space.Named[0].Genotype, new(Shape.Of(3, 512, 512), 91, "retinanet"));
        Assert.Equal(
            [
                .. Enumerable
                    .Range(3, 5)
                    .Select(level => ($"scores{level}", Shape.Of(819, 512 >> level, 512 >> level))),
                .. Enumerable.Range(3, 5).Select(level => ($"boxes{level}", Shape.Of(36, 512 >> level, 512 >> level))),
            ],
            network.Outputs.Select(output => (output.Name, network.ShapeOf(output)))
        );
    }

    [Fact]
    public void MobileNetV2HasRelu6AndNoSqueeze()
    {
        var space = SpaceCatalog.Find("mnasnet");
        var named = space.FindNamed("MobileNetV2");
        var network = space.Decode(named.Genotype, named.Target);
        Assert.DoesNotContain(
            network.Nodes,
            node => node.Layer is Layer.Multiply or Layer.Activation { Kind: not ActivationKind.Relu6 }
        );
        Assert.Equal(52, network.Nodes.Count(node => node.Layer is Layer.Convolution));
        Assert.Equal(10, network.Nodes.Count(node => node.Layer is Layer.Add));
    }
}
