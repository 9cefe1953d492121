using System.Globalization;
using System.Text;

namespace EvoNas;

/// <summary>Text from outside (names, candidates, labels, messages) as it may stand on a terminal or in a line of a
/// log.</summary>
public static class Printable
{
    /// <summary>The text with every control character written as in JSON: <c>\n</c>, <c>\t</c>, <c>\u001b</c>. A lone
    /// surrogate, and the signs that change the direction of what follows, are written so too.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The same object where there is nothing to escape.</returns>
    public static string Of(string text)
    {
        if (!NeedsEscape(text))
            return text;
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                escaped.Append(text[i]).Append(text[++i]);
            else if (!IsUnsafe(text[i]))
                escaped.Append(text[i]);
            else
                escaped.Append(
                    text[i] switch
                    {
                        '\n' => "\\n",
                        '\r' => "\\r",
                        '\t' => "\\t",
                        var sign => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}"),
                    }
                );
        }
        return escaped.ToString();
    }

    static bool NeedsEscape(string text)
    {
        foreach (var sign in text)
            if (IsUnsafe(sign))
                return true;
        return false;
    }

    // Categories Cc and Cs, line and paragraph separators, and embeddings, overrides and isolates of direction.
    static bool IsUnsafe(char sign) =>
        char.IsControl(sign)
        || char.IsSurrogate(sign)
        || sign is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
