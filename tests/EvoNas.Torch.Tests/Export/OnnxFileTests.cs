using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Padding = EvoNas.Networks.Padding;
using Tensor = TorchSharp.torch.Tensor;

namespace EvoNas.Torch.Tests.Export;

/// <summary>ONNX files, run by ONNX Runtime beside the module that they were written from.</summary>
public class OnnxFileTests
{
    // Space and profile; the side of the input; how many random points, the smallest of forty.
    public static TheoryData<string, string, int> Spaces =>
        new()
        {
            { "regnet-x", "pycls", 32 },
            { "regnet-x", "textbook", 32 },
            { "regnet-y", "pycls", 32 },
            { "anynet-a", "pycls", 32 },
            { "anynet-b", "pycls", 32 },
            { "anynet-c", "pycls", 32 },
            { "anynet-d", "pycls", 32 },
            { "anynet-e", "pycls", 32 },
            { "mnasnet", "mnasnet", 32 },
            { "mnasnet", "pytorch", 33 },
            { "mnasnet", "backbone_with_1280_conv", 32 },
            { "mnasnet", "retinanet", 64 },
            { "mnasnet-a1", "mnasnet", 32 },
            { "efficientnet_v2", "classification", 32 },
            { "efficientnet_v2", "backbone", 32 },
            { "efficientnet_v2", "published", 32 },
            { "efficientnet_v2", "retinanet", 64 },
            { "efficientnet_v2-s", "classification", 32 },
            { "efficientnet_v2-m", "classification", 32 },
            { "efficientnet_v2-l", "classification", 32 },
            { "spinenet", "classification", 32 },
            { "spinenet", "search_proxy", 32 },
            { "spinenet", "retinanet", 64 },
            { "spinenet", "segmentation", 48 },
            { "spinenet", "segmentation_fused", 50 },
            { "spinenet_v2", "classification", 32 },
            { "spinenet_v2", "search_proxy", 32 },
            { "spinenet_mbconv", "classification", 32 },
            { "spinenet_mbconv", "search_proxy", 32 },
            { "spinenet_mbconv", "retinanet", 64 },
            { "spinenet_scaling", "classification", 32 },
            { "nasfpn", "classification", 32 },
            { "nasfpn", "search_proxy", 48 },
            { "pointpillars", "", 16 },
            { "pointpillars", "search_proxy_rotated", 16 },
            { "unet3d_encoder", "", 16 },
            { "unet3d_nasfpn", "search_proxy", 16 },
        };

    [Theory, MemberData(nameof(Spaces))]
    public void OnnxRuntimeComputesWhatTheModuleComputes(string name, string profile, int side) =>
        Agree(Smallest(name, profile, side));

    /// <summary>The smallest of forty random networks of a space.</summary>
    internal static Network Smallest(string name, string profile, int side)
    {
        var space = SpaceCatalog.Find(name);
        var usual = space.UsualTarget;
        var input = usual.Input with { Sides = [.. usual.Input.Sides.Select((_, i) => i < 2 ? side : side / 2)] };
        var target = new Target(input, Math.Min(usual.Classes, 5), profile);
        return Enumerable
            .Range(1, 40)
            .Select(birth => space.Decisions.Sample(SeededRandom.For(11, new BirthNumber(birth))))
            .Select(genotype => space.Decode(genotype, target))
            .MinBy(network => Cost.Of(network).Parameters)!;
    }

    [Fact]
    public void EverySpaceOfNetworksIsWritten() =>
        Assert.Equal(
            SpaceCatalog.All.Where(space => space.Build is not null).Select(space => space.Name),
            Spaces.Select(row => (string)row[0]).Distinct()
        );

    public static TheoryData<ActivationKind> Activations => [.. Enum.GetValues<ActivationKind>()];

    [Theory, MemberData(nameof(Activations))]
    public void EveryActivationIsWritten(ActivationKind kind) =>
        Agree(Network.Of(Node.Input(Shape.Of(3, 5, 7)).Conv(4, 3).Then(new Layer.Activation(kind))));

    public static TheoryData<PoolKind, Padding, int, int> Pools
    {
        get
        {
            var all = new TheoryData<PoolKind, Padding, int, int>();
            foreach (var kind in Enum.GetValues<PoolKind>())
            foreach (var padding in Enum.GetValues<Padding>())
            foreach (var (kernel, stride) in ((int, int)[])[(2, 2), (3, 1), (3, 2), (5, 3)])
                all.Add(kind, padding, kernel, stride);
            return all;
        }
    }

