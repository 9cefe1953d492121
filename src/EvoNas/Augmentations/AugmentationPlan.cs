namespace EvoNas.Augmentations;

/// <summary>What becomes of one image: rolled, not yet done.</summary>
/// <param name="Changes">In order.</param>
/// <param name="Boxes">Where the objects are after them, in the order of before; those that have left the image have no
/// area.</param>
public sealed record AugmentationPlan(Sequence<PlannedChange> Changes, Sequence<Box> Boxes);

/// <summary>A change of an image, or of a part of it.</summary>
/// <param name="Change">What.</param>
/// <param name="Within">The part, as if it were an image of its own; null: the whole.</param>
public sealed record PlannedChange(PixelChange Change, Region? Within = null);

/// <summary>A change of pixels with all its numbers. Values are bytes; what is computed in between is cut to [0, 255]
/// and truncated.</summary>
public abstract record PixelChange
{
    PixelChange() { }

    /// <summary>Stretches each channel to [0, 255]; a channel of one value stays.</summary>
    public sealed record AutoContrast : PixelChange;

    /// <summary>Makes each channel's histogram flat.</summary>
    public sealed record Equalize : PixelChange;

    /// <summary>255 − value.</summary>
    public sealed record Invert : PixelChange;

    /// <summary>Keeps the upper bits, 0 to 8 of them.</summary>
    public sealed record Posterize(int Bits) : PixelChange;

    /// <summary>Inverts values from the threshold on; 256 leaves all.</summary>
    public sealed record Solarize(int Threshold) : PixelChange;

    /// <summary>Adds to values below 128.</summary>
    public sealed record SolarizeAdd(int Addition) : PixelChange;

    /// <summary>gray + factor·(image − gray).</summary>
    public sealed record Color(float Factor) : PixelChange;

    /// <summary>mean + factor·(image − mean), the mean of its gray values, rounded.</summary>
    /// <remarks>As in Cubuk et al. 2019. The released detection code takes the number of pixels over 256 instead of the
    /// mean, which is white for all images of more than 65,280 pixels; we take what was meant.</remarks>
    public sealed record Contrast(float Factor) : PixelChange;

    /// <summary>factor·image.</summary>
    public sealed record Brightness(float Factor) : PixelChange;

    /// <summary>smooth + factor·(image − smooth), smooth by [[1, 1, 1], [1, 5, 1], [1, 1, 1]]/13; the border
    /// stays.</summary>
    public sealed record Sharpness(float Factor) : PixelChange;

    /// <summary>Makes a rectangle gray (128), and the mask's, if so, the ignored label (255).</summary>
    public sealed record Fill(Region Region, bool Mask = false) : PixelChange;

    /// <summary>Mirrors left to right.</summary>
    public sealed record Mirror : PixelChange;

    /// <summary>Takes the pixel at (x, y) from the nearest to (xx·x + xy·y + x0, yx·x + yy·y + y0); where there is none
    /// it becomes gray (128), and the mask the ignored label (255).</summary>
    public sealed record Move(float XX, float XY, float X0, float YX, float YY, float Y0) : PixelChange
    {
        /// <summary>The content moves left and up by so many pixels.</summary>
        public static Move Shifted(float left, float up) => new(1, 0, left, 0, 1, up);

        /// <summary>The content is sheared along the rows or the columns.</summary>
        public static Move Sheared(float level, bool alongX) =>
            alongX ? new(1, level, 0, 0, 1, 0) : new(1, 0, 0, level, 1, 0);

        /// <summary>The content turns counter-clockwise about the centre of an image of this size.</summary>
        public static Move Rotated(float radians, int height, int width)
        {
            var (sin, cos) = MathF.SinCos(radians);
            var (x, y) = (width - 1, height - 1);
            return new(cos, -sin, (x - (cos * x - sin * y)) / 2, sin, cos, (y - (sin * x + cos * y)) / 2);
        }
    }
}
