using System.Globalization;
using EvoNas.Augmentations;
using EvoNas.Spaces;

namespace EvoNas.Torch.Augmentations;

/// <summary>What is known of images that a policy varies.</summary>
enum PolicyImages
{
    /// <summary>The class of each.</summary>
    OfClasses,

    /// <summary>The boxes of their objects.</summary>
    WithBoxes,

    /// <summary>The class of each pixel.</summary>
    WithMasks,
}

/// <summary>From what people write to a policy that varies the images of a training.</summary>
static class TrainingPolicy
{
    const string AutoAugment = "autoaugment",
        RandAugment = "randaugment:";

    const int DrawsMax = 15;

    /// <summary>The policy for images of a side; null for null.</summary>
    /// <param name="text"><c>autoaugment</c> (the one found for ImageNet, or for COCO's boxes),
    /// <c>detection_v0</c> to <c>detection_v3</c>, <c>randaugment:N,M</c>, or a space of policies and a genotype with a
    /// blank between.</param>
    /// <param name="side">Of the images as they are stored, in pixels: what is published in pixels of images of 224
    /// (classes) or 640 (boxes, masks) is scaled to it.</param>
    /// <param name="images">What is known of them.</param>
    /// <exception cref="RequestException">It is none of these, or needs boxes or masks that these images do not
    /// have.</exception>
    public static AugmentationPolicy? Read(string? text, int side, PolicyImages images) =>
        text is null
            ? null
            : ScaledTo(
                Fitting(
                    text == AutoAugment ? Published(images)
                        : text.StartsWith(RandAugment, StringComparison.Ordinal) ? Random(text, images)
                        : NamedPolicies.All.TryGetValue(text, out var named) ? named
                        : OfSpace(text),
                    images
                ),
                side,
                PublishedSide(images)
            );

    // ImageNet's networks take 224 pixels; COCO's images have 640 on their longer side.
    static int PublishedSide(PolicyImages images) => images == PolicyImages.OfClasses ? 224 : 640;

    static AugmentationPolicy Published(PolicyImages images) =>
        images switch
        {
            PolicyImages.OfClasses => NamedPolicies.ClassificationV0,
            PolicyImages.WithBoxes => NamedPolicies.DetectionV0,
            _ => throw new RequestException(
                "No AutoAugment policy is published for segmentation.",
                "Take randaugment:2,5, or search one: --space autoaugment_segmentation."
            ),
        };

    static AugmentationPolicy Random(string text, PolicyImages images)
    {
        var numbers = text[RandAugment.Length..].Split(',', StringSplitOptions.TrimEntries);
        if (
            numbers.Length != 2
            || Whole(numbers[0], 1, DrawsMax) is not { } draws
            || Whole(numbers[1], 0, AugmentationOperation.MagnitudeMax) is not { } magnitude
        )
            throw new RequestException(
                $"'{text}' is no RandAugment: N operations per image, 1 to {DrawsMax}, "
                    + $"of magnitude M, 0 to {AugmentationOperation.MagnitudeMax}.",
                "Such as randaugment:2,5."
            );
        return images switch
        {
            PolicyImages.OfClasses => NamedPolicies.RandAugment(draws, magnitude),
            PolicyImages.WithBoxes => Bank("randaugment_detection"),
            _ => Bank("randaugment_segmentation"),
        };

        // The operations of a space, with other numbers than its own.
        AugmentationPolicy Bank(string space)
        {
            var bank = PolicyOf(space, "0,0");
            return bank with
            {
                Choices =
                [
                    .. bank.Choices.Select(choice =>
                        (Sequence<AugmentationOperation>)
                            [.. choice.Select(operation => operation with { Magnitude = magnitude })]
                    ),
                ],
                Draws = draws,
            };
        }
    }

    static AugmentationPolicy OfSpace(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            is [var name, var genotype]
            ? PolicyOf(name, genotype)
            : throw new RequestException(
                $"evonas.training.augment is '{text}'.",
                "It is none, autoaugment, randaugment:N,M, detection_v0 to detection_v3, or a space of policies and a "
                    + "genotype, such as 'randaugment_detection 1,4'."
            );

    static AugmentationPolicy PolicyOf(string name, string genotype)
    {
        var space = SpaceCatalog.Find(name);
        if (space.Policy is { } policyOf)
            return policyOf(space.Decisions.Read(space.Decisions.Parse(genotype)));
        var known = SpaceCatalog.All.Where(one => one.Policy is not null).Select(one => one.Name);
        throw new RequestException($"'{name}' is no space of policies.", $"These are: {string.Join(", ", known)}.");
    }

    static AugmentationPolicy Fitting(AugmentationPolicy policy, PolicyImages images)
    {
        foreach (var operation in policy.Choices.SelectMany(choice => choice))
        {
            if (
                (!operation.NeedsBoxes || images == PolicyImages.WithBoxes)
                && (!operation.NeedsMask || images == PolicyImages.WithMasks)
            )
                continue;
            var (changed, those) = (
                operation.NeedsBoxes ? "boxes" : "masks",
                images switch
                {
                    PolicyImages.OfClasses => "images of classes",
                    PolicyImages.WithBoxes => "images for detection",
                    _ => "images for segmentation",
                }
            );
            throw new RequestException(
                $"{operation.Kind} of this policy changes {changed}, and {those} have none.",
                "Take a policy whose operations fit the images."
            );
        }
        return policy;
    }

    static AugmentationPolicy ScaledTo(AugmentationPolicy policy, int side, double published) =>
        policy with
        {
            Choices =
            [
                .. policy.Choices.Select(choice =>
                    (Sequence<AugmentationOperation>)
                        [
                            .. choice.Select(operation =>
                                // A fraction of a box is none of pixels.
                                operation.Kind == AugmentationKind.BBoxCutout
                                    ? operation
                                    : operation with
                                    {
                                        Max = operation.Max * side / published,
                                    }
                            ),
                        ]
                ),
            ],
        };

    static int? Whole(string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= min
        && number <= max
            ? number
            : null;
}
