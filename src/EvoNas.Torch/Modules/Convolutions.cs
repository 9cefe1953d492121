using EvoNas.Networks;
using EvoNas.Torch.Devices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Torch.Modules;

/// <summary>Convolutions as calls of torch, each in the form that is fastest for its map.</summary>
static class Convolutions
{
    // oneDNN's backward pass is slow where there is little map and many channels; a matrix product is not. Measured on
    // one core (AVX2), forward and backward, batch 64: 368 channels on 1×1 3.5 times faster as a product, 152 on 2×2
    // 1.3 times, 56 on 4×4 the same, 24 on 7×7 slower.
    const long LargestAreaForProduct = 16;

    // oneDNN 3.7 (libtorch 2.10) on AVX-512 has three faults that networks can meet, found by a grid of convolutions in
    // child processes; ConvolutionGridTests walks it. 1. The gradient of a 1×1 convolution with a stride writes behind
    // its memory if there are fewer than 16 input channels: it copies whole vectors of 16. With AVX2 the vectors have
    // 8. A transposed 1×1 convolution with a stride is the same computation the other way round.
    const int ChannelsOfAVector = 16;

    /// <summary>A convolution.</summary>
    /// <param name="conv">The layer.</param>
    /// <param name="input">Shape of its input.</param>
    /// <param name="output">Shape of its output.</param>
    /// <param name="weight">[O, I / groups, …].</param>
    /// <param name="bias">[O], or null.</param>
    public static Operation Of(Layer.Convolution conv, Shape input, Shape output, Parameter weight, Parameter? bias)
    {
        var window = Window
            .Of(input, output, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding)
            .WithoutIdleTaps(input, output);
        if (IsPointwise(window))
            return Pointwise(conv, window, IsProduct(conv, window, input, output), weight, bias);
        if (IsTinyDepthwise(conv, input, output) && weight.device_type == DeviceType.CPU)
            return TinyDepthwise(window, input, output, weight, bias);
        var convolve = Convolve(window, bias);
        Func<Tensor, Tensor, Tensor> safe = NeedsSecondChannel(conv, window, input)
            ? (x, kernel) => WithSecondChannel(x, kernel, conv.Groups, convolve)
            : (x, kernel) => convolve(x, kernel, conv.Groups);
        if (window.FirstTap is null)
            return (x, _) => window.Over(x[0], 0, padded => safe(padded, weight));
        return (x, _) =>
        {
            using var taps = Taps(weight, window);
            return window.Over(x[0], 0, padded => safe(padded, taps));
        };
    }

    static Func<Tensor, Tensor, long, Tensor> Convolve(Window window, Parameter? bias) =>
        window.Kernel.Length switch
        {
            1 => (x, kernel, groups) =>
                F.conv1d(x, kernel, bias, window.Stride[0], window.Padding[0], window.Dilation[0], groups),
            2 => (x, kernel, groups) =>
                F.conv2d(x, kernel, bias, window.Stride, window.Padding, window.Dilation, groups),
            _ => (x, kernel, groups) =>
                F.conv3d(x, kernel, bias, window.Stride, window.Padding, window.Dilation, groups),
        };

    // 2. Where each group has one input channel and the kernel is larger than 1×1, the gradient of the input is wrong,
    // and with several groups the output too. Right are: in one and two dimensions as many outputs as groups, and one
    // group with a multiple of 16 outputs.
    static bool NeedsSecondChannel(Layer.Convolution conv, Window window, Shape input)
    {
        if (conv.Groups != input.Channels || window.Kernel.All(side => side == 1))
            return false;
        return conv.Groups == 1
            ? conv.Channels % ChannelsOfAVector != 0
            : input.Dimensions > 2 || conv.Channels != conv.Groups;
    }

    // Each group gets a second input channel of zeros. A single group needs it for the gradient only, and images have
    // none.
    static Tensor WithSecondChannel(Tensor x, Tensor kernel, long groups, Func<Tensor, Tensor, long, Tensor> convolve)
    {
        if (groups == 1 && !x.requires_grad)
            return convolve(x, kernel, 1);
        using var pairs = WithZeros(x);
        using var kernels = WithZeros(kernel);
        return convolve(pairs, kernels, groups);
    }

    // A channel of zeros behind each channel. Channels last, as everything here: with maps and kernels channels first
    // oneDNN has more faults.
    static Tensor WithZeros(Tensor x)
    {
        using var last = x.movedim([1], [-1]);
        using var apart = last.unsqueeze(-1);
        using var pairs = F.pad(apart, [0, 1], PaddingModes.Constant, 0);
        using var flat = pairs.flatten(-2, -1);
        return flat.movedim([-1], [1]);
    }

