using EvoNas.Cli.CommandLine;
using EvoNas.Evolution;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using Spectre.Console;

namespace EvoNas.Cli.Running;

// What is said before the first birth.
static partial class SearchCommand
{
    // What a space or a table lacks is said once, before the search begins.
    static void Warn(Terminal terminal, SearchRequest request)
    {
        foreach (var remark in SpaceRemarks.Of(request.Space))
            Failure.Warn(terminal, remark);
        if (request.Evaluation is EvaluationPlan.Table { Rows: var rows })
            foreach (var warning in rows.Fit.Warnings(rows))
                Failure.Warn(terminal, warning);
    }

    static void Introduce(Terminal terminal, SearchFolder search, SearchRequest request, string? note)
    {
        if (note is not null)
            terminal.Out.WriteLine(note);
        var (settings, limits) = (request.Settings, request.Settings.Objective.Limits);
        var within = limits.Count == 0 ? "" : $" with {string.Join(", ", limits)}";
        var algorithm = settings.Algorithm switch
        {
            Algorithm.Evolution => $"population {settings.PopulationSize}, tournament {settings.TournamentSize}",
            Algorithm.Auto => $"auto, population {settings.PopulationSize}, tournament {settings.TournamentSize}",
            Algorithm.Local => "local search",
            Algorithm.Nsga2 => $"nsga2, population {settings.PopulationSize}",
            Algorithm.Asha => $"asha, rungs of {string.Join(", ", settings.Rungs?.Epochs ?? default)} epochs, "
                + $"population {settings.PopulationSize}, tournament {settings.TournamentSize}",
            _ => "random search",
        };
        var what =
            $"{request.Space.Name}, {request.Evaluation.InWords}; "
            + $"maximises {ObjectiveList.Text(settings.Objectives)}{within}; "
            + $"{algorithm}, seed {settings.Seed}";
        terminal.Pretty.MarkupLine($"[bold]{Markup.Escape(search.Name)}[/]  {Markup.Escape(what)}");
        terminal.Out.Flush();
    }
}
