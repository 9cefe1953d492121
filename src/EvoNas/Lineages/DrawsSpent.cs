using System.Globalization;
using EvoNas.Evolution;

namespace EvoNas.Lineages;

/// <summary>Draws that found no child.</summary>
/// <param name="Draws">How many for one birth.</param>
/// <param name="Limits">The hard limits that a draw had to keep; empty where there are none.</param>
/// <param name="Nearest">The metrics of these limits for the draw that came nearest to keeping them; empty where one
/// kept them.</param>
/// <param name="Left">Genotypes that were never born; null where the space is infinite, or has limits.</param>
/// <param name="Size">Genotypes of the space; null where <paramref name="Left"/> is.</param>
/// <param name="AtSeconds">When the search ended, in seconds of its own clock; 0 while it goes on.</param>
public sealed record DrawsSpent(
    long Draws,
    Sequence<Limit> Limits = default,
    Metrics Nearest = default,
    long? Left = null,
    long? Size = null,
    double AtSeconds = 0
)
{
    /// <summary>As <c>none of 2,048 draws keeps madds&lt;=1; the smallest had 12,563</c>.</summary>
    public override string ToString()
    {
        var limits = string.Join(" and ", Limits);
        if (Nearest.Count == 0)
            return $"{Exact(Draws)} draws found nothing new"
                + (Limits.Count > 0 ? $" that keeps {limits}" : "")
                + (Left is { } left && Size is { } size ? $"; {Exact(left)} of {Exact(size)} are left" : "");
        return $"none of {Exact(Draws)} draws keeps {limits}; {NearestInWords}";
    }

    /// <summary>While draws go on, as <c>no draw keeps madds&lt;=1 yet; the smallest had 12,563</c>.</summary>
    public string Yet() => $"no draw keeps {string.Join(" and ", Limits)} yet; {NearestInWords}";

    string NearestInWords =>
        Limits is [var only] && Nearest[only.Metric] is { } value
            ? $"the {(only.AtLeast ? "largest" : "smallest")} had {Exact(value)}"
            : "the nearest had " + string.Join(", ", Nearest.Select(pair => $"{pair.Key} {Exact(pair.Value)}"));

    static string Exact(double number) => number.ToString("#,0.######", CultureInfo.InvariantCulture);
}
