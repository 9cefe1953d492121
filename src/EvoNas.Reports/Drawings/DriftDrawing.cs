using EvoNas.Lineages;

namespace EvoNas.Reports.Drawings;

/// <summary>A control chart: what a candidate scored each time that it was trained again with the same seed.</summary>
static class DriftDrawing
{
    /// <summary>As SVG.</summary>
    /// <param name="ancestry">The history.</param>
    /// <param name="drift">What is known of drift.</param>
    public static string Svg(Ancestry ancestry, Drift drift)
    {
        // The numbers at which it was trained: its own, and those of the trainings that gave the kept scores.
        var again = ancestry
            .Everyone.Where(one => one is { Born.Guards: not null, Scored: not null })
            .TakeLast(drift.Again.Count)
            .Select(one => (X: (double)one.Born.Birth.Value, Y: one.Scored!.Fitness.Value)); // Filtered above.
        (double X, double Y)[] points = [(drift.Birth.Value, drift.First), .. again];
        var plot = new Plot
        {
            Title = $"{drift.Birth}, trained again with the same seed",
            Subtitle = DriftWords.Warning(drift) ?? "Nothing is beyond what is usual.",
            X = Plot.Counting((long)points[^1].X),
            Y = Plot.Upright((points.Min(point => point.Y), points.Max(point => point.Y))),
            XName = "birth",
            YName = "fitness",
        };
        plot.Add($"<path class=\"best\" d=\"{Plot.Line(points.Select(At))}\"/>\n");
        var dots = new DotCloud(3);
        foreach (var point in points)
            dots.Add(plot.X.At(point.X), plot.Y.At(point.Y));
        plot.Add(dots.Svg("dot"));
        plot.Explain("dot", "a training of it; the first one is its birth");
        return plot.Svg(alone: false);

        (double X, double Y) At((double X, double Y) point) => (plot.X.At(point.X), plot.Y.At(point.Y));
    }
}
