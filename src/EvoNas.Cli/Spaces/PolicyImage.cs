using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Torch.Augmentations;
using EvoNas.Torch.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Cli.Spaces;

/// <summary>What a policy makes of real images: a row per image, first as it is, then varied; boxes are framed, masks
/// laid over.</summary>
sealed class PolicyImage
{
    // Pixels that a policy is written for are those of photographs: small images are enlarged to at least this.
    const int SideMin = 300,
        Gap = 4,
        Columns = 6;

    // Of objects on a dark ground, as Fashion-MNIST's: what is brighter belongs to them.
    const byte Ground = 32,
        Object = 1,
        Ignored = 255;

    readonly int _height,
        _width;
    readonly byte[] _pixels;

    PolicyImage(int rows, int height, int width)
    {
        (_height, _width) = (height, width);
        (Height, Width) = (rows * (height + Gap) + Gap, Columns * (width + Gap) + Gap);
        _pixels = new byte[3 * Height * Width];
        Array.Fill(_pixels, (byte)255);
    }

    public int Height { get; }

    public int Width { get; }

    public int Variations => Columns - 1;

    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>Draws the first images of a set.</summary>
    public static PolicyImage Of(AugmentationPolicy policy, ImageSet images, int count, ulong seed)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (images.Shape.Sides[0], images.Shape.Sides[1]);
        var factor = (SideMin + Math.Min(height, width) - 1) / Math.Min(height, width);
        var image = new PolicyImage(count, height * factor, width * factor);
        var plain = Enlarged(
            tensor(images.Pixels[..(count * images.ImageSize)].ToArray(), [count, height, width, images.Shape.Channels])
                .permute(0, 3, 1, 2),
            factor
        );
        var objects = plain.amax([1], false).gt(Ground);
        var wantsMasks = policy.Choices.Any(choice => choice.Any(operation => operation.NeedsMask));
        var batch = wantsMasks
            ? new AugmentationBatch(plain, Masks: objects.to(ScalarType.Byte))
            : new AugmentationBatch(
                plain,
                [.. Enumerable.Range(0, count).Select(i => (Sequence<Box>)[Around(objects.select(0, i))])]
            );
        for (var column = 0; column < Columns; column++)
            image.Draw(
                column,
                column == 0 ? batch : policy.Apply(batch, SeededRandom.For(seed, new BirthNumber(column)))
            );
        return image;
    }

    static Tensor Enlarged(Tensor pixels, int factor)
    {
        var large = pixels.repeat_interleave(factor, 2).repeat_interleave(factor, 3);
        return large.expand(large.size(0), 3, large.size(2), large.size(3)).contiguous();
    }

    static Box Around(Tensor inside)
    {
        var (rows, columns) = (inside.any(1).nonzero(), inside.any(0).nonzero());
        if (rows.size(0) == 0)
            return new(0.25f, 0.25f, 0.75f, 0.75f);
        var (height, width) = ((float)inside.size(0), (float)inside.size(1));
        return new(
            rows.min().item<long>() / height,
            columns.min().item<long>() / width,
            (rows.max().item<long>() + 1) / height,
            (columns.max().item<long>() + 1) / width
        );
    }

    void Draw(int column, AugmentationBatch batch)
    {
        var pixels = batch.Images.permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        var mask = batch.Masks?.contiguous().data<byte>().ToArray();
        for (var row = 0; row < batch.Count; row++)
        {
            var (top, left) = (Gap + row * (_height + Gap), Gap + column * (_width + Gap));
            for (var y = 0; y < _height; y++)
            {
                var from = (row * _height + y) * _width;
                pixels.AsSpan(3 * from, 3 * _width).CopyTo(_pixels.AsSpan(3 * ((top + y) * Width + left)));
                for (var x = 0; mask is not null && x < _width; x++)
                    if (mask[from + x] is Object or Ignored)
                        Tint(top + y, left + x, mask[from + x] == Object ? (0, 160, 255) : (255, 0, 160));
            }
            if (batch.Boxes is { } boxes)
                foreach (var box in boxes[row])
                    Frame(top, left, box.Pixels(_height, _width));
        }
    }

    void Frame(int top, int left, Region box)
    {
        for (var y = 0; y < box.Height; y++)
        for (var x = 0; x < box.Width; x++)
            if (y < 2 || x < 2 || y >= box.Height - 2 || x >= box.Width - 2)
                Put(top + box.Top + y, left + box.Left + x, (0, 230, 90));
    }

    void Tint(int y, int x, (int R, int G, int B) colour)
    {
        var at = 3 * (y * Width + x);
        Put(
            y,
            x,
            (
                (2 * _pixels[at] + colour.R) / 3,
                (2 * _pixels[at + 1] + colour.G) / 3,
                (2 * _pixels[at + 2] + colour.B) / 3
            )
        );
    }

    void Put(int y, int x, (int R, int G, int B) colour)
    {
        var at = 3 * (y * Width + x);
        (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = ((byte)colour.R, (byte)colour.G, (byte)colour.B);
    }
}
