using EvoNas.Genetics;
using EvoNas.Tasks.Volumes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Volumes;

public class SampleTests
{
    static VolumeRecipe Recipe(TrainingSettings settings) => VolumeRecipe.Of(settings);

    static PreparedCase Prepared(VolumeRecipe recipe, bool isLearntFrom = false)
    {
        var (image, labels) = Solids.Of(1);
        return new("a", [image], labels, [0, 1, 2, 3], recipe, isLearntFrom);
    }

    [Theory]
    [InlineData("16", null)]
    [InlineData("8x32x16", null)]
    [InlineData("16", "1")]
    [InlineData("16", "2")]
    public void ACaseComesBackToItsOwnGrid(string window, string? spacing)
    {
        using var scope = NewDisposeScope();
        using var one = Prepared(Recipe(new() { Window = window, Spacing = spacing }));
        // Sure of the truth, on the prepared grid.
        var truth = nn.functional.one_hot(one.Labels.to(ScalarType.Int64), 4).permute(3, 0, 1, 2);
        var own = one.Own(truth.to(ScalarType.Float32)).argmax(0);
        var whole = one.Whole(own);
        Assert.Equal(20 * 24 * 28, whole.Length);
        var wrong = whole.Zip(one.Truth).Count(pair => pair.First != pair.Second);
        // What is resampled there and back rounds at the edges.
        Assert.InRange(
            wrong,
            0,
            spacing is null ? 0
                : spacing == "1" ? 250
                : 900
        );
    }

    [Fact]
    public void WhatIsNotZeroIsCutOutAndHasMeanZeroAndDeviationOne()
    {
        using var scope = NewDisposeScope();
        var (image, labels) = Solids.Of(1);
        for (var at = 0; at < labels.Length; at++)
            if (at % 20 < 3 || at / 480 > 24)
                image.Values[at] = 0;
        // A hole in the middle: nothing was measured there.
        image.Values[Array.IndexOf(labels, (byte)1)] = 0;
        using var one = new PreparedCase(
            "a",
            [image],
            labels,
            [0, 1, 2, 3],
            Recipe(new() { Window = "8" }),
            false
        );
        Assert.Equal(new Grid(17, 24, 25), one.Size);
        Assert.Equal(0, one.Image.mean().item<float>(), 1e-5);
        Assert.Equal(1, one.Image.std(unbiased: false).item<float>(), 1e-3);
        var whole = one.Whole(one.Own(one.Labels.unsqueeze(0).to(ScalarType.Float32))[0]);
        for (var at = 0; at < labels.Length; at++)
            Assert.Equal(image.Values[at] == 0 ? 0 : labels[at], whole[at]);
    }

    [Fact]
    public void ARangeIsBroughtToZeroAndOne()
    {
        using var one = Prepared(Recipe(new() { Window = "8", Intensity = "30:300" }));
        using var scope = NewDisposeScope();
        var (image, _) = Solids.Of(1);
        var first = Math.Clamp((image.Values[0] - 30) / 270, 0, 1);
        Assert.Equal(first, one.Image[0, 0, 0, 0].item<float>(), 1e-5);
        Assert.Equal((0f, 1f), (one.Image.min().item<float>(), one.Image.max().item<float>()));
    }

    [Fact]
    public void WindowsAroundLabelsHaveThem()
    {
        foreach (var share in (double[])[0, 1])
        {
            var recipe = Recipe(
                new()
                {
                    Window = "8",
                    Crops = 60,
                    Foreground = share,
                }
            );
            using var samples = new CropSamples([Prepared(recipe, isLearntFrom: true)], recipe, CPU);
            using var scope = NewDisposeScope();
            using var epoch = samples.Begin(SeededRandom.For(1, "epoch 1"));
            var (images, truth) = epoch.Batch(0, 60);
            Assert.Equal([60, 1, 8, 8, 8], images.shape);
            var labelled = truth[0].gt(0).flatten(1).any(1).sum().item<long>();
            Assert.True(share == 1 ? labelled == 60 : labelled < 60, $"{labelled}");
        }
    }

