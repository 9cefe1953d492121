using EvoNas.Cli.CommandLine;
using EvoNas.Reports;
using Spectre.Console;

namespace EvoNas.Cli.Views;

/// <summary>The Pareto front of a search of several objectives, as a table.</summary>
static class FrontTable
{
    const int RowsMax = 20;

    /// <summary>Writes it, with its hypervolume; nothing where the search has one objective.</summary>
    public static void Write(Terminal terminal, FrontView? front)
    {
        if (front is null)
            return;
        terminal.Out.WriteLine();
        terminal.Pretty.MarkupLine($"[yellow]Pareto front[/]  {front.InWords}");
        var shown = front.Spread(RowsMax);
        if (shown.Count > 0)
        {
            var rows = new Listing([
                .. front.Heads.Select(
                    (head, i) =>
                        (
                            i == 0 ? "BIRTH"
                            : head == "genotype" ? "GENOTYPE"
                            : head,
                            head == "genotype" ? Listing.Kind.Long : Listing.Kind.Number
                        )
                ),
            ]);
            foreach (var member in shown)
                rows.Add([.. FrontView.Row(member)]);
            rows.Write(terminal);
        }
        if (shown.Count < front.Members.Count)
            terminal.Out.WriteLine(
                $"{shown.Count} of {Figures.Exact(front.Members.Count)}, evenly from one end to the other; "
                    + "--json has all."
            );
        if (front is { Members.Count: > 2, Knee: { } knee })
            terminal.Out.WriteLine($"The knee is {knee.Individual.Birth}: farthest from the line through the ends.");
        terminal.Out.WriteLine(front.ReferenceInWords);
    }
}
