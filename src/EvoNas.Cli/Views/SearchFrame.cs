using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Views;

/// <summary>A running search as a frame that fits the terminal: the same for the process that runs it and for
/// <c>top</c>.</summary>
static class SearchFrame
{
    const int ChartHeightMax = 10;

    /// <param name="name">Of the search.</param>
    /// <param name="about">How candidates are evaluated, in a few words.</param>
    /// <param name="state">One word.</param>
    /// <param name="view">What happened.</param>
    /// <param name="run">What the slots do.</param>
    /// <param name="notice">The last line: what the keys do, or why it waits.</param>
    /// <param name="width">Of the terminal.</param>
    /// <param name="height">Of the terminal.</param>
    public static Frame Draw(
        string name,
        string about,
        string state,
        SearchViewModel view,
        RunStatus run,
        string notice,
        int width,
        int height
    )
    {
        width -= Frame.Margin;
        List<Line> top =
        [
            Head(name, about, state, run, width),
            Progress(view, run, width),
            new(),
            .. Best(view, width),
        ];
        List<Line> bottom = [new(), .. Slots(run, width, Math.Max(1, height / 3)), new(), Outcomes(view, run)];
        Line[] last = notice == "" ? [] : [new Line().Add(notice, "grey")];
        // What is left is shared by the curve and the last events; on a small terminal both give way to the slots.
        var room = height - 1 - top.Count - bottom.Count - last.Length;
        var recent = Math.Clamp(room - Math.Min(ChartHeightMax, Math.Max(4, room / 2)) - 1, 0, 8);
        var chart = Math.Clamp(room - recent - 1, 0, ChartHeightMax);
        var lines = new List<Line>(top);
        if (chart >= 3)
        {
            lines.Add(new());
            lines.AddRange(
                Chart.Draw(
                    view.Scores,
                    Math.Max(
                        view.Scores.Count,
                        view.Settings is { Rungs: null, Budget.Evaluations: { } most } ? most : view.Scores.Count
                    ),
                    width,
                    chart
                )
            );
        }
        lines.AddRange(bottom);
        foreach (var end in view.Recent.Reverse().Take(recent))
            lines.Add(Event(end));
        lines.AddRange(last);
        return new(lines, height - 1);
    }

    static Line Head(string name, string about, string state, RunStatus run, int width)
    {
        var clock = Figures.Time(run.ElapsedSeconds);
        var line = new Line().Add(name, "bold").Add("  ").Add(about, "grey");
        var end = $"{state}  {clock}";
        if (line.Length + end.Length + 2 > width)
            line = new Line().Add(Figures.Cut(name, Math.Max(4, width - end.Length - 3)), "bold");
        return line.Right(width, end.Length)
            .Add(state, state == SearchState.Running ? "green" : "yellow")
            .Add("  " + clock);
    }

    static Line Progress(SearchViewModel view, RunStatus run, int width)
    {
        var budget = view.Settings?.Budget;
        var spent = budget?.Spent(view.Evaluations, run.ElapsedSeconds, view.SlotSeconds) ?? 0;
        var line = new Line();
        Bar(line, spent, Math.Clamp(width / 4, 8, 32), "aqua");
        line.Add("  ")
            .Add(
                budget?.Evaluations is not { } evaluations ? Figures.Exact(view.Ended)
                    : view.Settings?.Rungs is null ? $"{Figures.Exact(view.Ended)} of {Figures.Exact(evaluations)}"
                    : $"{Figures.Trainings(view.Evaluations)} of {Figures.Counted(evaluations, "full training")}",
                "bold"
            );
        if (view.PerHour(PaceOf(run)) is { } pace)
            line.Add($"  {Figures.Short(pace)}/h");
        if (view.Finished is null && view.SecondsLeft(PaceOf(run)) is { } left)
            line.Add($"  {Figures.Time(left)} left");
        return line;
    }

    static SearchPace PaceOf(RunStatus run) => new(run.EndedBefore, run.Seconds, run.ElapsedSeconds, run.Slots.Length);

    static IEnumerable<Line> Best(SearchViewModel view, int width)
    {
        if (view.Best is not { } best || view.BestGenotype is not { } genotype)
        {
            yield return new Line().Add("best      ", "grey").Add("none yet", "grey");
            yield break;
        }
        yield return new Line()
            .Add("best      ", "grey")
            .Add(Figures.Fitness(best.Fitness.Value), "bold green")
            .Add($"  {best.Birth}", "aqua")
            .Add($"  {genotype}")
            .Add(best.Fitness.Feasible ? "" : "  beyond a limit", "yellow");
        var costs = new Line().Add("          ");
        foreach (var (metric, value) in Metrics(best.Metrics))
            if (costs.Length + metric.Length + 10 < width)
                costs.Add($"{metric} ", "grey").Add($"{Figures.Metric(metric, value)}  ");
        yield return costs;
        if (view.BestFeasible is { } feasible && !best.Fitness.Feasible && view.BestFeasibleGenotype is { } other)
            yield return new Line()
                .Add("feasible  ", "grey")
                .Add(Figures.Fitness(feasible.Fitness.Value), "bold")
                .Add($"  {feasible.Birth}", "aqua")
                .Add($"  {other}");
        if (view is { Winner: { } winner, Announced: var (_, won) })
            yield return new Line()
                .Add("winner    ", "grey")
                .Add($"{winner.Birth}", "aqua")
                .Add($"  {WinnerWords.Of(winner)}  {won.Born.Genotype}");
        if (view.FrontView is { } front)
            yield return new Line().Add("front     ", "grey").Add(front.InWords);
        if (view.Drift is { } drift && DriftWords.Warning(drift) is { } warning)
            yield return new Line().Add("drift     ", "grey").Add($"{drift.Birth}  {warning}", "yellow");
        if (RungWords.Of(view.Settings?.Rungs, view.RungCounts) is { } rungs)
            yield return new Line().Add("rungs     ", "grey").Add(rungs);
    }

