using System.Globalization;

namespace EvoNas.Cli.Tests.Spaces.Pages;

/// <summary>Long lists of evenly spaced whole numbers, written by their ends.</summary>
static class Runs
{
    // Of a run at least this long only the first two and the last are written.
    const int Long = 6;

    public static string Of(IReadOnlyList<string> items, string between)
    {
        var written = new List<string>();
        for (var at = 0; at < items.Count; )
        {
            var length = LengthAt(items, at);
            written.AddRange(length < Long ? [items[at]] : [items[at], items[at + 1], "…", items[at + length - 1]]);
            at += length < Long ? 1 : length;
        }
        return string.Join(between, written);
    }

    static int LengthAt(IReadOnlyList<string> items, int at)
    {
        var numbers = items
            .Skip(at)
            .Select(item =>
                int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : (int?)null
            )
            .TakeWhile(number => number is not null)
            .ToArray();
        var length = Math.Min(2, numbers.Length);
        while (length < numbers.Length && numbers[length] - numbers[length - 1] == numbers[1] - numbers[0])
            length++;
        return length;
    }
}