    [Theory, MemberData(nameof(Pools))]
    public void EveryPoolIsWritten(PoolKind kind, Padding padding, int kernel, int stride) =>
        Agree(
            Network.Of(
                Node.Input(Shape.Of(3, 9, 12)).Then(new Layer.Pool(kind, [kernel, kernel], [stride, stride], padding))
            )
        );

    [Fact]
    public void AnOutputMayHaveTheNameOfAnotherNode() =>
        Agree(
            Network.Of(
                ("relu", Node.Input(Shape.Of(2, 4, 4)).Conv(2, 3).Relu().Conv(3, 1)),
                ("logits", Node.Input(Shape.Of(2, 4, 4)).Conv(2, 3))
            )
        );

    [Fact]
    public void MetadataIsKept()
    {
        using var module = new NetworkModule(Some.TinyNetwork);
        using var session = Session(module, [("genotype", "1,2,3"), ("search", "naïve <b>")]);
        Assert.Equal("1,2,3", session.ModelMetadata.CustomMetadataMap["genotype"]);
        Assert.Equal("naïve <b>", session.ModelMetadata.CustomMetadataMap["search"]);
        Assert.Equal("evonas", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void AFileThatCannotBeWrittenLeavesNothingBehind()
    {
        var folder = Directory.CreateTempSubdirectory("evonas-onnx");
        try
        {
            var path = Path.Combine(folder.FullName, "there", "model.onnx");
            using var module = new NetworkModule(Some.TinyNetwork);
            Assert.ThrowsAny<IOException>(() => OnnxFile.Write(path, module, "tiny", []));
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static InferenceSession Session(NetworkModule module, (string, string)[] about)
    {
        using var file = new MemoryStream();
        OnnxFile.Write(file, module, "network", about);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        return new(file.ToArray(), options);
    }

    static void Agree(Network network)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        manual_seed(3);
        using var module = new NetworkModule(network);
        module.eval();
        AsAfterATraining(module);
        using var session = Session(module, []);
        foreach (var count in (int[])[1, 2, 7])
        {
            var inputs = network.Inputs.Select(node => InputOf(network, node, count)).ToArray();
            var expected = module.Outputs(inputs);
            var given = network
                .Inputs.Zip(
                    inputs,
                    (node, tensor) =>
                        NamedOnnxValue.CreateFromTensor(
                            node.Name,
                            new DenseTensor<float>(
                                tensor.data<float>().ToArray(),
                                [.. tensor.shape.Select(side => (int)side)]
                            )
                        )
                )
                .ToArray();
            using var made = session.Run(given, [.. network.Outputs.Select(output => output.Name)]);
            foreach (var (one, other) in expected.Zip(made))
            {
                var values = other.AsTensor<float>();
                Assert.Equal(one.shape, values.Dimensions.ToArray().Select(side => (long)side));
                var numbers = one.contiguous().data<float>().ToArray();
                var largest = numbers.Max(MathF.Abs);
                Assert.True(
                    float.IsFinite(largest) && largest > 0,
                    $"{other.Name} has no value to compare: {largest}."
                );
                var apart = numbers.Zip(values, (a, b) => MathF.Abs(a - b)).Max();
                Assert.True(apart <= 1e-4f * largest, $"{other.Name} is {apart} apart, at values up to {largest}.");
            }
        }
    }

    /// <summary>Statistics and shifts as they may be after a training: at the start they are zeros and ones.</summary>
    internal static void AsAfterATraining(NetworkModule module)
    {
        foreach (var (name, tensor) in module.Tensors)
            if (name.EndsWith(".running_var", StringComparison.Ordinal))
                tensor.uniform_(0.5, 1.5);
            else if (
                name.EndsWith(".running_mean", StringComparison.Ordinal)
                || name.EndsWith(".bias", StringComparison.Ordinal)
            )
                tensor.uniform_(-0.5, 0.5);
    }

    /// <summary>Noise for an input; where pillars stand is whole numbers.</summary>
    internal static Tensor InputOf(Network network, NetworkNode input, int count)
    {
        long[] sizes = [count, input.Shape.Channels, .. input.Shape.Sides.Select(side => (long)side)];
        return network.Nodes.Any(node => node.Layer is Layer.PillarScatter && node.Inputs[1] == input.Index)
            // A pillar of a negative row is none.
            ? randint(-2, 16, sizes).to(ScalarType.Float32)
            : randn(sizes);
    }
}
