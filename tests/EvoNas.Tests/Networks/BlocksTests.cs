using EvoNas.Networks;

namespace EvoNas.Tests.Networks;

public class MobileBlocksTests
{
    static readonly Node _x = Node.Input(Shape.Of(16, 8, 8));
    static readonly MobileStyle _style = new();

    // Sandler et al. 2018, table 1: 1×1 expand, depthwise, linear 1×1; parameters [e>1](c·ce + 2ce) + k²ce + 2ce + SE + ce·co + 2co.
    [Theory]
    [InlineData(24, 6, 5, 2, 0.25, (16 * 96 + 192) + 25 * 96 + 192 + (96 * 4 + 4 + 4 * 96 + 96) + 96 * 24 + 48)]
    [InlineData(24, 1, 3, 1, 0.0, 9 * 16 + 32 + 16 * 24 + 48)]
    [InlineData(16, 3, 3, 1, 0.01, (16 * 48 + 96) + 9 * 48 + 96 + (48 * 1 + 1 + 1 * 48 + 48) + 48 * 16 + 32)] // At least one channel is squeezed to.
    public void MBConvHasTheParametersOfItsParts(int channels, int expansion, int kernel, int stride, double squeeze, int parameters) =>
        Assert.Equal(parameters, Cost.Of(Network.Of(_x.MBConv(channels, expansion, kernel, stride, squeeze, _style))).Parameters);

    [Fact]
    public void MBConvAddsItsInputOnlyWhereTheShapesAgree()
    {
        Assert.IsType<Layer.Add>(Last(_x.MBConv(16, 3, 3, 1, 0, _style)));
        Assert.IsType<Layer.BatchNorm>(Last(_x.MBConv(24, 3, 3, 1, 0, _style)));
        Assert.IsType<Layer.BatchNorm>(Last(_x.MBConv(16, 3, 3, 2, 0, _style)));
        Assert.IsType<Layer.Activation>(Last(_x.MBConv(16, 3, 3, 2, 0, new(ActivatesProjection: true))));
    }

    [Fact]
    public void TheStyleSaysWhatTheSqueezeCounts()
    {
        Assert.Equal(4, Squeezed(_style));
        Assert.Equal(12, Squeezed(new(Squeeze: SqueezeOf.Expanded)));

        static int Squeezed(MobileStyle style) =>
            Network.Of(_x.MBConv(16, 3, 3, 1, 0.25, style)).Nodes.Select(node => node.Layer).OfType<Layer.Convolution>().First(conv => conv.Bias).Channels;
    }

    static Layer Last(Node node) => Network.Of(node).Nodes[^1].Layer;
}

public class ResidualBlocksTests
{
    static readonly Node _x = Node.Input(Shape.Of(32, 8, 8)).In("block");

    // Radosavovic et al. 2020, fig. 4: the shortcut is projected where width or stride change.
    [Theory]
    [InlineData(32, 1, false, 0), InlineData(48, 1, false, 1), InlineData(32, 2, false, 1), InlineData(32, 1, true, 1)]
    public void TheShortcutIsProjectedWhereItMust(int channels, int stride, bool project, int shortcuts) =>
        Assert.Equal(shortcuts, Network.Of(_x.XBlock(channels, channels, 16, stride, project: project)).Nodes.Count(node => node.Name == "block.shortcut.conv"));

    [Fact]
    public void TheSqueezeOfARegNetYCountsTheBlocksInput()
    {
        var block = Network.Of(_x.XBlock(64, 64, 16, stride: 2, squeeze: 0.25));
        Assert.Equal(8, block.Nodes.Select(node => node.Layer).OfType<Layer.Convolution>().First(conv => conv.Bias).Channels);
        Assert.Equal(Shape.Of(64, 4, 4), block.Nodes[^1].Shape);
    }
}
