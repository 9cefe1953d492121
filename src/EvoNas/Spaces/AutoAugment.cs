using System.Text.Json.Nodes;
using EvoNas.Augmentations;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>Five sub-policies of two operations each, with magnitude and probability.</summary>
/// <remarks>Sources: Cubuk et al. 2019, arXiv:1805.09501, §3; Zoph et al. 2020, arXiv:1906.11172, §3 for detection, in
/// the form in which they were released as open search spaces, whose tables hold
/// <see cref="AugmentationKind.CutoutImage"/> twice (operations 3 and 11).</remarks>
static class AutoAugment
{
    const int SubPolicies = 5,
        Operations = 2;

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
        AugmentationKind.Sharpness,
        AugmentationKind.CutoutImage,
    ];

    public static Space Detection { get; } =
        Of(
            "autoaugment_detection",
            "detection",
            [
                .. Shared,
                AugmentationKind.SolarizeOnlyBBoxes,
                AugmentationKind.CutoutOnlyBBoxes,
                AugmentationKind.TranslateXOnlyBBoxes,
                AugmentationKind.TranslateYOnlyBBoxes,
                AugmentationKind.ShearXOnlyBBoxes,
                AugmentationKind.ShearYOnlyBBoxes,
                AugmentationKind.RotateOnlyBBoxes,
                AugmentationKind.EqualizeOnlyBBoxes,
                AugmentationKind.FlipOnlyBBoxes,
            ]
        );

    public static Space Segmentation { get; } =
        Of("autoaugment_segmentation", "segmentation", [.. Shared, AugmentationKind.CutoutSegmentation]);

    static Space Of(string name, string task, AugmentationKind[] table) =>
        new(
            new(
                name,
                [
                    .. Pairs(0, table.Length, index => index),
                    .. Pairs(1, 11, magnitude => magnitude),
                    .. Pairs(2, 11, tenth => tenth / 10.0),
                ]
            ),
            "augmentation",
            $"five pairs of {table.Length} operations for {task}, with magnitudes and probabilities",
            "Cubuk et al. 2019, arXiv:1805.09501; Zoph et al. 2020, arXiv:1906.11172",
            Specify
        )
        {
            PolicyTask = task,
            Over = network => network.Fixed(SpaceCatalog.Find(name)),
            Policy = point =>
                new([
                    .. Enumerable
                        .Range(0, SubPolicies)
                        .Select(sub =>
                            (Sequence<AugmentationOperation>)
                                [
                                    .. Enumerable
                                        .Range(0, Operations)
                                        .Select(place => OperationAt(point, table, sub, place)),
                                ]
                        ),
                ]),
        };

    static IEnumerable<Decision> Pairs(int list, int count, Func<int, Literal> value) =>
        Enumerable
            .Range(0, SubPolicies)
            .Select(sub => new Decision.ManyOf(
                $"[{list}][{sub}]",
                Operations,
                [.. Enumerable.Range(0, count).Select(i => new Candidate(value(i)))],
                Distinct: false
            ));

    static AugmentationOperation OperationAt(Point point, AugmentationKind[] table, int sub, int place) =>
        new(
            table[point.Answers[sub].Picks[place].Value.Whole],
            point.Answers[SubPolicies + sub].Picks[place].Value.Whole,
            point.Answers[2 * SubPolicies + sub].Picks[place].Value.Number
        );

    static JsonObject Specify(Point point) =>
        new()
        {
            ["op_indices"] = Lists(point, 0),
            ["magnitudes"] = Lists(point, 1),
            ["probabilities"] = Lists(point, 2),
        };

    static JsonArray Lists(Point point, int list) =>
        [.. Enumerable.Range(list * SubPolicies, SubPolicies).Select(i => point.Answers[i].Value.ToJson())];
}