    /// <summary>A transposed convolution. Torch crops both ends alike; where k − s is odd, one more value is cropped
    /// at the end.</summary>
    /// <param name="deconv">The layer.</param>
    /// <param name="output">Shape of its output.</param>
    /// <param name="weight">[I, O, …].</param>
    /// <param name="bias">[O], or null.</param>
    public static Operation Of(Layer.TransposedConvolution deconv, Shape output, Parameter weight, Parameter? bias)
    {
        if (deconv.Kernel.All(side => side == 1))
            return (x, _) => SpreadProduct(x[0], deconv, output, weight, bias);
        var sides = output.Dimensions;
        var (stride, padding, more) = (new long[sides], new long[sides], new long[sides]);
        for (var i = 0; i < sides; i++)
        {
            stride[i] = deconv.Stride[i];
            padding[i] = Math.Max(0, deconv.Kernel[i] - deconv.Stride[i]) / 2;
            more[i] = Math.Max(0, deconv.Stride[i] - deconv.Kernel[i]);
        }
        Func<Tensor, Tensor, Tensor?, Tensor> convolve = sides switch
        {
            1 => (x, kernel, b) => F.conv_transpose1d(x, kernel, b, stride[0], padding[0], more[0]),
            2 => (x, kernel, b) => F.conv_transpose2d(x, kernel, b, stride, padding, more),
            _ => (x, kernel, b) => F.conv_transpose3d(x, kernel, b, stride, padding, more),
        };
        return (x, _) =>
        {
            var made = deconv.Channels == 1 ? ToOneChannel(x[0], weight, bias, convolve) : convolve(x[0], weight, bias);
            for (var i = 0; i < sides; i++)
            {
                if (made.size(i + 2) == output.Sides[i])
                    continue;
                using var whole = made;
                made = whole.narrow(i + 2, 0, output.Sides[i]);
            }
            return made;
        };
    }

    // The second fault, the other way round: a transposed convolution to one channel is computed as the gradient of an
    // input with one channel.
    static Tensor ToOneChannel(Tensor x, Tensor weight, Tensor? bias, Func<Tensor, Tensor, Tensor?, Tensor> convolve)
    {
        using var kernels = WithZeros(weight);
        using var two = convolve(x, kernels, null);
        using var one = two.narrow(1, 0, 1);
        return bias is null ? one.alias() : one + bias;
    }

    // On the CPU oneDNN computes the gradient of a depthwise kernel over a map of 2×2 slowly: a table of taps for each
    // pair of pixels, multiplied and summed, took 2.5 ms of 4.4 for 672 channels, batch 128, forward and backward, and
    // 1.8 of 2.7 for 480. From 4×4 on it is slower.
    const long LargestPairsForTable = 16;

    static bool IsTinyDepthwise(Layer.Convolution conv, Shape input, Shape output) =>
        conv.Groups > 1
        && conv.Groups == input.Channels
        && conv.Groups == conv.Channels
        && input.Dimensions == 2
        && input.Area * output.Area <= LargestPairsForTable;

    static Operation TinyDepthwise(Window window, Shape input, Shape output, Parameter weight, Parameter? bias)
    {
        var taps = TapsOfPairs(window, input, output);
        var (inside, outside) = ((long)input.Area, (long)output.Area);
        long[] sides = [output.Sides[0], output.Sides[1]];
        return (x, _) =>
        {
            var (n, channels) = (x[0].size(0), x[0].size(1));
            using var kernel = Taps(weight, window);
            using var rows = kernel.reshape(channels, -1);
            using var padded = F.pad(rows, [0, 1], PaddingModes.Constant, 0);
            using var columns = padded.t();
            using var last = columns.contiguous();
            using var index = tensor(taps);
            using var chosen = last.index_select(0, index);
            using var table = chosen.view(1, inside, outside, channels);
            using var map = x[0].permute(0, 2, 3, 1);
            using var pixels = map.reshape(n, inside, 1, channels);
            using var products = pixels * table;
            using var sum = products.sum(1);
            using var shifted = bias is null ? sum.alias() : sum + bias;
            using var made = shifted.view(n, sides[0], sides[1], channels);
            return made.permute(0, 3, 1, 2);
        };
    }

    // For each pixel of the input and each of the output the tap that connects them; behind the last tap there is a
    // zero for those that nothing connects.
    static long[] TapsOfPairs(Window window, Shape input, Shape output)
    {
        var zero = window.Kernel[0] * window.Kernel[1];
        var pairs = new long[input.Area * output.Area];
        for (var pair = 0; pair < pairs.Length; pair++)
        {
            var (from, to) = (pair / (int)output.Area, pair % (int)output.Area);
            var row = Tap(0, from / input.Sides[1], to / output.Sides[1]);
            var column = Tap(1, from % input.Sides[1], to % output.Sides[1]);
            pairs[pair] = row < 0 || column < 0 ? zero : row * window.Kernel[1] + column;
        }
        return pairs;

        long Tap(int side, int from, int to)
        {
            var before = window.Explicit is null ? window.Padding[side] : window.Explicit[2 * (1 - side)];
            var distance = from + before - to * window.Stride[side];
            var tap = distance / window.Dilation[side];
            var connects = distance >= 0 && distance % window.Dilation[side] == 0 && tap < window.Kernel[side];
            return connects ? tap : -1;
        }
    }

