using System.Globalization;

namespace EvoNas.Reports.Drawings;

/// <summary>One direction of a plot: numbers to pixels, with ticks at round numbers.</summary>
/// <param name="Low">The number at <paramref name="From"/>; positive where the axis is logarithmic.</param>
/// <param name="High">The number at <paramref name="To"/>; above <paramref name="Low"/>.</param>
/// <param name="From">In pixels.</param>
/// <param name="To">In pixels; below <paramref name="From"/> for an axis that points up.</param>
/// <param name="IsLogarithmic">Equal factors have equal lengths.</param>
sealed record Axis(double Low, double High, double From, double To, bool IsLogarithmic = false)
{
    const double LogarithmicFrom = 50;

    /// <summary>An axis for what was measured, with a margin; logarithmic where the largest is more than fifty times
    /// the smallest.</summary>
    public static Axis Over(double low, double high, double from, double to)
    {
        if (low > 0 && high / low > LogarithmicFrom)
            return new(low / 1.1, high * 1.1, from, to, IsLogarithmic: true);
        var margin = high > low ? (high - low) * 0.04 : Math.Max(1e-6, Math.Abs(high) * 0.05);
        return new(low - margin, high + margin, from, to);
    }

    /// <summary>The range that matters: a few very bad candidates would press all others against the upper edge, so the
    /// worst fiftieth is left out where it needs more than half of the height.</summary>
    /// <param name="values">Finite; at least one.</param>
    public static (double Low, double High) Robust(IEnumerable<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var (low, most, high) = (sorted[0], sorted[sorted.Length / 50], sorted[^1]);
        return most - low > high - most && most < high ? (most, high) : (low, high);
    }

    /// <summary>Where a number lies; one beyond the axis lies at its end.</summary>
    public double At(double value)
    {
        var share = IsLogarithmic
            ? Math.Log(Math.Max(value, double.Epsilon) / Low) / Math.Log(High / Low)
            : (value - Low) / (High - Low);
        return From + Math.Clamp(share, 0, 1) * (To - From);
    }

    /// <summary>Round numbers along the axis with their texts; from two to about <paramref name="about"/>.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks(int about = 9)
    {
        if (IsLogarithmic)
            return LogarithmicTicks();
        var step = RoundStep((High - Low) / about);
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        var ticks = new List<(double, string)>();
        // By index: sums of 0.1 would drift.
        for (var i = Math.Ceiling(Low / step - 1e-9); i * step <= High + step * 1e-9; i++)
            // Adding zero turns −0 into 0.
            ticks.Add((i * step + 0.0, Text(i * step + 0.0, step, decimals)));
        return ticks;
    }

    static string Text(double value, double step, int decimals)
    {
        var large = Math.Abs(value);
        return large < 10_000 ? value.ToString("N" + decimals, CultureInfo.InvariantCulture)
            : step / large >= 0.01 ? Figures.Short(value)
            : large < 1e15 ? value.ToString("N0", CultureInfo.InvariantCulture)
            : value.ToString("G6", CultureInfo.InvariantCulture);
    }

    List<(double, string)> LogarithmicTicks()
    {
        var ticks = new List<(double, string)>();
        var decades = Math.Log10(High / Low);
        double[] digits = decades < 3 ? [1, 2, 5] : [1];
        var every = Math.Max(1, (int)Math.Ceiling(decades / 8));
        for (var decade = (int)Math.Floor(Math.Log10(Low)); decade <= Math.Log10(High); decade++)
            foreach (var digit in digits)
                if (decade % every == 0 && digit * Math.Pow(10, decade) is var value && value >= Low && value <= High)
                    ticks.Add((value, Figures.Short(value)));
        return ticks;
    }

    // The next of 1, 2, 5, 10, 20, …
    static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return (least / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
