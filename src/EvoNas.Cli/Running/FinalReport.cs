using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using Spectre.Console;

namespace EvoNas.Cli.Running;

/// <summary>The report at the end of a run: the best network, its cost, its ancestors, and the next commands.</summary>
static class FinalReport
{
    public static void Write(
        Terminal terminal,
        SearchFolder search,
        SearchRequest request,
        SearchRun run,
        SearchRun.Ending ending
    )
    {
        var view = run.SearchViewModel;
        var console = terminal.Pretty;
        var stoppedEarly = view.StoppedEarly > 0 ? $" ({Figures.Exact(view.StoppedEarly)} stopped early)" : "";
        var outcomes =
            $"{Figures.Exact(view.Scored)} scored{stoppedEarly}"
            + string.Concat(
                view.RuledOut.Select(pair => $", {Figures.Exact(pair.Value)} {pair.Key.ToString().ToLowerInvariant()}")
            );
        var (word, style) = ending switch
        {
            SearchRun.Ending.Finished => SearchEnd.InWords(view.Finished, view.Spent) is { } why
                ? ($"Finished: {Markup.Escape(why)}", view.Finished == FinishedReason.Limit ? "red" : "green")
                : ("Finished", "green"),
            SearchRun.Ending.Drained => ("Paused", "yellow"),
            _ => ("Stopped", "yellow"),
        };
        console.MarkupLine(
            $"[{style}]{word}[/]  {Markup.Escape(search.Name)}: {Figures.Counted(view.Ended, "evaluation")}, "
                + $"{outcomes}, in {Figures.Time(run.ElapsedSeconds)}"
        );
        if (view.Announced is var (best, ancestor))
            WriteBest(terminal, search, request, view, best, ancestor);
        if (ending != SearchRun.Ending.Finished)
        {
            if (ending == SearchRun.Ending.Stopped && view.Born > view.Ended)
            {
                var births = view.Born - view.Ended == 1 ? "1 birth is" : $"{view.Born - view.Ended} births are";
                terminal.Out.WriteLine($"{births} evaluated again when it goes on.");
            }
            Next(console, "go on", $"evonas resume {search.Name}");
        }
        if (view.Born > 0)
            Next(console, "lineage", $"evonas lineage {search.Name}");
        terminal.Out.Flush();
    }

    static void WriteBest(
        Terminal terminal,
        SearchFolder search,
        SearchRequest request,
        SearchViewModel view,
        LineageEvent.Scored best,
        Ancestor ancestor
    )
    {
        var console = terminal.Pretty;
        terminal.Out.WriteLine();
        console.MarkupLine(
            $"[bold green]{Figures.Fitness(best.Fitness.Value)}[/]  [aqua]{best.Birth}[/]  "
                + $"[bold]{ancestor.Born.Genotype}[/]{(best.Fitness.Feasible ? "" : "  [yellow]beyond a limit[/]")}"
        );
        if (view.Winner is { } winner)
            terminal.Out.WriteLine($"  It won: {WinnerWords.Of(winner)}.");
        if (view.Drift is { Found: not null } drift)
            console.MarkupLine($"  [yellow]{DriftWords.Of(drift)}.[/]");
        var metrics = SearchFrame.Metrics(best.Metrics).ToArray();
        var width = metrics.Max(pair => pair.Key.Length);
        foreach (var (metric, value) in metrics)
        {
            var isWhole = value == Math.Floor(value) && Math.Abs(value) < 1e15;
            var shown = isWhole ? Figures.Exact((long)value) : Figures.Metric(metric, value);
            terminal.Out.WriteLine($"  {metric.PadRight(width)}  {shown}");
        }
        if (best.Fitness.Feasible && view.Best is { Fitness.Feasible: false } any)
            terminal.Out.WriteLine(
                $"  Of all, also beyond the limits, {any.Birth} is the best: {Figures.Fitness(any.Fitness.Value)}."
            );
        terminal.Out.WriteLine();
        foreach (var one in ancestor.Chain)
            console.MarkupLine(Step(one));
        terminal.Out.WriteLine();
        FrontTable.Write(terminal, view.FrontView);
        if (request.Evaluation is EvaluationPlan.Train)
            Next(console, "train it", $"evonas train --search {search.Name} --birth {best.Birth.Value}");
    }

    static string Step(Ancestor one)
    {
        var shown = one.Gain is { } gained
            ? $"{(gained >= 0 ? "[green]" : "[red]")}{Figures.Gain(gained), 8}[/]"
            : new string(' ', 8);
        return $"  [aqua]{one.Born.Birth.ToString().PadRight(6)}[/] "
            + $"{Figures.Fitness(one.Fitness).PadRight(7)} {shown}  "
            + Markup.Escape(BirthWords.Of(one.Born));
    }

    static void Next(IAnsiConsole console, string what, string command) =>
        console.MarkupLine($"[grey]{what, -9}[/] [bold]{Markup.Escape(command)}[/]");
}
