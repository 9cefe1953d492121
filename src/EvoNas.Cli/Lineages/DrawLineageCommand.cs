using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Dashboard.Sources;
using EvoNas.Reports;
using EvoNas.Reports.Drawings;
using EvoNas.Searches;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas lineage NAME draw</c>: births and their fitness as one SVG.</summary>
static class DrawLineageCommand
{
    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var (cluster, output) = (
            new ClusterJournal(),
            Options.Text("--output", "FILE", "Where the drawing goes [NAME.svg]")
        );
        output.Aliases.Add("-o");
        return new Verb("draw", "Fitness over births as SVG, with the ancestors of the best")
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", output)
            .Example("evonas lineage night draw", "in night.svg")
            .Does(parsed =>
            {
                var searches = home(parsed);
                var asked = searches.At(parsed.GetValue(name)!); // A required argument.
                var file = OutputFile.Checked(parsed.GetValue(output) ?? $"{asked.Name}.svg", "A lineage", ".svg");
                using var journal = cluster.Open(parsed, terminal);
                var search = SearchHistory.Read(searches, asked.Name, journal);
                if (search.Winner is null)
                    throw journal is null
                        ? LineageCommand.Unscored(asked, search.Ancestry)
                        : new FailedException($"'{asked.Name}' has no scored candidate yet.");
                OutputFile.Write(file, LineageDrawing.Svg(search, alone: true));
                terminal.Out.WriteLine($"{asked.Name}: {Figures.Counted(search.View.Born, "birth")} in {file}");
                return Exit.Done;
            });
    }
}
