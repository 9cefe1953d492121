using System.Globalization;
using EvoNas.Augmentations;
using EvoNas.Spaces;

namespace EvoNas.Torch.Augmentations;

/// <summary>From what people write to a policy that varies images of classes, which have neither boxes nor
/// masks.</summary>
static class ClassificationPolicy
{
    const string AutoAugment = "autoaugment",
        RandAugment = "randaugment:";

    // Lengths in pixels are published for ImageNet's images.
    const double PublishedSide = 224;

    const int DrawsMax = 15;

    /// <summary>The policy for images of a side; null for null.</summary>
    /// <param name="text"><c>autoaugment</c> (the one found for ImageNet), <c>randaugment:N,M</c>, or a space of
    /// policies and a genotype with a blank between.</param>
    /// <param name="side">Of the images as they are stored, in pixels: what is published in pixels of 224 is scaled
    /// to it.</param>
    /// <exception cref="RequestException">It is none of these, or needs boxes or masks.</exception>
    public static AugmentationPolicy? Read(string? text, int side) =>
        text is null
            ? null
            : ScaledTo(
                text == AutoAugment ? NamedPolicies.ClassificationV0
                    : text.StartsWith(RandAugment, StringComparison.Ordinal) ? Random(text)
                    : OfSpace(text),
                side
            );

    static AugmentationPolicy Random(string text)
    {
        var numbers = text[RandAugment.Length..].Split(',', StringSplitOptions.TrimEntries);
        if (
            numbers.Length == 2
            && Whole(numbers[0], 1, DrawsMax) is { } draws
            && Whole(numbers[1], 0, AugmentationOperation.MagnitudeMax) is { } magnitude
        )
            return NamedPolicies.RandAugment(draws, magnitude);
        throw new RequestException(
            $"'{text}' is no RandAugment: N operations per image, 1 to {DrawsMax}, "
                + $"of magnitude M, 0 to {AugmentationOperation.MagnitudeMax}.",
            "Such as randaugment:2,5."
        );
    }

    static AugmentationPolicy OfSpace(string text)
    {
        if (
            text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            is not [var name, var genotype]
        )
            throw new RequestException(
                $"evonas.training.augment is '{text}'.",
                "It is none, autoaugment, randaugment:N,M, or a space of policies and a genotype, "
                    + "such as 'randaugment_detection 1,4'."
            );
        var space = SpaceCatalog.Find(name);
        if (space.Policy is not { } policyOf)
        {
            var known = SpaceCatalog.All.Where(one => one.Policy is not null).Select(one => one.Name);
            throw new RequestException($"'{name}' is no space of policies.", $"These are: {string.Join(", ", known)}.");
        }
        var policy = policyOf(space.Decisions.Read(space.Decisions.Parse(genotype)));
        foreach (var operation in policy.Choices.SelectMany(choice => choice))
        {
            if (!operation.NeedsBoxes && !operation.NeedsMask)
                continue;
            var changed = operation.NeedsBoxes ? "boxes" : "masks";
            throw new RequestException(
                $"{operation.Kind} of this policy changes {changed}, and images of classes have none.",
                "Take a policy whose operations change whole images."
            );
        }
        return policy;
    }

    static AugmentationPolicy ScaledTo(AugmentationPolicy policy, int side) =>
        policy with
        {
            Choices =
            [
                .. policy.Choices.Select(choice =>
                    (Sequence<AugmentationOperation>)
                        [.. choice.Select(operation => operation with { Max = operation.Max * side / PublishedSide })]
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
