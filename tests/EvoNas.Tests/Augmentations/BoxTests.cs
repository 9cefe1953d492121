using EvoNas.Augmentations;

namespace EvoNas.Tests.Augmentations;

// Boxes with edges on pixels of an image of 10 rows and 20 columns, and results worked out by hand.
public class BoxTests
{
    static readonly Box Middle = new(0.2f, 0.3f, 0.6f, 0.8f);

    [Fact]
    public void PixelsEndWithTheLowerRightEdge()
    {
        Assert.Equal(new Region(2, 6, 5, 11), Middle.Pixels(10, 20));
        Assert.Equal(new Region(0, 0, 10, 20), new Box(0, 0, 1, 1).Pixels(10, 20));
        Assert.Equal(0, new Box(1, 0, 1, 1).Pixels(10, 20).Height);
    }

    [Fact]
    public void AShiftMovesAndCuts()
    {
        Assert.Equal(new Box(0.2f, 0.1f, 0.6f, 0.6f), Middle.Shifted(4, 0, 10, 20));
        Assert.Equal(new Box(0.2f, 0.5f, 0.6f, 1), Middle.Shifted(-4, 0, 10, 20));
        Assert.Equal(new Box(0.4f, 0.3f, 0.8f, 0.8f), Middle.Shifted(0, -2, 10, 20));
        Assert.Equal(new Box(0, 0.3f, 0.3f, 0.8f), Middle.Shifted(0, 3, 10, 20));
    }

    [Fact]
    public void ABoxThatHasLeftTheImageHasNoArea()
    {
        Assert.True(Middle.HasArea);
        Assert.False(Middle.Shifted(30, 0, 10, 20).HasArea);
        Assert.False(Middle.Shifted(-30, 0, 10, 20).HasArea);
        Assert.False(Middle.Shifted(0, 30, 10, 20).HasArea);
        // A pixel of it is left.
        Assert.True(Middle.Shifted(15, 0, 10, 20).HasArea);
    }

    [Fact]
    public void AShearedBoxHoldsItsCorners()
    {
        // x − y/2 of the corners (2, 6), (2, 16), (6, 6), (6, 16): 5, 15, 3, 13.
        Assert.Equal(new Box(0.2f, 0.15f, 0.6f, 0.75f), Middle.Sheared(0.5f, alongX: true, 10, 20));
        // y − x/4, truncated: 0 (0.5), −2, 4 (4.5), 2.
        Assert.Equal(new Box(0, 0.3f, 0.4f, 0.8f), Middle.Sheared(0.25f, alongX: false, 10, 20));
    }

    [Fact]
    public void AQuarterTurnGoesCounterClockwise()
    {
        // Its centre is 2 pixels right of and 2 above that of an image of 16×16; after the turn, 2 left and 2 above.
        Assert.Equal(
            new Box(0.125f, 0.25f, 0.625f, 0.5f),
            new Box(0.25f, 0.375f, 0.5f, 0.875f).Rotated(MathF.PI / 2, 16, 16)
        );
        Assert.Equal(
            new Box(0.375f, 0.5f, 0.875f, 0.75f),
            new Box(0.25f, 0.375f, 0.5f, 0.875f).Rotated(-MathF.PI / 2, 16, 16)
        );
    }
}
