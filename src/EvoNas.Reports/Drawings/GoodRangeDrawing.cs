using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Drawings;

/// <summary>Errors over the value of one decision, with its good range.</summary>
static class GoodRangeDrawing
{
    /// <summary>As SVG.</summary>
    /// <param name="space">Whose networks are shown.</param>
    /// <param name="range">Of a decision that they have.</param>
    public static string Svg(SurveyedSpace space, GoodRange range)
    {
        var points = space
            .Networks.Where(one => double.IsFinite(one.Error) && one.Decisions.ContainsKey(range.Decision))
            .Select(one => (Value: one.Decisions[range.Decision], one.Error))
            .ToArray();
        var plot = new Plot
        {
            Title = Figures.Cut($"{space.Space}: {range.Decision}", 100),
            Subtitle = $"{Figures.Counted(points.Length, "network")}; dashed lines bound the good range.",
            X = Plot.Across(range.Least, range.Most),
            Y = Plot.Upright((points.Min(point => point.Error), points.Max(point => point.Error))),
            XName = Figures.Cut(range.Decision, 60),
            YName = "error",
        };
        var dots = new DotCloud(3);
        foreach (var (value, error) in points)
            dots.Add(plot.X.At(value), plot.Y.At(error));
        plot.Add(dots.Svg("dot"));
        foreach (var bound in new[] { range.Low, range.High })
            plot.Add($"<path class=\"limit\" d=\"M{Plot.Number(plot.X.At(bound))} {Plot.Top}V{Plot.Bottom}\"/>\n");
        plot.Add($"<path class=\"best\" d=\"M{Plot.Number(plot.X.At(range.Median))} {Plot.Top}V{Plot.Bottom}\"/>\n");
        plot.Explain("dot", "network");
        plot.Explain("best", "median of the best");
        plot.Explain("limit", "95 %");
        return plot.Svg(alone: false);
    }
}
