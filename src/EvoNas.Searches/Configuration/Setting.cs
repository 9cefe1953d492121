using System.Diagnostics;
using System.Globalization;

namespace EvoNas.Searches.Configuration;

/// <summary>What a setting takes.</summary>
abstract record Takes
{
    Takes() { }

    /// <summary>Any text.</summary>
    public sealed record Text(string Example) : Takes;

    /// <summary>One of a few words.</summary>
    public sealed record Word(params string[] Choices) : Takes;

    /// <summary>One of a few words, in any case of letters, or another text.</summary>
    public sealed record Name(string Example, params string[] Known) : Takes;

    public sealed record Whole(long Min, long Max = long.MaxValue) : Takes;

    /// <param name="Min">The lowest.</param>
    /// <param name="Max">The highest.</param>
    /// <param name="Excluded">The bound that is not itself part of it.</param>
    public sealed record Real(double Min, double Max, Bound Excluded = Bound.None) : Takes
    {
        /// <summary>Whether a number is within the bounds; NaN is not.</summary>
        public bool Has(double number) =>
            (Excluded == Bound.Min ? number > Min : number >= Min)
            && (Excluded == Bound.Max ? number < Max : number <= Max);
    }

    /// <summary>A bound of a range.</summary>
    public enum Bound
    {
        None,
        Min,
        Max,
    }

    public sealed record Flag : Takes;

    /// <summary>Texts, in order.</summary>
    /// <param name="Example">One of them.</param>
    /// <param name="HasCommas">A comma is part of a text; on the command line each is an option of its own.</param>
    public sealed record Texts(string Example, bool HasCommas = false) : Takes;

    /// <summary>Seconds, minutes, … with a unit.</summary>
    public sealed record Duration : Takes;

    /// <summary>Bytes, with a unit.</summary>
    public sealed record Size : Takes;

    /// <summary>In words, with the bounds.</summary>
    public string InWords =>
        this switch
        {
            Text text => $"a text such as {text.Example}",
            Name name => $"one of {string.Join(", ", name.Known)}, or a name such as {name.Example}",
            Word word => $"one of {string.Join(", ", word.Choices)}",
            Whole { Max: long.MaxValue } whole => $"a whole number of at least {whole.Min}",
            Whole whole => $"a whole number from {whole.Min} to {whole.Max}",
            Real { Excluded: Bound.Min } real => $"a number above {Plain(real.Min)}, up to {Plain(real.Max)}",
            Real { Excluded: Bound.Max } real => $"a number of at least {Plain(real.Min)}, below {Plain(real.Max)}",
            Real real => $"a number from {Plain(real.Min)} to {Plain(real.Max)}",
            Flag => "true or false",
            Texts texts => $"a list of texts such as [\"{texts.Example}\"]",
            Duration => "a duration such as 60s or 5m",
            Size => "a size such as 256MB",
            _ => throw new UnreachableException(),
        };

