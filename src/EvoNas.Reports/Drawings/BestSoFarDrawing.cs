namespace EvoNas.Reports.Drawings;

/// <summary>The best so far of one or several searches, over their evaluations or their hours.</summary>
static class BestSoFarDrawing
{
    /// <summary>As SVG.</summary>
    /// <param name="searches">At least one.</param>
    /// <param name="over">What lies along the horizontal axis.</param>
    public static string Svg(IReadOnlyList<ReportedSearch> searches, Over over)
    {
        var (unit, scale) = over == Over.Hours ? Unit(searches.Max(search => search.View.ElapsedSeconds)) : ("", 1);
        var lines = searches
            .Select(search => search.Rises(over).Select(rise => (At: rise.At * scale, rise.Best)).ToArray())
            .ToArray();
        // What each had after a hundredth of its evaluations: the first draws say nothing about a search.
        var early = searches
            .Zip(lines)
            .Where(pair => pair.Second.Length > 0)
            .Select(pair => pair.Second.LastOrDefault(rise => rise.At <= EndOf(pair.First) / 100, pair.Second[0]).Best)
            .ToArray();
        var longest = searches.Max(EndOf);
        var plot = new Plot
        {
            Title = over == Over.Hours ? "Best so far, over time" : "Best so far",
            Subtitle = early.Length == 0 ? "No candidate has a score yet." : "",
            X = over == Over.Hours ? Plot.Along(longest) : Plot.Counting((long)longest),
            Y = Plot.Upright(
                early.Length == 0 ? (0, 1) : (early.Min(), lines.SelectMany(line => line).Max(rise => rise.Best))
            ),
            XName = over == Over.Hours ? $"{unit} of search" : "evaluations",
            YName = "fitness",
        };
        foreach (var (i, (search, line)) in searches.Zip(lines).Index())
        {
            if (line.Length == 0)
                continue;
            var style = $"series s{i % PlotStyle.SeriesCount}";
            var points = line.Select(rise => (plot.X.At(rise.At), plot.Y.At(rise.Best)));
            plot.Add($"<path class=\"{style}\" d=\"{Plot.Steps(points, plot.X.At(EndOf(search)))}\"/>\n");
            if (searches.Count > 1)
                plot.Explain(style, Figures.Cut(search.Name, searches.Count > 4 ? 12 : 24));
        }
        return plot.Svg(alone: false);

        double EndOf(ReportedSearch search) =>
            over == Over.Hours ? search.View.ElapsedSeconds / 3600 * scale : search.View.Ended;
    }

    // The largest unit of which there are two, and how many of them an hour has.
    static (string Unit, double AnHour) Unit(double seconds) =>
        seconds switch
        {
            < 120 => ("seconds", 3600),
            < 2 * 3600 => ("minutes", 60),
            < 48 * 3600 => ("hours", 1),
            _ => ("days", 1 / 24.0),
        };
}
