using System.Globalization;

namespace EvoNas.Augmentations;

/// <summary>Published policies.</summary>
/// <remarks>Sources: Cubuk et al. 2019, arXiv:1805.09501; Zoph et al. 2020, arXiv:1906.11172, in the versions that were
/// released with the code.</remarks>
public static class NamedPolicies
{
    /// <summary>The five sub-policies that were found first for detection (Zoph et al. 2020, the released
    /// v0).</summary>
    public static AugmentationPolicy DetectionV0 { get; } =
        Read(
            """
            TranslateX 4 0.6, Equalize 0.8
            TranslateYOnlyBBoxes 2 0.2, CutoutImage 8 0.8
            Sharpness 8 0.0, ShearX 0 0.4
            ShearY 2 1.0, TranslateYOnlyBBoxes 6 0.6
            Rotate 10 0.6, Color 6 1.0
            """
        );

    /// <summary>Twenty sub-policies for detection (the released v1).</summary>
    public static AugmentationPolicy DetectionV1 { get; } =
        Read(
            """
            TranslateX 4 0.6, Equalize 0.8
            TranslateYOnlyBBoxes 2 0.2, CutoutImage 8 0.8
            Sharpness 8 0.0, ShearX 0 0.4
            ShearY 2 1.0, TranslateYOnlyBBoxes 6 0.6
            Rotate 10 0.6, Color 6 1.0
            Color 0 0.0, ShearXOnlyBBoxes 4 0.8
            ShearYOnlyBBoxes 2 0.8, FlipOnlyBBoxes 0.0
            Equalize 0.6, TranslateX 2 0.2
            Color 10 1.0, TranslateYOnlyBBoxes 6 0.4
            Rotate 10 0.8, Contrast 10 0.0
            CutoutImage 2 0.2, Brightness 10 0.8
            Color 6 1.0, Equalize 1.0
            CutoutOnlyBBoxes 6 0.4, TranslateYOnlyBBoxes 2 0.8
            Color 8 0.2, Rotate 10 0.8
            Sharpness 4 0.4, TranslateYOnlyBBoxes 4 0.0
            Sharpness 4 1.0, SolarizeAdd 4 0.4
            Rotate 8 1.0, Sharpness 8 0.2
            ShearY 10 0.6, EqualizeOnlyBBoxes 0.6
            ShearX 6 0.2, TranslateYOnlyBBoxes 10 0.2
            SolarizeAdd 8 0.6, Brightness 10 0.8
            """
        );

    /// <summary>Fifteen sub-policies for detection, most of three operations (the released v2).</summary>
    public static AugmentationPolicy DetectionV2 { get; } =
        Read(
            """
            Color 6 0.0, CutoutImage 8 0.6, Sharpness 8 0.4
            Rotate 8 0.4, Sharpness 2 0.4, Rotate 10 0.8
            TranslateY 8 1.0, AutoContrast 0.8
            AutoContrast 0.4, ShearX 8 0.8, Brightness 10 0.0
            SolarizeAdd 6 0.2, Contrast 10 0.0, AutoContrast 0.6
            CutoutImage 0 0.2, Solarize 8 0.8, Color 4 1.0
            TranslateY 4 0.0, Equalize 0.6, Solarize 10 0.0
            TranslateY 2 0.2, ShearY 8 0.8, Rotate 8 0.8
            CutoutImage 8 0.8, Brightness 8 0.8, CutoutImage 2 0.2
            Color 4 0.8, TranslateY 6 1.0, Rotate 6 0.6
            Rotate 10 0.6, BBoxCutout 4 1.0, CutoutImage 8 0.2
            Rotate 0 0.0, Equalize 0.6, ShearY 8 0.6
            Brightness 8 0.8, AutoContrast 0.4, Brightness 2 0.2
            TranslateY 8 0.8, Solarize 6 0.4, SolarizeAdd 10 0.2
            Contrast 10 1.0, SolarizeAdd 8 0.2, Equalize 0.2
            """
        );

    /// <summary>Fifteen sub-policies for detection (the released v3).</summary>
    public static AugmentationPolicy DetectionV3 { get; } =
        Read(
            """
            Posterize 2 0.8, TranslateX 8 1.0
            BBoxCutout 10 0.2, Sharpness 8 1.0
            Rotate 8 0.6, Rotate 10 0.8
            Equalize 0.8, AutoContrast 0.2
            SolarizeAdd 2 0.2, TranslateY 8 0.2
            Sharpness 2 0.0, Color 8 0.4
            Equalize 1.0, TranslateY 8 1.0
            Posterize 2 0.6, Rotate 10 0.0
            AutoContrast 0.6, Rotate 6 1.0
            Equalize 0.0, CutoutImage 10 0.8
            Brightness 2 1.0, TranslateY 6 1.0
            Contrast 2 0.0, ShearY 0 0.8
            AutoContrast 0.8, Contrast 10 0.2
            Rotate 10 1.0, CutoutImage 10 1.0
            SolarizeAdd 6 1.0, Equalize 0.8
            """
        );

