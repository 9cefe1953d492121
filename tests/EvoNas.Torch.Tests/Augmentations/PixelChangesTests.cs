using EvoNas.Augmentations;
using EvoNas.Torch.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Augmentations;

// Every operation on a picture of a few pixels, with the outcome worked out by hand. A picture is one row of numbers a
// row, all three channels alike.
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
        int[][] picture =
        [
            .. Enumerable.Repeat(Row(10), 4),
            .. Enumerable.Repeat(Row(20), 4),
            .. Enumerable.Repeat(Row(30), 8),
        ];
        AssertGray(
            [.. Enumerable.Repeat(Row(0), 4), .. Enumerable.Repeat(Row(128), 4), .. Enumerable.Repeat(Row(255), 8)],
            Changed(picture, new PixelChange.Equalize())
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
        int[][] picture =
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
            Changed(picture, new PixelChange.Fill(new(0, 1, 2, 2)))
        );
        AssertMask(
            [
                [1, 255, 255],
                [4, 255, 255],
                [7, 8, 9],
            ],
            picture,
            new PixelChange.Fill(new(0, 1, 2, 2), Mask: true)
        );
        AssertMask(picture, picture, new PixelChange.Fill(new(0, 1, 2, 2)));
    }

    [Fact]
    public void MirrorSwapsLeftAndRight() =>
        AssertGray(
            [
                [3, 2, 1],
            ],
            Changed(
                [
                    [1, 2, 3],
                ],
                new PixelChange.Mirror()
            )
        );

    [Fact]
    public void AShiftMovesLeftAndUp()
    {
        int[][] picture =
        [
            [1, 2, 3],
            [4, 5, 6],
        ];
        AssertGray(
            [
                [2, 3, 128],
                [5, 6, 128],
            ],
            Changed(picture, PixelChange.Move.Shifted(1, 0))
        );
        AssertGray(
            [
                [128, 128, 1],
                [128, 128, 4],
            ],
            Changed(picture, PixelChange.Move.Shifted(-2, 0))
        );
        AssertGray(
            [
                [4, 5, 6],
                [128, 128, 128],
            ],
            Changed(picture, PixelChange.Move.Shifted(0, 1))
        );
        AssertMask(
            [
                [2, 3, 255],
                [5, 6, 255],
            ],
            picture,
            PixelChange.Move.Shifted(1, 0)
        );
    }

    [Fact]
    public void AShearMovesLowerRowsFurther()
    {
        int[][] picture =
        [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
        ];
        // Row y reads at x + 0.75·y, rounded: 0, 0.75, 1.5.
        AssertGray(
            [
                [1, 2, 3],
                [5, 6, 128],
                [9, 128, 128],
            ],
            Changed(picture, PixelChange.Move.Sheared(0.75f, alongX: true))
        );
        AssertGray(
            [
                [1, 5, 9],
                [4, 8, 128],
                [7, 128, 128],
            ],
            Changed(picture, PixelChange.Move.Sheared(0.75f, alongX: false))
        );
        AssertMask(
            [
                [1, 2, 3],
                [5, 6, 255],
                [9, 255, 255],
            ],
            picture,
            PixelChange.Move.Sheared(0.75f, alongX: true)
        );
    }

    [Fact]
    public void AQuarterTurnGoesCounterClockwise()
    {
        int[][] picture =
        [
            [1, 2, 3],
            [4, 5, 6],
            [7, 8, 9],
        ];
        AssertGray(
            [
                [3, 6, 9],
                [2, 5, 8],
                [1, 4, 7],
            ],
            Changed(picture, PixelChange.Move.Rotated(MathF.PI / 2, 3, 3))
        );
        AssertMask(
            [
                [3, 6, 9],
                [2, 5, 8],
                [1, 4, 7],
            ],
            picture,
            PixelChange.Move.Rotated(MathF.PI / 2, 3, 3)
        );
        // An eighth of a turn moves all around the middle by one.
        AssertGray(
            [
                [2, 3, 6],
                [1, 5, 9],
                [4, 7, 8],
            ],
            Changed(picture, PixelChange.Move.Rotated(MathF.PI / 4, 3, 3))
        );
    }

    [Fact]
    public void EveryPictureOfABatchHasItsOwnNumbers()
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

    static Tensor Changed(int[][] picture, PixelChange change) => PixelChanges.Of(Gray(picture), [change]);

    static Tensor Gray(int[][] rows) =>
        tensor([.. rows.SelectMany(row => row).Select(value => (byte)value)], [1, 1, rows.Length, rows[0].Length])
            .expand(1, 3, rows.Length, rows[0].Length)
            .contiguous();

    static void AssertGray(int[][] expected, Tensor picture)
    {
        Assert.Equal(ScalarType.Byte, picture.dtype);
        for (var channel = 0; channel < 3; channel++)
        for (var row = 0; row < expected.Length; row++)
        for (var column = 0; column < expected[row].Length; column++)
            Assert.Equal(expected[row][column], picture[0, channel, row, column].item<byte>());
    }

    static void AssertMask(int[][] expected, int[][] mask, PixelChange change)
    {
        using var scope = NewDisposeScope();
        var changed = PixelChanges.OfMasks(Gray(mask).select(1, 0), [change]);
        Assert.Equal(
            expected.SelectMany(row => row).Select(value => (byte)value),
            changed.contiguous().data<byte>().ToArray()
        );
    }
}
