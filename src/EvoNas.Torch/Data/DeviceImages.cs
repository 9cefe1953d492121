using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Torch.Augmentations;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Torch.Data;

/// <summary>Images on the device, a byte a value; batches are drawn, varied, converted and normalised
/// there.</summary>
/// <remarks>They lie channels last, so that batches do too without a copy.</remarks>
sealed class DeviceImages : IDisposable
{
    readonly Augmentation _augmentation;
    readonly int _side;
    readonly Tensor _pixels,
        _labels,
        _scale,
        _shift;
    readonly Shape _shape;

    /// <param name="images">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="set">Knows mean and deviation.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="side">Resized to this; 0 leaves them.</param>
    /// <param name="augmentation">What <see cref="Begin"/> rolls.</param>
    /// <param name="device">Where they live.</param>
    public DeviceImages(
        ImageSet images,
        ReadOnlySpan<int> chosen,
        ImageDataSet set,
        bool normalize,
        int side,
        Augmentation augmentation,
        torch.Device device
    )
    {
        (_augmentation, _side, _shape, Count) = (
            augmentation,
            side == images.Shape.Sides[0] ? 0 : side,
            images.Shape,
            chosen.Length
        );
        using var scope = NewDisposeScope();
        var (channels, height, width) = (_shape.Channels, _shape.Sides[0], _shape.Sides[1]);
        var (pixels, labels) = (new byte[(long)Count * images.ImageSize], new long[Count]);
        for (var i = 0; i < Count; i++)
        {
            images
                .Pixels.Span.Slice(chosen[i] * images.ImageSize, images.ImageSize)
                .CopyTo(pixels.AsSpan(i * images.ImageSize));
            labels[i] = images.Labels.Span[chosen[i]];
        }
        var plain = tensor(pixels, [Count, height, width, channels], device: device);
        if (augmentation.Shift > 0)
        {
            // The border of zeros is laid once, not at every step.
            var border = augmentation.Shift;
            var wide = zeros(
                [Count, height + 2 * border, width + 2 * border, channels],
                dtype: ScalarType.Byte,
                device: device
            );
            wide.narrow(1, border, height).narrow(2, border, width).copy_(plain);
            plain = wide;
        }
        _pixels = plain.DetachFromDisposeScope();
        _labels = tensor(labels, device: device).DetachFromDisposeScope();
        // (x/255 − mean)/deviation as one multiply and one add.
        _scale = tensor(
                [.. set.Deviation.Select(deviation => (float)(normalize ? 1 / (255 * deviation) : 1 / 255.0))],
                device: device
            )
            .DetachFromDisposeScope();
        _shift = tensor(
                [.. set.Mean.Zip(set.Deviation, (mean, deviation) => (float)(normalize ? -mean / deviation : 0))],
                device: device
            )
            .DetachFromDisposeScope();
    }

    /// <summary>How many images.</summary>
    public int Count { get; }

    /// <summary>Rolls an epoch and puts it on the device.</summary>
    public EpochPlan Begin(SeededRandom random)
    {
        var epoch = _augmentation.Below(Count, random);
        using var scope = NewDisposeScope();
        var device = _pixels.device;
        return new(
            tensor(epoch.Order, device: device).DetachFromDisposeScope(),
            _augmentation.Shift == 0 ? null : tensor(epoch.Down, device: device).DetachFromDisposeScope(),
            _augmentation.Shift == 0 ? null : tensor(epoch.Right, device: device).DetachFromDisposeScope(),
            _augmentation.Mirror ? tensor(epoch.Mirrored, device: device).DetachFromDisposeScope() : null,
            epoch.PolicySeed
        );
    }

    /// <summary>A batch of an epoch, varied.</summary>
    /// <returns>Images [n, C, H, W] and labels [n]; the caller's, or its scope's.</returns>
    public (Tensor Images, Tensor Labels) Batch(EpochPlan plan, int start, int count)
    {
        using var scope = NewDisposeScope();
        var chosen = plan.Order.narrow(0, start, count);
        var pixels =
            plan.Down is null || plan.Right is null
                ? _pixels.index_select(0, chosen)
                : Windows(chosen, plan.Down.narrow(0, start, count), plan.Right.narrow(0, start, count));
        if (plan.Mirrored is not null)
            pixels = torch.where(plan.Mirrored.narrow(0, start, count).view(-1, 1, 1, 1), pixels.flip(2), pixels);
        if (_augmentation.Policy is not null)
            pixels = Varied(pixels, _augmentation.Policy, SeededRandom.For(plan.PolicySeed, $"pictures {start}"));
        return (Finished(pixels).MoveToOuterDisposeScope(), _labels.index_select(0, chosen).MoveToOuterDisposeScope());
    }

    /// <summary>A batch as the images are, in their order; for judging.</summary>
    public (Tensor Images, Tensor Labels) Plain(int start, int count)
    {
        using var scope = NewDisposeScope();
        var border = _augmentation.Shift;
        var pixels = _pixels
            .narrow(0, start, count)
            .narrow(1, border, _shape.Sides[0])
            .narrow(2, border, _shape.Sides[1]);
        return (Finished(pixels).MoveToOuterDisposeScope(), _labels.narrow(0, start, count).MoveToOuterDisposeScope());
    }

    // Each image's window by its own corner: rows and columns as index tensors that broadcast to [n, H, W].
    Tensor Windows(Tensor chosen, Tensor down, Tensor right)
    {
        var rows =
            down.view(-1, 1, 1) + arange(_shape.Sides[0], dtype: ScalarType.Int64, device: down.device).view(1, -1, 1);
        var columns =
            right.view(-1, 1, 1) + arange(_shape.Sides[1], dtype: ScalarType.Int64, device: down.device).view(1, 1, -1);
        return _pixels.index(chosen.view(-1, 1, 1), rows, columns);
    }

    // A policy takes three channels; those of a gray image are equal, and stay so.
    static Tensor Varied(Tensor pixels, AugmentationPolicy policy, SeededRandom random)
    {
        var channels = pixels.size(3);
        var images = pixels.permute(0, 3, 1, 2).expand(pixels.size(0), 3, pixels.size(1), pixels.size(2)).contiguous();
        return policy.Apply(new(images), random).Images.narrow(1, 0, channels).permute(0, 2, 3, 1).contiguous();
    }

    Tensor Finished(Tensor pixels)
    {
        var images = pixels.to(ScalarType.Float32).mul_(_scale).add_(_shift).permute(0, 3, 1, 2);
        return _side == 0
            ? images
            : F.interpolate(images, size: [_side, _side], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    public void Dispose()
    {
        foreach (var part in (Tensor[])[_pixels, _labels, _scale, _shift])
            part.Dispose();
    }
}

/// <summary>One rolled epoch on the device.</summary>
/// <param name="Order">[N], indices.</param>
/// <param name="Down">[N], upper edge of each window in the image with its border; null: no shift.</param>
/// <param name="Right">[N], left edge; null: no shift.</param>
/// <param name="Mirrored">[N], truth values; null: none is.</param>
/// <param name="PolicySeed">Of what the policy rolls for each batch.</param>
sealed record EpochPlan(Tensor Order, Tensor? Down, Tensor? Right, Tensor? Mirrored, ulong PolicySeed) : IDisposable
{
    public void Dispose()
    {
        Order.Dispose();
        Down?.Dispose();
        Right?.Dispose();
        Mirrored?.Dispose();
    }
}
