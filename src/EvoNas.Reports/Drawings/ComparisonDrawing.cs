namespace EvoNas.Reports.Drawings;

/// <summary>The best so far of several searches over their evaluations.</summary>
static class ComparisonDrawing
{
    /// <summary>As SVG.</summary>
    public static string Svg(IReadOnlyList<ReportedSearch> searches)
    {
        var lines = searches.Select(search => search.Rises(inOrderOfEnds: true).ToArray()).ToArray();
        // What each had after a hundredth of its evaluations: the first draws say nothing about a search.
        var early = searches
            .Zip(lines)
            .Where(pair => pair.Second.Length > 0)
            .Select(pair =>
                pair.Second.LastOrDefault(rise => rise.At <= pair.First.View.Ended / 100, pair.Second[0]).Best
            )
            .ToArray();
        var plot = new Plot
        {
            Title = "Best so far",
            Subtitle = early.Length == 0 ? "No candidate has a score yet." : "",
            X = Plot.Counting(searches.Max(search => search.View.Ended)),
            Y = Plot.Upright(
                early.Length == 0 ? (0, 1) : (early.Min(), lines.SelectMany(line => line).Max(rise => rise.Best))
            ),
            XName = "evaluations",
            YName = "fitness",
        };
        foreach (var (i, (search, line)) in searches.Zip(lines).Index())
        {
            if (line.Length == 0)
                continue;
            var style = $"series s{i % PlotStyle.SeriesCount}";
            var points = line.Select(rise => (plot.X.At(rise.At), plot.Y.At(rise.Best)));
            plot.Add($"<path class=\"{style}\" d=\"{Plot.Steps(points, plot.X.At(search.View.Ended))}\"/>\n");
            plot.Explain(style, Figures.Cut(search.Name, searches.Count > 4 ? 12 : 24));
        }
        return plot.Svg(alone: false);
    }
}
