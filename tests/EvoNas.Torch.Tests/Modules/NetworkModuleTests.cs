using EvoNas.Networks;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;
// TorchSharp has a Padding too.
using Padding = EvoNas.Networks.Padding;

namespace EvoNas.Torch.Tests.Modules;

public class NetworkModuleTests
{
    static readonly Shape Image = Shape.Of(3, 20, 20);

    public static TheoryData<string> HandMade => [.. Networks.Keys];

    static readonly Dictionary<string, Func<Network>> Networks = new()
    {
        ["plain"] = () => Network.Of(Node.Input(Image).Conv(8, 3).Norm().Relu().GlobalAveragePool().Dense(10)),
        ["same padding, even side, stride 2"] = () =>
            Network.Of(Node.Input(Image).Conv(8, 3, 2).Norm().Swish().Conv(8, 5, 2).GlobalAveragePool().Dense(4)),
        ["asymmetric pools"] = () =>
            Network.Of(Node.Input(Image).Conv(6, 2).MaxPool(3, 2).AveragePool(3, 2).GlobalAveragePool().Dense(4)),
        ["dilation and no padding"] = () =>
            Network.Of(
                Node.Input(Image)
                    .Conv(6, 3, dilation: 2)
                    .Conv(6, 3, padding: Padding.None)
                    .Then(new Layer.GlobalPool(PoolKind.Max))
                    .Dense(4)
            ),
        ["mobile blocks with squeeze"] = () =>
            Network.Of(
                Node.Input(Image)
                    .ConvBlock(8, 3, 2, new())
                    .MBConv(8, 4, 5, 1, 0.25, new())
                    .MBConv(12, 3, 3, 2, 0, new())
                    .GlobalAveragePool()
                    .Dense(4)
            ),
        ["residual block that sums in place"] = () =>
            Network.Of(
                Node.Input(Image)
                    .Conv(16, 3)
                    .Norm()
                    .Relu()
                    .XBlock(16, 16, 8, 1)
                    .XBlock(24, 24, 8, 2, squeeze: 0.25)
                    .GlobalAveragePool()
                    .Dense(4)
            ),
        ["concatenation, upsampling, gate of the same shape"] = () =>
        {
            var x = Node.Input(Image).Conv(6, 3, 2).Norm().Relu();
            var y = x.Conv(6, 3, 2).Then(new Layer.Upsample(2));
            return Network.Of(x.Concatenate(y).Conv(6, 1).Multiply(x.Sigmoid()).GlobalAveragePool().Dense(4));
        },
        ["upsampling whose last copies overhang"] = () =>
            Network.Of(
                Node.Input(Shape.Of(3, 21, 18)).Conv(6, 3) is var x
                    ? x.MaxPool(4, 4).Upsample(4, x.Shape).Add(x).GlobalAveragePool().Dense(4)
                    : x
            ),
        ["one kernel and one normalisation on three levels"] = () =>
        {
            var x = Node.Input(Image).Conv(6, 3).Norm().Relu();
            var (kernel, norm) = (x.Conv(6, 3), x.Norm());
            var (one, two) = (x.MaxPool(2, 2).Again(kernel).Again(norm), x.MaxPool(4, 4).Again(kernel).Again(norm));
            return Network.Of(
                kernel.Again(norm).GlobalAveragePool().Add(one.GlobalAveragePool(), two.GlobalAveragePool()).Dense(4)
            );
        },
        ["three terms, dropouts, all activations"] = () =>
        {
            var x = Node.Input(Image).Conv(6, 3).Norm();
            var y = x.Activate(ActivationKind.HardSwish)
                .Add(
                    x.Activate(ActivationKind.Gelu),
                    x.Activate(ActivationKind.Relu6).Then(new Layer.StochasticDepth(0.2))
                );
            return Network.Of(y.Activate(ActivationKind.HardSigmoid).Dropout(0.1).GlobalAveragePool().Dense(4));
        },
        ["transposed, odd and even kernels"] = () =>
            Network.Of(
                Node.Input(Image)
                    .Then(new Layer.TransposedConvolution(5, [3, 3], [2, 2]))
                    .Then(new Layer.TransposedConvolution(5, [4, 2], [2, 2], Bias: true))
                    .Then(new Layer.TransposedConvolution(5, [1, 1], [2, 2]))
                    .GlobalAveragePool()
                    .Dense(4)
            ),
        ["one dimension"] = () =>
            Network.Of(
                Node.Input(Shape.Of(3, 30))
                    .Conv(6, 3, 2)
                    .Norm()
                    .Relu()
                    .MaxPool(2, 2)
                    .AveragePool(3, 2)
                    .Then(new Layer.TransposedConvolution(4, [3], [2]))
                    .GlobalAveragePool()
                    .Dense(4)
            ),
        ["three dimensions"] = () =>
            Network.Of(
                Node.Input(Shape.Of(2, 8, 10, 12))
                    .Conv(6, 3, 2)
                    .Norm()
                    .Relu()
                    .MaxPool(3, 2)
                    .AveragePool(2, 1)
                    .Then(new Layer.TransposedConvolution(4, [3, 3, 3], [2, 2, 2]))
                    .GlobalAveragePool()
                    .Dense(4)
            ),
        ["flatten a map"] = () => Network.Of(Node.Input(Shape.Of(2, 6, 6)).Conv(3, 3, 2).Dense(4, bias: false)),
    };

