using EvoNas.Augmentations;
using EvoNas.Torch.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Augmentations;

/// <summary>Images of a few pixels as rows of numbers, all three channels alike.</summary>
static class GrayImages
{
    public static Tensor Changed(int[][] image, PixelChange change) => PixelChanges.Of(Gray(image), [change]);

    public static Tensor Gray(int[][] rows) =>
        tensor([.. rows.SelectMany(row => row).Select(value => (byte)value)], [1, 1, rows.Length, rows[0].Length])
            .expand(1, 3, rows.Length, rows[0].Length)
            .contiguous();

    public static void AssertGray(int[][] expected, Tensor image)
    {
        Assert.Equal(ScalarType.Byte, image.dtype);
        for (var channel = 0; channel < 3; channel++)
        for (var row = 0; row < expected.Length; row++)
        for (var column = 0; column < expected[row].Length; column++)
            Assert.Equal(expected[row][column], image[0, channel, row, column].item<byte>());
    }

    public static void AssertMask(int[][] expected, int[][] mask, PixelChange change)
    {
        using var scope = NewDisposeScope();
        var changed = PixelChanges.OfMasks(Gray(mask).select(1, 0), [change]);
        Assert.Equal(
            expected.SelectMany(row => row).Select(value => (byte)value),
            changed.contiguous().data<byte>().ToArray()
        );
    }
}