    /// <summary>The policy found for ImageNet, with the translations of the released code (Cubuk et al. 2019, table
    /// 9).</summary>
    public static AugmentationPolicy ClassificationV0 { get; } =
        Read(
            """
            Equalize 0.8, ShearY 4 0.8
            Color 9 0.4, Equalize 0.6
            Color 1 0.4, Rotate 8 0.6
            Solarize 3 0.8, Equalize 0.4
            Solarize 2 0.4, Solarize 2 0.6
            Color 0 0.2, Equalize 0.8
            Invert 0.4, Rotate 0 0.6
            Color 1 0.6, Equalize 1.0
            Invert 0.4, Rotate 0 0.9
            Equalize 1.0, ShearY 3 0.6
            Color 7 0.4, Equalize 0.6
            Posterize 6 0.4, AutoContrast 0.4
            Solarize 8 0.6, Color 9 0.6
            Solarize 4 0.2, Rotate 9 0.8
            Rotate 7 1.0, TranslateY 9 0.8
            ShearX 0 0.0, Solarize 4 0.8
            ShearY 0 0.8, Color 4 0.6
            Color 0 1.0, Rotate 2 0.6
            Equalize 0.8, Equalize 0.0
            Equalize 1.0, AutoContrast 0.6
            ShearY 7 0.4, SolarizeAdd 7 0.6
            Posterize 2 0.8, Solarize 10 0.6
            Solarize 8 0.6, Equalize 0.6
            Color 6 0.8, Rotate 5 0.4
            """
        );

    /// <summary>RandAugment for classification: of fifteen operations so many are drawn for each image, all of one
    /// magnitude.</summary>
    /// <param name="draws">Operations per image.</param>
    /// <param name="magnitude">0 to 10.</param>
    /// <remarks>Source: Cubuk et al. 2020, arXiv:1909.13719, with the bank of the released code, which has shorter
    /// translations and smaller cutouts than the policies that were searched.</remarks>
    public static AugmentationPolicy RandAugment(int draws, int magnitude) =>
        new(
            [
                .. _bank.Select(kind =>
                    (Sequence<AugmentationOperation>)
                        [
                            kind switch
                            {
                                AugmentationKind.TranslateX or AugmentationKind.TranslateY => new(kind, magnitude)
                                {
                                    Max = 100,
                                },
                                AugmentationKind.CutoutImage => new(kind, magnitude) { Max = 40 },
                                _ => new(kind, magnitude),
                            },
                        ]
                ),
            ],
            draws
        );

    static readonly AugmentationKind[] _bank =
    [
        AugmentationKind.AutoContrast,
        AugmentationKind.Equalize,
        AugmentationKind.Invert,
        AugmentationKind.Rotate,
        AugmentationKind.Posterize,
        AugmentationKind.Solarize,
        AugmentationKind.Color,
        AugmentationKind.Contrast,
        AugmentationKind.Sharpness,
        AugmentationKind.ShearX,
        AugmentationKind.ShearY,
        AugmentationKind.TranslateX,
        AugmentationKind.TranslateY,
        AugmentationKind.CutoutImage,
        AugmentationKind.SolarizeAdd,
    ];

    /// <summary>By the name of the release: <c>detection_v0</c>.</summary>
    public static IReadOnlyDictionary<string, AugmentationPolicy> All { get; } =
        new SortedDictionary<string, AugmentationPolicy>(StringComparer.Ordinal)
        {
            ["detection_v0"] = DetectionV0,
            ["detection_v1"] = DetectionV1,
            ["detection_v2"] = DetectionV2,
            ["detection_v3"] = DetectionV3,
            ["classification_v0"] = ClassificationV0,
        };

    // A line a sub-policy; of each operation the name, the magnitude where it has one, and the probability.
    static AugmentationPolicy Read(string text) =>
        new([
            .. text.Split('\n')
                .Select(line =>
                    (Sequence<AugmentationOperation>)
                        [
                            .. line.Trim()
                                .Split(", ")
                                .Select(operation =>
                                {
                                    var words = operation.Split(' ');
                                    return new AugmentationOperation(
                                        Enum.Parse<AugmentationKind>(words[0]),
                                        words.Length == 3 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 0,
                                        double.Parse(words[^1], CultureInfo.InvariantCulture)
                                    );
                                }),
                        ]
                ),
        ]);
}
