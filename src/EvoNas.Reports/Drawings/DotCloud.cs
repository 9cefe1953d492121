using System.Globalization;
using System.Text;

namespace EvoNas.Reports.Drawings;

/// <summary>Many points as few dots: one for each cell of some pixels, the more points the darker. Its size is bounded
/// by the plot's, not by the number of points.</summary>
/// <param name="cell">The side of a cell, in pixels.</param>
sealed class DotCloud(int cell)
{
    // So few have room to be larger.
    const int FewMax = 1000;

    readonly Dictionary<(int X, int Y), int> _cells = [];

    /// <summary>Points that were added.</summary>
    public int Count { get; private set; }

    /// <summary>Dots that are drawn.</summary>
    public int Drawn => _cells.Count;

    /// <summary>Adds a point, in pixels.</summary>
    public void Add(double x, double y)
    {
        Count++;
        var at = ((int)Math.Floor(x / cell), (int)Math.Floor(y / cell));
        _cells[at] = _cells.GetValueOrDefault(at) + 1;
    }

    /// <summary>As SVG.</summary>
    /// <param name="style">The class of the dots.</param>
    public string Svg(string style)
    {
        var svg = new StringBuilder();
        var size = Count < FewMax ? " style=\"stroke-width:4.5\"" : "";
        var most = _cells.Values.DefaultIfEmpty(0).Max();
        Append(1, 1, most == 1 ? "0.85" : "0.65");
        Append(2, 4, "0.8");
        Append(5, int.MaxValue, "1");
        return svg.ToString();

        void Append(int from, int to, string opacity)
        {
            var dots = _cells.Where(pair => pair.Value >= from && pair.Value <= to).Select(pair => pair.Key);
            var path = new StringBuilder();
            foreach (var (x, y) in dots.Order())
                path.Append(CultureInfo.InvariantCulture, $"M{x * cell + cell / 2} {y * cell + cell / 2}h0");
            if (path.Length > 0)
                svg.Append($"<path class=\"{style}\"{size} opacity=\"{opacity}\" d=\"").Append(path).Append("\"/>\n");
        }
    }
}