    // Score and cost first; what only this run knows (memory, speed) last, where a narrow terminal cuts.
    public static IEnumerable<KeyValuePair<string, double>> Metrics(Evolution.Metrics metrics)
    {
        string[] first =
        [
            Evolution.Metrics.Top1,
            "loss",
            Evolution.Metrics.Parameters,
            Evolution.Metrics.MultiplyAdds,
            "latencyMs",
        ];
        return metrics.OrderBy(pair => Array.IndexOf(first, pair.Key) is var at and >= 0 ? at : first.Length);
    }

    static IEnumerable<Line> Slots(RunStatus run, int width, int most)
    {
        foreach (var slot in run.Slots.Take(run.Slots.Length <= most ? most : most - 1))
            yield return Slot(slot, width);
        if (run.Slots.Length > most)
            yield return new Line().Add(
                $"and {Figures.Counted(run.Slots.Length - most + 1, "more slot")}, "
                    + $"{run.Slots.Skip(most - 1).Count(slot => slot.Birth > 0)} of them busy",
                "grey"
            );
    }

    static Line Slot(SlotLine slot, int width)
    {
        var line = new Line().Add(slot.Name.PadRight(9) + " ", "grey");
        if (slot.Does == "quarantined")
            return line.Add("quarantined ", "red").Add(slot.Detail ?? "");
        if (slot.Birth == 0)
            return line.Add(slot.Does, "grey");
        line.Add($"{new BirthNumber(slot.Birth)}".PadRight(6), "aqua");
        if (width >= 64)
            line.Add(
                Figures.Cut(slot.Genotype ?? "", Math.Clamp(width / 4, 12, 40)).PadRight(Math.Clamp(width / 4, 12, 40))
                    + "  "
            );
        if (slot.Does != "training")
            return line.Add(slot.Does, "grey");
        var progress = slot.Progress ?? new(0, 0, 0, 0, 0, 0, null);
        var done = progress.Steps > 0 ? (double)progress.Step / progress.Steps : 0;
        Bar(line, done, Math.Clamp(width / 8, 6, 16), "green");
        line.Add($" {done, 4:0%}".Replace(" %", "%"));
        if (progress.Epochs > 0 && progress.Epoch > 0)
            line.Add($"  epoch {progress.Epoch}/{progress.Epochs}");
        if (progress.ImagesPerSecond > 0)
            line.Add($"  {Figures.Short(progress.ImagesPerSecond)} img/s");
        line.Add($"  {Figures.Time(slot.Seconds)}");
        if (slot.Attempt > 1)
            line.Add($"  attempt {slot.Attempt}", "yellow");
        return line;
    }

    static Line Outcomes(SearchViewModel view, RunStatus run)
    {
        var line = new Line().Add("scored ", "grey").Add(Figures.Exact(view.Scored));
        if (view.StoppedEarly > 0)
            line.Add($" ({Figures.Exact(view.StoppedEarly)} stopped early)", "grey");
        foreach (var (reason, count) in view.RuledOut)
            line.Add($"  {reason.ToString().ToLowerInvariant()} ", "yellow").Add(Figures.Exact(count));
        foreach (var (cause, count) in run.Losses)
            line.Add($"  lost by {cause} ", "red").Add(Figures.Exact(count));
        return line;
    }

    static Line Event(End end)
    {
        var line = new Line().Add($"{end.Birth}".PadRight(6), "aqua").Add(" ");
        if (end.Fitness is { } fitness)
            line.Add(Figures.Fitness(fitness).PadRight(8), end.IsBest ? "bold green" : "")
                .Add((end.Gain is { } gain ? Figures.Gain(gain) : "").PadRight(9), end.Gain >= 0 ? "green" : "grey");
        else
            line.Add($"{end.Reason}".ToLowerInvariant().PadRight(17), "yellow");
        line.Add(BirthWords.Of(end.Born), "grey");
        if (end.StoppedEarly)
            line.Add("  stopped early", "grey");
        if (end.Detail != "")
            line.Add($"  {end.Detail}");
        return line.Add($"  {Figures.Time(end.Run.Seconds)}", "grey");
    }

    // Eighths of a message: at four frames a second a bar of ten messages still moves.
    public static void Bar(Line line, double share, int width, string style)
    {
        var eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8);
        var full = new string('█', eighths / 8) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[eighths % 8 - 1] : "");
        line.Add(full, style).Add(new string('·', width - full.Length), "grey");
    }
}
