using System.Text.Json.Nodes;

namespace EvoNas.Augmentations;

/// <summary>One operation of a policy: what, how strongly, how often.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Magnitude">0 to 10; without meaning where <see cref="HasMagnitude"/> is false.</param>
/// <param name="Probability">In [0, 1]; null: always. Operations on boxes alone change each box with a third of
/// it.</param>
public sealed record AugmentationOperation(AugmentationKind Kind, int Magnitude = 0, double? Probability = null)
{
    /// <summary>The magnitude at which operations are strongest.</summary>
    public const int MagnitudeMax = 10;

    /// <summary>The amount at magnitude 10 of translations (pixels), cutouts (half the square's side in pixels) and box
    /// cutouts (a fraction); 0 elsewhere.</summary>
    public double Max { get; init; } =
        Kind switch
        {
            AugmentationKind.TranslateX or AugmentationKind.TranslateY => 250,
            AugmentationKind.TranslateXOnlyBBoxes or AugmentationKind.TranslateYOnlyBBoxes => 120,
            AugmentationKind.CutoutImage or AugmentationKind.CutoutSegmentation or AugmentationKind.CutoutOnlyBBoxes =>
                100,
            AugmentationKind.BBoxCutout => 0.75,
            _ => 0,
        };

    /// <summary>False where an operation has nothing to vary.</summary>
    public bool HasMagnitude =>
        Kind
            is not (
                AugmentationKind.AutoContrast
                or AugmentationKind.Equalize
                or AugmentationKind.Invert
                or AugmentationKind.EqualizeOnlyBBoxes
                or AugmentationKind.FlipOnlyBBoxes
            );

    /// <summary>True for operations that look at boxes: detection alone has them.</summary>
    public bool NeedsBoxes => Kind >= AugmentationKind.BBoxCutout;

    /// <summary>True for the operation that writes into the mask on its own account: segmentation alone has
    /// it.</summary>
    public bool NeedsMask => Kind == AugmentationKind.CutoutSegmentation;

    /// <summary>What the magnitude means: bits kept, a threshold, an addition, a blending factor, half a side in
    /// pixels, a fraction, pixels, a shear, degrees; 0 where there is nothing to vary. Of what has a direction the
    /// positive one.</summary>
    /// <remarks>Source: Zoph et al. 2020, arXiv:1906.11172, table 6, in the released code's arithmetic: m/10 first, in
    /// double precision.</remarks>
    public double Amount =>
        Kind switch
        {
            AugmentationKind.Posterize => Math.Truncate(Share * 4),
            AugmentationKind.Solarize or AugmentationKind.SolarizeOnlyBBoxes => Math.Truncate(Share * 256),
            AugmentationKind.SolarizeAdd => Math.Truncate(Share * 110),
            AugmentationKind.Color
            or AugmentationKind.Contrast
            or AugmentationKind.Brightness
            or AugmentationKind.Sharpness => Share * 1.8 + 0.1,
            AugmentationKind.CutoutImage or AugmentationKind.CutoutSegmentation or AugmentationKind.CutoutOnlyBBoxes =>
                Math.Truncate(Share * Max),
            AugmentationKind.ShearX
            or AugmentationKind.ShearY
            or AugmentationKind.ShearXOnlyBBoxes
            or AugmentationKind.ShearYOnlyBBoxes => Share * 0.3,
            AugmentationKind.Rotate or AugmentationKind.RotateOnlyBBoxes => Share * 30,
            _ => Share * Max,
        };

    double Share => (double)Magnitude / MagnitudeMax;

    /// <summary>As <c>{"op": "TranslateX", "magnitude": 4, "prob": 0.6, "max_shift": 250}</c>; members without meaning
    /// are left out.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["op"] = Kind.ToString() };
        if (HasMagnitude)
            json["magnitude"] = Magnitude;
        if (Probability is { } probability)
            json["prob"] = new Genetics.Literal.Real(probability).ToJson();
        switch (Kind)
        {
            case AugmentationKind.TranslateX
            or AugmentationKind.TranslateY
            or AugmentationKind.TranslateXOnlyBBoxes
            or AugmentationKind.TranslateYOnlyBBoxes:
                json["max_shift"] = (int)Max;
                break;
            case AugmentationKind.CutoutImage
            or AugmentationKind.CutoutSegmentation
            or AugmentationKind.CutoutOnlyBBoxes:
                json["max_pad_size"] = (int)Max;
                break;
            case AugmentationKind.BBoxCutout:
                json["max_pad_fraction"] = Max;
                break;
        }
        return json;
    }
}
