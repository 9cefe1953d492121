namespace EvoNas.Augmentations;

/// <summary>What an operation of a policy does to an image, under the names of the released AutoAugment
/// policies.</summary>
/// <remarks>Sources: Cubuk et al. 2019, arXiv:1805.09501, table 6; Zoph et al. 2020, arXiv:1906.11172, table 6 (those
/// with BBox in their name).</remarks>
public enum AugmentationKind
{
    /// <summary>Each channel is stretched to the whole range.</summary>
    AutoContrast,

    /// <summary>Each channel's histogram is made flat.</summary>
    Equalize,

    /// <summary>255 − value.</summary>
    Invert,

    /// <summary>Only the upper bits of each value are kept.</summary>
    Posterize,

    /// <summary>Values from a threshold on are inverted.</summary>
    Solarize,

    /// <summary>Something is added to values below 128.</summary>
    SolarizeAdd,

    /// <summary>From gray (below 1) to more colour (above 1).</summary>
    Color,

    /// <summary>From the mean gray (below 1) to more contrast (above 1).</summary>
    Contrast,

    /// <summary>From black (below 1) to brighter (above 1).</summary>
    Brightness,

    /// <summary>From smoothed (below 1) to sharper (above 1).</summary>
    Sharpness,

    /// <summary>A square becomes gray; the mask, if there is one, stays.</summary>
    CutoutImage,

    /// <summary>A square becomes gray, and in the mask the ignored label.</summary>
    CutoutSegmentation,

    /// <summary>Moved left or right.</summary>
    TranslateX,

    /// <summary>Moved up or down.</summary>
    TranslateY,

    /// <summary>Sheared along the rows.</summary>
    ShearX,

    /// <summary>Sheared along the columns.</summary>
    ShearY,

    /// <summary>Rotated about the centre.</summary>
    Rotate,

    /// <summary>One box gets a gray hole.</summary>
    BBoxCutout,

    /// <summary><see cref="Equalize"/> of boxes alone.</summary>
    EqualizeOnlyBBoxes,

    /// <summary><see cref="Solarize"/> of boxes alone.</summary>
    SolarizeOnlyBBoxes,

    /// <summary><see cref="CutoutImage"/> of boxes alone.</summary>
    CutoutOnlyBBoxes,

    /// <summary>Boxes are mirrored left to right.</summary>
    FlipOnlyBBoxes,

    /// <summary><see cref="TranslateX"/> of boxes alone.</summary>
    TranslateXOnlyBBoxes,

    /// <summary><see cref="TranslateY"/> of boxes alone.</summary>
    TranslateYOnlyBBoxes,

    /// <summary><see cref="ShearX"/> of boxes alone.</summary>
    ShearXOnlyBBoxes,

    /// <summary><see cref="ShearY"/> of boxes alone.</summary>
    ShearYOnlyBBoxes,

    /// <summary><see cref="Rotate"/> of boxes alone.</summary>
    RotateOnlyBBoxes,
}