    [Theory, MemberData(nameof(HandMade))]
    public void AModuleHasTheParametersAndShapesThatItsNetworkDeclares(string name) =>
        AgreesWithItsNetwork(Networks[name]());

    internal static void AgreesWithItsNetwork(Network network)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var module = new NetworkModule(network);
        Assert.Equal(Cost.Of(network).Parameters, module.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(Cost.Of(network).Buffers, module.Memory.Statistics.numel());

        // A squeeze to one channel may be rectified away on every image; that would say nothing of the connections.
        // Nor should a gate be so wide open that it rounds to one.
        using (no_grad())
            foreach (var (part, tensor) in module.Tensors)
                if (part.EndsWith(".se.conv.bias", StringComparison.Ordinal))
                    tensor.fill_(8);
                else if (part.EndsWith(".se.conv2.weight", StringComparison.Ordinal))
                    tensor.mul_(0.1);

        var outputs = module.Outputs([.. network.Inputs.Select(node => InputOf(network, node))]);
        var sum = zeros([]);
        foreach (
            var (output, declared) in outputs.Zip(network.Outputs, (output, named) => (output, network.ShapeOf(named)))
        )
        {
            Assert.Equal([4, declared.Channels, .. declared.Sides.Select(side => (long)side)], output.shape);
            sum = sum + (output * output.randn_like()).sum();
        }
        sum.backward();
        var idle = BiasesWithoutEffect(network);
        foreach (
            var (name, tensor) in module.Tensors.Where(part => part.Tensor.requires_grad && !idle.Contains(part.Name))
        )
            Assert.True(tensor.grad!.abs().sum().item<float>() > 0, $"No gradient reaches {name}.");
    }

    // Where pillars stand is whole numbers: rows and columns that small images have too.
    static Tensor InputOf(Network network, NetworkNode input)
    {
        long[] sizes = [4, input.Shape.Channels, .. input.Shape.Sides.Select(side => (long)side)];
        return network.Nodes.Any(node => node.Layer is Layer.PillarScatter && node.Inputs[1] == input.Index)
            ? randint(0, 16, sizes, dtype: ScalarType.Int64)
            : randn(sizes);
    }

    // A normalisation takes the mean away, and with it what a bias before it added: its gradient is zero but for
    // rounding.
    static HashSet<string> BiasesWithoutEffect(Network network) =>
        [
            .. network
                .Nodes.Where(node => node.Layer is Layer.BatchNorm or Layer.InstanceNorm)
                .Select(node => network.Nodes[network.Nodes[node.Inputs[0]].Owner])
                .Where(node =>
                    node.Layer is Layer.Convolution { Bias: true } or Layer.TransposedConvolution { Bias: true }
                )
                .Select(node => node.Name + ".bias"),
        ];

    [Fact]
    public void InPlaceSumsAndRectifiersChangeNothing()
    {
        using var scope = NewDisposeScope();
        // The same layers; a second reader of each value forbids to write into it.
        Network Made(bool shared)
        {
            var x = Node.Input(Image).Conv(6, 3).Norm();
            var y = x.Relu().Conv(6, 3).Norm();
            var z = y.Add(x.Relu()).Relu();
            var logits = z.GlobalAveragePool().Dense(4);
            return shared ? Network.Of(("logits", logits), ("x", x), ("y", y)) : Network.Of(logits);
        }
        manual_seed(3);
        using var free = new NetworkModule(Made(false));
        using var kept = new NetworkModule(Made(true));
        using (no_grad())
            kept.Memory.Values.copy_(free.Memory.Values);
        var input = randn([4, 3, 20, 20]);
        var (one, two) = (free.call(input), kept.Outputs(input)[0]);
        Assert.True(one.allclose(two));
        one.pow(2).sum().backward();
        two.pow(2).sum().backward();
        Assert.True(free.Memory.Gradients.allclose(kept.Memory.Gradients, atol: 1e-5));
    }

