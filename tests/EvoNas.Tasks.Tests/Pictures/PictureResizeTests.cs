using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;

namespace EvoNas.Tasks.Tests.Pictures;

public class PictureResizeTests
{
    static Picture Gray(int width, int height, Func<int, int, int> value)
    {
        var rgb = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            rgb.AsSpan(3 * (y * width + x), 3).Fill((byte)value(x, y));
        return new(width, height, rgb);
    }

    [Fact]
    public void AWidePictureStandsInTheUpperLeftAndTheRestIsTheMeanColour()
    {
        var frame = PictureResize.Fit(7, 40, 20, 10);
        Assert.Equal(new PictureFrame(7, 40, 20, 10, 5), frame);
        var square = PictureResize.Pixels(Gray(40, 20, (_, _) => 200), frame, 10, crops: false);
        Assert.All(square[..(3 * 10 * 5)], value => Assert.Equal(200, value));
        Assert.Equal([124, 116, 104], square[^3..]);
    }

    [Fact]
    public void ShrinkingTakesTheMeanOfWhatAPixelCovers()
    {
        // Stripes of a pixel: their mean is the same everywhere inside.
        var frame = PictureResize.Fit(0, 64, 64, 8);
        var square = PictureResize.Pixels(Gray(64, 64, (x, _) => x % 2 * 200), frame, 8, crops: false);
        Assert.InRange(square[3 * (8 * 4 + 4)], 99, 101);
    }

    [Fact]
    public void GrowingIsBilinearWithHalfPixelCentres()
    {
        var frame = PictureResize.Fit(0, 2, 2, 4);
        var square = PictureResize.Pixels(Gray(2, 2, (x, _) => x * 100), frame, 4, crops: false);
        Assert.Equal([0, 25, 75, 100], Enumerable.Range(0, 4).Select(x => (int)square[3 * x]));
    }

    [Fact]
    public void TheMiddleFillsTheSquareWhereItIsCropped()
    {
        var frame = PictureResize.Filled(0, 30, 10, 10);
        var square = PictureResize.Pixels(
            Gray(30, 10, (x, _) => x is >= 10 and < 20 ? 255 : 0),
            frame,
            10,
            crops: true
        );
        Assert.All(square[3..^3].Chunk(30).SelectMany(row => row.Skip(3).Take(20)), value => Assert.Equal(255, value));
    }

    [Fact]
    public void LabelsAreTheNearestAndBesideThemNothingCounts()
    {
        var frame = PictureResize.Fit(0, 4, 2, 2);
        Assert.Equal([2, 4, 255, 255], PictureResize.Labels([1, 2, 3, 4, 1, 2, 3, 4], frame, 2));
    }
}
