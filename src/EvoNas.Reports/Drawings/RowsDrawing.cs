using System.Globalization;
using System.Text;

namespace EvoNas.Reports.Drawings;

/// <summary>Rows of bars under each other, each with a name to the left and a text to the right: a heat map, or what
/// slots were doing when.</summary>
/// <param name="title">What stands above.</param>
/// <param name="from">What the left edge stands for.</param>
/// <param name="to">What the right edge stands for.</param>
sealed class RowsDrawing(string title, string from, string to)
{
    const int NameWidth = 250,
        TextWidth = 120,
        RowHeight = 15,
        Top = 56,
        Shades = 10;

    /// <summary>Pixels of a row's bars.</summary>
    public const int Width = Plot.Width - NameWidth - TextWidth;

    readonly StringBuilder _texts = new();
    readonly StringBuilder[] _shades = [.. Enumerable.Range(0, Shades + 1).Select(_ => new StringBuilder())];
    int _y = Top;

    /// <summary>A line for a group of rows.</summary>
    public void Group(string name)
    {
        _y += 8;
        Plot.Text(_texts, 16, _y + 12, Figures.Cut(name, 100), "font-weight=\"600\"");
        _y += RowHeight + 2;
    }

    /// <summary>A row.</summary>
    /// <param name="name">Stands to the left.</param>
    /// <param name="text">Stands to the right.</param>
    /// <param name="bars">From and to in pixels, 0 to <see cref="Width"/>; how dark, 0 to 1.</param>
    public void Row(string name, string text, IEnumerable<(double From, double To, double Share)> bars)
    {
        Plot.Text(_texts, NameWidth - 8, _y + 12, Figures.Cut(name, 34), "text-anchor=\"end\"");
        Plot.Text(_texts, NameWidth + Width + 8, _y + 12, text, "class=\"dim\"");
        _texts.Append($"<path class=\"grid\" d=\"M{NameWidth} {_y + RowHeight}h{Width}\"/>\n");
        foreach (var (left, right, share) in bars)
            _shades[(int)Math.Ceiling(Math.Clamp(share, 0, 1) * Shades)]
                .Append($"M{Plot.Number(NameWidth + left)} {_y}h{Plot.Number(right - left)}")
                .Append($"v{RowHeight - 1}h-{Plot.Number(right - left)}z");
        _y += RowHeight;
    }

    /// <summary>As SVG.</summary>
    public string Svg()
    {
        var svg = new StringBuilder();
        svg.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {Plot.Width} {_y + 12}\" ")
            .Append($"role=\"img\" aria-label=\"{XmlText.Of(title)}\">\n")
            .Append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        Plot.Text(svg, 16, 24, title, "class=\"title\"");
        Plot.Text(svg, NameWidth, 48, from, "class=\"dim\"");
        Plot.Text(svg, NameWidth + Width, 48, to, "class=\"dim\" text-anchor=\"end\"");
        foreach (var (shade, path) in _shades.Index())
            if (shade > 0 && path.Length > 0)
                svg.Append("<g class=\"heat\"><path style=\"fill:inherit\" opacity=\"")
                    .Append((0.05 + 0.95 * shade / Shades).ToString("0.##", CultureInfo.InvariantCulture))
                    .Append($"\" d=\"{path}\"/></g>\n");
        return svg.Append(_texts).Append("</svg>\n").ToString();
    }
}
