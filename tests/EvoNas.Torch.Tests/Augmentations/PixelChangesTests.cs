using EvoNas.Augmentations;
using EvoNas.Torch.Augmentations;
using TorchSharp;
using static EvoNas.Torch.Tests.Augmentations.GrayImages;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Augmentations;

// Every operation on an image of a few pixels, with the outcome worked out by hand.
public class PixelChangesTests
{
    [Fact]
    public void AutoContrastStretchesEachChannel()
    {
        // 255/(200 − 50) = 1.7.
        AssertGray(
            [
                [0, 85],
                [170, 255],
            ],
            Changed(
                [
                    [50, 100],
                    [150, 200],
                ],
                new PixelChange.AutoContrast()
            )
        );
        AssertGray(
            [
                [7, 7],
            ],
            Changed(
                [
                    [7, 7],
                ],
                new PixelChange.AutoContrast()
            )
        );
    }

    [Fact]
    public void EqualizeMakesStepsOfEqualShare()
    {
        // 512 pixels, the last value has 256 of them: steps of (512 − 256)/255 = 1. Below 20 are 128 pixels, below 30
        // are 256.
        int[][] image =
        [
            .. Enumerable.Repeat(Row(10), 4),
            .. Enumerable.Repeat(Row(20), 4),
            .. Enumerable.Repeat(Row(30), 8),
        ];
        AssertGray(
            [.. Enumerable.Repeat(Row(0), 4), .. Enumerable.Repeat(Row(128), 4), .. Enumerable.Repeat(Row(255), 8)],
            Changed(image, new PixelChange.Equalize())
        );
        // 4 pixels are no step of 255.
        AssertGray(
            [
                [1, 2],
                [3, 4],
            ],
            Changed(
                [
                    [1, 2],
                    [3, 4],
                ],
                new PixelChange.Equalize()
            )
        );
        // With a step of 2 the half is added first: (10 + 1)/2 = 5.
        int[][] wide =
        [
            [.. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 500), .. Enumerable.Repeat(3, 100)],
        ];
        AssertGray(
            [
                [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(5, 500), .. Enumerable.Repeat(255, 100)],
            ],
            Changed(wide, new PixelChange.Equalize())
        );

