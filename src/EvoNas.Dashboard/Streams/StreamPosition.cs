using System.Globalization;

namespace EvoNas.Dashboard.Streams;

/// <summary>The last event of each search that a page knows, as <c>night:1204,day:17</c>: the id of every message of a
/// stream.</summary>
static class StreamPosition
{
    const int CharactersMax = 2048;

    /// <summary>Reads an id; what is none is left out, because a page that knows nothing is told all.</summary>
    public static Dictionary<string, long> Read(string? id)
    {
        var events = new Dictionary<string, long>(StringComparer.Ordinal);
        if (id is null || id.Length > CharactersMax)
            return events;
        foreach (var part in id.Split(','))
            if (
                part.Split(':') is [{ Length: > 0 } name, var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            )
                events[name] = last;
        return events;
    }

    /// <summary>The id of these events.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, long>> events) =>
        string.Join(
            ',',
            events.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}:{pair.Value}"))
        );
}
