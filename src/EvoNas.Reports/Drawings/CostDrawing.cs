using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Reports.Drawings;

/// <summary>What candidates cost and how fit they are, with the Pareto front and the limits on the cost.</summary>
static class CostDrawing
{
    static readonly string[] Costs =
    [
        Metrics.MultiplyAdds,
        "flops",
        Metrics.Parameters,
        "params",
        "latencyMs",
        Metrics.Activations,
        Metrics.PeakActivationBytes,
    ];

    /// <summary>The metric that stands for the cost: a second objective's, one with a limit, else multiply-adds, else
    /// parameters, else another known one; null where the search measured none.</summary>
    public static string? MetricOf(ReportedSearch search)
    {
        if (search.Winner is not { Scored.Metrics: var measured })
            return null;
        var limited = search
            .View.Settings?.Objective.Limits.Where(limit => !limit.AtLeast)
            .Select(limit => limit.Metric);
        var objectives = (search.View.Settings?.Pareto?.Further ?? [])
            .Where(objective => objective is { IsSum: true, Terms: [{ Weight: < 0 }] })
            .Select(objective => objective.Terms[0].Metric);
        return objectives.Concat(limited ?? []).Concat(Costs).FirstOrDefault(name => measured[name] is not null);
    }

    /// <summary>The candidates that keep all limits and that no other beats in both, the cheapest first.</summary>
    public static IReadOnlyList<Biography> Front(ReportedSearch search, string cost)
    {
        var front = new List<Biography>();
        var best = double.NegativeInfinity;
        foreach (
            var one in search
                .Everyone.Where(one => one.Scored is { Fitness.Feasible: true } && one.Scored.Metrics[cost] is not null)
                .OrderBy(one => one.Scored!.Metrics[cost]) // Filtered above.
                .ThenByDescending(ReportedSearch.FitnessOf)
        )
            if (ReportedSearch.FitnessOf(one) is { } fitness && fitness > best)
            {
                best = fitness;
                front.Add(one);
            }
        return front;
    }

    /// <summary>As SVG.</summary>
    /// <param name="search">Has a winner with the metric.</param>
    /// <param name="cost">See <see cref="MetricOf"/>.</param>
    /// <param name="cell">See <see cref="LineageDrawing.Svg"/>.</param>
    public static string Svg(ReportedSearch search, string cost, int cell = 3)
    {
        var points = search
            .Everyone.Select(one => (One: one, Cost: one.Scored?.Metrics[cost], Fitness: ReportedSearch.FitnessOf(one)))
            .Where(point => point.Cost is not null && point.Fitness is not null)
            .Select(point => (point.One, Cost: point.Cost!.Value, Fitness: point.Fitness!.Value))
            .ToArray();
        var bounds = (search.View.Settings?.Objective.Limits ?? []).Where(limit => limit.Metric == cost).ToArray();
        var reached = points.Select(point => point.Cost).Concat(bounds.Select(limit => limit.Bound)).ToArray();
        var plot = new Plot
        {
            Title = $"{Figures.Cut(search.Name, 64)}: fitness by {Figures.Cut(cost, 40)}",
            X = Plot.Across(reached.Min(), reached.Max()),
            Y = Plot.Upright(Axis.Robust(points.Select(point => point.Fitness))),
            XName = Figures.Cut(cost, 60),
            YName = "fitness",
        };
        var (dots, beyond) = (new DotCloud(cell), new DotCloud(cell));
        foreach (var (one, spent, fitness) in points)
            (one.Scored is { Fitness.Feasible: false } ? beyond : dots).Add(plot.X.At(spent), plot.Y.At(fitness));
        plot.Add(beyond.Svg("beyond"));
        plot.Add(dots.Svg("dot"));
        foreach (var limit in bounds)
            plot.Add(
                $"<path class=\"limit\" d=\"M{Plot.Number(plot.X.At(limit.Bound))} {Plot.Top}V{Plot.Bottom}\"/>\n"
            );
        var front = Front(search, cost);
        var corners = front.Select(one =>
            // The front is of scored candidates that have the metric.
            (plot.X.At(one.Scored!.Metrics[cost]!.Value), plot.Y.At(one.Scored.Fitness.Value))
        );
        plot.Add($"<path class=\"best\" d=\"{Plot.Steps(corners, Plot.Right)}\"/>\n");
        var drawn = dots.Drawn + beyond.Drawn;
        plot.Subtitle =
            $"{Figures.Counted(front.Count, "candidate")} on the front, of {Figures.Exact(points.Length)} scored"
            + (drawn < points.Length ? $"; drawn as {Figures.Counted(drawn, "dot")}" : "");
        plot.Explain("best", "Pareto front");
        plot.Explain("dot", "candidate");
        if (beyond.Count > 0)
            plot.Explain("beyond", "beyond a limit");
        if (bounds.Length > 0)
            plot.Explain("limit", Figures.Cut(string.Join(", ", bounds.Select(limit => limit.ToString())), 60));
        return plot.Svg(alone: false);
    }
}
