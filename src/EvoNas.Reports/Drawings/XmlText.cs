using System.Security;

namespace EvoNas.Reports.Drawings;

/// <summary>Text from outside (names, candidates, messages) as it may stand in SVG or HTML, also between
/// quotes.</summary>
static class XmlText
{
    /// <summary>The text without markup: control characters as in JSON, the five signs of XML as entities.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="longest">Characters that are kept; an ellipsis shows that more were cut.</param>
    public static string Of(string text, int longest = int.MaxValue) =>
        // XML has no way at all to write these two. Escape gives null for null alone.
        SecurityElement
            .Escape(Printable.Of(Figures.Cut(text, longest)))!
            .Replace('\ufffe', '\ufffd')
            .Replace('\uffff', '\ufffd');
}
