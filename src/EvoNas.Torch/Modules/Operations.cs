using EvoNas.Networks;
using EvoNas.Torch.Devices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Torch.Modules;

/// <summary>What a layer does to its inputs.</summary>
/// <param name="inputs">As the node names them.</param>
/// <param name="training">True: dropout drops, normalisations use and move their statistics.</param>
delegate Tensor Operation(ReadOnlySpan<Tensor> inputs, bool training);

/// <summary>Layers as calls of torch.</summary>
static class Operations
{
    /// <summary>The call for a node.</summary>
    /// <param name="network">Where it stands.</param>
    /// <param name="node">Which.</param>
    /// <param name="memory">Its weights.</param>
    /// <param name="inPlace">True: no other layer needs the first input, it may be written into.</param>
    public static Operation Of(Network network, NetworkNode node, WeightMemory memory, bool inPlace)
    {
        var input = network.Nodes[node.Inputs[0]].Shape;
        var (weight, bias) = memory.Of(node);
        return node.Layer switch
        {
            // The weights that are not null are there by the plan.
            Layer.Convolution conv => Convolutions.Of(conv, input, node.Shape, weight!, bias),
            Layer.TransposedConvolution deconv => Convolutions.Of(deconv, node.Shape, weight!, bias),
            Layer.BatchNorm norm => Norm(norm, memory, node.Owner, weight!, bias!),
            // A group for each channel.
            Layer.InstanceNorm norm => (x, _) => F.group_norm(x[0], input.Channels, weight!, bias!, norm.Epsilon),
            Layer.LeakyRelu leaky => (x, _) => F.leaky_relu(x[0], leaky.Slope, inPlace),
            Layer.Activation activation => Activation(activation.Kind, inPlace),
            Layer.Pool { Kind: PoolKind.Max } pool => MaxPool(
                Window.Of(input, node.Shape, pool.Kernel, pool.Stride, default, pool.Padding)
            ),
            Layer.Pool pool => AveragePool(
                Window.Of(input, node.Shape, pool.Kernel, pool.Stride, default, pool.Padding),
                input,
                memory.Values.device
            ),
            Layer.GlobalPool { Kind: PoolKind.Max } => (x, _) => x[0].amax(Sides(input), true),
            Layer.GlobalPool => (x, _) => x[0].mean(Sides(input), keepdim: true),
            Layer.Flatten => (x, _) => x[0].flatten(1),
            Layer.Dense => (x, _) => F.linear(x[0], weight!, bias),
            Layer.Add => inPlace ? SumInPlace : Sum,
            Layer.Multiply => Product(input, network.Nodes[node.Inputs[1]].Shape),
            Layer.PillarScatter scatter => (x, _) => Scattered(x[0], x[1], scatter),
            Layer.Extend extend => Extended(extend),
            Layer.Concatenate => (x, _) => cat(x.ToArray(), 1),
            Layer.Dropout dropout => (x, training) =>
                training && dropout.Rate > 0 ? F.dropout(x[0], dropout.Rate) : x[0].alias(),
            Layer.StochasticDepth depth => (x, training) =>
                training && depth.Rate > 0 ? DropBranches(x[0], depth.Rate) : x[0].alias(),
            Layer.Upsample up => Upsample(up, input),
            Layer.Resize resize => Resize(resize),
            _ => throw new RequestException($"{node.Name}: a {node.Layer.Label} cannot be computed."),
        };
    }

    /// <summary>May the first input of a node be written into, if no other layer needs it? Only where its maker does
    /// not need it for its gradient.</summary>
    public static bool LeavesItsOutputAlone(Layer maker) =>
        maker
            is Layer.Convolution
                or Layer.TransposedConvolution
                or Layer.BatchNorm
                or Layer.InstanceNorm
                or Layer.Dense
                or Layer.Add
                or Layer.Concatenate;

    /// <summary>Could the layer write into its first input?</summary>
    public static bool CouldWriteInPlace(Layer layer) =>
        layer is Layer.Add or Layer.LeakyRelu or Layer.Activation { Kind: ActivationKind.Relu or ActivationKind.Relu6 };

    // At first the statistics are the mean of all batches so far: a decay of 0.997 forgets where it began after a
    // thousand steps only, and a deep network that is judged before, as in a proxy task, has no finite loss.
    static Operation Norm(Layer.BatchNorm norm, WeightMemory memory, int owner, Parameter scale, Parameter shift)
    {
        var (mean, variance) = memory.Moving[owner];
        return (x, training) =>
            F.batch_norm(
                x[0],
                mean,
                variance,
                scale,
                shift,
                training,
                training ? Math.Max(1 - norm.Decay, 1.0 / ++memory.BatchesSeen[owner]) : 0,
                norm.Epsilon
            );
    }

    static Operation Activation(ActivationKind kind, bool inPlace) =>
        kind switch
        {
            ActivationKind.Relu => inPlace ? (x, _) => x[0].relu_() : (x, _) => x[0].relu(),
            ActivationKind.Relu6 => inPlace ? (x, _) => x[0].relu6_() : (x, _) => x[0].relu6(),
            ActivationKind.Swish => (x, _) => x[0].silu(),
            ActivationKind.HardSwish => (x, _) => x[0].hardswish(),
            ActivationKind.Sigmoid => (x, _) => x[0].sigmoid(),
            ActivationKind.Angle => (x, _) => Angle(x[0]),
            ActivationKind.HardSigmoid => (x, _) => x[0].hardsigmoid(),
            _ => (x, _) => x[0].gelu(),
        };

