using EvoNas.Augmentations;
using static EvoNas.Torch.Tests.Augmentations.GrayImages;

namespace EvoNas.Torch.Tests.Augmentations;

// Every operation that moves pixels, on an image of a few, with the outcome worked out by hand.
public class PixelMovesTests
{
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
        int[][] image =
        [
            [1, 2, 3],
            [4, 5, 6],
        ];
        AssertGray(
            [
                [2, 3, 128],
                [5, 6, 128],
            ],
            Changed(image, PixelChange.Move.Shifted(1, 0))
        );
        AssertGray(
            [
                [128, 128, 1],
                [128, 128, 4],
            ],
            Changed(image, PixelChange.Move.Shifted(-2, 0))
        );
        AssertGray(
            [
                [4, 5, 6],
                [128, 128, 128],
            ],
            Changed(image, PixelChange.Move.Shifted(0, 1))
        );
        AssertMask(
            [
                [2, 3, 255],
                [5, 6, 255],
            ],
            image,
            PixelChange.Move.Shifted(1, 0)
        );
    }

    [Fact]
    public void AShearMovesLowerRowsFurther()
    {
        int[][] image =
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
            Changed(image, PixelChange.Move.Sheared(0.75f, alongX: true))
        );
        AssertGray(
            [
                [1, 5, 9],
                [4, 8, 128],
                [7, 128, 128],
            ],
            Changed(image, PixelChange.Move.Sheared(0.75f, alongX: false))
        );
        AssertMask(
            [
                [1, 2, 3],
                [5, 6, 255],
                [9, 255, 255],
            ],
            image,
            PixelChange.Move.Sheared(0.75f, alongX: true)
        );
    }

    [Fact]
    public void AQuarterTurnGoesCounterClockwise()
    {
        int[][] image =
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
            Changed(image, PixelChange.Move.Rotated(MathF.PI / 2, 3, 3))
        );
        AssertMask(
            [
                [3, 6, 9],
                [2, 5, 8],
                [1, 4, 7],
            ],
            image,
            PixelChange.Move.Rotated(MathF.PI / 2, 3, 3)
        );
        // An eighth of a turn moves all around the middle by one.
        AssertGray(
            [
                [2, 3, 6],
                [1, 5, 9],
                [4, 7, 8],
            ],
            Changed(image, PixelChange.Move.Rotated(MathF.PI / 4, 3, 3))
        );
    }
}
