using System.Text;

namespace EvoNas.Genetics;

/// <summary>The words of a written genotype: one a gene, brackets and separators left out.</summary>
static class GenotypeWords
{
    /// <summary>Numbers between commas, blanks and, where no number may be negative, dashes.</summary>
    /// <returns>Null where a comma or a dash has no number beside it.</returns>
    public static List<string>? Indices(string text, bool dashes)
    {
        var pieces = Plain(text, quotes: true).Split(',');
        var words = new List<string>();
        for (var i = 0; i < pieces.Length; i++)
        {
            var blanks = pieces[i].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            // A list of one is written (1,) elsewhere.
            if (blanks.Length == 0 && (i == 0 || i < pieces.Length - 1))
                return null;
            foreach (var word in blanks)
                // A dash in front is a sign.
                if (!dashes || word[0] == '-' && word.Length > 1)
                    words.Add(word);
                else if (word != "-")
                    words.AddRange(word.Split('-'));
        }
        return words.Contains("") ? null : words;
    }

    /// <summary>The ways in which a text may be cut into values, the most probable one first.</summary>
    public static IEnumerable<List<string>> Values(string text)
    {
        var plain = Plain(text, quotes: false);
        if (Cut(plain, ',') is { Count: > 1 } listed)
        {
            yield return listed;
            yield break;
        }
        yield return [Unquoted(plain.Trim())];
        if (Cut(plain.Trim(), ' ') is { Count: > 1 } spaced)
            yield return spaced;
        if (Cut(plain, '-') is { Count: > 1 } dashed)
            yield return dashed;
    }

    /// <summary>The digits of a whole number, which other programs write as <c>12.0</c> too; null for another
    /// text.</summary>
    public static string? Whole(string word)
    {
        var point = word.IndexOf('.');
        var digits = point > 0 && word.AsSpan(point + 1).TrimEnd('0').IsEmpty ? word[..point] : word;
        return digits.Length > 0 && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    // Blanks for brackets, and for quotes where these hold no words.
    static string Plain(string text, bool quotes)
    {
        var plain = new StringBuilder(text.Length);
        var open = '\0';
        foreach (var one in text)
        {
            if (one is '\'' or '"' && (open == '\0' || open == one))
                open = open == '\0' ? one : '\0';
            plain.Append(one is '(' or ')' or '[' or ']' && open == '\0' || quotes && one is '\'' or '"' ? ' ' : one);
        }
        return plain.ToString();
    }

    static List<string> Cut(string text, char separator)
    {
        var (words, word, open) = (new List<string>(), new StringBuilder(), '\0');
        foreach (var one in text)
            if (one == separator && open == '\0')
            {
                words.Add(Unquoted(word.ToString().Trim()));
                word.Clear();
            }
            else
            {
                if (one is '\'' or '"' && (open == '\0' || open == one))
                    open = open == '\0' ? one : '\0';
                word.Append(one);
            }
        words.Add(Unquoted(word.ToString().Trim()));
        return words;
    }

    static string Unquoted(string word) =>
        word.Length > 1 && word[0] is '\'' or '"' && word[^1] == word[0] ? word[1..^1] : word;
}
