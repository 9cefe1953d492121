using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Tasks.Pictures;
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

    readonly ByteStore _pixels;
    readonly PictureFrame[] _frames;
    readonly Tensor _extents,
        _scale,
        _shift;
    readonly bool _areFull;

    /// <param name="source">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="device">Where batches are wanted.</param>
    public DevicePictures(IPictureSource source, int[] chosen, bool normalize, torch.Device device)
    {
        using var scope = NewDisposeScope();
        Side = source.Side;
        _frames = Array.ConvertAll(chosen, source.FrameOf);
        _areFull = Array.TrueForAll(_frames, frame => frame.FitWidth == Side && frame.FitHeight == Side);
        _pixels = new(chosen, [Side, Side, 3], source.CopyPixels, device);
        float[] extents = [.. _frames.SelectMany(static frame => (float[])[frame.FitHeight, frame.FitWidth])];
        _extents = tensor(extents, [chosen.Length, 2], device: device).DetachFromDisposeScope();
        _scale = tensor([.. _deviation.Select(one => 1 / (255 * (normalize ? one : 1)))], device: device)
            .DetachFromDisposeScope();
        _shift = tensor([.. _mean.Zip(_deviation, (mean, one) => normalize ? -mean / one : 0)], device: device)
            .DetachFromDisposeScope();
    }

    /// <summary>How many there are.</summary>
    public int Count => _frames.Length;

    /// <summary>Of an image, in pixels.</summary>
    public int Side { get; }

    /// <summary>Where an image lies in its square.</summary>
    public PictureFrame FrameOf(int index) => _frames[index];

    /// <summary>Where each of some images of an epoch lies in its square.</summary>
    public PictureFrame[] FramesOf(Moves moves)
    {
        var frames = new PictureFrame[moves.Indices.Length];
        for (var i = 0; i < frames.Length; i++)
            frames[i] = _frames[moves.Indices[i]];
        return frames;
    }

    /// <summary>Rolls an epoch.</summary>
    public Moves Roll(Jitter jitter, SeededRandom random) =>
        jitter.Roll(
            Array.ConvertAll(_frames, static frame => (frame.FitHeight, frame.FitWidth)),
            Side,
            random,
            _extents,
            _areFull
        );

    /// <summary>Images as they are, [n, 3, H, W]; the caller's, or its scope's.</summary>
    public Tensor Plain(int start, int count)
    {
        using var scope = NewDisposeScope();
        return Normalised(_pixels.Range(start, count)).permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>Images of an epoch as they are stored, bytes [n, H, W, 3]; the caller's, or its scope's.</summary>
    /// <param name="moves">Of these images.</param>
    public Tensor Raw(Moves moves) => moves.Of(_pixels);

    /// <summary>Images of an epoch, varied, [n, 3, H, W]; the caller's, or its scope's.</summary>
    /// <param name="moves">Of these images.</param>
    /// <param name="raw">What a policy has made of <see cref="Raw"/>; null: as they are stored.</param>
    public Tensor Varied(Moves moves, Tensor? raw = null)
    {
        using var scope = NewDisposeScope();
        var images = Normalised(raw ?? Raw(moves));
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

    public void Dispose()
    {
        _pixels.Dispose();
        foreach (var part in (Tensor[])[_extents, _scale, _shift])
            part.Dispose();
    }
}

/// <summary>How images of one side are varied: mirrored with probability ½, scaled, cropped.</summary>
/// <param name="Mirror">Whether half of them are mirrored left to right.</param>
/// <param name="ScaleMin">The smallest factor.</param>
/// <param name="ScaleMax">The largest factor.</param>
sealed record Jitter(bool Mirror, double ScaleMin = 1, double ScaleMax = 1)
{
    /// <summary>Carried out before all of it, on the image as it is stored; null: none is.</summary>
    public AugmentationPolicy? Policy { get; init; }

    /// <summary>Rolls an epoch and puts it on a device.</summary>
    /// <param name="sizes">Rows and columns that each image takes of its square.</param>
    /// <param name="side">Of the square, in pixels.</param>
    /// <param name="random">All chance.</param>
    /// <param name="extents">[N, 2], the sizes, on the device.</param>
    /// <param name="areFull">Every image fills its square.</param>
    public Moves Roll((int Height, int Width)[] sizes, int side, SeededRandom random, Tensor extents, bool areFull)
    {
        var (count, device) = (sizes.Length, extents.device);
        var order = Array.ConvertAll(Split.Shuffled(count, random), index => (long)index);
        var (mirrored, scales, downs, rights) = (new bool[count], new float[count], new float[count], new float[count]);
        for (var i = 0; i < count; i++)
        {
            var (height, width) = sizes[order[i]];
            mirrored[i] = Mirror && random.Below(2) == 1;
            var scaled = (int)Math.Round(side * (ScaleMin + random.Unit() * (ScaleMax - ScaleMin)));
            scales[i] = (float)scaled / side;
            (downs[i], rights[i]) = (Shift(height), Shift(width));

            int Shift(int length) =>
                (int)(random.Unit() * Math.Max(0, (int)Math.Round((double)length * scaled / side) - side));
        }
        using var scope = NewDisposeScope();
        var chosen = tensor(order, device: device);
        return new(
            order,
            Kept(chosen),
            Kept(tensor(mirrored, device: device)),
            Kept(tensor(scales, device: device)),
            Kept(tensor(downs, device: device)),
            Kept(tensor(rights, device: device)),
            Kept(extents.index_select(0, chosen)),
            ScaleMin == 1 && ScaleMax == 1 && areFull
        );
    }

    static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();
}

/// <summary>What becomes of each of some images: it is mirrored, then scaled by a factor, then cropped.</summary>
/// <param name="Order">The indices of all images of the epoch.</param>
/// <param name="Chosen">[n], indices.</param>
/// <param name="Mirrored">[n], truth values.</param>
/// <param name="Scale">[n], the factor.</param>
/// <param name="Down">[n], the first row of the crop in the scaled image.</param>
/// <param name="Right">[n], the first column.</param>
/// <param name="Extents">[n, 2], rows and columns that the image takes of its square.</param>
/// <param name="IsMirrorOnly">All factors are 1, and every image fills its square.</param>
/// <param name="Start">Of the first image in the epoch.</param>
sealed record Moves(
    long[] Order,
    Tensor Chosen,
    Tensor Mirrored,
    Tensor Scale,
    Tensor Down,
    Tensor Right,
    Tensor Extents,
    bool IsMirrorOnly,
    int Start = 0
) : IDisposable
{
    /// <summary>Of a part of the images; its tensors belong to the scope of the caller.</summary>
    public Moves Part(int start, int count) =>
        this with
        {
            Chosen = Chosen.narrow(0, start, count),
            Mirrored = Mirrored.narrow(0, start, count),
            Scale = Scale.narrow(0, start, count),
            Down = Down.narrow(0, start, count),
            Right = Right.narrow(0, start, count),
            Extents = Extents.narrow(0, start, count),
            Start = start,
        };

    /// <summary>The indices of these images.</summary>
    public ReadOnlySpan<long> Indices => Order.AsSpan(Start, (int)Chosen.size(0));

    /// <summary>What a store has of these images.</summary>
    public Tensor Of(ByteStore store)
    {
        var count = (int)Chosen.size(0);
        var end = Start + count;
        // Images that do not fill a batch are dropped.
        var next = end + count <= Order.Length ? count : 0;
        return store.Some(Chosen, Order.AsMemory(Start, count), Order.AsMemory(end, next));
    }

    /// <summary>Where the pixels of the result come from.</summary>
    /// <param name="side">Of the images, in pixels.</param>
    /// <returns>Rows [n, side] and columns [n, side] of the source, fractions allowed, inside the image; and where
    /// there is an image, [n, side, side], 0 or 1.</returns>
    public (Tensor Y, Tensor X, Tensor Inside) Sources(int side)
    {
        var places = arange(side, dtype: ScalarType.Float32, device: Scale.device).view(1, -1);
        var scale = Scale.view(-1, 1);
        var (down, right) = (places + Down.view(-1, 1), places + Right.view(-1, 1));
        var (height, width) = (Extents.narrow(1, 0, 1), Extents.narrow(1, 1, 1));
        var (y, x) = (Source(down, height), Source(right, width));
        x = where(Mirrored.view(-1, 1), width - 1 - x, x);
        var inside = down.lt(scale * height).unsqueeze(2).logical_and(right.lt(scale * width).unsqueeze(1));
        return (y, x, inside);

        Tensor Source(Tensor place, Tensor length) => ((place + 0.5) / scale - 0.5).clamp(min: 0).minimum(length - 1);
    }

    /// <summary>Boxes where they are then, cut to the image; those of no object have no area.</summary>
    /// <param name="boxes">[n, M, 4]: top, left, bottom, right in pixels.</param>
    /// <param name="side">Of the images, in pixels.</param>
    public Tensor Boxes(Tensor boxes, int side)
    {
        var width = Extents.narrow(1, 1, 1);
        var mirrored = stack(
            [boxes.select(2, 0), width - boxes.select(2, 3), boxes.select(2, 2), width - boxes.select(2, 1)],
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
        foreach (var part in (Tensor[])[Chosen, Mirrored, Scale, Down, Right, Extents])
            part.Dispose();
    }
}
