using EvoNas.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Augmentations;

/// <summary>Changes of pixels as calls of torch: the same kind of change for every image of a batch, with numbers of
/// its own for each.</summary>
/// <remarks>What the released policies compute in float is computed in float32 here too, and truncated to
/// bytes.</remarks>
static class PixelChanges
{
    const int Gray = 128,
        Ignored = 255;

    /// <summary>The images after the change.</summary>
    /// <param name="x">[n, 3, H, W], bytes.</param>
    /// <param name="changes">One per image, all of one kind.</param>
    public static Tensor Of(Tensor x, PixelChange[] changes) =>
        changes[0] switch
        {
            PixelChange.AutoContrast => Histograms.Stretched(x),
            PixelChange.Equalize => Histograms.Equalized(x),
            PixelChange.Invert => 255 - x,
            PixelChange.Posterize => Posterized(
                x.to(ScalarType.Int32),
                Each<PixelChange.Posterize>(changes, x, one => 1 << (8 - one.Bits))
            ),
            PixelChange.Solarize => Solarized(
                x.to(ScalarType.Int32),
                Each<PixelChange.Solarize>(changes, x, one => one.Threshold)
            ),
            PixelChange.SolarizeAdd => SolarizedBySum(
                x.to(ScalarType.Int32),
                Each<PixelChange.SolarizeAdd>(changes, x, one => one.Addition)
            ),
            PixelChange.Color => Blended(GrayOf(x), x, Factors<PixelChange.Color>(changes, x, one => one.Factor)),
            PixelChange.Contrast => Blended(
                GrayOf(x).mean([1, 2, 3], keepdim: true).add(0.5).floor(),
                x,
                Factors<PixelChange.Contrast>(changes, x, one => one.Factor)
            ),
            PixelChange.Brightness => Bytes(
                x.to(ScalarType.Float32) * Factors<PixelChange.Brightness>(changes, x, one => one.Factor)
            ),
            PixelChange.Sharpness => Blended(
                Smoothed(x),
                x,
                Factors<PixelChange.Sharpness>(changes, x, one => one.Factor)
            ),
            PixelChange.Fill => x.masked_fill(
                Inside([.. changes.Cast<PixelChange.Fill>().Select(fill => fill.Region)], x),
                Gray
            ),
            PixelChange.Mirror => x.flip(3),
            PixelChange.Move => Moved(x, changes, Gray),
            _ => throw new System.Diagnostics.UnreachableException(
                $"PixelChange {changes[0].GetType().Name} has no arm in PixelChanges.Of."
            ),
        };

    /// <summary>The masks after a change that may move or fill them.</summary>
    /// <param name="masks">[n, H, W], bytes.</param>
    /// <param name="changes">One per image, all of one kind.</param>
    public static Tensor OfMasks(Tensor masks, PixelChange[] changes) =>
        changes[0] is PixelChange.Move
            ? Moved(masks.unsqueeze(1), changes, Ignored).squeeze(1)
            : masks
                .unsqueeze(1)
                .masked_fill(
                    Inside(
                        [.. changes.Cast<PixelChange.Fill>().Select(fill => fill.Mask ? fill.Region : default)],
                        masks
                    ),
                    Ignored
                )
                .squeeze(1);

    // Multiples of the lowest bit that is kept.
    static Tensor Posterized(Tensor x, Tensor unit) => (x - x.remainder(unit)).to(ScalarType.Byte);

    static Tensor Solarized(Tensor x, Tensor threshold) => where(x.lt(threshold), x, 255 - x).to(ScalarType.Byte);

    static Tensor SolarizedBySum(Tensor x, Tensor addition) =>
        where(x.lt(128), x.add(addition).clamp(0, 255), x).to(ScalarType.Byte);

    // A factor of 0 gives the first, of 1 the second, exactly.
    static Tensor Blended(Tensor from, Tensor to, Tensor factor) =>
        Bytes(from + (to.to(ScalarType.Float32) - from) * factor);

