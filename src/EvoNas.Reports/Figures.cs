using System.Globalization;

namespace EvoNas.Reports;

/// <summary>Numbers as people read them. Never localised: output is compared and pasted.</summary>
static class Figures
{
    /// <summary>All digits, in groups: <c>2,684,792</c>.</summary>
    public static string Exact(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: <c>1 decision</c>, <c>2,048 decisions</c>.</summary>
    public static string Counted(long count, string noun, string? plural = null) =>
        $"{Exact(count)} {(count == 1 ? noun : plural ?? noun + "s")}";

    /// <summary>Full trainings, of which rungs are parts: <c>12.3</c>.</summary>
    public static string Trainings(double count) => count.ToString("#,0.0", CultureInfo.InvariantCulture);

    /// <summary>Three digits and a suffix: <c>2.68M</c>.</summary>
    public static string Short(double number)
    {
        var (scaled, suffix) = Math.Abs(number) switch
        {
            >= 999.5e9 => (number / 1e12, "T"),
            >= 999.5e6 => (number / 1e9, "G"),
            >= 999.5e3 => (number / 1e6, "M"),
            >= 999.5 => (number / 1e3, "k"),
            _ => (number, ""),
        };
        return Significant(scaled, 3) + suffix;
    }

    /// <summary>As <c>0.8731</c>: what tells two candidates apart. Earlier versions recorded −1E+300 where the
    /// objective had no value.</summary>
    public static string Fitness(double value) =>
        value <= -1e300 ? "no value"
        : Math.Abs(value) is >= 1000 or (< 1e-3 and > 0) ? value.ToString("G5", CultureInfo.InvariantCulture)
        : value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>With its sign: <c>+0.0123</c>.</summary>
    public static string Gain(double value) => (value >= 0 ? "+" : "") + Fitness(value);

    public static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture).Replace(" ", "");

    /// <summary>As <c>12 s</c>, <c>3:07</c> or <c>2 h 05 min</c>.</summary>
    public static string Time(double seconds) =>
        seconds switch
        {
            < 0 => "0 s",
            < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
            < 59.5 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
            < 3570 => string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s"
            ),
            < 86400 * 2 => string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)Math.Round(seconds / 60) / 60} h {(int)Math.Round(seconds / 60) % 60:00} min"
            ),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0.0} d"),
        };

    /// <summary>A duration that may be very short, as <c>12 µs</c>, <c>3.4 ms</c> or <c>12 s</c>; empty for
    /// 0.</summary>
    public static string Brief(double seconds) =>
        seconds switch
        {
            <= 0 => "",
            < 999.5e-9 => Significant(seconds * 1e9, 2) + " ns",
            < 999.5e-6 => Significant(seconds * 1e6, 2) + " µs",
            < 999.5e-3 => Significant(seconds * 1e3, 2) + " ms",
            < 9.95 => Significant(seconds, 2) + " s",
            _ => Time(seconds),
        };

    /// <summary>As <c>256 MB</c>; of 1000.</summary>
    public static string Bytes(double bytes) =>
        bytes switch
        {
            >= 1e12 => Significant(bytes / 1e12, 3) + " TB",
            >= 1e9 => Significant(bytes / 1e9, 3) + " GB",
            >= 1e6 => Significant(bytes / 1e6, 3) + " MB",
            >= 1e3 => Significant(bytes / 1e3, 3) + " kB",
            _ => Significant(bytes, 3) + " B",
        };

    /// <summary>A metric by its name: costs short, shares with four digits.</summary>
    public static string Metric(string name, double value) =>
        Math.Abs(value) >= 1000 ? Short(value) : Significant(value, 4);

    /// <summary>A text cut to a width, its end shown by an ellipsis.</summary>
    public static string Cut(string text, int width) =>
        text.Length <= width ? text
        : width <= 1 ? "…"
        : text[..(width - 1)] + "…";

    /// <summary>The first line of a text that may have many, without control characters, at most so long that a line
    /// of a log holds it.</summary>
    public static string OneLine(string text)
    {
        var line = text.AsSpan().Trim();
        line = line[..(line.IndexOfAny('\r', '\n') is var end and >= 0 ? end : line.Length)];
        return Cut(string.Concat(line.ToArray().Select(one => char.IsControl(one) ? ' ' : one)), LineMax);
    }

    const int LineMax = 200;

    static string Significant(double number, int digits)
    {
        if (number == 0 || !double.IsFinite(number))
            return number.ToString(CultureInfo.InvariantCulture);
        var decimals = Math.Max(0, digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(number)) + 1e-9));
        var text = number.ToString("F" + Math.Min(decimals, 9), CultureInfo.InvariantCulture);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
