using EvoNas.Networks;

namespace EvoNas.Tests.Networks;

public class ShapeInferenceTests
{
    // TensorFlow's "same": ⌈n/s⌉ whatever the kernel. PyTorch's k//2: ⌊(n−1)/s⌋+1 for odd kernels. None: ⌊(n−k)/s⌋+1.
    [Theory]
    [InlineData(224, 3, 2, 112, 112, 111)]
    [InlineData(225, 3, 2, 113, 113, 112)]
    [InlineData(7, 5, 1, 7, 7, 3)]
    [InlineData(7, 1, 2, 4, 4, 4)]
    [InlineData(10, 2, 2, 5, 5, 5)]
    [InlineData(11, 4, 3, 4, 4, 3)]
    [InlineData(5, 5, 1, 5, 5, 1)]
    public void SidesFollowThePadding(int side, int kernel, int stride, int same, int symmetric, int none)
    {
        var x = Node.Input(Shape.Of(3, side, side));
        Assert.Equal((same, symmetric, none), (Side(Padding.Same), Side(Padding.Symmetric), Side(Padding.None)));

        int Side(Padding padding) => x.Conv(8, kernel, stride, padding: padding).Shape.Sides[0];
    }

    [Fact]
    public void DilationWidensTheKernel()
    {
        var x = Node.Input(Shape.Of(3, 10));
        Assert.Equal(Shape.Of(4, 6), x.Conv(4, kernel: 3, padding: Padding.None, dilation: 2).Shape);
        Assert.Equal(Shape.Of(4, 10), x.Conv(4, kernel: 3, padding: Padding.Symmetric, dilation: 2).Shape);
    }

    [Fact]
    public void OneTwoAndThreeDimensionsShareTheRules()
    {
        Assert.Equal(Shape.Of(8, 50), Node.Input(Shape.Of(1, 100)).Conv(8, 3, 2).Shape);
        Assert.Equal(Shape.Of(8, 50, 25), Node.Input(Shape.Of(1, 100, 50)).Conv(8, 3, 2).Shape);
        Assert.Equal(Shape.Of(8, 50, 25, 5), Node.Input(Shape.Of(1, 100, 50, 10)).Conv(8, 3, 2).Shape);
        Assert.Equal(Shape.Of(1, 25, 13, 3), Node.Input(Shape.Of(1, 100, 50, 10)).MaxPool(3, 4).Shape);
        Assert.Equal(Shape.Of(1, 1, 1, 1), Node.Input(Shape.Of(1, 100, 50, 10)).GlobalAveragePool().Shape);
    }

    [Fact]
    public void OtherLayersHaveTheirShapes()
    {
        var x = Node.Input(Shape.Of(6, 8, 4));
        Assert.Equal(Shape.Of(5, 16, 8), x.Then(new Layer.TransposedConvolution(5, [2, 2], [2, 2])).Shape);
        Assert.Equal(Shape.Of(6, 24, 12), x.Then(new Layer.Upsample(3)).Shape);
        Assert.Equal(Shape.Of(6, 22, 12), x.Upsample(3, Shape.Of(9, 22, 12)).Shape);
        Assert.Equal(
            new Layer.Upsample(3),
            Assert.IsType<Layer.Upsample>(Network.Of(x.Upsample(3, Shape.Of(9, 24, 12))).Nodes[^1].Layer)
        );
        Assert.Equal(Shape.Of(6, 5, 9), x.Resize(Shape.Of(2, 5, 9)).Shape);
        Assert.Same(x, x.Resize(Shape.Of(2, 8, 4)));
        Assert.Equal(Shape.Of(192), x.Then(new Layer.Flatten()).Shape);
        Assert.Equal(Shape.Of(10), x.Dense(10).Shape);
        Assert.Equal(Shape.Of(9, 8, 4), x.Concatenate(x.Conv(3, 1)).Shape);
        Assert.Equal(Shape.Of(6, 8, 4), x.Multiply(x.GlobalAveragePool().Sigmoid()).Shape);
        Assert.Equal(
            Shape.Of(6, 8, 4),
            x.Norm().Relu().Dropout(0.5).Then(new Layer.StochasticDepth(0.1)).Add(x, x).Shape
        );
    }

    public static TheoryData<string, Func<Node, Node>> Misfits =>
        new()
        {
            {
                "stem.conv has 4 groups, which must divide its 6 input and 8 output channels.",
                x => x.Conv(8, 3, groups: 4)
            },
            { "stem.conv has 0 output channels; at least 1 are needed.", x => x.Conv(0, 3) },
            {
                "stem.conv leaves nothing of [N, 6, 8, 4]: the kernel is larger than the map.",
                x => x.Conv(8, 5, padding: Padding.None)
            },
            { "stem.conv has kernel [0, 0] and stride [1, 1]; both must be positive.", x => x.Conv(8, 0) },
            {
                "stem.conv has a kernel of 1 dimensions over [N, 6, 8, 4].",
                x => x.Then(new Layer.Convolution(8, [3], [1]))
            },
            { "stem.conv has a kernel of 0 dimensions over [N, 192].", x => x.Then(new Layer.Flatten()).Conv(8, 3) },
            {
                "stem.deconv has a kernel of 1 dimensions over [N, 6, 8, 4].",
                x => x.Then(new Layer.TransposedConvolution(8, [3], [2]))
            },
            { "stem.dense takes a vector, not [N, 6, 8, 4].", x => x.Then(new Layer.Dense(3)) },
            { "stem.dense has 0 output channels; at least 1 are needed.", x => x.Dense(0) },
            { "stem.add takes equal shapes, not [N, 6, 8, 4] and [N, 6, 1, 1].", x => x.Add(x.GlobalAveragePool()) },
            {
                "stem.multiply takes a map and a gate of its channels, not [N, 6, 8, 4] and [N, 3, 8, 4].",
                x => x.Multiply(x.Conv(3, 1))
            },
            {
                "stem.concatenate takes maps of equal sides, not [N, 6, 8, 4] and [N, 6, 4, 2].",
                x => x.Concatenate(x.MaxPool(2, 2))
            },
            { "stem.dropout takes a rate in [0, 1).", x => x.Dropout(1) },
            {
                "stem.resize makes two sides of at least 1 of a map, not [16] of [N, 6, 8, 4].",
                x => x.Then(new Layer.Resize([16]))
            },
            {
                "stem.resize makes two sides of at least 1 of a map, not [0, 4] of [N, 6, 8, 4].",
                x => x.Then(new Layer.Resize([0, 4]))
            },
            { "stem.upsample takes a factor of at least 1, not 0.", x => x.Then(new Layer.Upsample(0)) },
            {
                "stem.upsample by 2 does not make sides of [16, 9] from [N, 6, 8, 4]: less than one copy may overhang.",
                x => x.Upsample(2, Shape.Of(6, 16, 9))
            },
            {
                "stem.upsample by 2 does not make sides of [14, 8] from [N, 6, 8, 4]: less than one copy may overhang.",
                x => x.Upsample(2, Shape.Of(6, 14, 8))
            },
        };

    [Theory, MemberData(nameof(Misfits))]
    public void ALayerThatDoesNotFitNamesItselfAndTheShapes(string message, Func<Node, Node> append) =>
        Assert.Equal(
            message,
            Assert.Throws<RequestException>(() => append(Node.Input(Shape.Of(6, 8, 4)).In("stem"))).Message
        );
}
