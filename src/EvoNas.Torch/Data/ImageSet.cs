using EvoNas.Networks;

namespace EvoNas.Torch.Data;

/// <summary>Labelled images in memory, a byte a value.</summary>
/// <param name="Shape">Of one image: [C, H, W].</param>
/// <param name="Pixels">[N, H, W, C], channels last, 0 to 255.</param>
/// <param name="Labels">[N], each below the number of classes.</param>
public sealed record ImageSet(Shape Shape, ReadOnlyMemory<byte> Pixels, ReadOnlyMemory<byte> Labels)
{
    /// <summary>How many images.</summary>
    public int Count => Labels.Length;

    /// <summary>Bytes of one image.</summary>
    public int ImageSize => (int)Shape.Elements;
}
