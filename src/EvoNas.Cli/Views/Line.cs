using EvoNas.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EvoNas.Cli.Views;

/// <summary>A line of a frame: pieces with their styles, cut at the terminal's edge.</summary>
sealed class Line
{
    readonly List<(string Text, string Style)> _pieces = [];

    public int Length => _pieces.Sum(piece => piece.Text.Length);

    /// <param name="text">Without control characters and wide messages.</param>
    /// <param name="style">As in markup: <c>bold</c>, <c>grey</c>.</param>
    public Line Add(string text, string style = "")
    {
        _pieces.Add((text, style));
        return this;
    }

    /// <summary>Blanks up to a column.</summary>
    public Line To(int column) => Add(new string(' ', Math.Max(1, column - Length)));

    /// <summary>Blanks so that a text of this length ends at the right edge.</summary>
    public Line Right(int width, int length) => Add(new string(' ', Math.Max(1, width - Length - length)));

    public IEnumerable<Segment> Segments(int width)
    {
        var left = width;
        foreach (var (text, style) in _pieces)
        {
            if (left <= 0)
                yield break;
            var shown = text.Length <= left ? text : Figures.Cut(text, left);
            left -= shown.Length;
            yield return new(shown, style == "" ? Style.Plain : Style.Parse(style));
        }
    }

    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Text));
}

/// <summary>Lines from the top, as many as fit the terminal.</summary>
sealed class Frame(IReadOnlyList<Line> lines, int height)
{
    /// <summary>Columns at the right edge that stay free: what the terminal writes by itself (a Ctrl-C is echoed as two
    /// messages) would wrap there, and scroll the frame apart.</summary>
    public const int Margin = 3;

    public IReadOnlyList<Line> Lines => lines;

    /// <summary>The lines that are shown, each cut to the terminal's width.</summary>
    public IEnumerable<IEnumerable<Segment>> Fitting(int width) =>
        lines.Take(height).Select(line => line.Segments(width - Margin));
}
