namespace EvoNas.Augmentations;

/// <summary>The box around an object, as fractions of the image's height and width, each in [0, 1].</summary>
/// <param name="Top">Upper edge.</param>
/// <param name="Left">Left edge.</param>
/// <param name="Bottom">Lower edge; at least <paramref name="Top"/>.</param>
/// <param name="Right">Right edge; at least <paramref name="Left"/>.</param>
public readonly record struct Box(float Top, float Left, float Bottom, float Right)
{
    /// <summary>Whether something of the object can be seen: both sides have a length.</summary>
    public bool HasArea => Bottom > Top && Right > Left;

    /// <summary>The pixels of the box, its lower and right edge included, as far as they lie in the image.</summary>
    public Region Pixels(int height, int width)
    {
        var (top, left) = ((int)(height * Top), (int)(width * Left));
        var (bottom, right) = (Math.Min((int)(height * Bottom), height - 1), Math.Min((int)(width * Right), width - 1));
        return new(top, left, Math.Max(0, bottom - top + 1), Math.Max(0, right - left + 1));
    }

    /// <summary>Moved left and up by so many pixels; what leaves the image is cut off.</summary>
    public Box Shifted(int left, int up, int height, int width)
    {
        var (xMin, xMax) = ((int)(width * Left), (int)(width * Right));
        var (yMin, yMax) = ((int)(height * Top), (int)(height * Bottom));
        if (left != 0)
            (xMin, xMax) = (Math.Max(0, xMin - left), Math.Min(width, xMax - left));
        if (up != 0)
            (yMin, yMax) = (Math.Max(0, yMin - up), Math.Min(height, yMax - up));
        return Within((float)yMin / height, (float)xMin / width, (float)yMax / height, (float)xMax / width);
    }

    /// <summary>Around the box sheared along the rows (<paramref name="alongX"/>) or the columns.</summary>
    public Box Sheared(float level, bool alongX, int height, int width)
    {
        var corners = Corners((int)(height * Top), (int)(width * Left), (int)(height * Bottom), (int)(width * Right));
        var moved = Array.ConvertAll(
            corners,
            corner =>
                alongX
                    ? (Y: corner.Y, X: (int)(corner.X - level * corner.Y))
                    : (Y: (int)(corner.Y - level * corner.X), X: corner.X)
        );
        return Within(
            (float)moved.Min(corner => corner.Y) / height,
            (float)moved.Min(corner => corner.X) / width,
            (float)moved.Max(corner => corner.Y) / height,
            (float)moved.Max(corner => corner.X) / width
        );
    }

    /// <summary>Around the box rotated about the image's centre, counter-clockwise.</summary>
    public Box Rotated(float radians, int height, int width)
    {
        // The axis of y points up here.
        var corners = Corners(
            -(int)(height * (Top - 0.5f)),
            (int)(width * (Left - 0.5f)),
            -(int)(height * (Bottom - 0.5f)),
            (int)(width * (Right - 0.5f))
        );
        var (sin, cos) = MathF.SinCos(radians);
        var moved = Array.ConvertAll(
            corners,
            corner => (Y: (int)(cos * corner.Y + sin * corner.X), X: (int)(-sin * corner.Y + cos * corner.X))
        );
        return Within(
            -((float)moved.Max(corner => corner.Y) / height - 0.5f),
            (float)moved.Min(corner => corner.X) / width + 0.5f,
            -((float)moved.Min(corner => corner.Y) / height - 0.5f),
            (float)moved.Max(corner => corner.X) / width + 0.5f
        );
    }

    static (int Y, int X)[] Corners(int top, int left, int bottom, int right) =>
        [(top, left), (top, right), (bottom, left), (bottom, right)];

    // The released code makes a strip at the edge of an object that has left the image, and so teaches that ground is
    // an object; here such a box has no area.
    static Box Within(float top, float left, float bottom, float right) =>
        new(Math.Clamp(top, 0, 1), Math.Clamp(left, 0, 1), Math.Clamp(bottom, 0, 1), Math.Clamp(right, 0, 1));
}

/// <summary>A rectangle of pixels.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Height">Rows; 0 for none.</param>
/// <param name="Width">Columns; 0 for none.</param>
public readonly record struct Region(int Top, int Left, int Height, int Width);