    static bool IsPointwise(Window window) =>
        window.Explicit is null && window.Kernel.All(side => side == 1) && window.Padding.All(side => side == 0);

    static bool IsProduct(Layer.Convolution conv, Window window, Shape input, Shape output) =>
        conv.Groups == 1
        && (
            output.Dimensions == 2 && output.Area <= LargestAreaForProduct
            || input.Channels < ChannelsOfAVector && window.Stride.Any(step => step > 1)
        );

    // 3. The output of a 1×1 convolution may be wrong: see PointwiseCheck.
    static Operation Pointwise(Layer.Convolution conv, Window window, bool isProduct, Parameter weight, Parameter? bias)
    {
        if (isProduct)
            return (x, _) =>
            {
                using var taps = Taps(weight, window);
                return Product(x[0], window, taps, bias);
            };
        var (convolve, stride) = (Convolve(window, bias), string.Join(',', window.Stride));
        Func<Tensor, Tensor, Tensor> product =
            conv.Groups == 1
                ? (x, kernel) => Product(x, window, kernel, bias)
                : (x, kernel) => GroupedProduct(x, window, kernel, bias, conv.Groups);
        // Of the last batch and of all others.
        var verdicts = new Dictionary<(long Batch, ScalarType Type, bool IsAutocasting), bool>();
        return (x, _) =>
        {
            using var kernel = Taps(weight, window);
            return IsRight(x[0], kernel) ? convolve(x[0], kernel, conv.Groups) : product(x[0], kernel);
        };

        bool IsRight(Tensor x, Tensor kernel)
        {
            if (x.device_type != DeviceType.CPU)
                return true;
            var key = (x.size(0), x.dtype, LibTorch.IsAutocasting(DeviceType.CPU));
            if (!verdicts.TryGetValue(key, out var isRight))
                verdicts[key] = isRight = PointwiseCheck.IsRight(
                    x,
                    kernel,
                    $"{stride}/{conv.Groups}",
                    (map, taps) => convolve(map, taps, conv.Groups),
                    (map, taps) => product(map, taps)
                );
            return isRight;
        }
    }

    static Tensor GroupedProduct(Tensor x, Window window, Tensor kernel, Parameter? bias, long groups)
    {
        var (inputs, outputs) = (x.size(1) / groups, kernel.size(0) / groups);
        var made = new Tensor[groups];
        try
        {
            for (var group = 0; group < groups; group++)
            {
                using var map = x.narrow(1, group * inputs, inputs);
                using var taps = kernel.narrow(0, group * outputs, outputs);
                using var shift = bias?.narrow(0, group * outputs, outputs);
                made[group] = Product(map, window, taps, shift);
            }
            return cat(made, 1);
        }
        finally
        {
            foreach (var one in made)
                one?.Dispose();
        }
    }

    // Channels last, a 1×1 convolution is a product of [N·H·W, C] and [C, O], without a copy.
    static Tensor Product(Tensor x, Window window, Tensor taps, Tensor? bias)
    {
        using var matrix = taps.reshape(taps.size(0), -1);
        var kept = x.alias();
        for (var i = 0; i < window.Stride.Length; i++)
        {
            if (window.Stride[i] == 1)
                continue;
            using var whole = kept;
            kept = whole.slice(i + 2, 0, x.size(i + 2), window.Stride[i]);
        }
        using var strided = kept;
        using var last = strided.movedim([1], [-1]);
        using var product = F.linear(last, matrix, bias);
        return product.movedim([-1], [1]);
    }

    // A transposed 1×1 convolution: a product for each pixel, which stands at the beginning of its stride, and zeros.
    static Tensor SpreadProduct(
        Tensor x,
        Layer.TransposedConvolution deconv,
        Shape output,
        Parameter weight,
        Parameter? bias
    )
    {
        using var flat = weight.flatten(1);
        using var matrix = flat.t();
        using var last = x.movedim([1], [-1]);
        var made = F.linear(last, matrix);
        for (var i = 0; i < output.Dimensions; i++)
        {
            if (deconv.Stride[i] == 1)
                continue;
            // [N, H, …] to [N, H, stride, …] with zeros behind, to [N, H · stride, …].
            using var dense = made;
            using var apart = dense.unsqueeze(i + 2);
            var around = new long[2 * (apart.dim() - (i + 2))];
            around[^1] = deconv.Stride[i] - 1;
            using var spread = F.pad(apart, around, PaddingModes.Constant, 0);
            made = spread.flatten(i + 1, i + 2);
        }
        using var whole = made;
        using var shifted = bias is null ? whole.alias() : whole + bias;
        return shifted.movedim([-1], [1]);
    }

    static Tensor Taps(Tensor weight, Window window)
    {
        var taps = weight.alias();
        for (var i = 0; window.FirstTap is not null && i < window.Kernel.Length; i++)
        {
            using var wider = taps;
            taps = wider.narrow(i + 2, window.FirstTap[i], window.Kernel[i]);
        }
        return taps;
    }
}
