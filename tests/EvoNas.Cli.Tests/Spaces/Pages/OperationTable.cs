using System.Globalization;
using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>The operations of a space of policies, and what the magnitudes mean.</summary>
static class OperationTable
{
    static readonly int[] Magnitudes = [1, 4, 7, 10];

    public static string Of(Space space)
    {
        var operations = Magnitudes.Select(magnitude => Operations(space, magnitude)).ToArray();
        return string.Join(
            '\n',
            [
                $"| number | operation | of | {string.Join(" | ", Magnitudes.Select(magnitude => $"at {magnitude}"))} "
                    + "|",
                $"| ---: | --- | --- | {string.Join(" | ", Magnitudes.Select(_ => "---:"))} |",
                .. operations[0]
                    .Select(
                        (operation, number) =>
                            $"| {number} | {operation.Kind} | {Subject(operation)} | "
                            + string.Join(
                                " | ",
                                operations.Select(all =>
                                    all[number].HasMagnitude
                                        ? all[number].Amount.ToString("0.####", CultureInfo.InvariantCulture)
                                        : ""
                                )
                            )
                            + " |"
                    ),
            ]
        );
    }

    // RandAugment has its whole bank in every policy; AutoAugment's first decision takes two numbers of its table.
    static AugmentationOperation[] Operations(Space space, int magnitude) =>
        space.Decisions.Decisions[0] is Decision.ManyOf { Candidates: var table } first
            ?
            [
                .. table.Select(
                    (_, number) =>
                        PolicyOf(
                            space,
                            answer =>
                                answer == first.Name ? number
                                : answer.StartsWith("[1]", StringComparison.Ordinal) ? magnitude
                                : 0
                        ).Choices[0][0]
                ),
            ]
            :
            [
                .. PolicyOf(space, answer => answer == "magnitude" ? magnitude - 1 : 0)
                    .Choices.Select(choice => choice[0]),
            ];

    static AugmentationPolicy PolicyOf(Space space, Func<string, int> gene) =>
        space.Policy!(
            space.Decisions.Read(
                Genotype.Of([
                    .. space.Decisions.Decisions.SelectMany(decision =>
                        Enumerable.Repeat(gene(decision.Name), decision.SlotCount)
                    ),
                ])
            )
        ); // Asked of spaces of policies alone.

    static string Subject(AugmentationOperation operation) =>
        operation.Kind == AugmentationKind.BBoxCutout || operation.NeedsBoxes ? "each box"
        : operation.NeedsMask ? "image and mask"
        : "image";
}
