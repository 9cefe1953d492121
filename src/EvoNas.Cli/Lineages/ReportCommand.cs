using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Dashboard.Sources;
using EvoNas.Reports;
using EvoNas.Reports.Pages;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas report</c>: one search, or several side by side, as an HTML file.</summary>
static class ReportCommand
{
    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var names = new Argument<string[]>("name")
        {
            HelpName = "NAME",
            Description = "A search; several are compared",
            Arity = ArgumentArity.OneOrMore,
        };
        var (cluster, output) = (
            new ClusterJournal(),
            Options.Text("--output", "FILE", "Where the report goes [NAME.html; report.html of several]")
        );
        output.Aliases.Add("-o");
        return new Verb("report", "A search as one HTML file, or several compared")
            .Takes(names)
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", output)
            .Example("evonas report night", "in night.html")
            .Example("evonas report night random -o both.html", "two searches compared")
            .Does(parsed =>
            {
                var searches = home(parsed);
                // A required argument; a name that is given twice is one search.
                var asked = parsed.GetValue(names)!.Distinct().Select(name => searches.At(name).Name).ToArray();
                var otherwise = asked is [var only] ? $"{only}.html" : "report.html";
                var file = OutputFile.Checked(parsed.GetValue(output) ?? otherwise, "A report", ".html", ".htm");
                using var journal = cluster.Open(parsed, terminal);
                var read = asked.Select(name => SearchHistory.Read(searches, name, journal)).ToArray();
                OutputFile.Write(file, ReportPage.Of(read, Evonas.Version, DateTime.UtcNow));
                var births = Figures.Counted(read.Sum(search => search.View.Born), "birth");
                terminal.Out.WriteLine($"{string.Join(", ", asked)}: {births} in {file}");
                return Exit.Done;
            });
    }
}
