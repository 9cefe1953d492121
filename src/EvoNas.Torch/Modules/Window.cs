using EvoNas.Networks;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Torch.Modules;

/// <summary>A sliding window in torch's numbers: what the operator pads itself, and what must be padded before because
/// the sides differ.</summary>
/// <param name="Kernel">A number a side of the map.</param>
/// <param name="Stride">Likewise.</param>
/// <param name="Dilation">Likewise.</param>
/// <param name="Padding">Zeros on both sides, by the operator.</param>
/// <param name="Explicit">As <c>pad</c> takes it, last side first, before and after; null where the operator does it
/// all.</param>
/// <param name="FirstTap">The part of the kernel that is used begins here; null where all of it is.</param>
sealed record Window(
    long[] Kernel,
    long[] Stride,
    long[] Dilation,
    long[] Padding,
    long[]? Explicit,
    long[]? FirstTap = null
)
{
    public static Window Of(
        Shape input,
        Shape output,
        Sequence<int> kernel,
        Sequence<int> stride,
        Sequence<int> dilation,
        EvoNas.Networks.Padding padding
    )
    {
        var sides = input.Dimensions;
        var (before, after) = (new long[sides], new long[sides]);
        for (var i = 0; i < sides; i++)
        {
            var reach = (long)(kernel[i] - 1) * (dilation.Count == 0 ? 1 : dilation[i]);
            switch (padding)
            {
                case EvoNas.Networks.Padding.Same:
                    var total = Math.Max(0, (long)(output.Sides[i] - 1) * stride[i] + reach + 1 - input.Sides[i]);
                    (before[i], after[i]) = (total / 2, total - total / 2);
                    break;
                case EvoNas.Networks.Padding.Symmetric:
                    before[i] = after[i] = reach / 2;
                    break;
            }
        }
        var one = new long[sides];
        Array.Fill(one, 1);
        var (kernels, strides, dilations) = (Longs(kernel), Longs(stride), dilation.Count == 0 ? one : Longs(dilation));
        return Around(kernels, strides, dilations, before, after, null);
    }

    /// <summary>The same window without the taps that lie in the padding wherever it stands: of a 3×3 kernel over a map
    /// of 1×1 only the middle is left.</summary>
    /// <remarks>Such taps give zeros and get no gradient, yet oneDNN multiplies them: leaving them out made that case
    /// 3.5 times faster.</remarks>
    public Window WithoutIdleTaps(Shape input, Shape output)
    {
        var sides = Kernel.Length;
        var (first, taps, before, after) = (new long[sides], new long[sides], new long[sides], new long[sides]);
        for (var i = 0; i < sides; i++)
        {
            var padded = Explicit is null ? Padding[i] : Explicit[2 * (sides - 1 - i)];
            var (n, made, stride, dilation) = (input.Sides[i], output.Sides[i], Stride[i], Dilation[i]);
            bool Reaches(long tap) =>
                Enumerable.Range(0, made).Any(o => o * stride - padded + tap * dilation is var at && at >= 0 && at < n);
            var reaching = Enumerable.Range(0, (int)Kernel[i]).Where(tap => Reaches(tap)).ToArray();
            // The padding that is left must not be negative.
            first[i] = Math.Min(reaching[0], padded / dilation);
            taps[i] = reaching[^1] - first[i] + 1;
            before[i] = padded - first[i] * dilation;
            var reach = (taps[i] - 1) * dilation + 1;
            after[i] = Math.Max(0, (made - 1) * stride + reach - before[i] - n);
            if ((n + before[i] + after[i] - reach) / stride + 1 != made)
                return this;
        }
        return taps.AsSpan().SequenceEqual(Kernel) ? this : Around(taps, Stride, Dilation, before, after, first);
    }

    /// <summary>Lays around a map what the operator cannot, and calls it.</summary>
    /// <param name="x">[N, C, …].</param>
    /// <param name="value">Of what is laid around.</param>
    /// <param name="operation">Pads by <see cref="Padding"/> itself.</param>
    public Tensor Over(Tensor x, double value, Func<Tensor, Tensor> operation)
    {
        if (Explicit is null)
            return operation(x);
        using var wide = F.pad(x, Explicit, PaddingModes.Constant, value);
        return operation(wide);
    }

    static Window Around(long[] kernel, long[] stride, long[] dilation, long[] before, long[] after, long[]? firstTap)
    {
        var sides = kernel.Length;
        if (before.AsSpan().SequenceEqual(after))
            return new(kernel, stride, dilation, before, null, firstTap);
        var around = new long[2 * sides];
        for (var i = 0; i < sides; i++)
            (around[2 * (sides - 1 - i)], around[2 * (sides - 1 - i) + 1]) = (before[i], after[i]);
        return new(kernel, stride, dilation, new long[sides], around, firstTap);
    }

    static long[] Longs(Sequence<int> sides) => [.. sides.Select(side => (long)side)];
}
