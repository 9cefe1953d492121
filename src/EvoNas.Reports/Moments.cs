namespace EvoNas.Reports;

/// <summary>Count, mean and variance of numbers that come one by one.</summary>
/// <remarks>Source: Welford 1962, <i>Note on a method for calculating corrected sums of squares and
/// products</i>.</remarks>
struct Moments
{
    double _squares;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>The largest; −∞ before the first.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    public Moments() { }

    public void Add(double value)
    {
        Count++;
        var difference = value - Mean;
        Mean += difference / Count;
        _squares += difference * (value - Mean);
        Max = Math.Max(Max, value);
    }

    /// <summary>The mean; null before the first number.</summary>
    public readonly double? MeanOrNull => Count > 0 ? Mean : null;

    /// <summary>Sum of squared differences to the mean.</summary>
    public readonly double Squares => _squares;

    /// <summary>Half the width of the 95 % interval of the mean; null for fewer than two numbers.</summary>
    public readonly double? HalfWidth =>
        Count > 1 ? StudentT(Count - 1) * Math.Sqrt(_squares / (Count - 1) / Count) : null;

    // The 97.5 % quantile of Student's t. Source: Abramowitz and Stegun 1964, 26.7.5, exact to 0.01 from 4 degrees of
    // freedom on; the first three are its known values.
    static double StudentT(long freedom)
    {
        const double Normal = 1.959964;
        var (n, x) = ((double)freedom, Normal);
        return freedom switch
        {
            1 => 12.706,
            2 => 4.303,
            3 => 3.182,
            _ => x
                + (Math.Pow(x, 3) + x) / (4 * n)
                + (5 * Math.Pow(x, 5) + 16 * Math.Pow(x, 3) + 3 * x) / (96 * n * n)
                + (3 * Math.Pow(x, 7) + 19 * Math.Pow(x, 5) + 17 * Math.Pow(x, 3) - 15 * x) / (384 * n * n * n),
        };
    }
}
