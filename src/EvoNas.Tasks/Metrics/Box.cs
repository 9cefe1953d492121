namespace EvoNas.Tasks.Metrics;

/// <summary>An axis-aligned box in real-valued pixels: the left upper corner and the sides, in COCO's order.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Right edge minus left edge; nothing is added to it.</param>
/// <param name="Height">Lower edge minus upper edge.</param>
readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>Right edge.</summary>
    public double Right => X + Width;

    /// <summary>Lower edge.</summary>
    public double Bottom => Y + Height;

    /// <summary>Square pixels.</summary>
    public double Area => Width * Height;

    /// <summary>Whether it covers something.</summary>
    public bool HasArea => Width > 0 && Height > 0;

    /// <summary>The box between two corners.</summary>
    public static Box OfCorners(double left, double top, double right, double bottom) =>
        new(left, top, right - left, bottom - top);

    /// <summary>The part inside an image.</summary>
    public Box Clipped(int width, int height)
    {
        var (left, top) = (Math.Clamp(X, 0, width), Math.Clamp(Y, 0, height));
        return OfCorners(left, top, Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));
    }

    /// <summary>Area that both cover; 0 where they only touch.</summary>
    public double Intersection(Box other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(X, other.X);
        if (width <= 0)
            return 0;
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y);
        return height <= 0 ? 0 : width * height;
    }

    /// <summary>Intersection over union, in [0, 1]; 0 where the union is empty.</summary>
    public double Iou(Box other)
    {
        var both = Intersection(other);
        return both == 0 ? 0 : both / (Area + other.Area - both);
    }
}

/// <summary>An annotated object.</summary>
/// <param name="Image">Id of its image.</param>
/// <param name="Category">Id of its category, as the file has it.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Area">Area of its mask in square pixels; decides whether it is small, medium or large.</param>
/// <param name="Crowd">A crowd (COCO) or a difficult object (VOC): finding it is neither right nor wrong.</param>
readonly record struct TruthBox(long Image, long Category, Box Box, double Area, bool Crowd);

/// <summary>A detected object.</summary>
/// <param name="Image">Id of its image.</param>
/// <param name="Category">Id of its category.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Score">Confidence; any finite number, higher is surer.</param>
/// <param name="MaskArea">Area of its mask where the box was derived from one; null: the area of the box.</param>
readonly record struct DetectedBox(long Image, long Category, Box Box, double Score, double? MaskArea = null)
{
    /// <summary>Square pixels, for the ranges small, medium and large.</summary>
    public double Area => MaskArea ?? Box.Area;
}
