using EvoNas.Networks;

namespace EvoNas.Tests.Networks;

public class CostTests
{
    [Fact]
    public void AConvolutionCostsItsKernelAtEveryOutput() =>
        Assert.Equal(
            new Cost(3 * 3 * 3 * 8, 0, 3 * 3 * 3 * 8 * 16 * 16, 0, 8 * 16 * 16, 4 * (3 * 32 * 32 + 8 * 16 * 16)),
            CostOf(Image.Conv(8, 3, 2))
        );

    [Fact]
    public void ABiasIsAParameterAChannelAndAnAddAnOutput()
    {
        var cost = CostOf(Image.Conv(8, 3, 2, bias: true));
        Assert.Equal((3 * 3 * 3 * 8 + 8, 8 * 16 * 16), (cost.Parameters, cost.BiasAdds));
        Assert.Equal(CostOf(Image.Conv(8, 3, 2)).MultiplyAdds, cost.MultiplyAdds);
    }

    [Fact]
    public void GroupsDivideTheWeights() =>
        Assert.Equal(
            (9 * 12 / 3 * 6, 9 * 12 / 3 * 6 * 64),
            (CostOf(Map.Conv(6, 3, groups: 3)).Parameters, CostOf(Map.Conv(6, 3, groups: 3)).MultiplyAdds)
        );

    [Fact]
    public void ATransposedConvolutionIsCountedAtItsInput() =>
        Assert.Equal(
            2 * 2 * 12 * 5 * 8 * 8,
            CostOf(Map.Then(new Layer.TransposedConvolution(5, [2, 2], [2, 2]))).MultiplyAdds
        );

    [Fact]
    public void ThreeDimensionsCountLikeTwo() =>
        Assert.Equal(27L * 2 * 4 * 8 * 8 * 8, CostOf(Node.Input(Shape.Of(2, 8, 8, 8)).Conv(4, 3)).MultiplyAdds);

    [Fact]
    public void ANormalisationLearnsTwoNumbersAChannelAndKeepsTwo() =>
        Assert.Equal(
            (24, 24, 0),
            (CostOf(Map.Norm()).Parameters, CostOf(Map.Norm()).Buffers, CostOf(Map.Norm()).MultiplyAdds)
        );

    // Radosavovic et al. 2020: activations are the outputs of convolutions; pycls adds max-pools and dense layers.
    [Fact]
    public void ActivationsCountConvolutionsMaxPoolsAndDenseLayers() =>
        Assert.Equal(
            12 * 4 * 4 + 10,
            CostOf(Map.MaxPool(2, 2).Norm().Relu().GlobalAveragePool().Dense(10)).Activations
        );

    [Fact]
    public void TheCostOfANetworkIsThatOfItsLayers()
    {
        var network = Network.Of(Image.Conv(8, 3, 2).Norm().Relu().SqueezeExcite(2).GlobalAveragePool().Dense(10));
        var sum = network.Nodes.Select(node => Cost.Of(network, node)).Aggregate((a, b) => a.Plus(b));
        Assert.Equal(sum with { PeakActivationBytes = 0 }, Cost.Of(network) with { PeakActivationBytes = 0 });
    }

    [Fact]
    public void AShortcutIsAliveUntilItIsAdded()
    {
        // Input and two convolutions of 768 values each live at once; a chain holds only two, and a value taken twice
        // is freed once.
        var x = Map.Conv(12, 1);
        Assert.Equal(4 * 768 * 3, CostOf(x.Conv(12, 1).Conv(12, 1).Add(x)).PeakActivationBytes);
        Assert.Equal(4 * 768 * 2, CostOf(x.Conv(12, 1).Conv(12, 1).Conv(12, 1)).PeakActivationBytes);
        Assert.Equal(4 * 768 * 2, CostOf(x.Add(x).Relu().Relu()).PeakActivationBytes);
    }

    [Fact]
    public void OutputsAreAliveToTheEnd()
    {
        var x = Map.Conv(12, 1);
        Assert.Equal(
            4 * 768 * 3,
            Cost.Of(Network.Of(("early", x), ("late", x.Conv(12, 1).Conv(12, 1)))).PeakActivationBytes
        );
    }

    [Fact]
    public void ACostThatDoesNotFitIsAnErrorAndNotAWrongNumber() =>
        Assert.Throws<RequestException>(() => CostOf(Node.Input(Shape.Of(10_000_000, 1_000_000)).Conv(10_000_000, 7)));

    static Node Image => Node.Input(Shape.Of(3, 32, 32));

    static Node Map => Node.Input(Shape.Of(12, 8, 8));

    static Cost CostOf(Node output) => Cost.Of(Network.Of(output));
}
