using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class NasFpnTests
{
    static readonly Space _space = SpaceCatalog.Find("nasfpn");

    [Fact]
    public void OutputsAbsorbWhatNoCellMerges()
    {
        foreach (var sample in Oracle.Read("nasfpn.json").GetProperty("samples").EnumerateArray())
        {
            var nodes = NasFpn.NodesOf(_space.Decisions.Read(_space.Decisions.Parse(sample.Text("genotype"))));
            Assert.Equal(
                sample.GetProperty("absorbed").EnumerateArray().Select(features => features.ToString()),
                MergingCell.Absorbed([3, 4, 5, 6, 7], nodes).Select(features => $"[{string.Join(",", features)}]")
            );
        }
    }

    // Ghiasi et al. 2019, fig. 6: GP(P4, P6) → P4, sum → P4, and five outputs.
    [Fact]
    public void ThePublishedCellIsThatOfThePaper() =>
        Assert.Equal(
            [
                new(4, 1, 3, true, false),
                new(4, 1, 5, false, false),
                new(3, 0, 6, false, true),
                new(4, 6, 7, false, true),
                new(5, 7, 8, true, true),
                new(7, 6, 9, true, true),
                new(6, 9, 10, true, true),
            ],
            NasFpn.NodesOf(_space.Decisions.Read(_space.Named[0].Genotype))
        );

    [Fact]
    public void TheDecoderOfThePublishedNetworkCostsWhatTheReleasedCodeSays()
    {
        var network = _space.Decode(_space.Named[0].Genotype, _space.Named[0].Target);
        var cost = network
            .Nodes.Where(node => node.Name.StartsWith("decoder.", StringComparison.Ordinal))
            .Select(node => Cost.Of(network, node))
            .Aggregate((sum, more) => sum.Plus(more));
        Assert.Equal((29_858_816, 49_877_811_200), (cost.Parameters, cost.MultiplyAdds));
    }

    // ResNets as the released detectors have them, at 640×640.
    [Theory]
    [
        InlineData(10, 4_910_016, 5_888, 7_359_692_800),
        InlineData(18, 11_180_736, 9_728, 14_909_440_000),
        InlineData(50, 23_508_032, 53_120, 33_364_377_600)
    ]
    public void BackbonesCostWhatTheReleasedCodeSays(int depth, long parameters, long buffers, long multiplyAdds)
    {
        var cost = Cost.Of(
            Network.Of([
                .. Node.Input(Shape.Of(3, 640, 640))
                    .ResNet(depth, new())
                    .Select(level => ($"{level.Level}", level.Map)),
            ])
        );
        Assert.Equal((parameters, buffers, multiplyAdds), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
    }

    [Fact]
    public void AnUnknownDepthIsRefused() =>
        Assert.Equal(
            "There is no ResNet-101 here; take 10, 18, 34 or 50.",
            Assert.Throws<RequestException>(() => Node.Input(Shape.Of(3, 64, 64)).ResNet(101, new())).Message
        );

    [Fact]
    public void TheCoarserMapAttends()
    {
        var (fine, coarse) = (Node.Input(Shape.Of(4, 8, 8)), Node.Input(Shape.Of(4, 4, 4)));
        var cell = MergingCell.Merge(
            [new(3, fine), new(4, coarse)],
            [new(3, 0, 1, Attends: true, IsOutput: true)],
            "cell",
            new()
        );
        var network = Network.Of(("level3", cell.Single().Map));
        // The gate is the maximum of the upsampled coarser map, and multiplies the finer one.
        var gate = network.Nodes.Single(node => node.Layer is Layer.GlobalPool);
        Assert.IsType<Layer.Upsample>(network.Nodes[gate.Inputs[0]].Layer);
        Assert.Equal(
            Shape.Of(4, 8, 8),
            network.Nodes[network.Nodes.Single(node => node.Layer is Layer.Multiply).Inputs[0]].Shape
        );
        Assert.IsType<Layer.Input>(
            network.Nodes[network.Nodes.Single(node => node.Layer is Layer.Multiply).Inputs[0]].Layer
        );
    }
}
