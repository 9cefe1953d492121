using EvoNas.Genetics;
using EvoNas.Torch.Data;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Scenes;

/// <summary>Square colour images on the device, a byte a value; batches are mirrored, scaled, cropped and normalised
/// there, all images of a batch at once.</summary>
/// <remarks>Mean and deviation are ImageNet's, as in the released trainers; what lies beside an image that was made
/// smaller has their mean: 0.</remarks>
sealed class DevicePictures : IDisposable
{
    static readonly float[] _mean = [0.485f, 0.456f, 0.406f],
        _deviation = [0.229f, 0.224f, 0.225f];

    readonly Tensor _pixels,
        _scale,
        _shift;

    /// <param name="pixels">[N, side, side, 3] in this order, of all images.</param>
    /// <param name="side">Of an image, in pixels.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="device">Where they live.</param>
    public DevicePictures(byte[] pixels, int side, ReadOnlySpan<int> chosen, bool normalize, torch.Device device)
    {
        using var scope = NewDisposeScope();
        (Count, Side) = (chosen.Length, side);
        _pixels = tensor(Chosen(pixels, 3 * side * side, chosen), [Count, side, side, 3], device: device)
            .DetachFromDisposeScope();
        _scale = tensor([.. _deviation.Select(one => 1 / (255 * (normalize ? one : 1)))], device: device)
            .DetachFromDisposeScope();
        _shift = tensor([.. _mean.Zip(_deviation, (mean, one) => normalize ? -mean / one : 0)], device: device)
            .DetachFromDisposeScope();
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Of an image, in pixels.</summary>
    public int Side { get; }

    /// <summary>Images as they are, [n, 3, H, W]; the caller's, or its scope's.</summary>
    public Tensor Plain(int start, int count)
    {
        using var scope = NewDisposeScope();
        return Normalised(_pixels.narrow(0, start, count)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Images of an epoch, varied, [n, 3, H, W]; the caller's, or its scope's.</summary>
    /// <param name="moves">Of these images.</param>
    public Tensor Varied(Moves moves)
    {
        using var scope = NewDisposeScope();
        var images = Normalised(_pixels.index_select(0, moves.Chosen));
        if (moves.IsMirrorOnly)
            images = where(moves.Mirrored.view(-1, 1, 1, 1), images.flip(2), images).permute(0, 3, 1, 2);
        else
        {
            var (y, x, inside) = moves.Sources(Side);
            // As the sampler counts: −1 and 1 are the outer edges of the first and of the last pixel.
            var grid = stack(
                [
                    ((x * 2 + 1) / Side - 1).unsqueeze(1).expand(-1, Side, -1),
                    ((y * 2 + 1) / Side - 1).unsqueeze(2).expand(-1, -1, Side),
                ],
                3
            );
            images = F.grid_sample(
                images.permute(0, 3, 1, 2),
                grid,
                mode: GridSampleMode.Bilinear,
                padding_mode: GridSamplePaddingMode.Border,
                align_corners: false
            );
            // Channels last, as networks are fastest.
            images = (images * inside.unsqueeze(1)).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        }
        return images.MoveToOuterDisposeScope();
    }

    Tensor Normalised(Tensor pixels) => pixels.to(ScalarType.Float32).mul_(_scale).add_(_shift);

    /// <summary>The parts of an array that belong to some images, one after another.</summary>
    public static byte[] Chosen(byte[] all, int size, ReadOnlySpan<int> chosen)
    {
        var some = new byte[(long)chosen.Length * size];
        for (var i = 0; i < chosen.Length; i++)
            all.AsSpan(chosen[i] * size, size).CopyTo(some.AsSpan(i * size, size));
        return some;
    }

    public void Dispose()
    {
        foreach (var part in (Tensor[])[_pixels, _scale, _shift])
            part.Dispose();
    }
}

/// <summary>How images of one side are varied: mirrored with probability ½, scaled, cropped.</summary>
/// <param name="Mirror">Whether half of them are mirrored left to right.</param>
/// <param name="ScaleMin">The smallest factor.</param>
/// <param name="ScaleMax">The largest factor.</param>
sealed record Jitter(bool Mirror, double ScaleMin = 1, double ScaleMax = 1)
{
    /// <summary>Rolls an epoch and puts it on a device.</summary>
    /// <param name="count">Images.</param>
    /// <param name="side">Of an image, in pixels.</param>
    /// <param name="random">All chance.</param>
    /// <param name="device">Where the images are.</param>
    public Moves Roll(int count, int side, SeededRandom random, torch.Device device)
    {
        var order = Array.ConvertAll(Split.Shuffled(count, random), index => (long)index);
        var (mirrored, scales, downs, rights) = (new bool[count], new float[count], new float[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            mirrored[i] = Mirror && random.Below(2) == 1;
            var scaled = (int)Math.Round(side * (ScaleMin + random.Unit() * (ScaleMax - ScaleMin)));
            var room = Math.Max(0, scaled - side);
            (scales[i], downs[i], rights[i]) = (
                (float)scaled / side,
                (int)(random.Unit() * room),
                (int)(random.Unit() * room)
            );
        }
        using var scope = NewDisposeScope();
        return new(
            Kept(tensor(order, device: device)),
            Kept(tensor(mirrored, device: device)),
            Kept(tensor(scales, device: device)),
            Kept(tensor(downs, device: device)),
            Kept(tensor(rights, device: device)),
            ScaleMin == 1 && ScaleMax == 1
        );
    }

    static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
}

/// <summary>What becomes of each of some images: it is mirrored, then scaled by a factor, then cropped.</summary>
/// <param name="Chosen">[n], indices.</param>
/// <param name="Mirrored">[n], truth values.</param>
/// <param name="Scale">[n], the factor.</param>
/// <param name="Down">[n], the first row of the crop in the scaled image.</param>
/// <param name="Right">[n], the first column.</param>
/// <param name="IsMirrorOnly">All factors are 1.</param>
sealed record Moves(Tensor Chosen, Tensor Mirrored, Tensor Scale, Tensor Down, Tensor Right, bool IsMirrorOnly)
    : IDisposable
{
    /// <summary>Of a part of the images; its tensors belong to the scope of the caller.</summary>
    public Moves Part(int start, int count) =>
        new(
            Chosen.narrow(0, start, count),
            Mirrored.narrow(0, start, count),
            Scale.narrow(0, start, count),
            Down.narrow(0, start, count),
            Right.narrow(0, start, count),
            IsMirrorOnly
        );

    /// <summary>Where the pixels of the result come from.</summary>
    /// <param name="side">Of the images, in pixels.</param>
    /// <returns>Rows [n, side] and columns [n, side] of the source, fractions allowed, inside the image; and where
    /// there is an image, [n, side, side], 0 or 1.</returns>
    public (Tensor Y, Tensor X, Tensor Inside) Sources(int side)
    {
        var places = arange(side, dtype: ScalarType.Float32, device: Scale.device).view(1, -1);
        var scale = Scale.view(-1, 1);
        var (down, right) = (places + Down.view(-1, 1), places + Right.view(-1, 1));
        var (y, x) = (Source(down), Source(right));
        x = where(Mirrored.view(-1, 1), side - 1 - x, x);
        var inside = down.lt(scale * side).unsqueeze(2).logical_and(right.lt(scale * side).unsqueeze(1));
        return (y, x, inside);

        Tensor Source(Tensor place) => ((place + 0.5) / scale - 0.5).clamp(min: 0, max: side - 1);
    }

    /// <summary>Boxes where they are then, cut to the image; those of no object have no area.</summary>
    /// <param name="boxes">[n, M, 4]: top, left, bottom, right in pixels.</param>
    /// <param name="side">Of the images, in pixels.</param>
    public Tensor Boxes(Tensor boxes, int side)
    {
        var mirrored = stack(
            [boxes.select(2, 0), side - boxes.select(2, 3), boxes.select(2, 2), side - boxes.select(2, 1)],
            2
        );
        boxes = where(Mirrored.view(-1, 1, 1), mirrored, boxes);
        if (IsMirrorOnly)
            return boxes;
        var crop = stack([Down, Right, Down, Right], 1).unsqueeze(1);
        return (boxes * Scale.view(-1, 1, 1) - crop).clamp(min: 0, max: side);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in (Tensor[])[Chosen, Mirrored, Scale, Down, Right])
            part.Dispose();
    }
}
