using System.Globalization;
using EvoNas.Augmentations;
using EvoNas.Cli.Views;

namespace EvoNas.Cli.Spaces;

/// <summary>A policy of augmentation as a table: a row an operation.</summary>
static class PolicyTable
{
    public static Listing Of(AugmentationPolicy policy)
    {
        var rows = new Listing(
            ("CHOICE", Listing.Kind.Text),
            ("OPERATION", Listing.Kind.Text),
            ("MAGNITUDE", Listing.Kind.Number),
            ("AMOUNT", Listing.Kind.Number),
            ("PROBABILITY", Listing.Kind.Number)
        );
        foreach (var (number, choice) in policy.Choices.Index())
        foreach (var (place, operation) in choice.Index())
            rows.Add(
                place == 0
                    ? $"{number + 1} of {policy.Choices.Count}{(policy.Draws == 1 ? "" : $", {policy.Draws} drawn")}"
                    : "",
                operation.Kind.ToString(),
                operation.HasMagnitude ? Text(operation.Magnitude) : "",
                operation.HasMagnitude ? Text(operation.Amount) : "",
                Text(operation.Probability ?? 1)
            );
        return rows;
    }

    static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}
