using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Augmentations;

/// <summary>Changes that look at how often each value occurs in a channel of an image.</summary>
static class Histograms
{
    const int Values = 256;

    /// <summary>Every channel of every image stretched to [0, 255]; a channel of one value stays.</summary>
    /// <param name="x">[n, 3, H, W], bytes.</param>
    public static Tensor Stretched(Tensor x)
    {
        var (low, high) = (
            x.amin(2, 3).view(x.size(0), x.size(1), 1, 1).to(ScalarType.Float32),
            x.amax([2, 3], true).to(ScalarType.Float32)
        );
        var scale = 255 / (high - low).clamp(min: 1);
        var stretched = (x.to(ScalarType.Float32) * scale - low * scale).clamp(0, 255).to(ScalarType.Byte);
        return where(high.gt(low), stretched, x);
    }

    /// <summary>Every channel of every image with its histogram made as flat as whole steps allow.</summary>
    /// <param name="x">[n, 3, H, W], bytes.</param>
    public static Tensor Equalized(Tensor x)
    {
        var (n, channels, area) = (x.size(0), x.size(1), x.size(2) * x.size(3));
        var values = x.to(ScalarType.Int64).reshape(n * channels, area);
        var first = arange(n * channels, dtype: ScalarType.Int64, device: x.device).view(-1, 1) * Values;
        var counts = (values + first).flatten().bincount(null, n * channels * Values).view(n * channels, Values);
        // The share of each of 255 steps, without the values of the last one that occurs.
        var last = counts.gather(1, values.amax([1], true));
        var step = (area - last).floor_divide(255);
        var sums = (counts.cumsum(1) + step.floor_divide(2)).floor_divide(step.clamp(min: 1)).clamp(0, Values - 1);
        var table = cat(
            [zeros([n * channels, 1], dtype: ScalarType.Int64, device: x.device), sums.narrow(1, 0, Values - 1)],
            1
        );
        return where(step.eq(0), values, table.gather(1, values)).to(ScalarType.Byte).view(x.shape);
    }
}
