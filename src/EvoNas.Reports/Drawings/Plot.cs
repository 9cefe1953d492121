using System.Globalization;
using System.Text;

namespace EvoNas.Reports.Drawings;

/// <summary>The frame of a plot: title, legend, axes with ticks and grid. What is plotted is added by its caller, as
/// SVG in the frame's pixels.</summary>
sealed class Plot
{
    /// <summary>Pixels of the whole drawing and of its margins.</summary>
    public const int Width = 960,
        Height = 440,
        Left = 78,
        Right = Width - 22,
        Top = 84,
        Bottom = Height - 50;

    readonly StringBuilder _body = new();
    readonly List<(string Mark, string Text)> _legend = [];

    /// <summary>What stands above.</summary>
    public required string Title { get; init; }

    /// <summary>The line below the title.</summary>
    public string Subtitle { get; set; } = "";

    /// <summary>From left to right.</summary>
    public required Axis X { get; init; }

    /// <summary>From below to above.</summary>
    public required Axis Y { get; init; }

    /// <summary>What the axes measure.</summary>
    public required string XName { get; init; }

    /// <inheritdoc cref="XName"/>
    public required string YName { get; init; }

    /// <summary>An axis over the plot's width.</summary>
    public static Axis Across(double low, double high) => Axis.Over(low, high, Left, Right);

    /// <summary>An axis over the plot's height.</summary>
    public static Axis Upright((double Low, double High) range)
    {
        var margin =
            range.High > range.Low ? (range.High - range.Low) * 0.05 : Math.Max(1e-6, Math.Abs(range.High) * 0.05);
        return new(range.Low - margin, range.High + margin, Bottom, Top);
    }

    /// <summary>An axis of births or evaluations: from 0, with a margin of a hundredth.</summary>
    public static Axis Counting(long count) => new(0, Math.Max(1, count) * 1.01, Left, Right);

    /// <summary>An axis of a duration from 0, with a margin of a hundredth.</summary>
    public static Axis Along(double longest) => new(0, Math.Max(1e-6, longest) * 1.01, Left, Right);

    /// <summary>Adds SVG in the order of painting.</summary>
    public void Add(string svg) => _body.Append(svg);

    /// <summary>Adds an entry to the legend.</summary>
    /// <param name="mark">Classes of the line or dot that it explains; none begins with another's.</param>
    /// <param name="text">What it is.</param>
    public void Explain(string mark, string text) => _legend.Add((mark, text));

    /// <summary>A line of horizontal and vertical pieces through points in pixels, to the right edge if so
    /// wanted.</summary>
    public static string Steps(IEnumerable<(double X, double Y)> points, double? until = null)
    {
        var path = new StringBuilder();
        (string X, string Y)? last = null;
        foreach (var (x, y) in points)
        {
            var (atX, atY) = (Number(x), Number(y));
            if (last is null)
                path.Append($"M{atX} {atY}");
            else if (atY != last.Value.Y)
                path.Append($"H{atX}V{atY}");
            else
                continue;
            last = (atX, atY);
        }
        if (last is not null && until is { } end)
            path.Append($"H{Number(end)}");
        return path.ToString();
    }

    /// <summary>A line through points from left to right; of a column of pixels only the first, lowest, highest and
    /// last are kept, so that its length is bounded by the width.</summary>
    public static string Line(IEnumerable<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        foreach (var column in Columns(points))
        {
            var places = new[]
            {
                0,
                Enumerable.Range(0, column.Count).MinBy(i => column[i].Y),
                Enumerable.Range(0, column.Count).MaxBy(i => column[i].Y),
                column.Count - 1,
            };
            foreach (var place in places.Distinct().Order())
                path.Append(path.Length == 0 ? 'M' : 'L')
                    .Append($"{Number(column[place].X)} {Number(column[place].Y)}");
        }
        return path.ToString();
    }

    static IEnumerable<List<(double X, double Y)>> Columns(IEnumerable<(double X, double Y)> points)
    {
        var column = new List<(double X, double Y)>();
        foreach (var point in points)
        {
            if (column.Count > 0 && (int)column[^1].X != (int)point.X)
            {
                yield return column;
                column = [];
            }
            column.Add(point);
        }
        if (column.Count > 0)
            yield return column;
    }

    /// <summary>A number of pixels with one decimal.</summary>
    public static string Number(double pixels) => pixels.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The whole drawing.</summary>
    /// <param name="alone">True for a file of its own, which brings the style sheet.</param>
    public string Svg(bool alone)
    {
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {Width} {Height}\" "
        );
        if (alone)
            svg.Append(CultureInfo.InvariantCulture, $"width=\"{Width}\" height=\"{Height}\" ");
        svg.Append($"role=\"img\" aria-label=\"{XmlText.Of(Title)}. {XmlText.Of(Subtitle)}\">\n");
        if (alone)
            svg.Append($"<style>\n{PlotStyle.Css}</style>\n");
        svg.Append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n");
        Text(svg, 16, 26, Title, "class=\"title\"");
        Text(svg, 16, 46, Subtitle, "class=\"dim\"");
        AppendAxes(svg);
        svg.Append(_body);
        AppendLegend(svg);
        return svg.Append("</svg>\n").ToString();
    }

    void AppendAxes(StringBuilder svg)
    {
        foreach (var (value, text) in X.Ticks(10))
        {
            var x = X.At(value);
            svg.Append($"<path class=\"grid\" d=\"M{Number(x)} {Top}V{Bottom}\"/>\n");
            Text(svg, x, Bottom + 18, text, "class=\"dim\" text-anchor=\"middle\"");
        }
        foreach (var (value, text) in Y.Ticks())
        {
            var y = Y.At(value);
            svg.Append($"<path class=\"grid\" d=\"M{Left} {Number(y)}H{Right}\"/>\n");
            Text(svg, Left - 8, y + 4, text, "class=\"dim\" text-anchor=\"end\"");
        }
        Text(svg, (Left + Right) / 2.0, Height - 10, XName, "text-anchor=\"middle\"");
        var middle = (Top + Bottom) / 2;
        Text(svg, 16, middle, YName, $"text-anchor=\"middle\" transform=\"rotate(-90 16 {middle})\"");
    }

    void AppendLegend(StringBuilder svg)
    {
        var x = (double)Left;
        foreach (var (mark, text) in _legend)
        {
            var isDot = mark is "dot" or "beyond";
            svg.Append(
                isDot
                    ? $"<path class=\"{mark}\" d=\"M{Number(x + 10)} 66h0\"/>\n"
                    : $"<path class=\"{mark}\" d=\"M{Number(x)} 66h20\"/>\n"
            );
            Text(svg, x + 26, 70, text, "");
            // There is nothing here to measure text with: seven pixels are a wide letter.
            x += 46 + text.Length * 7;
        }
    }

    /// <summary>A text that may come from outside.</summary>
    public static void Text(StringBuilder svg, double x, double y, string text, string attributes) =>
        svg.Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" {attributes}>{XmlText.Of(text)}</text>\n");
}