    [Theory]
    [InlineData(1, 1, 0, 0, false)]
    [InlineData(1, 1, 0, 0, true)]
    [InlineData(1.2, 1.8, 0, 0, true)]
    [InlineData(0.6, 0.9, 0, 0, false)]
    [InlineData(1, 1, 0.1, 0.1, false)]
    public void LabelsMoveAsTheirWindowsDo(double min, double max, double scale, double shift, bool mirror)
    {
        var settings = new TrainingSettings
        {
            Window = "12",
            Crops = 12,
            Normalize = false,
            Mirror = mirror,
            ScaleMin = min,
            ScaleMax = max,
            IntensityScale = scale,
            IntensityShift = shift,
        };
        var recipe = Recipe(settings);
        using var samples = new CropSamples([Prepared(recipe, isLearntFrom: true)], recipe, CPU);
        using var scope = NewDisposeScope();
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch 1"));
        var (images, truth) = epoch.Batch(0, 12);
        // A value of 100 times the label, 20 and noise of up to 20.
        var expected = truth[0] * 100 + 30;
        var wrong = (images[.., 0] - expected).abs().gt(10 + 350 * scale + shift).sum().item<long>();
        // At the edges interpolated values and nearest labels round apart.
        Assert.InRange(wrong, 0, min == 1 && max == 1 ? 0 : truth[0].numel() / 5);
        using var again = samples.Begin(SeededRandom.For(1, "epoch 1"));
        Assert.True(again.Batch(0, 12).Images.equal(images).all().item<bool>());
        using var other = samples.Begin(SeededRandom.For(1, "epoch 2"));
        Assert.False(other.Batch(0, 12).Images.equal(images).all().item<bool>());
    }

    [Fact]
    public void NormalisedByTheWindowEachHasMeanZero()
    {
        var recipe = Recipe(
            new()
            {
                Window = "8",
                Crops = 4,
                Intensity = "crop",
            }
        );
        using var samples = new CropSamples([Prepared(recipe, isLearntFrom: true)], recipe, CPU);
        using var scope = NewDisposeScope();
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch 1"));
        var images = epoch.Batch(0, 4).Images;
        foreach (var mean in images.flatten(1).mean([1]).data<float>())
            Assert.Equal(0, mean, 1e-4);
        Assert.True(samples.Plain(0, 4).Images.equal(samples.Plain(0, 4).Images).all().item<bool>());
    }

    [Fact]
    public void WindowsCoverEveryVoxelInTheirOrder()
    {
        var recipe = Recipe(new() { Window = "16" });
        using var samples = new WindowSamples([Prepared(recipe), Prepared(recipe)], recipe, CPU);
        using var scope = NewDisposeScope();
        var perCase = samples.Count / 2;
        Assert.Equal(
            [perCase - 1, samples.Count - 1],
            Enumerable.Range(0, samples.Count).Where(i => samples[i].IsLast)
        );
        var (images, truth) = samples.Plain(perCase - 1, 2);
        for (var i = 0; i < 2; i++)
        {
            var (one, start, _) = samples[perCase - 1 + i];
            Assert.Equal(one.Image[0, start.X, start.Y, start.Z].item<float>(), images[i, 0, 0, 0, 0].item<float>());
            Assert.Equal(one.Labels[start.X, start.Y, start.Z].item<byte>(), truth[0][i, 0, 0, 0].item<long>());
        }
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch 1"));
        Assert.Equal([3, 1, 16, 16, 16], epoch.Batch(0, 3).Images.shape);
    }

    [Theory]
    [InlineData("7", null, null, "evonas.training.window is '7'")]
    [InlineData("32x32", null, null, "evonas.training.window is '32x32'")]
    [InlineData("32.5", null, null, "evonas.training.window is '32.5'")]
    [InlineData("600", null, null, "from 8 to 512")]
    [InlineData(null, "0", null, "evonas.training.spacing is '0'")]
    [InlineData(null, "1x1x1x1", null, "three numbers from 0.01 to 100 mm")]
    [InlineData(null, null, "215:-96", "evonas.training.intensity is '215:-96'")]
    [InlineData(null, null, "mean", "evonas.training.intensity is 'mean'")]
    public void ABadRecipeIsOneClearError(string? window, string? spacing, string? intensity, string named) =>
        Assert.Contains(
            named,
            Assert
                .Throws<RequestException>(() =>
                    TaskCatalog.Checked(
                        TaskCatalog.Preset(TaskCatalog.Volumes, "quick") with
                        {
                            Window = window,
                            Spacing = spacing,
                            Intensity = intensity,
                        }
                    )
                )
                .Message
        );
}
