using EvoNas.Tasks.Data;
using EvoNas.Tasks.Pictures;

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
sealed record SceneSet(int Side, byte[] Pixels, byte[] Labels, SceneObject[][] Objects) : IPictureSource
{
    /// <summary>How many images.</summary>
    public int Count => Objects.Length;

    /// <inheritdoc/>
    public PictureFrame FrameOf(int index) => new(index, Side, Side, Side, Side);

    /// <inheritdoc/>
    public void CopyPixels(int index, Span<byte> into) => Part(Pixels, index, 3).CopyTo(into);

    /// <inheritdoc/>
    public void CopyLabels(int index, Span<byte> into) => Part(Labels, index, 1).CopyTo(into);

    ReadOnlySpan<byte> Part(byte[] all, int index, int channels) =>
        all.AsSpan(checked(index * channels * Side * Side), channels * Side * Side);

    /// <inheritdoc/>
    public IReadOnlyList<LabelledBox> BoxesOf(int index) =>
        Array.ConvertAll(
            Objects[index],
            static one => new LabelledBox(
                new(one.Left, one.Top, one.Width, one.Height),
                one.Class,
                one.Area,
                Crowd: false
            )
        );

    /// <inheritdoc/>
    public string NameOf(int index) => $"{index}";

    /// <inheritdoc/>
    public int ClassOf(int index) => 0;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> OriginalLabels(int index) => default;
}
