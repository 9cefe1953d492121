using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Drawings;

/// <summary>Error distributions of spaces as steps: the share of networks with an error below each, with the 95 %
/// band.</summary>
static class DistributionDrawing
{
    /// <summary>As SVG.</summary>
    /// <param name="title">What stands above.</param>
    /// <param name="curves">Names with their distributions, at least one with a finite error; and the number of the
    /// line's style, which stays with a space through all drawings.</param>
    /// <param name="range">The smallest and the largest error of the axis.</param>
    /// <param name="alone">True for a file of its own.</param>
    public static string Svg(
        string title,
        IReadOnlyList<(string Name, ErrorDistribution Errors, int Style)> curves,
        (double Low, double High) range,
        bool alone = false
    )
    {
        var plot = new Plot
        {
            Title = Figures.Cut(title, 100),
            Subtitle = "Share of the networks with a smaller error; thin lines bound the 95 % band of each curve.",
            X = Plot.Across(range.Low, range.High),
            Y = new(0, 1.02, Plot.Bottom, Plot.Top),
            XName = "error",
            YName = "share of networks",
        };
        foreach (var (name, errors, style) in curves)
        {
            var line = $"series s{style % PlotStyle.SeriesCount}";
            Add(plot, errors, line, 0);
            foreach (var offset in new[] { -errors.HalfWidth, errors.HalfWidth })
                Add(plot, errors, line, offset);
            plot.Explain(line, Figures.Cut(name, curves.Count > 4 ? 14 : 28));
        }
        return plot.Svg(alone);
    }

    /// <summary>The errors that all drawings of a survey show: the worst fiftieth of the networks is left out where it
    /// needs more than half of the width.</summary>
    /// <returns>Null where no network has a finite error.</returns>
    public static (double Low, double High)? RangeOf(Survey survey)
    {
        var errors = survey.Spaces.SelectMany(space => space.Errors).Select(error => -error).ToArray();
        if (errors.Length == 0)
            return null;
        // Robust leaves out the smallest.
        var (low, high) = Axis.Robust(errors);
        return (-high, -low);
    }

    static void Add(Plot plot, ErrorDistribution errors, string line, double offset)
    {
        var points = errors
            .Steps.Prepend((Error: plot.X.Low, Share: 0.0))
            .Where(step => step.Error <= plot.X.High)
            .Select(step => (plot.X.At(step.Error), plot.Y.At(Math.Clamp(step.Share + offset, 0, 1))));
        var thin = offset == 0 ? "" : " style=\"stroke-width:0.8\" opacity=\"0.6\"";
        plot.Add($"<path class=\"{line}\"{thin} d=\"{Plot.Steps(points, Plot.Right)}\"/>\n");
    }
}