        static int[] Row(int value) => [.. Enumerable.Repeat(value, 32)];
    }

    [Fact]
    public void InvertTakesFrom255() =>
        AssertGray(
            [
                [255, 155, 0],
            ],
            Changed(
                [
                    [0, 100, 255],
                ],
                new PixelChange.Invert()
            )
        );

    [Fact]
    public void PosterizeKeepsTheUpperBits()
    {
        AssertGray(
            [
                [192, 64, 0],
            ],
            Changed(
                [
                    [255, 100, 63],
                ],
                new PixelChange.Posterize(2)
            )
        );
        AssertGray(
            [
                [240, 96, 48],
            ],
            Changed(
                [
                    [255, 100, 63],
                ],
                new PixelChange.Posterize(4)
            )
        );
        AssertGray(
            [
                [0, 0, 0],
            ],
            Changed(
                [
                    [255, 100, 63],
                ],
                new PixelChange.Posterize(0)
            )
        );
    }

    [Fact]
    public void SolarizeInvertsFromTheThresholdOn()
    {
        AssertGray(
            [
                [127, 127, 0],
            ],
            Changed(
                [
                    [127, 128, 255],
                ],
                new PixelChange.Solarize(128)
            )
        );
        AssertGray(
            [
                [127, 128, 255],
            ],
            Changed(
                [
                    [127, 128, 255],
                ],
                new PixelChange.Solarize(256)
            )
        );
        AssertGray(
            [
                [128, 0],
            ],
            Changed(
                [
                    [127, 255],
                ],
                new PixelChange.Solarize(0)
            )
        );
    }

    [Fact]
    public void SolarizeAddLeavesTheBrightOnes() =>
        AssertGray(
            [
                [110, 237, 128, 255],
            ],
            Changed(
                [
                    [0, 127, 128, 255],
                ],
                new PixelChange.SolarizeAdd(110)
            )
        );

    [Fact]
    public void ColorBlendsWithGray()
    {
        // 0.2989·200 + 0.587·100 + 0.114·50 = 124.18, on the scale of 255.5: 124.4.
        AssertColor((131, 121, 116), 0.1f); // 124 + 0.1·76 = 131.6, 124 − 2.4, 124 − 7.4
        AssertColor((200, 100, 50), 1);
        AssertColor((255, 78, 0), 1.9f); // 124 + 144.4, 124 − 45.6, 124 − 140.6

        static void AssertColor((int R, int G, int B) expected, float factor)
        {
            using var scope = NewDisposeScope();
            var pixel = tensor(new byte[] { 200, 100, 50 }, [1, 3, 1, 1]);
            Assert.Equal(
                [(byte)expected.R, (byte)expected.G, (byte)expected.B],
                PixelChanges.Of(pixel, [new PixelChange.Color(factor)]).data<byte>().ToArray()
            );
        }
    }

    [Fact]
    public void ContrastBlendsWithTheMean()
    {
        AssertGray(
            [
                [95, 105],
            ],
            Changed(
                [
                    [50, 150],
                ],
                new PixelChange.Contrast(0.1f)
            )
        );
        AssertGray(
            [
                [5, 195],
            ],
            Changed(
                [
                    [50, 150],
                ],
                new PixelChange.Contrast(1.9f)
            )
        );
    }

    [Fact]
    public void BrightnessBlendsWithBlack()
    {
        AssertGray(
            [
                [20, 1],
            ],
            Changed(
                [
                    [200, 19],
                ],
                new PixelChange.Brightness(0.1f)
            )
        );
        AssertGray(
            [
                [255, 36],
            ],
            Changed(
                [
                    [200, 19],
                ],
                new PixelChange.Brightness(1.9f)
            )
        );
    }

    [Fact]
    public void SharpnessBlendsWithTheSmoothedInside()
    {
        // (9 + 5·128 + 1)/13 = 50; 50 + 0.1·78 = 57.8 and 50 + 1.9·78 = 198.2. The border has no neighbours and stays.
        AssertGray(
            [
                [0, 9, 0],
                [0, 57, 0],
                [0, 0, 1],
            ],
            Changed(
                [
                    [0, 9, 0],
                    [0, 128, 0],
                    [0, 0, 1],
                ],
                new PixelChange.Sharpness(0.1f)
            )
        );
        AssertGray(
            [
                [0, 9, 0],
                [0, 198, 0],
                [0, 0, 1],
            ],
            Changed(
                [
                    [0, 9, 0],
                    [0, 128, 0],
                    [0, 0, 1],
                ],
                new PixelChange.Sharpness(1.9f)
            )
        );
    }

    [Fact]
    public void FillMakesARectangleGrayAndTheMaskIgnored()
    {
        int[][] image =
        [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
        ];
        AssertGray(
            [
                [1, 128, 128],
                [4, 128, 128],
                [7, 8, 9],
            ],
            Changed(image, new PixelChange.Fill(new(0, 1, 2, 2)))
        );
        AssertMask(
            [
                [1, 255, 255],
                [4, 255, 255],
                [7, 8, 9],
            ],
            image,
            new PixelChange.Fill(new(0, 1, 2, 2), Mask: true)
        );
        AssertMask(image, image, new PixelChange.Fill(new(0, 1, 2, 2)));
    }

    [Fact]
    public void EveryImageOfABatchHasItsOwnNumbers()
    {
        using var scope = NewDisposeScope();
        var both = cat(
            [
                Gray([
                    [10, 200],
                ]),
                Gray([
                    [10, 200],
                ]),
            ],
            0
        );
        var changed = PixelChanges.Of(both, [new PixelChange.Solarize(5), new PixelChange.Solarize(128)]);
        AssertGray(
            [
                [245, 55],
            ],
            changed.narrow(0, 0, 1)
        );
        AssertGray(
            [
                [10, 55],
            ],
            changed.narrow(0, 1, 1)
        );
        changed = PixelChanges.Of(both, [PixelChange.Move.Shifted(1, 0), PixelChange.Move.Shifted(-1, 0)]);
        AssertGray(
            [
                [200, 128],
            ],
            changed.narrow(0, 0, 1)
        );
        AssertGray(
            [
                [128, 10],
            ],
            changed.narrow(0, 1, 1)
        );
    }
}