    static Operation MaxPool(Window window)
    {
        Func<Tensor, Tensor> pool = window.Kernel.Length switch
        {
            1 => x => F.max_pool1d(x, window.Kernel[0], window.Stride[0], window.Padding[0]),
            2 => x => F.max_pool2d(x, window.Kernel, window.Stride, window.Padding),
            _ => x => F.max_pool3d(x, window.Kernel, window.Stride, window.Padding),
        };
        return (x, _) => window.Over(x[0], double.NegativeInfinity, pool);
    }

    // The operator counts no padding of its own; where the sides differ, the share of real values is divided out.
    static Operation AveragePool(Window window, Shape input, torch.Device device)
    {
        Func<Tensor, Tensor> pool = window.Kernel.Length switch
        {
            1 => x => F.avg_pool1d(x, window.Kernel[0], window.Stride[0], window.Padding[0], count_include_pad: false),
            2 => x => F.avg_pool2d(x, window.Kernel, window.Stride, window.Padding, count_include_pad: false),
            _ => x => F.avg_pool3d(x, window.Kernel, window.Stride, window.Padding, count_include_pad: false),
        };
        if (window.Explicit is null)
            return (x, _) => pool(x[0]);
        return (x, _) =>
        {
            using var real = ones([1, 1, .. input.Sides.Select(side => (long)side)], device: device);
            using var share = window.Over(real, 0, pool);
            using var mean = window.Over(x[0], 0, pool);
            return mean / share;
        };
    }

    static Tensor Angle(Tensor x)
    {
        using var flat = x.tanh();
        return flat * Math.PI;
    }

    // Pillars of a negative row are none: those that fill the shorter frames of a batch.
    static Tensor Scattered(Tensor pillars, Tensor places, Layer.PillarScatter scatter)
    {
        using var scope = NewDisposeScope();
        var (n, channels) = (pillars.size(0), pillars.size(1));
        var rows = places.select(1, 0);
        var columns = pillars.flatten(2) * rows.ge(0).unsqueeze(1);
        var flat = (rows * scatter.Width + places.select(1, 1)).clamp(min: 0).to(ScalarType.Int64);
        var empty = zeros(
            [n, channels, (long)scatter.Height * scatter.Width],
            dtype: pillars.dtype,
            device: pillars.device
        );
        return empty
            .scatter_add(2, flat.unsqueeze(1).expand(n, channels, columns.size(2)), columns)
            .view(n, channels, scatter.Height, scatter.Width)
            .MoveToOuterDisposeScope();
    }

    static Operation Extended(Layer.Extend extend)
    {
        // Pairs of before and after, the last side first.
        long[] around = [.. extend.After.Reverse().SelectMany(after => (long[])[0, after])];
        return (x, _) => F.pad(x[0], around, PaddingModes.Replicate);
    }

    static Operation Upsample(Layer.Upsample up, Shape input)
    {
        double[] factors = [.. input.Sides.Select(_ => (double)up.Factor)];
        if (up.Sides.Count == 0)
            return (x, _) => F.interpolate(x[0], scale_factor: factors, mode: InterpolationMode.Nearest);
        return (x, _) =>
        {
            var made = F.interpolate(x[0], scale_factor: factors, mode: InterpolationMode.Nearest);
            for (var i = 0; i < up.Sides.Count; i++)
            {
                using var whole = made;
                made = whole.narrow(i + 2, 0, up.Sides[i]);
            }
            return made;
        };
    }

    static Operation Resize(Layer.Resize resize)
    {
        long[] sides = [.. resize.Sides.Select(side => (long)side)];
        return (x, _) => F.interpolate(x[0], sides, mode: InterpolationMode.Bilinear, align_corners: false);
    }

    static Tensor Sum(ReadOnlySpan<Tensor> terms, bool training)
    {
        var sum = terms.Length == 1 ? terms[0].alias() : terms[0].add(terms[1], Number.Of(1));
        for (var i = 2; i < terms.Length; i++)
            sum.add_(terms[i], Number.Of(1));
        return sum;
    }

    static Tensor SumInPlace(ReadOnlySpan<Tensor> terms, bool training)
    {
        var sum = terms[0];
        for (var i = 1; i < terms.Length; i++)
            sum.add_(terms[i], Number.Of(1));
        return sum;
    }

    static Operation Product(Shape map, Shape gate)
    {
        if (gate.Dimensions == map.Dimensions)
            return (x, _) => x[0] * x[1];
        long[] sides = [-1, gate.Channels, .. map.Sides.Select(_ => 1L)];
        return (x, _) =>
        {
            using var spread = x[1].view(sides);
            return x[0] * spread;
        };
    }

    static Tensor DropBranches(Tensor x, double rate)
    {
        var mask = new long[x.dim()];
        Array.Fill(mask, 1);
        mask[0] = x.size(0);
        using var kept = empty(mask, dtype: x.dtype, device: x.device).bernoulli_(1 - rate).div_(1 - rate);
        return x * kept;
    }

    static long[] Sides(Shape shape) => [.. Enumerable.Range(2, shape.Dimensions).Select(side => (long)side)];
}