    [Fact]
    public void SharedWeightsComputeAlikeAndCollectTheirGradients()
    {
        using var scope = NewDisposeScope();
        var x = Node.Input(Image);
        var first = x.Conv(5, 3);
        using var shared = new NetworkModule(Network.Of(("first", first), ("again", x.Again(first))));
        var outputs = shared.Outputs(randn([2, 3, 20, 20]));
        Assert.True(outputs[0].eq(outputs[1]).all().item<bool>());
        outputs[0].sum().backward();
        using var once = shared.Memory.Gradients.clone();
        outputs[1].sum().backward();
        Assert.True(shared.Memory.Gradients.allclose(once * 2));
    }

    [Fact]
    public void StatisticsAreTheMeanOfTheFirstBatchesThenDecay()
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(1, 2, 2)).Norm(decay: 0.75)));
        // Batches of the constants 1, 3, 5 and 7, and 9: from the fourth on a quarter of the new one counts.
        double[] means = [1, 2, 3, 4, 5.25];
        foreach (var (batch, mean) in means.Index())
        {
            module.call(full([4, 1, 2, 2], 1.0 + 2 * batch)).Dispose();
            Assert.Equal(mean, module.Memory.Moving[1].Mean.item<float>(), 1e-5);
        }
        module.eval();
        Assert.Equal(0, module.call(full([4, 1, 2, 2], 5.25)).abs().max().item<float>(), 1e-4);
    }

    [Fact]
    public void TheSamePaddingPutsTheOddZeroAfter()
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(1, 4, 4)).Conv(1, 3, 2)));
        using var quiet = no_grad();
        module.Memory.Values.fill_(1);
        var output = module.call(arange(16, dtype: ScalarType.Float32).view(1, 1, 4, 4));
        // The window at the upper left begins at the very corner: 0+1+2 + 4+5+6 + 8+9+10.
        Assert.Equal(45, output[0, 0, 0, 0].item<float>());
        // The one at the lower right has two rows and columns: 10+11 + 14+15.
        Assert.Equal(50, output[0, 0, 1, 1].item<float>());
    }

    [Fact]
    public void AnAverageCountsNoPadding()
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(1, 4, 4)).AveragePool(3, 2)));
        var output = module.call(ones(1, 1, 4, 4));
        Assert.True(output.allclose(ones(1, 1, 2, 2)));
    }

    public static TheoryData<int, int, int, int, int, int, Padding> Convolutions
    {
        get
        {
            var all = new TheoryData<int, int, int, int, int, int, Padding>();
            foreach (var side in (int[])[1, 2, 3, 5])
            foreach (var kernel in (int[])[1, 2, 3, 5, 7])
            foreach (var stride in (int[])[1, 2, 3])
            foreach (var padding in (Padding[])[Padding.Same, Padding.Symmetric])
            foreach (var channels in (int[])[2, 4])
                if (padding == Padding.Same || kernel % 2 == 1)
                    all.Add(side, kernel, stride, 1, 2, channels, padding);
            all.Add(2, 3, 1, 2, 1, 4, Padding.Same);
            all.Add(2, 3, 1, 2, 2, 2, Padding.Same);
            all.Add(3, 5, 2, 2, 2, 4, Padding.Symmetric);
            return all;
        }
    }

    /// <summary>Small maps take short cuts (taps left out, matrix products); the definition takes none.</summary>
    [Theory, MemberData(nameof(Convolutions))]
    public void AConvolutionIsTheSumOfItsTaps(
        int side,
        int kernel,
        int stride,
        int dilation,
        int groups,
        int channels,
        Padding padding
    )
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var network = Network.Of(
            Node.Input(Shape.Of(2, side, side)).Conv(channels, kernel, stride, groups, bias: true, padding, dilation)
        );
        using var module = new NetworkModule(network);
        var (x, output) = (randn([2, 2, side, side]), network.ShapeOf(network.Outputs[0]));
        var weight = module.Memory.Parameters[0];
        var made = module.call(x);
        made.sum().backward();

        var reach = (kernel - 1) * dilation;
        var before =
            padding == Padding.Same ? Math.Max(0, (output.Sides[0] - 1) * stride + reach + 1 - side) / 2 : reach / 2;
        // In doubles: oneDNN, which has faults of its own, computes none.
        var wide = zeros([2, 2, side + 3 * reach + stride, side + 3 * reach + stride], dtype: ScalarType.Float64);
        wide.narrow(2, before, side).narrow(3, before, side).copy_(x);
        var kept = weight.detach().to(ScalarType.Float64).with_requires_grad();
        var plain = nn
            .functional.conv2d(
                wide,
                kept,
                module.Memory.Parameters[1].detach().to(ScalarType.Float64),
                [stride, stride],
                null,
                [dilation, dilation],
                groups
            )
            .narrow(2, 0, output.Sides[0])
            .narrow(3, 0, output.Sides[1]);
        plain.sum().backward();
        Assert.True(
            made.allclose(plain.to(ScalarType.Float32), atol: 1e-4),
            $"side {side}, kernel {kernel}, stride {stride}, {padding}"
        );
        Assert.True(weight.grad!.allclose(kept.grad!.to(ScalarType.Float32), atol: 1e-4));
    }

    /// <summary>Few channels a group take detours round faults of oneDNN; doubles are not computed by it.</summary>
    [Theory]
    [InlineData(3, 1, 4, 1)]
    [InlineData(3, 1, 16, 1)]
    [InlineData(3, 4, 4, 4)]
    [InlineData(3, 4, 8, 4)]
    [InlineData(3, 4, 8, 2)]
    [InlineData(3, 16, 5, 1)]
    [InlineData(2, 1, 4, 1)]
    [InlineData(2, 4, 8, 4)]
    [InlineData(1, 1, 4, 1)]
    [InlineData(1, 4, 8, 4)]
    [InlineData(1, 4, 4, 4)]
    public void AConvolutionOfFewChannelsAGroupIsWhatItIsInDoubles(int dimensions, int inputs, int outputs, int groups)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        int[] sides = [.. Enumerable.Repeat(6, dimensions)];
        long[] ones = [.. Enumerable.Repeat(1L, dimensions)];
        var network = Network.Of(
            Node.Input(new Shape(inputs, [.. sides])).Conv(outputs, 3, groups: groups, padding: Padding.Symmetric)
        );
        using var module = new NetworkModule(network);
        var weight = module.Memory.Parameters[0];
        var x = randn([2, inputs, .. sides.Select(side => (long)side)]).requires_grad_();
        var (wide, kernel) = (
            x.detach().to(ScalarType.Float64).requires_grad_(),
            weight.detach().to(ScalarType.Float64).requires_grad_()
        );
        var made = module.call(x);
        var exact = dimensions switch
        {
            1 => nn.functional.conv1d(wide, kernel, padding: 1, groups: groups),
            2 => nn.functional.conv2d(wide, kernel, padding: ones, groups: groups),
            _ => nn.functional.conv3d(wide, kernel, padding: ones, groups: groups),
        };
        var gradient = exact.detach().randn_like();
        exact.backward([gradient]);
        made.backward([gradient.to(ScalarType.Float32)]);
        Assert.True(made.allclose(exact.to(ScalarType.Float32), atol: 1e-4), "output");
        Assert.True(x.grad!.allclose(wide.grad!.to(ScalarType.Float32), atol: 1e-4), "gradient of the input");
        Assert.True(weight.grad!.allclose(kernel.grad!.to(ScalarType.Float32), atol: 1e-4), "gradient of the weight");
    }

    [Fact]
    public void TheSameSeedBeginsWithTheSameWeights()
    {
        using var scope = NewDisposeScope();
        Tensor Weights(long seed)
        {
            manual_seed(seed);
            using var module = new NetworkModule(Some.SmallNetwork());
            return module.Memory.Values.clone();
        }
        Assert.True(Weights(7).eq(Weights(7)).all().item<bool>());
        Assert.False(Weights(7).eq(Weights(8)).all().item<bool>());
    }

    [Fact]
    public void ConvolutionsBeginWithVarianceTwoOverFanOut()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var module = new NetworkModule(
            Network.Of(Node.Input(Shape.Of(16, 8, 8)).Conv(64, 3).Norm().GlobalAveragePool().Dense(10))
        );
        var weights = module.Tensors.ToDictionary(part => part.Name, part => part.Tensor);
        Assert.Equal(Math.Sqrt(2.0 / (9 * 64)), weights["conv.weight"].std().item<float>(), 0.002);
        Assert.Equal(0.01, weights["dense.weight"].std().item<float>(), 0.002);
        Assert.Equal(64, weights["norm.weight"].sum().item<float>());
        Assert.Equal(0, weights["dense.bias"].abs().sum().item<float>());
    }

    [Fact]
    public void NothingLivesAfterAModuleIsDisposed()
    {
        var (before, parameters) = (Living.Tensors(), 0);
        using (NewDisposeScope())
        {
            using var module = new NetworkModule(Some.SmallNetwork());
            module.call(randn([2, 1, 28, 28])).sum().backward();
            parameters = module.parameters().Count();
        }
        Assert.Equal(before, Living.Tensors(parameters));
    }
}
