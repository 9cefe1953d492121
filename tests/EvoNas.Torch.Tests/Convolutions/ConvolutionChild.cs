using EvoNas.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Forms = EvoNas.Torch.Modules.Convolutions;
using Padding = EvoNas.Networks.Padding;

namespace EvoNas.Torch.Tests.Convolutions;

/// <summary>The child's side of <see cref="ConvolutionProcess"/>: computes each case that it reads and compares output
/// and gradients with sums of products.</summary>
static class ConvolutionChild
{
    // Float32 sums of up to millions of products, over the largest value of the tensor.
    const double Tolerance = 2e-4;

    /// <summary>Answers a line of standard input with a line of standard output, until the input ends.</summary>
    /// <param name="raw">True: torch's own operator; false: the form that networks use.</param>
    public static int Run(bool raw)
    {
        set_num_threads(1);
        manual_seed(1);
        while (Console.ReadLine() is { } line)
        {
            using var scope = NewDisposeScope();
            Console.WriteLine(Compare(ConvolutionCase.Parse(line), raw));
        }
        return 0;
    }

    static string Compare(ConvolutionCase one, bool raw)
    {
        Tensor input,
            weight;
        using (no_grad())
        {
            input = randn([one.Batch, one.Side, one.Side, one.Inputs]).permute(0, 3, 1, 2);
            if (!one.ChannelsLast)
                input = input.contiguous();
            var (outer, inner) = one.Transposed ? (one.Inputs, one.Outputs) : (one.Outputs, one.Inputs / one.Groups);
            weight = randn([outer, one.Kernel, one.Kernel, inner]).permute(0, 3, 1, 2);
        }
        var (x, kernel) = (input.detach().requires_grad_(), new Parameter(weight.clone()));
        var (plainX, plainKernel) = (input.detach().requires_grad_(), weight.detach().requires_grad_());
        var made = raw ? Raw(one, x, kernel) : AsInNetworks(one, x, kernel);
        var expected = one.Transposed ? Spread(one, plainX, plainKernel) : Gathered(one, plainX, plainKernel);
        Tensor gradient;
        using (no_grad())
            gradient = made.randn_like();
        made.backward([gradient]);
        expected.backward([gradient]);
        using var quiet = no_grad();
        // Gradients exist: backward was called.
        return Apart("output", made, expected)
            ?? Apart("gradient of the input", x.grad!, plainX.grad!)
            ?? Apart("gradient of the kernel", kernel.grad!, plainKernel.grad!)
            ?? "right";
    }

    static string? Apart(string what, Tensor made, Tensor expected)
    {
        var worst = ((made - expected).abs().max() / (expected.abs().max() + 1e-6)).item<float>();
        return worst < Tolerance ? null : $"{what} is off by {worst:G3} of its size";
    }

    static Tensor AsInNetworks(ConvolutionCase one, Tensor x, Parameter kernel)
    {
        var input = Node.Input(Shape.Of(one.Inputs, one.Side, one.Side));
        var made = one.Transposed
            ? input.Then(
                new Layer.TransposedConvolution(one.Outputs, [one.Kernel, one.Kernel], [one.Stride, one.Stride])
            )
            : input.Conv(one.Outputs, one.Kernel, one.Stride, one.Groups, padding: Padding.Symmetric);
        var node = Network.Of(made).Nodes[^1];
        var operation = node.Layer switch
        {
            Layer.Convolution conv => Forms.Of(conv, input.Shape, node.Shape, kernel, null),
            Layer.TransposedConvolution deconv => Forms.Of(deconv, node.Shape, kernel, null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return operation([x], true);
    }

    static Tensor Raw(ConvolutionCase one, Tensor x, Parameter kernel)
    {
        long[] stride = [one.Stride, one.Stride];
        if (!one.Transposed)
            return F.conv2d(x, kernel, null, stride, [one.Kernel / 2, one.Kernel / 2], null, one.Groups);
        var (padding, more) = (Math.Max(0, one.Kernel - one.Stride) / 2, Math.Max(0, one.Stride - one.Kernel));
        var made = F.conv_transpose2d(x, kernel, null, stride, [padding, padding], [more, more]);
        var side = (long)one.Side * one.Stride;
        return made.narrow(2, 0, side).narrow(3, 0, side);
    }

    // A convolution as the sum of its taps, each a product of the channels and a slice of the map.
    static Tensor Gathered(ConvolutionCase one, Tensor x, Tensor kernel)
    {
        var border = one.Kernel / 2;
        var wide = F.pad(x, [border, border, border, border], PaddingModes.Constant, 0);
        var reach = (one.Side + 2L * border - one.Kernel) / one.Stride * one.Stride + 1;
        Tensor? sum = null;
        for (var row = 0; row < one.Kernel; row++)
        for (var column = 0; column < one.Kernel; column++)
        {
            var seen = wide.slice(2, row, row + reach, one.Stride).slice(3, column, column + reach, one.Stride);
            var tap = Product(seen, kernel.select(3, column).select(2, row), one.Groups);
            sum = sum is null ? tap : sum + tap;
        }
        return sum!; // a kernel has at least one tap
    }

    // A transposed convolution as the sum of its taps, each spread over a map of zeros.
    static Tensor Spread(ConvolutionCase one, Tensor x, Tensor kernel)
    {
        var (side, padding) = ((long)one.Side * one.Stride, Math.Max(0, one.Kernel - one.Stride) / 2);
        var room = side + one.Kernel + one.Stride;
        var whole = zeros([one.Batch, one.Outputs, room, room]);
        for (var row = 0; row < one.Kernel; row++)
        for (var column = 0; column < one.Kernel; column++)
        {
            var tap = Product(x, kernel.select(3, column).select(2, row).t(), 1);
            var spread = zeros([one.Batch, one.Outputs, room, room]);
            spread.slice(2, row, row + side, one.Stride).slice(3, column, column + side, one.Stride).copy_(tap);
            whole = whole + spread;
        }
        return whole.narrow(2, padding, side).narrow(3, padding, side);
    }

    // [N, C, H, W] and [O, C / groups] to [N, O, H, W].
    static Tensor Product(Tensor x, Tensor matrix, int groups)
    {
        if (groups == x.size(1) && matrix.size(0) == groups)
            return x * matrix.view(1, -1, 1, 1);
        var last = x.permute(0, 2, 3, 1);
        if (groups == 1)
            return F.linear(last, matrix).permute(0, 3, 1, 2);
        var (inputs, outputs) = (x.size(1) / groups, matrix.size(0) / groups);
        var parts = Enumerable
            .Range(0, groups)
            .Select(group =>
                F.linear(last.narrow(3, group * inputs, inputs), matrix.narrow(0, group * outputs, outputs))
            )
            .ToArray();
        return cat(parts, 3).permute(0, 3, 1, 2);
    }
}
