using System.Text.Json.Nodes;
using EvoNas.Augmentations;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>Two numbers: how many operations an image gets, and how strong all of them are.</summary>
/// <remarks>Source: Cubuk et al. 2020, arXiv:1909.13719, §3; the banks of detection and segmentation as they were
/// released as open search spaces.</remarks>
static class RandAugment
{
    static readonly AugmentationKind[] Shared =
    [
        AugmentationKind.Equalize,
        AugmentationKind.Solarize,
        AugmentationKind.Color,
        AugmentationKind.CutoutImage,
        AugmentationKind.SolarizeAdd,
        AugmentationKind.TranslateX,
        AugmentationKind.TranslateY,
        AugmentationKind.ShearX,
        AugmentationKind.ShearY,
        AugmentationKind.Rotate,
    ];

    public static Space Detection { get; } = Of("randaugment_detection", "detection", Shared);

    public static Space Segmentation { get; } =
        Of(
            "randaugment_segmentation",
            "segmentation",
            [
                .. Shared.Select(kind =>
                    kind == AugmentationKind.CutoutImage ? AugmentationKind.CutoutSegmentation : kind
                ),
            ]
        );

    static Space Of(string name, string task, AugmentationKind[] bank) =>
        new(
            new(
                name,
                [
                    Decision.Among("num_ops", 1, 2),
                    Decision.Among("magnitude", [.. Enumerable.Range(1, 10).Select(magnitude => (Literal)magnitude)]),
                ]
            ),
            "augmentation",
            $"how many of ten operations vary an image for {task}, and how strongly",
            "Cubuk et al. 2020, arXiv:1909.13719",
            point => new JsonObject { ["num_ops"] = point.Answers[0].Whole, ["magnitude"] = point.Answers[1].Whole }
        )
        {
            PolicyTask = task,
            Over = network => network.Fixed(SpaceCatalog.Find(name)),
            Policy = point =>
                new(
                    [.. bank.Select(kind => (Sequence<AugmentationOperation>)[new(kind, point.Answers[1].Whole)])],
                    point.Answers[0].Whole
                ),
        };
}
