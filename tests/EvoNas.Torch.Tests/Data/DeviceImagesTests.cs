using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Torch.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Data;

public class DeviceImagesTests
{
    // One picture of 28×28 with a single bright pixel.
    static readonly ImageSet OnePixel = new(Shape.Of(1, 28, 28),
        Enumerable.Range(0, 784).Select(i => (byte)(i == 10 * 28 + 12 ? 255 : 0)).ToArray(), new byte[] { 7 });

    [Fact]
    public void ABatchIsNormalised()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(OnePixel, [0], ImageDataSet.FashionMnist, normalize: true, side: 0, new(), CPU);
        var (pictures, labels) = images.Plain(0, 1);
        Assert.Equal([1L, 1, 28, 28], pictures.shape);
        Assert.Equal(7, labels.item<long>());
        Assert.Equal((1 - 0.2860) / 0.3530, pictures[0, 0, 10, 12].item<float>(), 1e-4);
        Assert.Equal(-0.2860 / 0.3530, pictures[0, 0, 0, 0].item<float>(), 1e-4);
    }

    [Fact]
    public void ShiftAndMirrorMoveThePictureWhereTheDiceSay()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(OnePixel, [0], ImageDataSet.FashionMnist, normalize: false, side: 0, new(Shift: 3, Mirror: true), CPU);
        for (var roll = 0; roll < 8; roll++)
        {
            var dice = $"roll {roll}";
            var expected = new Augmentation(3, true).Roll(1, Dice.For(1, dice));
            using var plan = images.Begin(Dice.For(1, dice));
            var (pictures, _) = images.Batch(plan, 0, 1);
            var (row, column) = (10 + 3 - (int)expected.Down[0], 12 + 3 - (int)expected.Right[0]);
            if (expected.Mirrored[0]) column = 27 - column;
            Assert.Equal(1, pictures.sum().item<float>(), 1e-5);
            Assert.Equal(1, pictures[0, 0, row, column].item<float>(), 1e-5);
        }
    }

    [Fact]
    public void PicturesAreResized()
    {
        using var scope = NewDisposeScope();
        using var images = new DeviceImages(OnePixel, [0, 0, 0], ImageDataSet.FashionMnist, normalize: true, side: 96, new(), CPU);
        Assert.Equal([2L, 1, 96, 96], images.Plain(1, 2).Images.shape);
    }
}
