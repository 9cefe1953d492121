namespace EvoNas.Evolution;

/// <summary>How much evaluations of one candidate differ: a variance pooled over candidates.</summary>
/// <param name="Variance">Of one evaluation.</param>
/// <param name="Degrees">Degrees of freedom: evaluations less candidates; at least 1.</param>
public readonly record struct Noise(double Variance, int Degrees)
{
    /// <summary>Of one evaluation.</summary>
    public double Deviation => Math.Sqrt(Variance);

    /// <summary>The pooled noise of several candidates; null where none of them has two values.</summary>
    /// <param name="candidates">The values of each candidate.</param>
    public static Noise? Of(IEnumerable<Sequence<double>> candidates)
    {
        var (squares, degrees) = (0.0, 0);
        foreach (var values in candidates)
        {
            if (values.Count < 2)
                continue;
            var mean = values.Average();
            squares += values.Sum(value => (value - mean) * (value - mean));
            degrees += values.Count - 1;
        }
        return degrees == 0 ? null : new(squares / degrees, degrees);
    }

    /// <summary>How far the true mean of some evaluations may be from theirs, either way, at 95 %.</summary>
    /// <param name="count">How many evaluations; at least 1.</param>
    public double Interval(int count) =>
        Math.Sqrt(Variance / count)
        * Degrees switch
        {
            1 => 12.7062,
            2 => 4.3027,
            _ => StudentT(Degrees, 1.959964),
        };

    /// <summary>The quantile of Student's distribution at the probability at which the normal distribution has another
    /// one.</summary>
    /// <remarks>The expansion of Fisher and Cornish 1960, good to 0.5 % for the 97.5 % quantile from three degrees of
    /// freedom on, and to 8 % for three deviations.</remarks>
    /// <param name="degrees">Of freedom; at least 3.</param>
    /// <param name="z">The quantile of the normal distribution.</param>
    internal static double StudentT(int degrees, double z)
    {
        var (z3, z5, z7) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7));
        double n = degrees;
        return z
            + (z3 + z) / (4 * n)
            + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
    }
}

/// <summary>What candidates are worth before they are measured: normally distributed about a mean.</summary>
/// <param name="Mean">Of their true worth.</param>
/// <param name="Variance">Of their true worth, without the noise of the evaluations.</param>
public readonly record struct Prior(double Mean, double Variance)
{
    // Of twenty scores that differ by noise alone, a third of the noise is the error of their variance: it never shows
    // that candidates are all alike.
    const double ShareOfNoiseMin = 0.1;

    /// <summary>The prior of candidates from one score each: the variance of the scores is that of the worth and that
    /// of the noise together. That of the worth is a tenth of the noise at least.</summary>
    /// <param name="scores">At least one.</param>
    /// <param name="noise">Variance of one evaluation.</param>
    public static Prior Of(IReadOnlyCollection<double> scores, double noise)
    {
        var mean = scores.Average();
        var variance = scores.Sum(score => (score - mean) * (score - mean)) / Math.Max(1, scores.Count - 1);
        return new(mean, Math.Max(ShareOfNoiseMin * noise, variance - noise));
    }

    /// <summary>The worth of a candidate after its evaluations: their mean, shrunken towards the mean of
    /// all.</summary>
    /// <param name="mean">Of its evaluations.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="noise">Variance of one evaluation.</param>
    /// <remarks>Source: Efron and Morris 1975, <i>Data Analysis Using Stein's Estimator and its Generalizations</i>,
    /// JASA 70(350).</remarks>
    public Prior After(double mean, int count, double noise)
    {
        var own = noise / count;
        // Without noise the mean is the worth, whatever was thought before.
        var share = own == 0 ? 1 : Variance / (Variance + own);
        return new(Mean + (mean - Mean) * share, own * share);
    }
}
