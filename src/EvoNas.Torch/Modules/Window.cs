using EvoNas.Networks;

namespace EvoNas.Torch.Modules;

/// <summary>A sliding window in torch's numbers: what the operator pads itself, and what must be padded before because the sides differ.</summary>
/// <param name="Kernel">A number a side of the map.</param>
/// <param name="Stride">Likewise.</param>
/// <param name="Dilation">Likewise.</param>
/// <param name="Padding">Zeros on both sides, by the operator.</param>
/// <param name="Explicit">As <c>pad</c> takes it, last side first, before and after; null where the operator does it all.</param>
sealed record Window(long[] Kernel, long[] Stride, long[] Dilation, long[] Padding, long[]? Explicit)
{
    public static Window Of(Shape input, Shape output, Sequence<int> kernel, Sequence<int> stride, Sequence<int> dilation, Padding padding)
    {
        var sides = input.Dimensions;
        var (before, after) = (new long[sides], new long[sides]);
        for (var i = 0; i < sides; i++)
        {
            var reach = (long)(kernel[i] - 1) * (dilation.Count == 0 ? 1 : dilation[i]);
            switch (padding)
            {
                case Networks.Padding.Same:
                    var total = Math.Max(0, (long)(output.Sides[i] - 1) * stride[i] + reach + 1 - input.Sides[i]);
                    (before[i], after[i]) = (total / 2, total - total / 2);
                    break;
                case Networks.Padding.Symmetric:
                    before[i] = after[i] = reach / 2;
                    break;
            }
        }
        var one = new long[sides];
        Array.Fill(one, 1);
        var (kernels, strides, dilations) = (Longs(kernel), Longs(stride), dilation.Count == 0 ? one : Longs(dilation));
        if (before.AsSpan().SequenceEqual(after)) return new(kernels, strides, dilations, before, null);
        var around = new long[2 * sides];
        for (var i = 0; i < sides; i++) (around[2 * (sides - 1 - i)], around[2 * (sides - 1 - i) + 1]) = (before[i], after[i]);
        return new(kernels, strides, dilations, new long[sides], around);
    }

    static long[] Longs(Sequence<int> sides) => [.. sides.Select(side => (long)side)];
}
