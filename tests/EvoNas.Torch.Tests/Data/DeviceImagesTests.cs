using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Tasks.Classification;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Data;

public class DeviceImagesTests
{
    // One image of 28×28 with a single bright pixel.
    static readonly ImageSet OnePixel = new(
        Shape.Of(1, 28, 28),
        Enumerable.Range(0, 784).Select(i => (byte)(i == 10 * 28 + 12 ? 255 : 0)).ToArray(),
        new byte[] { 7 }
    );

    [Fact]
    public void ABatchIsNormalised()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(
            OnePixel,
            [0],
            ImageDataSet.FashionMnist,
            normalize: true,
            side: 0,
            new(),
            CPU
        );
        var (drawn, labels) = images.Plain(0, 1);
        Assert.Equal([1L, 1, 28, 28], drawn.shape);
        Assert.Equal(7, labels.item<long>());
        Assert.Equal((1 - 0.2860) / 0.3530, drawn[0, 0, 10, 12].item<float>(), 1e-4);
        Assert.Equal(-0.2860 / 0.3530, drawn[0, 0, 0, 0].item<float>(), 1e-4);
    }

    [Fact]
    public void ShiftAndMirrorMoveTheImageAsTheRandomNumbersSay()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(
            OnePixel,
            [0],
            ImageDataSet.FashionMnist,
            normalize: false,
            side: 0,
            new(Shift: 3, Mirror: true),
            CPU
        );
        for (var roll = 0; roll < 8; roll++)
        {
            var random = $"roll {roll}";
            var expected = new Augmentation(3, true).Below(1, SeededRandom.For(1, random));
            using var plan = images.Begin(SeededRandom.For(1, random));
            var (drawn, _) = images.Batch(plan, 0, 1);
            var (row, column) = (10 + 3 - (int)expected.Down[0], 12 + 3 - (int)expected.Right[0]);
            if (expected.Mirrored[0])
                column = 27 - column;
            Assert.Equal(1, drawn.sum().item<float>(), 1e-5);
            Assert.Equal(1, drawn[0, 0, row, column].item<float>(), 1e-5);
        }
    }

    [Theory]
    [InlineData("autoaugment"), InlineData("randaugment:2,5"), InlineData("randaugment_detection 1,4")]
    public void APolicyVariesImagesAsItsRandomNumbersSay(string policy)
    {
        using var scope = NewDisposeScope();
        var chance = new Random(5);
        foreach (var set in (ImageDataSet[])[ImageDataSet.FashionMnist, ImageDataSet.Cifar10])
        {
            var pixels = new byte[8 * set.Shape.Elements];
            chance.NextBytes(pixels);
            var settings = new TrainingSettings
            {
                DataSet = set.Name,
                Augment = policy,
                Epochs = 1,
            };
            using var images = new DeviceImages(
                new(set.Shape, pixels, new byte[] { 0, 1, 2, 3, 4, 5, 6, 7 }),
                [0, 1, 2, 3, 4, 5, 6, 7],
                set,
                normalize: false,
                side: 0,
                ClassificationTask.AugmentationOf(settings),
                CPU
            );
            (Tensor Images, Tensor Labels) Rolled(string roll)
            {
                using var plan = images.Begin(SeededRandom.For(1, roll));
                return images.Batch(plan, 0, 8);
            }
            var ((one, labels), (again, _), (other, _)) = (Rolled("a"), Rolled("a"), Rolled("b"));
            Assert.Equal([8, set.Shape.Channels, set.Shape.Sides[0], set.Shape.Sides[1]], one.shape);
            Assert.True(one.eq(again).all().item<bool>());
            Assert.False(one.eq(other).all().item<bool>());
            // Same images, not as they were.
            Assert.False(one.eq(images.Plain(0, 8).Images.index_select(0, labels)).all().item<bool>());
            Assert.InRange(one.min().item<float>(), 0, 1);
            Assert.InRange(one.max().item<float>(), 0, 1);
        }
    }

    [Fact]
    public void PixelsOfAPolicyAreThoseOfTheImage()
    {
        // Magnitude 5 moves images of 224 by 125 pixels, and of 28 by an eighth of that.
        var moves = ClassificationTask
            .AugmentationOf(new() { Augment = "randaugment_detection 0,4" })
            .Policy!.Choices.SelectMany(choice => choice)
            .Where(one => one.Kind == AugmentationKind.TranslateX); // A policy was named.
        Assert.Equal(125 / 8.0, Assert.Single(moves).Amount);
    }

    [Fact]
    public void PicturesAreResized()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(
            OnePixel,
            [0, 0, 0],
            ImageDataSet.FashionMnist,
            normalize: true,
            side: 96,
            new(),
            CPU
        );
        Assert.Equal([2L, 1, 96, 96], images.Plain(1, 2).Images.shape);
    }
}
