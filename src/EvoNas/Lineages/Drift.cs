using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>The scores of one candidate that is trained again and again with the same seed: a control chart of
/// machines, data and software.</summary>
/// <param name="Birth">Which.</param>
/// <param name="First">Its score when it was born.</param>
/// <param name="Again">Its scores since, the oldest first; of many the last <see cref="Kept"/>.</param>
public sealed record Drift(BirthNumber Birth, double First, Sequence<double> Again)
{
    /// <summary>Scores that are kept.</summary>
    public const int Kept = 64;

    // With fewer scores before it nothing is usual yet.
    const int JudgedMin = 4;

    // Of a normal distribution 99.73 % lie so many deviations about the mean: Shewhart's limits.
    const double Deviations = 3;

    // Scores that are always the same may differ by the last bits where they are added up in another order.
    const double Rounding = 1e-9;

    /// <summary>Of the last score: how far it is from the mean of those before it, and how far from it is usual. Null
    /// where there are fewer than four before it.</summary>
    /// <remarks>The limits are those of a next value (Hahn 1969): three deviations, wider where few values tell the
    /// deviation.</remarks>
    public (double Off, double Usual)? Last => Judged(Again.Count - 1);

    /// <summary>Is the last score beyond what is usual?</summary>
    public bool IsOff => Found is { Ago: 0 };

    /// <summary>The latest score that was beyond what was usual before it: how many scores came after it, how far it
    /// was off, and how far was usual. What drifted and stays is soon usual itself, and is told for all that. Null
    /// where none of the kept scores was.</summary>
    public (int Ago, double Off, double Usual)? Found
    {
        get
        {
            for (var ago = 0; ago < Again.Count; ago++)
                if (Judged(Again.Count - 1 - ago) is var (off, usual) && Math.Abs(off) > usual)
                    return (ago, off, usual);
            return null;
        }
    }

    (double Off, double Usual)? Judged(int place)
    {
        if (place + 1 < JudgedMin)
            return null;
        double[] before = [First, .. Again.Items.AsSpan(..place)];
        var mean = before.Average();
        var degrees = before.Length - 1;
        var deviation = Math.Sqrt(before.Sum(value => (value - mean) * (value - mean)) / degrees);
        var usual = Noise.StudentT(degrees, Deviations) * deviation * Math.Sqrt(1 + 1.0 / before.Length);
        return (Again[place] - mean, Math.Max(usual, Rounding * Math.Abs(mean)));
    }
}
