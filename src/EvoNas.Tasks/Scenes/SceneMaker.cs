using EvoNas.Genetics;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Scenes;

/// <summary>Pastes garments of Fashion-MNIST on coloured, noisy ground: the same seed gives the same scenes on every
/// machine.</summary>
static class SceneMaker
{
    // At a side of 128; garments of smaller images are smaller by as much.
    const int UsualSide = 128,
        GarmentMin = 24,
        GarmentMax = 64;

    const int ObjectsMax = 4;

    // A garment's pixel is its own from this grey on; what is darker is its ground.
    const int Alpha = 24;

    // Standard deviation of the noise, in steps of 255.
    const double Noise = 8;

    const double OverlapMax = 0.2;

    /// <summary>Makes scenes.</summary>
    /// <param name="garments">Images of one channel.</param>
    /// <param name="count">Scenes.</param>
    /// <param name="side">Of a scene, in pixels; at least 32.</param>
    /// <param name="seed">Of all chance.</param>
    public static SceneSet Of(ImageSet garments, int count, int side, ulong seed)
    {
        var (pixels, labels, objects) = (
            new byte[(long)count * side * side * 3],
            new byte[(long)count * side * side],
            new SceneObject[count][]
        );
        for (var i = 0; i < count; i++)
        {
            var random = SeededRandom.For(seed, $"scene {i}");
            var image = pixels.AsSpan(i * side * side * 3, side * side * 3);
            var mask = labels.AsSpan(i * side * side, side * side);
            Ground(image, side, random);
            objects[i] = Paste(garments, image, mask, side, random);
        }
        return new(side, pixels, labels, objects);
    }

    // From one colour to another along a random direction.
    static void Ground(Span<byte> image, int side, SeededRandom random)
    {
        var (from, to) = (Colour(random, 20, 200), Colour(random, 20, 200));
        // No sine: it differs from machine to machine.
        var (down, right) = (random.Unit() * 2 - 1, random.Unit() * 2 - 1);
        for (var y = 0; y < side; y++)
        for (var x = 0; x < side; x++)
        {
            var along = 0.5 + ((y + 0.5) / side - 0.5) * down + ((x + 0.5) / side - 0.5) * right;
            for (var channel = 0; channel < 3; channel++)
                image[(y * side + x) * 3 + channel] = Clamped(
                    from[channel] + (to[channel] - from[channel]) * along + Noise * Normal(random)
                );
        }
    }

    static SceneObject[] Paste(ImageSet garments, Span<byte> image, Span<byte> mask, int side, SeededRandom random)
    {
        var (wanted, placed) = (1 + random.Below(ObjectsMax), new List<SceneObject>());
        var owners = new byte[mask.Length];
        // A garment that finds no room is left out, but for the first.
        for (var trial = 0; trial < 20 && placed.Count < wanted || placed.Count == 0; trial++)
        {
            var garment = random.Below(garments.Count);
            var size = Math.Max(8, (GarmentMin + random.Below(GarmentMax - GarmentMin + 1)) * side / UsualSide);
            var grey = Resized(garments, garment, size);
            var (top, left) = (random.Below(side - size + 1), random.Below(side - size + 1));
            var tint = Colour(random, 60, 255);
            if (Bounds(grey, size) is not var (y, x, height, width))
                continue;
            var one = new SceneObject(garments.Labels.Span[garment], left + x, top + y, width, height, 0);
            if (placed.Exists(other => Overlap(one, other) > OverlapMax))
                continue;
            placed.Add(one);
            for (var row = 0; row < size; row++)
            for (var column = 0; column < size; column++)
            {
                var value = grey[row * size + column];
                if (value <= Alpha)
                    continue;
                var at = (top + row) * side + left + column;
                owners[at] = (byte)placed.Count;
                mask[at] = (byte)(one.Class + 1);
                for (var channel = 0; channel < 3; channel++)
                    image[at * 3 + channel] = Clamped(tint[channel] * value / 255 + Noise / 2 * Normal(random));
            }
        }
        return [.. placed.Select((one, i) => one with { Area = owners.AsSpan().Count((byte)(i + 1)) })];
    }

    // The part of the smaller box that both cover.
    static double Overlap(SceneObject one, SceneObject other)
    {
        var height = Math.Min(one.Top + one.Height, other.Top + other.Height) - Math.Max(one.Top, other.Top);
        var width = Math.Min(one.Left + one.Width, other.Left + other.Width) - Math.Max(one.Left, other.Left);
        return height <= 0 || width <= 0
            ? 0
            : (double)height * width / Math.Min(one.Height * one.Width, other.Height * other.Width);
    }

    static (int Top, int Left, int Height, int Width)? Bounds(double[] grey, int size)
    {
        var (top, left, bottom, right) = (size, size, -1, -1);
        for (var at = 0; at < grey.Length; at++)
            if (grey[at] > Alpha)
                (top, left, bottom, right) = (
                    Math.Min(top, at / size),
                    Math.Min(left, at % size),
                    Math.Max(bottom, at / size),
                    Math.Max(right, at % size)
                );
        return bottom < 0 ? null : (top, left, bottom - top + 1, right - left + 1);
    }

    // Bilinear, half-pixel centres.
    static double[] Resized(ImageSet garments, int garment, int size)
    {
        var (height, width) = (garments.Shape.Sides[0], garments.Shape.Sides[1]);
        var source = garments.Pixels.Span.Slice(garment * garments.ImageSize, garments.ImageSize);
        var made = new double[size * size];
        for (var row = 0; row < size; row++)
        {
            var y = Math.Clamp((row + 0.5) * height / size - 0.5, 0, height - 1);
            var (above, below) = ((int)y, Math.Min((int)y + 1, height - 1));
            for (var column = 0; column < size; column++)
            {
                var x = Math.Clamp((column + 0.5) * width / size - 0.5, 0, width - 1);
                var (before, after) = ((int)x, Math.Min((int)x + 1, width - 1));
                var upper =
                    source[above * width + before] * (1 - (x - before)) + source[above * width + after] * (x - before);
                var lower =
                    source[below * width + before] * (1 - (x - before)) + source[below * width + after] * (x - before);
                made[row * size + column] = upper * (1 - (y - above)) + lower * (y - above);
            }
        }
        return made;
    }

    static double[] Colour(SeededRandom random, int min, int max) =>
        [min + random.Below(max - min), min + random.Below(max - min), min + random.Below(max - min)];

    static byte Clamped(double value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>A number of mean 0 and deviation 1: the sum of eight random bytes is near enough to a normal
    /// distribution, and one draw.</summary>
    public static double Normal(SeededRandom random)
    {
        var (bits, sum) = (random.Next(), 0);
        for (var i = 0; i < 8; i++)
            sum += (int)(bits >> (8 * i) & 255);
        return (sum - 1020) / 209.01;
    }
}
