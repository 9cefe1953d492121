namespace EvoNas;

/// <summary>Finds the name that was probably meant by an unknown one.</summary>
public static class Nearest
{
    /// <summary>The known name with the fewest edits to <paramref name="name"/>, or null if none is near (more than a
    /// third of it differs, at least 2).</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        var (best, distance) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            var edits = Edits(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < distance)
                (best, distance) = (candidate, edits);
        }
        return distance <= Math.Max(2, name.Length / 3) ? best : null;
    }

    /// <summary>An error for an unknown name that suggests the nearest known one and lists them all.</summary>
    public static RequestException Unknown(string kind, string name, IReadOnlyCollection<string> known) =>
        new(
            $"There is no {kind} called '{name}'.",
            (To(name, known) is { } near ? $"Did you mean '{near}'? " : "") + $"Known: {string.Join(", ", known)}."
        );

    // Levenshtein distance, one row at a time.
    static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }
        return row[b.Length];
    }
}
