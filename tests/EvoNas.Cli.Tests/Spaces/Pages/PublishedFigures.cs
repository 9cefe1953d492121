using System.Globalization;
using EvoNas.Networks;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>Parameters and multiply-adds as their authors print them: <c>28.5 M</c>, <c>85.4 B</c>.</summary>
sealed record PublishedFigures(string Parameters, string MultiplyAdds)
{
    static readonly Dictionary<string, PublishedFigures> _all = File.ReadLines(
            SourceTree.At("tests", "EvoNas.Cli.Tests", "Spaces", "Pages", "published.csv")
        )
        .Where(line => line.Length > 0 && line[0] != '#')
        .Skip(1)
        .Select(line => line.Split(','))
        .ToDictionary(cells => cells[0], cells => new PublishedFigures(cells[1], cells[2]));

    /// <summary>Null where we know of none.</summary>
    public static PublishedFigures? Of(string network) => _all.GetValueOrDefault(network);

    public string Text => $"{Parameters}, {MultiplyAdds}";

    /// <summary>Signed, ours against theirs; of a figure that agrees to the digits that were printed,
    /// nothing.</summary>
    public string DifferenceFrom(Cost cost) =>
        string.Join(
            ", ",
            new[]
            {
                Difference(Parameters, cost.Parameters, "parameters"),
                Difference(MultiplyAdds, cost.MultiplyAdds, "multiply-adds"),
            }.OfType<string>()
        );

    static string? Difference(string printed, long ours, string what)
    {
        var (number, unit) = (
            printed[..^2],
            printed[^1] switch
            {
                'M' => 1e6m,
                'B' => 1e9m,
                _ => throw new FormatException($"'{printed}' has no unit."),
            }
        );
        var decimals = number.Contains('.') ? number.Length - number.IndexOf('.') - 1 : 0;
        var theirs = decimal.Parse(number, CultureInfo.InvariantCulture);
        return Math.Round(ours / unit, decimals, MidpointRounding.AwayFromZero) == theirs
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{(ours / unit / theirs - 1) * 100:+0.0;−0.0} % {what}");
    }
}
