using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

public class EfficientNetV2Tests
{
    // The default list of the released code, backbone at 512×512.
    [Fact]
    public void TheB0LayoutCostsWhatTheReleasedCodeSays()
    {
        var space = SpaceCatalog.Find("efficientnet_v2");
        var cost = Cost.Of(space.Decode(space.FindNamed("EfficientNetV2-B0").Genotype));
        Assert.Equal((5_615_568, 58_112, 4_013_219_072), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
    }

    // Tan and Le 2021, table 7: 22 M and 8.8 B, 54 M and 24 B, 120 M and 53 B. The multiply-adds of S and L follow
    // torchvision's network, which the paper's figures miss by 5 %.
    [Theory]
    [InlineData("s", 22), InlineData("m", 54), InlineData("l", 120)]
    public void LargerNetworksHaveTheirPublishedParameters(string size, int millions)
    {
        var space = SpaceCatalog.Find("efficientnet_v2-" + size);
        var known = space.FindNamed("EfficientNetV2-" + size);
        Assert.InRange(
            Cost.Of(space.Decode(known.Genotype, known.Target)).Parameters,
            0.975e6 * millions,
            1.01e6 * millions
        );
    }

    [Fact]
    public void LevelsEndWhereTheMapIsHalved()
    {
        var space = SpaceCatalog.Find("efficientnet_v2-m");
        var network = space.Decode(space.Named[0].Genotype);
        Assert.Equal(
            [
                ("level2", Shape.Of(48, 128, 128)),
                ("level3", Shape.Of(80, 64, 64)),
                ("level4", Shape.Of(176, 32, 32)),
                ("level5", Shape.Of(512, 16, 16)),
            ],
            network.Outputs.Select(output => (output.Name, network.ShapeOf(output)))
        );
    }

    [Fact]
    public void AnImageDataSetGetsLogits()
    {
        var space = SpaceCatalog.Find("efficientnet_v2");
        var network = space.Decode(space.Named[0].Genotype, new(Shape.Of(1, 28, 28), 10));
        Assert.Equal(("logits", Shape.Of(10)), (network.Outputs.Single().Name, network.ShapeOf(network.Outputs[0])));
    }
}
