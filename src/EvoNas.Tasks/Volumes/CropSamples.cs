using EvoNas.Genetics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Volumes;

/// <summary>Random windows of cases, cut and varied on the device; a share of them lies around a labelled voxel. The
/// truth of a batch is classes [n, X, Y, Z], int64.</summary>
/// <param name="cases">Whole; this owns them.</param>
/// <param name="recipe">Window, share around labels, variation.</param>
/// <param name="device">Where batches go.</param>
sealed class CropSamples(IReadOnlyList<PreparedCase> cases, VolumeRecipe recipe, torch.Device device) : Samples
{
    // Of the plain windows: the same ones each time.
    const ulong PlainSeed = 0;

    public override int Count => checked(cases.Count * recipe.Crops);

    public override SampledEpoch Begin(SeededRandom random) => new Epoch(this, Rolled(random, recipe.Variation));

    public override Batch Plain(int start, int count) =>
        Cut(Rolled(SeededRandom.For(PlainSeed, "windows"), new(Mirror: false)).AsSpan(start, count));

    Crop[] Rolled(SeededRandom random, WindowVariation variation)
    {
        var order = Split.Shuffled(Count, random);
        return Array.ConvertAll(order, one => Roll(one % cases.Count, random, variation));
    }

    Crop Roll(int index, SeededRandom random, WindowVariation variation)
    {
        var one = cases[index];
        var factor = variation.ScaleMin + random.Unit() * (variation.ScaleMax - variation.ScaleMin);
        var size = new Grid(
            Source(recipe.Window.X, one.Size.X),
            Source(recipe.Window.Y, one.Size.Y),
            Source(recipe.Window.Z, one.Size.Z)
        );
        var (x, y, z) = Corner(one, size, random);
        return new(
            one,
            new(x, y, z),
            size,
            variation.Mirror && random.Below(2) == 1,
            variation.IntensityScale > 0 && random.Below(2) == 1 ? 1 + Within(variation.IntensityScale) : 1,
            variation.IntensityShift > 0 && random.Below(2) == 1 ? Within(variation.IntensityShift) : 0
        );

        // What is scaled up was a smaller part of the volume.
        int Source(int window, int most) => Math.Clamp((int)Math.Round(window / factor), 1, most);

        double Within(double most) => (2 * random.Unit() - 1) * most;
    }

    // Around a labelled voxel, each as likely, or anywhere.
    (int X, int Y, int Z) Corner(PreparedCase one, Grid size, SeededRandom random)
    {
        var isAround = random.Unit() < recipe.Foreground;
        if (!isAround || one.Places.Length == 0)
            return (
                random.Below(one.Size.X - size.X + 1),
                random.Below(one.Size.Y - size.Y + 1),
                random.Below(one.Size.Z - size.Z + 1)
            );
        var at = one.Places[random.Below(one.Places.Length)];
        return (
            Around(at / (one.Size.Y * one.Size.Z), size.X, one.Size.X),
            Around(at / one.Size.Z % one.Size.Y, size.Y, one.Size.Y),
            Around(at % one.Size.Z, size.Z, one.Size.Z)
        );

        static int Around(int middle, int window, int most) => Math.Clamp(middle - window / 2, 0, most - window);
    }

    Batch Cut(ReadOnlySpan<Crop> crops)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (new Tensor[crops.Length], new Tensor[crops.Length]);
        for (var i = 0; i < crops.Length; i++)
            (images[i], labels[i]) = Cut(crops[i]);
        return new(
            stack(images).MoveToOuterDisposeScope(),
            [stack(labels).to(ScalarType.Int64).MoveToOuterDisposeScope()]
        );
    }

    (Tensor Image, Tensor Labels) Cut(Crop crop)
    {
        var image = Part(crop.Case.Image, 1, crop).to(device);
        var labels = Part(crop.Case.Labels, 0, crop).to(device);
        if (crop.Size != recipe.Window)
        {
            long[] window = [recipe.Window.X, recipe.Window.Y, recipe.Window.Z];
            image = F.interpolate(
                    image.unsqueeze(0),
                    size: window,
                    mode: InterpolationMode.Trilinear,
                    align_corners: false
                )
                .squeeze(0);
            labels = F.interpolate(labels.to(ScalarType.Float32).unsqueeze(0).unsqueeze(0), size: window)
                .squeeze(0)
                .squeeze(0);
        }
        if (recipe.Intensity is Intensity.Standard { OfCrop: true })
            image = recipe.Intensity.Applied(image);
        if (crop.Scale != 1)
            image = image * crop.Scale;
        if (crop.Shift != 0)
            image = image + crop.Shift;
        return crop.IsMirrored ? (image.flip(1), labels.flip(0)) : (image, labels);
    }

    static Tensor Part(Tensor maps, int axis, Crop crop) =>
        maps.narrow(axis, crop.Corner.X, crop.Size.X)
            .narrow(axis + 1, crop.Corner.Y, crop.Size.Y)
            .narrow(axis + 2, crop.Corner.Z, crop.Size.Z);

    public override void Dispose()
    {
        foreach (var one in cases)
            one.Dispose();
    }

    sealed record Crop(PreparedCase Case, Grid Corner, Grid Size, bool IsMirrored, double Scale, double Shift);

    sealed class Epoch(CropSamples samples, Crop[] crops) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Cut(crops.AsSpan(start, count));

        public override void Dispose() { }
    }
}
