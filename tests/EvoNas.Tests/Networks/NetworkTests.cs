using System.Globalization;
using EvoNas.Networks;

namespace EvoNas.Tests.Networks;

public class NetworkTests
{
    [Fact]
    public void ALayerUsedAgainCountsItsWeightsOnceAndItsWorkTwice()
    {
        var x = Node.Input(Shape.Of(3, 8, 8)).Conv(6, 3, bias: true);
        var (first, small) = (x.Conv(6, 3, bias: true), x.MaxPool(2, 2));
        var (one, both) = (Network.Of(("first", first)), Network.Of(("first", first), ("second", small.Again(first))));
        Assert.Equal(Cost.Of(one).Parameters, Cost.Of(both).Parameters);
        Assert.Equal(Cost.Of(one).MultiplyAdds + 9 * 6 * 6 * 4 * 4, Cost.Of(both).MultiplyAdds);
        Assert.Equal([null, null, null, null, 2], both.Nodes.Select(node => node.WeightsOf));
        Assert.NotEqual(
            both.Fingerprint,
            Network.Of(("first", first), ("second", small.Conv(6, 3, bias: true))).Fingerprint
        );
    }

    [Fact]
    public void SharedWeightsBelongToTheFirstNodeThatUsesThem()
    {
        var x = Node.Input(Shape.Of(3, 8, 8));
        var first = x.Conv(6, 3);
        var (second, third) = (x.MaxPool(2, 2).Again(first), x.MaxPool(4, 4).Again(first));
        // The layer that was described first is left out, or comes later.
        Assert.Equal(
            [null, null, null, null, 2],
            Network.Of(("second", second), ("third", third)).Nodes.Select(node => node.WeightsOf)
        );
        Assert.Equal(
            [null, null, null, 2],
            Network.Of(("second", second), ("first", first)).Nodes.Select(node => node.WeightsOf)
        );
    }

    [Fact]
    public void WeightsFitOnlyTheChannelsTheyWereMadeFor()
    {
        var x = Node.Input(Shape.Of(3, 8, 8)).In("head");
        var fault = Assert.Throws<RequestException>(() => x.Conv(5, 1).Again(x.Conv(6, 3)));
        Assert.Equal(
            "head: a conv whose weights were made for [N, 3, 8, 8] does not take [N, 5, 8, 8].",
            fault.Message
        );
    }

    [Fact]
    public void NodesComeInTheOrderOfExecutionAndCarryTheirScope()
    {
        var x = Node.Input(Shape.Of(3, 8, 8)).In("stem").Conv(4, 3).Norm().Relu();
        var y = x.In("block").Conv(4, 3).Conv(4, 3).Add(x);
        Assert.Equal(
            [
                "input",
                "stem.conv",
                "stem.norm",
                "stem.relu",
                "block.conv",
                "block.conv2",
                "block.add",
                "block.flatten",
                "block.dense",
            ],
            Network.Of(y.Dense(2)).Nodes.Select(node => node.Name)
        );
    }

    [Fact]
    public void InputsComeBeforeTheLayersThatTakeThem()
    {
        var network = Network.Of(Some());
        foreach (var node in network.Nodes)
            Assert.All(node.Inputs, input => Assert.InRange(input, 0, node.Index - 1));
        Assert.Equal(Enumerable.Range(0, network.Nodes.Count), network.Nodes.Select(node => node.Index));
    }

    [Fact]
    public void WhatNoOutputNeedsIsNoPartOfTheNetwork()
    {
        var x = Node.Input(Shape.Of(3, 8, 8));
        _ = x.Conv(100, 3);
        Assert.Equal(2, Network.Of(x.Relu()).Nodes.Count);
    }

    [Fact]
    public void TwoEqualLayersOfOneInputAreTwoLayers()
    {
        var x = Node.Input(Shape.Of(3, 8, 8));
        Assert.Equal(4, Network.Of(x.Conv(3, 1).Add(x.Conv(3, 1))).Nodes.Count);
    }

    [Fact]
    public void AVeryDeepNetworkDoesNotEndTheThread()
    {
        var x = Node.Input(Shape.Of(1, 4));
        for (var i = 0; i < 50_000; i++)
            x = x.Relu().Add(x);
        Assert.Equal(100_001, Network.Of(x).Nodes.Count);
    }

    [Fact]
    public void OutputsHaveNamesAndShapes()
    {
        var x = Node.Input(Shape.Of(3, 8, 8));
        var network = Network.Of(("p3", x.MaxPool(2, 2)), ("p2", x));
        Assert.Equal(
            [("p3", Shape.Of(3, 4, 4)), ("p2", Shape.Of(3, 8, 8))],
            network.Outputs.Select(output => (output.Name, network.ShapeOf(output)))
        );
        Assert.Throws<RequestException>(() => Network.Of([]));
    }

    [Fact]
    public void TheFingerprintIsForEver() => Assert.Equal("2564b6e9b280fea7", Network.Of(Some()).Fingerprint);

    [Fact]
    public void TheFingerprintIsTheSameInEveryCulture()
    {
        var here = Network.Of(Some()).Fingerprint;
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" },
            };
            Assert.Equal(here, Network.Of(Some()).Fingerprint);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void NamesDoNotCountInAFingerprintAndEverythingElseDoes()
    {
        Func<Node, Node>[] networks =
        [
            x => x.Conv(4, 3),
            x => x.Conv(5, 3),
            x => x.Conv(4, 5),
            x => x.Conv(4, 3, 2),
            x => x.Conv(4, 3, bias: true),
            x => x.Conv(4, 3, groups: 2),
            x => x.Conv(4, 3, padding: Padding.Symmetric),
            x => x.Conv(4, 3, dilation: 2),
            x => x.Norm(),
            x => x.Norm(1e-3),
            x => x.Norm(decay: 0.99),
            x => x.Relu(),
            x => x.Swish(),
            x => x.MaxPool(2, 2),
            x => x.AveragePool(2, 2),
            x => x.GlobalAveragePool(),
            x => x.Dropout(0.1),
            x => x.Dropout(0.2),
            x => x.Add(x),
            x => x.Multiply(x),
            x => x.Concatenate(x),
            x => x.Dense(4),
            x => x.Dense(4, bias: false),
            x => x.Then(new Layer.Upsample(2)),
            x => x.Then(new Layer.Resize([16, 16])),
            x => x.Then(new Layer.Resize([3, 16])),
            x => x.Then(new Layer.StochasticDepth(0.1)),
            x => x.Then(new Layer.TransposedConvolution(4, [2, 2], [2, 2])),
            x => x.Then(new Layer.Flatten()),
        ];
        Assert.Equal(
            networks.Length,
            networks.Select(make => Network.Of(make(Node.Input(Shape.Of(4, 8, 8)))).Fingerprint).Distinct().Count()
        );
        Assert.All(
            networks,
            make =>
                Assert.Equal(
                    Network.Of(make(Node.Input(Shape.Of(4, 8, 8)))).Fingerprint,
                    Network.Of(make(Node.Input(Shape.Of(4, 8, 8)).In("elsewhere"))).Fingerprint
                )
        );
    }

    static Node Some() =>
        Node.Input(Shape.Of(3, 8, 8))
            .In("stem")
            .Conv(8, 3, 2)
            .Norm(1e-3, 0.99)
            .Swish()
            .SqueezeExcite(2)
            .In("head")
            .GlobalAveragePool()
            .Dropout(0.2)
            .Dense(10);
}
