using EvoNas.Networks;
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

    /// <summary>A convolution.</summary>
    public static Operation Of(Layer.Convolution conv, Shape input, Shape output, Parameter weight, Parameter? bias)
    {
        var window = Window
            .Of(input, output, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding)
            .WithoutIdleTaps(input, output);
        if (IsProduct(conv, window, output))
            return (x, _) => Product(x[0], window, weight, bias);
        Func<Tensor, Tensor, Tensor> convolve = window.Kernel.Length switch
        {
            1 => (x, kernel) =>
                F.conv1d(x, kernel, bias, window.Stride[0], window.Padding[0], window.Dilation[0], conv.Groups),
            2 => (x, kernel) => F.conv2d(x, kernel, bias, window.Stride, window.Padding, window.Dilation, conv.Groups),
            _ => (x, kernel) => F.conv3d(x, kernel, bias, window.Stride, window.Padding, window.Dilation, conv.Groups),
        };
        if (window.FirstTap is null)
            return (x, _) => window.Over(x[0], 0, padded => convolve(padded, weight));
        return (x, _) =>
        {
            using var taps = Taps(weight, window);
            return window.Over(x[0], 0, padded => convolve(padded, taps));
        };
    }

    /// <summary>A transposed convolution. Torch crops both ends alike; where k − s is odd, one value more goes from the
    /// end.</summary>
    public static Operation Of(Layer.TransposedConvolution deconv, Shape output, Parameter weight, Parameter? bias)
    {
        var sides = output.Dimensions;
        var (stride, padding, more) = (new long[sides], new long[sides], new long[sides]);
        for (var i = 0; i < sides; i++)
        {
            stride[i] = deconv.Stride[i];
            padding[i] = Math.Max(0, deconv.Kernel[i] - deconv.Stride[i]) / 2;
            more[i] = Math.Max(0, deconv.Stride[i] - deconv.Kernel[i]);
        }
        Func<Tensor, Tensor> convolve = sides switch
        {
            1 => x => F.conv_transpose1d(x, weight, bias, stride[0], padding[0], more[0]),
            2 => x => F.conv_transpose2d(x, weight, bias, stride, padding, more),
            _ => x => F.conv_transpose3d(x, weight, bias, stride, padding, more),
        };
        return (x, _) =>
        {
            var made = convolve(x[0]);
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

    static bool IsProduct(Layer.Convolution conv, Window window, Shape output) =>
        conv.Groups == 1
        && output.Dimensions == 2
        && output.Area <= LargestAreaForProduct
        && window.Explicit is null
        && window.Kernel.All(side => side == 1)
        && window.Padding.All(side => side == 0);

    // Channels last, a 1×1 convolution is a product of [N·H·W, C] and [C, O], without a copy.
    static Tensor Product(Tensor x, Window window, Parameter weight, Parameter? bias)
    {
        using var taps = Taps(weight, window);
        using var matrix = taps.reshape(weight.size(0), -1);
        using var rows = window.Stride[0] == 1 ? x.alias() : x.slice(2, 0, x.size(2), window.Stride[0]);
        using var strided = window.Stride[1] == 1 ? rows.alias() : rows.slice(3, 0, x.size(3), window.Stride[1]);
        using var last = strided.permute(0, 2, 3, 1);
        using var product = F.linear(last, matrix, bias);
        return product.permute(0, 3, 1, 2);
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