    // Luminance of ITU-R BT.601, [n, 1, H, W]; truncated from the scale of 255.5 on which a gray image stays as it
    // is.
    static Tensor GrayOf(Tensor x)
    {
        var weights = tensor([0.2989f, 0.587f, 0.114f], device: x.device).view(1, 3, 1, 1);
        return (x.to(ScalarType.Float32) * weights).sum([1], keepdim: true).mul(255.5f / 255).floor();
    }

    static Tensor Smoothed(Tensor x)
    {
        var smooth = x.to(ScalarType.Float32);
        var (height, width) = (x.size(2), x.size(3));
        if (height < 3 || width < 3)
            return smooth;
        Tensor Shifted(long down, long right) => smooth.narrow(2, down, height - 2).narrow(3, right, width - 2);
        var sum = Shifted(1, 1) * 4;
        for (var down = 0; down < 3; down++)
        for (var right = 0; right < 3; right++)
            sum = sum + Shifted(down, right);
        var inner = (sum / 13).floor();
        smooth = smooth.clone();
        smooth.narrow(2, 1, height - 2).narrow(3, 1, width - 2).copy_(inner);
        return smooth;
    }

    // [n, 1, H, W]: true inside of each image's rectangle.
    static Tensor Inside(Region[] regions, Tensor like)
    {
        var (rows, columns) = Places(like);
        Tensor Edge(Func<Region, long> edge) =>
            tensor(Array.ConvertAll(regions, region => edge(region)), device: like.device).view(-1, 1, 1, 1);
        return rows.ge(Edge(region => region.Top))
            & rows.lt(Edge(region => region.Top + region.Height))
            & columns.ge(Edge(region => region.Left))
            & columns.lt(Edge(region => region.Left + region.Width));
    }

    // x: [n, channels, H, W].
    static Tensor Moved(Tensor x, PixelChange[] changes, int fill)
    {
        var (height, width) = (x.size(2), x.size(3));
        var (rows, columns) = Places(x);
        rows = rows.to(ScalarType.Float32);
        columns = columns.to(ScalarType.Float32);
        Tensor Number(Func<PixelChange.Move, float> number) => Factors(changes, x, number);
        var fromColumn = Rounded(
            Number(move => move.XX) * columns + Number(move => move.XY) * rows + Number(move => move.X0)
        );
        var fromRow = Rounded(
            Number(move => move.YX) * columns + Number(move => move.YY) * rows + Number(move => move.Y0)
        );
        var outside = fromColumn.lt(0) | fromColumn.ge(width) | fromRow.lt(0) | fromRow.ge(height);
        var from = (fromRow.clamp(0, height - 1) * width + fromColumn.clamp(0, width - 1)).expand(
            x.size(0),
            x.size(1),
            height,
            width
        );
        return x.flatten(2).gather(2, from.flatten(2)).view(x.shape).masked_fill(outside, fill);
    }

    // Halves away from zero; far beyond the image is just beyond it.
    static Tensor Rounded(Tensor place) =>
        (place.sign() * place.abs().add(0.5).floor()).clamp(-1, 1 << 20).to(ScalarType.Int64);

    // Indices [1, 1, H, 1] and [1, 1, 1, W] of an image or mask.
    static (Tensor Rows, Tensor Columns) Places(Tensor like)
    {
        var (height, width) = (like.size(-2), like.size(-1));
        return (
            arange(height, dtype: ScalarType.Int64, device: like.device).view(1, 1, -1, 1),
            arange(width, dtype: ScalarType.Int64, device: like.device).view(1, 1, 1, -1)
        );
    }

    static Tensor Each<T>(PixelChange[] changes, Tensor like, Func<T, int> number)
        where T : PixelChange =>
        tensor(Array.ConvertAll(changes, change => number((T)change)), device: like.device).view(-1, 1, 1, 1);

    static Tensor Factors<T>(PixelChange[] changes, Tensor like, Func<T, float> number)
        where T : PixelChange =>
        tensor(Array.ConvertAll(changes, change => number((T)change)), device: like.device).view(-1, 1, 1, 1);

    static Tensor Bytes(Tensor x) => x.clamp(0, 255).to(ScalarType.Byte);
}
