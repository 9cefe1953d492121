using System.Numerics;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

public class CustomNetworkTests
{
    static string Example(string name)
    {
        using var reader = new StreamReader(
            typeof(CustomNetworkTests).Assembly.GetManifestResourceStream($"examples/{name}")!
        ); // It is built in.
        return reader.ReadToEnd();
    }

    [Theory]
    [InlineData("staged-cnn.json"), InlineData("small-fpn.json"), InlineData("wide-mnasnet.json")]
    public void EverySampleOfAnExampleIsANetwork(string example)
    {
        var space = CustomSpace.Read(Example(example));

        for (var draw = 1; draw <= 200; draw++)
        {
            var network = space.Decode(space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(draw))));
            Assert.True(Cost.Of(network).Parameters > 0);
        }
    }

    [Fact]
    public void ADescribedNetworkIsTheOneThatTheSameBlocksMakeByHand()
    {
        var space = CustomSpace.Read(Example("staged-cnn.json"));
        // Stem 24; residual ×2, 32; mobile ×1, 64, kernel 5; plain ×3, 128, kernel 3.
        var described = space.Decode(Genotype.Of(1, 0, 1, 1, 0, 1, 0, 3, 1, 2, 2, 7, 0));

        var style = new MobileStyle(ActivationKind.Swish, Epsilon: 1e-5, Decay: 0.9);
        var x = Node.Input(Shape.Of(3, 32, 32)).ConvBlock(24, 3, 1, style);
        x = x.Residual(32, 1, style).Residual(32, 1, style);
        x = x.MBConv(64, 4, 5, 2, 0.25, style);
        x = x.ConvBlock(128, 3, 2, style).ConvBlock(128, 3, 1, style).ConvBlock(128, 3, 1, style);
        Assert.Equal(Network.Of(x.GlobalAveragePool().Dropout(0.2).Dense(10)).Fingerprint, described.Fingerprint);
        Assert.Equal("classification", space.Task);
    }

    [Fact]
    public void APyramidEndsInAHeadALevel()
    {
        var space = CustomSpace.Read(Example("small-fpn.json"));

        var network = space.Decode(Genotype.Of(0, 0, 0, 0, 0, 1, 2));

        Assert.Equal("detection", space.Task);
        Assert.Equal(
            [
                "scores2 [N, 189, 32, 32]",
                "scores3 [N, 189, 16, 16]",
                "scores4 [N, 189, 8, 8]",
                "boxes2 [N, 36, 32, 32]",
                "boxes3 [N, 36, 16, 16]",
                "boxes4 [N, 36, 8, 8]",
            ],
            network.Outputs.Select(output => $"{output.Name} {network.ShapeOf(output)}")
        );
        // Lateral 1×1 over 24 channels, output 3×3 over 64, a bias each: three levels of it.
        Assert.Equal(
            3 * (24 * 64 + 64 + 9 * 64 * 64 + 64),
            network
                .Nodes.Where(node => node.Name.StartsWith("pyramid.", StringComparison.Ordinal))
                .Sum(node => Cost.Of(network, node).Parameters)
        );
    }

    [Fact]
    public void ASpaceOfTheProgramIsWidenedAndNarrowed()
    {
        var (space, known) = (CustomSpace.Read(Example("wide-mnasnet.json")), SpaceCatalog.Find("mnasnet"));

        Assert.Equal(known.Decisions.Size * BigInteger.Pow(3, 7) / BigInteger.Pow(2, 14), space.Decisions.Size);
        Assert.Equal(known.Profiles, space.Profiles);
        // A published network is found by its values, though its indices have changed.
        var (here, there) = (space.FindNamed("MobileNetV2"), known.FindNamed("MobileNetV2"));
        Assert.Equal(
            known.Decode(there.Genotype, there.Target).Fingerprint,
            space.Decode(here.Genotype, here.Target).Fingerprint
        );
    }

    public static TheoryData<string> NetworkSpaces =>
        [.. SpaceCatalog.All.Where(space => space.Build is not null).Select(space => space.Name)];

    [Theory]
    [MemberData(nameof(NetworkSpaces))]
    public void ASpaceWithoutAChangeIsTheSame(string name)
    {
        var known = SpaceCatalog.Find(name);
        var same = CustomSpace.Read($$"""{ "name": "same", "base": "{{name}}", "candidates": {} }""");

        for (var draw = 1; draw <= 3; draw++)
        {
            var genotype = known.Decisions.Sample(SeededRandom.For(5, new BirthNumber(draw)));
            Assert.Equal(known.Decode(genotype).Fingerprint, same.Decode(genotype).Fingerprint);
        }
    }

    [Fact]
    public void AParameterUnderACandidateHoldsWhereThatIsTaken()
    {
        var space = CustomSpace.Read(
            """
            { "name": "op", "decisions": [
                { "name": "op", "one_of": [
                    "max_pool",
                    { "value": "conv", "decisions": [{ "name": "kernel", "one_of": [5, 7] }] }] },
                { "name": "cells", "repeat": { "min": 1, "max": 3 },
                  "decisions": [{ "name": "width", "one_of": [8, 16] }] } ],
              "network": { "layers": [
                { "block": "$op", "kernel": "$op.kernel", "filters": 8 },
                { "for": "$cells", "layers": [{ "block": "conv", "filters": "$cells[i].width" }] } ] } }
            """
        );

        var pooled = space.Decode(space.Decisions.Parse("0,0,1"));
        Assert.Equal(3, ((Layer.Pool)pooled.Nodes[1].Layer).Kernel[0]); // The default: 3.
        var convolved = space.Decode(space.Decisions.Parse("1,1,2,0,1,0"));
        Assert.Equal(7, ((Layer.Convolution)convolved.Nodes[1].Layer).Kernel[0]);
        Assert.Equal(
            [8, 8, 16, 8],
            convolved.Nodes.Select(node => node.Layer).OfType<Layer.Convolution>().Select(layer => layer.Channels)
        );
    }

    [Theory]
    [InlineData(
        """{ "layers": [{ "block": "mbcov" }] }""",
        "$.network.layers[0].block: 'mbcov', which is no block; did you mean 'mbconv'?"
    )]
    [InlineData("""{ "layers": [{ "block": "$k" }] }""", "$.network.layers[0].block: may be 3, which is no block")]
    [InlineData(
        """{ "layers": [{ "block": "conv", "kernel": 4 }] }""",
        "$.network.layers[0].kernel: is 4; expected an odd number from 1 to 31."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "kernel": "$even" }] }""",
        "$.network.layers[0].kernel: 'even' may be 4; expected an odd number from 1 to 31."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filters": "$kk" }] }""",
        "$.network.layers[0].filters: there is no decision 'kk'; did you mean 'k'?"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filters": 0 }] }""",
        "$.network.layers[0].filters: is 0; expected a whole number from 1 to 65536."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filters": 2.5 }] }""",
        "$.network.layers[0].filters: is 2.5; expected a whole number from 1 to 65536."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filter": 8 }] }""",
        "$.network.layers[0].filter: is not known here; did you mean 'filters'?"
    )]
    [InlineData(
        """{ "layers": [{ "for": 3, "layers": [{ "block": "conv", "stride": [1, 2] }] }] }""",
        "$.network.layers[0].layers[0].stride: has 2 values, but the loop may have copy 3."
    )]
    [InlineData("""{ "layers": [] }""", "$.network.layers: expected a list of layers, at least 1")]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "head": { "kind": "detection" } }""",
        "$.network.head: a detection head needs a pyramid"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "head": { "kind": "classifier" } }""",
        "$.network.head.kind: 'classifier' is no head; expected classification"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "pyramid": { "from": 4, "to": 3, "filters": 8 } }""",
        "$.network.pyramid: goes from level 4 to 3"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "pyramid": { "from": 3, "to": 4, "filters": 8 } }""",
        "$.network.pyramid: no layer makes level 3"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "activation": "tanh" }""",
        "$.network.activation: 'tanh' is not known; expected relu"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv" }], "input": [3] }""",
        "$.network.input: expected [channels, height, width]"
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "kernel": 9, "stride": 1 }], "padding": "none", "input": [3, 4, 4] }""",
        "$: none of 32 random genotypes is a network"
    )]
    [InlineData(
        """{ "layers": [{ "for": 20, "layers": [{ "block": "conv", "filters": 8, "repeats": 64 }] }] }""",
        "$.network.layers[0].layers[0]: with these there are 1024 blocks; at most 1000 are allowed."
    )]
    [InlineData(
        """
            { "layers": [
                { "block": "mbconv", "filters": 8, "repeats": 256 },
                { "block": "mbconv", "filters": 8, "repeats": 256 }] }
            """,
        "$.network: the network has 1537 convolutions, dense layers and pools; at most 1000 are allowed."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filters": 60000, "kernel": 1 }, { "block": "mbconv", "filters": 8 }] }""",
        "$.network: stage2.block1.conv has 360000 channels; at most 65536 are allowed."
    )]
    [InlineData(
        """
            { "layers": [
                { "block": "conv", "filters": 65536, "kernel": 1 },
                { "block": "conv", "filters": 65536, "kernel": 1 }] }
            """,
        "$.network: the network has 4296081418 parameters; at most 2000000000 are allowed."
    )]
    [InlineData(
        """
            { "layers": [{ "block": "conv", "filters": 1024 }, { "block": "conv", "filters": 1024 }],
              "input": [3, 4096, 4096] }
            """,
        "multiply-adds; at most 10000000000000 are allowed."
    )]
    [InlineData(
        """{ "layers": [{ "block": "conv", "filters": 65536, "kernel": 1 }], "input": [3, 65536, 65536, 65536] }""",
        "$.network: the cost of a network over [N, 3, 65536, 65536, 65536] is beyond 64 bits."
    )]
    public void ANetworkThatCannotBeIsRefusedWithItsPlace(string network, string said)
    {
        var fault = Assert.Throws<RequestException>(() =>
            CustomSpace.Read(
                $$"""
                { "name": "bad", "decisions": [{ "name": "k", "one_of": [3, 5] }, { "name": "even", "one_of": [3, 4] }],
                  "network": {{network}} }
                """
            )
        );

        Assert.Contains(said, fault.Message);
    }

    [Theory]
    [InlineData("""{ "name": "my", "base": "mnasnett", "candidates": {} }""", "$.base: ")]
    [InlineData("""{ "name": "my", "base": "mnasnet" }""", "$: 'candidates' is missing")]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "decisions": [], "candidates": {} }""",
        "$.decisions: is not known here"
    )]
    [InlineData(
        """{ "name": "my", "base": "randaugment_detection", "candidates": {} }""",
        "$.base: 'randaugment_detection' is a space of policies; 'network' says which one they train"
    )]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "candidates": { "blocks[*].kernel": [3] } }""",
        "$.candidates['blocks[*].kernel']: is no decision of 'mnasnet'"
    )]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "candidates": { "blocks[*].block_fn": ["resnet"] } }""",
        "$.candidates['blocks[*].block_fn'][0]: 'resnet' is not what 'blocks[0].block_fn' takes: 'conv', 'mbconv'."
    )]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "candidates": { "blocks[0].kernel_size": [3, 3] } }""",
        "$.candidates['blocks[0].kernel_size'][1]: 3 is there twice"
    )]
    [InlineData(
        """{ "name": "my", "base": "regnet-x", "candidates": { "depth": { "min": 9, "max": 3 } } }""",
        "$.candidates['depth']: goes from 9 to 3"
    )]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "candidates": { "blocks[*].output_filters": [70000] } }""",
        "has 70000 channels; at most 65536 are allowed."
    )]
    [InlineData(
        """{ "name": "my", "base": "mnasnet", "candidates": { "blocks[*].num_repeats": [1000000000] } }""",
        "the network is deeper than 120000 layers."
    )]
    public void AChangeThatCannotBeIsRefusedWithItsPlace(string json, string said) =>
        Assert.Contains(said, Assert.Throws<RequestException>(() => CustomSpace.Read(json)).Message);
}
