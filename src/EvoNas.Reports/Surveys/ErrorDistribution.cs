namespace EvoNas.Reports.Surveys;

/// <summary>The error EDF of a sample of networks: F(e) = weight of those with an error below e.</summary>
/// <remarks>Source: Radosavovic et al. 2019, arXiv:1905.13214, §3 and 2020, arXiv:2003.13678, §3.1.</remarks>
sealed class ErrorDistribution
{
    /// <summary>Of the 95 % band of an EDF, and of the test of two of them: the 95 % quantile of Kolmogorov's
    /// distribution.</summary>
    public const double Critical = 1.36;

    readonly double[] _errors;
    readonly double[] _shares;

    ErrorDistribution(double[] errors, double[] shares, double effectiveCount)
    {
        (_errors, _shares, EffectiveCount) = (errors, shares, effectiveCount);
    }

    /// <summary>The number of equally weighted networks that say as much: (Σw)² / Σw² (Kish 1965).</summary>
    public double EffectiveCount { get; }

    /// <summary>Half the height of the 95 % band around the whole curve: 1.36/√n.</summary>
    public double HalfWidth => Critical / Math.Sqrt(EffectiveCount);

    /// <summary>Every error from the smallest on, with the weight of those that are not larger.</summary>
    public IEnumerable<(double Error, double Share)> Steps => _errors.Zip(_shares);

    /// <summary>The distribution of errors that all weigh the same.</summary>
    /// <param name="errors">At least one; +∞ for networks that diverged.</param>
    public static ErrorDistribution Of(IEnumerable<double> errors) => Of(errors.Select(error => (error, 1.0)));

    /// <summary>The distribution of weighted errors.</summary>
    /// <param name="weighted">Errors, and weights of which one at least is positive; their sum does not
    /// matter.</param>
    /// <exception cref="ArgumentException">No weight is positive, or an error is no number.</exception>
    public static ErrorDistribution Of(IEnumerable<(double Error, double Weight)> weighted)
    {
        var sorted = weighted.Where(pair => pair.Weight > 0).OrderBy(pair => pair.Error).ToArray();
        if (sorted.Length == 0 || sorted.Any(pair => double.IsNaN(pair.Error)))
            throw new ArgumentException("A distribution needs an error with a positive weight, and no NaN.");
        var (sum, squares) = (sorted.Sum(pair => pair.Weight), sorted.Sum(pair => pair.Weight * pair.Weight));
        var (errors, shares, below) = (new List<double>(), new List<double>(), 0.0);
        foreach (var (error, weight) in sorted)
        {
            below += weight;
            // A diverged network has no place on the axis; its weight keeps the curve below 1.
            if (double.IsPositiveInfinity(error))
                continue;
            if (errors.Count > 0 && errors[^1].Equals(error))
                shares[^1] = below / sum;
            else
            {
                errors.Add(error);
                shares.Add(below / sum);
            }
        }
        return new([.. errors], [.. shares], sum * sum / squares);
    }

    /// <summary>The weight of networks with an error below this one, in [0, 1].</summary>
    public double Below(double error)
    {
        var place = Array.BinarySearch(_errors, error);
        var before = place >= 0 ? place : ~place;
        return before == 0 ? 0 : _shares[before - 1];
    }

    /// <summary>The smallest error to which this share of the networks, or more, comes up; null where that many
    /// diverged.</summary>
    /// <param name="share">In (0, 1].</param>
    public double? Quantile(double share)
    {
        var place = Array.FindIndex(_shares, reached => reached >= share - 1e-12);
        return place < 0 ? null : _errors[place];
    }

    /// <summary>The Kolmogorov-Smirnov test of two samples.</summary>
    /// <returns>The largest difference of the curves; the error behind which it is; and how large chance alone makes it
    /// in one of twenty pairs of samples of one space: 1.36·√(1/n + 1/m).</returns>
    public static Comparison Compare(ErrorDistribution one, ErrorDistribution other)
    {
        var (difference, at) = (0.0, double.NaN);
        foreach (var error in one._errors.Concat(other._errors).Distinct().Order())
        {
            // Behind the step: the weight of those that are not larger.
            var gap = one.Below(double.BitIncrement(error)) - other.Below(double.BitIncrement(error));
            if (Math.Abs(gap) > Math.Abs(difference))
                (difference, at) = (gap, error);
        }
        return new(
            Math.Abs(difference),
            Critical * Math.Sqrt(1 / one.EffectiveCount + 1 / other.EffectiveCount),
            double.IsNaN(at) ? null : at,
            Math.Sign(difference)
        );
    }
}

/// <summary>How two error distributions differ.</summary>
/// <param name="Difference">The statistic D of Kolmogorov and Smirnov, in [0, 1].</param>
/// <param name="Threshold">What chance alone exceeds in one of twenty pairs.</param>
/// <param name="At">The error at which they differ most; null where they do not.</param>
/// <param name="Sign">1 where the first space has more networks below that error, −1 where it has fewer, 0 where the
/// curves are the same.</param>
readonly record struct Comparison(double Difference, double Threshold, double? At, int Sign)
{
    /// <summary>Chance alone hardly explains it.</summary>
    public bool IsSignificant => Difference > Threshold;
}
