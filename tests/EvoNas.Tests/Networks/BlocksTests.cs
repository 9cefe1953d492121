using EvoNas.Networks;

namespace EvoNas.Tests.Networks;

public class MobileBlocksTests
{
    static readonly Node _x = Node.Input(Shape.Of(16, 8, 8));
    static readonly MobileStyle _style = new();

    // Sandler et al. 2018, table 1: 1×1 expand, depthwise, linear 1×1; parameters [e>1](c·ce + 2ce) + k²ce + 2ce + SE +
    // ce·co + 2co.
    [Theory]
    [InlineData(24, 6, 5, 2, 0.25, (16 * 96 + 192) + 25 * 96 + 192 + (96 * 4 + 4 + 4 * 96 + 96) + 96 * 24 + 48)]
    [InlineData(24, 1, 3, 1, 0.0, 9 * 16 + 32 + 16 * 24 + 48)]
    // At least one channel is squeezed to.
    [InlineData(16, 3, 3, 1, 0.01, (16 * 48 + 96) + 9 * 48 + 96 + (48 * 1 + 1 + 1 * 48 + 48) + 48 * 16 + 32)]
    public void MBConvHasTheParametersOfItsParts(
        int channels,
        int expansion,
        int kernel,
        int stride,
        double squeeze,
        int parameters
    ) =>
        Assert.Equal(
            parameters,
            Cost.Of(Network.Of(_x.MBConv(channels, expansion, kernel, stride, squeeze, _style))).Parameters
        );

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
            Network
                .Of(_x.MBConv(16, 3, 3, 1, 0.25, style))
                .Nodes.Select(node => node.Layer)
                .OfType<Layer.Convolution>()
                .First(conv => conv.Bias)
                .Channels;
    }

    // Tan and Le 2021, fig. 2: k×k expand with normalisation, squeeze-excite on the expanded channels, linear 1×1.
    [Theory]
    [InlineData(24, 4, 3, 2, 0.25, true, 9 * 16 * 64 + 128 + (64 * 4 + 4 + 4 * 64 + 64) + 64 * 24 + 48)]
    [InlineData(24, 1, 5, 1, 0.0, true, 25 * 16 * 16 + 32 + 16 * 24 + 48)]
    [InlineData(24, 1, 5, 1, 0.0, false, 25 * 16 * 24 + 48)]
    [InlineData(24, 2, 5, 1, 0.0, false, 25 * 16 * 32 + 64 + 32 * 24 + 48)]
    public void FusedMBConvHasTheParametersOfItsParts(
        int channels,
        int expansion,
        int kernel,
        int stride,
        double squeeze,
        bool projects,
        int parameters
    ) =>
        Assert.Equal(
            parameters,
            Cost.Of(
                Network.Of(_x.FusedMBConv(channels, expansion, kernel, stride, squeeze, _style, projects))
            ).Parameters
        );

    static Layer Last(Node node) => Network.Of(node).Nodes[^1].Layer;
}

public class ResidualBlocksTests
{
    static readonly Node _x = Node.Input(Shape.Of(32, 8, 8)).In("block");

    // Radosavovic et al. 2020, fig. 4: the shortcut is projected where width or stride change.
    [Theory]
    [InlineData(32, 1, false, 0), InlineData(48, 1, false, 1), InlineData(32, 2, false, 1), InlineData(32, 1, true, 1)]
    public void TheShortcutIsProjectedWhereItMust(int channels, int stride, bool project, int shortcuts) =>
        Assert.Equal(
            shortcuts,
            Network
                .Of(_x.XBlock(channels, channels, 16, stride, project: project))
                .Nodes.Count(node => node.Name == "block.shortcut.conv")
        );

    // He et al. 2016, fig. 5: parameters of the two convolutions or three, each with a normalisation, and of the
    // shortcut where it is projected.
    [Theory]
    [InlineData(32, 1, false, 2 * (9 * 32 * 32 + 64)), InlineData(32, 1, true, 2 * (9 * 32 * 32 + 64) + 32 * 32 + 64)]
    [InlineData(48, 2, false, 9 * 32 * 48 + 96 + 9 * 48 * 48 + 96 + 32 * 48 + 96)]
    public void AResidualBlockHasTwoConvolutions(int filters, int stride, bool project, int parameters) =>
        Assert.Equal(parameters, Cost.Of(Network.Of(_x.Residual(filters, stride, new(), project))).Parameters);

    [Theory]
    [
        InlineData(8, 1, 32 * 8 + 16 + 9 * 8 * 8 + 16 + 8 * 32 + 64),
        InlineData(8, 2, 32 * 8 + 16 + 9 * 8 * 8 + 16 + 8 * 32 + 64 + 32 * 32 + 64)
    ]
    public void ABottleneckEndsInFourTimesItsFilters(int filters, int stride, int parameters)
    {
        var block = Network.Of(_x.Bottleneck(filters, stride, new()));
        Assert.Equal((4 * filters, parameters), (block.Nodes[^1].Shape.Channels, Cost.Of(block).Parameters));
    }

    [Fact]
    public void TheSqueezeOfARegNetYCountsTheBlocksInput()
    {
        var block = Network.Of(_x.XBlock(64, 64, 16, stride: 2, squeeze: 0.25));
        Assert.Equal(
            8,
            block.Nodes.Select(node => node.Layer).OfType<Layer.Convolution>().First(conv => conv.Bias).Channels
        );
        Assert.Equal(Shape.Of(64, 4, 4), block.Nodes[^1].Shape);
    }
}
