namespace EvoNas.Tasks.Scenes;

/// <summary>An object in a scene, in whole pixels.</summary>
/// <param name="Class">From 0.</param>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Width">Columns; at least 1.</param>
/// <param name="Height">Rows; at least 1.</param>
/// <param name="Area">Pixels that belong to it and are not covered by a later object.</param>
readonly record struct SceneObject(int Class, int Left, int Top, int Width, int Height, int Area);

/// <summary>Square images of known objects: the truth of every pixel.</summary>
/// <param name="Side">Of each image, in pixels.</param>
/// <param name="Pixels">Image after image, row by row, red, green and blue: Count·Side·Side·3 bytes.</param>
/// <param name="Labels">Of each pixel 0 for the ground, class + 1 for an object: Count·Side·Side bytes.</param>
/// <param name="Objects">Of each image; at least one.</param>
sealed record SceneSet(int Side, byte[] Pixels, byte[] Labels, SceneObject[][] Objects)
{
    /// <summary>How many images.</summary>
    public int Count => Objects.Length;
}
