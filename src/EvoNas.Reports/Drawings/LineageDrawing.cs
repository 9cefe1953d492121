using System.Text;
using EvoNas.Lineages;

namespace EvoNas.Reports.Drawings;

/// <summary>A lineage drawn: births from left to right, the fitter the higher; the best so far as steps, the winner's
/// line of descent as lines from parent to child.</summary>
/// <remarks>A layout of 100,000 nodes would be a ball of wool; birth and fitness place every candidate at
/// once.</remarks>
static class LineageDrawing
{
    const int NamedMax = 150;

    /// <summary>As SVG of at most 1 MB, whatever the number of births.</summary>
    /// <param name="search">Has at least one scored candidate, or the drawing says that it has none.</param>
    /// <param name="alone">True for a file of its own.</param>
    /// <param name="cell">Births of one cell of so many pixels are one dot.</param>
    public static string Svg(ReportedSearch search, bool alone, int cell = 3)
    {
        var scored = search.Everyone.Select(ReportedSearch.FitnessOf).OfType<double>().ToArray();
        var plot = new Plot
        {
            Title = $"{Figures.Cut(search.Name, 64)}: fitness by birth",
            X = Plot.Counting(search.View.Born),
            Y = Plot.Upright(scored.Length > 0 ? Axis.Robust(scored) : (0, 1)),
            XName = "birth",
            YName = "fitness",
        };
        if (search.Winner is not { } winner)
        {
            plot.Subtitle = "No candidate has a score yet.";
            return plot.Svg(alone);
        }
        var (dots, beyond) = (new DotCloud(cell), new DotCloud(cell));
        foreach (var one in search.Everyone)
            if (ReportedSearch.FitnessOf(one) is { } fitness)
                (one.Scored is { Fitness.Feasible: false } ? beyond : dots).Add(
                    plot.X.At(one.Born.Birth.Value),
                    plot.Y.At(fitness)
                );
        plot.Add(beyond.Svg("beyond"));
        plot.Add(dots.Svg("dot"));
        AddFailures(plot, search);
        var rises = search.Rises(Over.Births).Select(rise => (plot.X.At(rise.At), plot.Y.At(rise.Best)));
        plot.Add($"<path class=\"best\" d=\"{Plot.Steps(rises, plot.X.At(search.View.Born))}\"/>\n");
        AddLine(plot, search);
        plot.Subtitle = Subtitle(search, winner, dots, beyond, scored.Count(one => one < plot.Y.Low));
        Explain(plot, search, dots, beyond);
        return plot.Svg(alone);
    }

    static string Subtitle(ReportedSearch search, Biography winner, DotCloud dots, DotCloud beyond, int below)
    {
        var drawn = dots.Drawn + beyond.Drawn;
        return $"{Figures.Counted(search.View.Born, "birth")}, {Figures.Exact(search.View.Scored)} scored; "
            // A winner has a score.
            + $"the best is {winner.Born.Birth} with {Figures.Fitness(winner.Scored!.Fitness.Value)}"
            + (drawn < dots.Count + beyond.Count ? $"; drawn as {Figures.Counted(drawn, "dot")}" : "")
            + (below > 0 ? $"; {Figures.Exact(below)} below the axis stand at its foot" : "");
    }

    static void Explain(Plot plot, ReportedSearch search, DotCloud dots, DotCloud beyond)
    {
        plot.Explain("best", "best so far");
        plot.Explain("kin", "the winner's ancestors");
        if (dots.Count > 0)
            plot.Explain("dot", "candidate");
        if (beyond.Count > 0)
            plot.Explain("beyond", "beyond a limit");
        if (search.View.RuledOut.Count > 0)
            plot.Explain("fail", "ruled out (at the foot)");
    }

    // Short strokes at the foot, one for each column of pixels.
    static void AddFailures(Plot plot, ReportedSearch search)
    {
        var columns = search
            .Everyone.Where(one => one.RuledOut is not null)
            .Select(one => (int)plot.X.At(one.Born.Birth.Value))
            .Distinct();
        var path = string.Concat(columns.Select(x => $"M{x} {Plot.Bottom}v-7"));
        if (path != "")
            plot.Add($"<path class=\"fail\" d=\"{path}\"/>\n");
    }

    static void AddLine(Plot plot, ReportedSearch search)
    {
        var line = search
            .Line.Select(one => (One: one, Fitness: ReportedSearch.FitnessOf(one)))
            .Where(pair => pair.Fitness is not null)
            .Select(pair => (pair.One, X: plot.X.At(pair.One.Born.Birth.Value), Y: plot.Y.At(pair.Fitness!.Value)))
            .ToArray();
        plot.Add($"<path class=\"kin\" d=\"{Plot.Line(line.Select(one => (one.X, one.Y)))}\"/>\n");
        var svg = new StringBuilder();
        var last = double.NegativeInfinity;
        var apart = Math.Max(6, (Plot.Right - Plot.Left) / (double)NamedMax);
        foreach (var (i, (one, x, y)) in line.Index())
        {
            if (x - last < apart && i < line.Length - 1)
                continue;
            last = x;
            svg.Append(
                $"<circle class=\"kin-dot\" cx=\"{Plot.Number(x)}\" cy=\"{Plot.Number(y)}\" "
                    + $"r=\"{(i == line.Length - 1 ? "5" : "3.5")}\">"
                    + $"<title>{XmlText.Of(Told(search, one), 300)}</title>"
                    + "</circle>\n"
            );
        }
        plot.Add(svg.ToString());
    }

    static string Told(ReportedSearch search, Biography one) =>
        $"{one.Born.Birth}: {Figures.Fitness(one.Scored!.Fitness.Value)}" // The line is of scored ones.
        + (search.Ancestry.Gain(one.Born.Birth) is { } gain ? $" ({Figures.Gain(gain)})" : "")
        + (one.Born.Change is { } change ? $", {change.Decision} {change.From} → {change.To}" : "");
}