    /// <summary>Reads a word of a file or a command line.</summary>
    /// <returns>A string, long, double, bool, TimeSpan; null if the text is not accepted.</returns>
    public object? Read(string text) =>
        this switch
        {
            Text or Texts => text == "" ? null : text,
            Word word => word.Choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase)),
            Name name => name.Known.FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase))
                ?? (text == "" ? null : text),
            Whole whole => Number(text) is { } number
            && decimal.IsInteger(number)
            && number >= whole.Min
            && number <= whole.Max
                ? (long)number
                : null,
            Real real => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && real.Has(number)
                ? number
                : null,
            Flag => text.ToLowerInvariant() switch
            {
                "true" or "on" or "yes" => true,
                "false" or "off" or "no" => false,
                _ => null,
            },
            Duration => Units.Duration(text),
            Size => Units.Size(text),
            _ => throw new UnreachableException(),
        };

    /// <summary>In words, for the one who wrote <paramref name="text"/>: a bound that is so far away that nobody asks
    /// for it is told to who went beyond it.</summary>
    public string InWordsFor(string? text) =>
        this is Whole { Max: long.MaxValue } whole
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= whole.Max
            ? $"a whole number from {whole.Min} to {whole.Max}"
            : InWords;

    // Without an exponent.
    static string Plain(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>One key under <c>evonas</c>, which most often is an option too.</summary>
/// <param name="Path">The key: <c>evonas.search.population-size</c>. Its default stands in
/// <c>hocon/evonas.conf</c>.</param>
/// <param name="Takes">What it takes.</param>
/// <param name="Option">On the command line; null: only in files.</param>
/// <param name="HelpName">The name of the option's value in help.</param>
/// <param name="Description">What the setting does, in a few words.</param>
/// <param name="Absent">A word that stands for no value: <c>auto</c> (the program chooses) or <c>none</c> (there is no
/// bound); null: there must be one.</param>
/// <param name="Secret">Masked wherever settings are shown.</param>
/// <param name="FormerOption">An older name of a flag, still accepted and not shown in help; null: there is
/// none.</param>
sealed record Setting(
    string Path,
    Takes Takes,
    string? Option,
    string HelpName,
    string Description,
    string? Absent = null,
    bool Secret = false,
    string? FormerOption = null
)
{
    /// <summary>Its value in a node; null for <see cref="Absent"/>.</summary>
    /// <param name="node">What was written.</param>
    /// <param name="fault">Why it cannot be read; null where it can.</param>
    public object? Read(HoconNode node, out string? fault)
    {
        fault = null;
        if (Takes is Takes.Texts)
        {
            var items = (node as HoconNode.List)?.Items ?? [node];
            if (
                (node is HoconNode.List or HoconNode.Text { Quoted: true })
                && items.All(item => item is HoconNode.Text { Value.Length: > 0 })
            )
                return items.Select(item => ((HoconNode.Text)item).Value).ToArray();
        }
        else if (node is HoconNode.Text text)
        {
            if (!text.Quoted && text.Value == Absent)
                return null;
            if (Takes.Read(text.Value) is { } value)
                return value;
        }
        var near =
            Takes is Takes.Word word
            && node is HoconNode.Text miss
            && Nearest.To(miss.Value, word.Choices) is { } choice
                ? $"; did you mean '{choice}'?"
                : ".";
        fault =
            $"{node.Origin}: {Path} is {node.Kind}; it takes {Takes.InWordsFor((node as HoconNode.Text)?.Value)}"
            + (Absent is null ? near : $", or {Absent}{near}");
        return null;
    }
}

/// <summary>Numbers with units, as HOCON has them.</summary>
static class Units
{
    static readonly (string[] Names, double Seconds)[] Durations =
    [
        (["ns", "nano", "nanos", "nanosecond", "nanoseconds"], 1e-9),
        (["us", "micro", "micros", "microsecond", "microseconds"], 1e-6),
        (["ms", "milli", "millis", "millisecond", "milliseconds"], 1e-3),
        (["s", "second", "seconds"], 1),
        (["m", "minute", "minutes"], 60),
        (["h", "hour", "hours"], 3600),
        (["d", "day", "days"], 86400),
    ];

    static readonly (string[] Names, double Bytes)[] Sizes =
    [
        (["B", "b", "byte", "bytes"], 1),
        (["kB", "kilobyte", "kilobytes", "KB"], 1e3),
        (["MB", "megabyte", "megabytes"], 1e6),
        (["GB", "gigabyte", "gigabytes"], 1e9),
        (["TB", "terabyte", "terabytes"], 1e12),
        (["K", "k", "Ki", "KiB"], 1024),
        (["M", "m", "Mi", "MiB"], 1 << 20),
        (["G", "g", "Gi", "GiB"], 1 << 30),
        (["T", "t", "Ti", "TiB"], 1L << 40),
    ];

    /// <summary>A duration with its unit; a bare number has none and is refused: HOCON's milliseconds are a
    /// trap.</summary>
    public static object? Duration(string text) =>
        Split(text, Durations) is { } seconds && seconds < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;

    /// <summary>Bytes; a bare number is bytes.</summary>
    public static object? Size(string text) =>
        Split(text, Sizes, bare: 1) is { } bytes && bytes <= long.MaxValue / 2 ? (long)bytes : null;

    static double? Split(string text, (string[] Names, double Factor)[] units, double? bare = null)
    {
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
            digits++;
        if (
            !double.TryParse(
                text.AsSpan(0, digits),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
            return null;
        var unit = text[digits..].Trim();
        if (unit == "")
            return number * bare;
        foreach (var (names, factor) in units)
            if (names.Contains(unit))
                return number * factor;
        return null;
    }
}
