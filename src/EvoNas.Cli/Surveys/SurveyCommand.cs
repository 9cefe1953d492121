using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Reports.Drawings;
using EvoNas.Reports.Pages;
using EvoNas.Reports.Surveys;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Surveys;

/// <summary><c>evonas survey</c>: spaces compared by the errors of random networks.</summary>
static class SurveyCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var name = new Argument<string?>("name")
        {
            HelpName = "NAME",
            Description = "Name of the survey: the same command again goes on; the name alone reports what there is",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new SurveyOptions();
        var merge = new Option<string[]>("--merge")
        {
            HelpName = "FILE.json",
            Description = "Join pieces that --json wrote, instead of evaluating anything",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var cost = Options.Text("--cost", "METRIC", $"The cost that is made equal [{Metrics.MultiplyAdds}]");
        var (json, csv) = (
            Options.Flag("--json", "The survey as JSON, also a piece for --merge"),
            Options.Flag("--csv", "Its networks as CSV with a head")
        );
        var output = Options.Text("--output", "FILE", "A page (.html) or the distributions as a drawing (.svg)");
        output.Aliases.Add("-o");
        return new Verb("survey", "Compare spaces by the errors of random networks")
        {
            Notes =
                "Each space is a search of random networks, NAME.SPACE, that trains all of them to the end.\n"
                + "Ctrl-C pauses, kill -9 loses nothing: the same command goes on.",
        }
            .Takes(name)
            .Takes("Survey", [.. options.Survey, merge, cost])
            .Takes("Slots", options.Slots)
            .Takes("Evaluation by look-up", options.Table.All)
            .Takes("Training", options.Training)
            .Takes("Output", json, csv, output)
            .Example(
                "evonas survey panels --space anynet-a,regnet-x --networks 50 --where \"madds<=3M\" -o panels.html",
                "two spaces, small networks"
            )
            .Example("evonas survey panels --json > piece-1.json", "what there is, for another machine")
            .Example("evonas survey --merge piece-1.json piece-2.json -o panels.html", "both together")
            .Does(async parsed =>
            {
                if (parsed.GetValue(json) && parsed.GetValue(csv))
                    throw new RequestException("--json and --csv are given.", "Give one of the two.");
                var file = parsed.GetValue(output) is { } path
                    ? OutputFile.Checked(path, "A survey", ".html", ".htm", ".svg")
                    : null;
                var quiet = parsed.GetValue(json) || parsed.GetValue(csv);
                // What is wrong with it is said before the first training.
                var perfect = options.Perfect(parsed);
                var (given, isDone) = (parsed.GetValue(name), true);
                IReadOnlyList<SurveyedSpace> spaces;
                if (parsed.GetValue(merge) is { Length: > 0 } pieces)
                {
                    options.RefuseBesideMerge(parsed);
                    spaces = Joined(terminal, pieces);
                }
                else
                {
                    if (given is null)
                        throw new RequestException(
                            "evonas survey needs a NAME, or --merge FILE.json ….",
                            "As in evonas survey panels --space anynet-a,regnet-x."
                        );
                    var effective = options.Effective(parsed, parsed.GetValue(config));
                    var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                    var run = new SurveyRun(quiet ? terminal.OnError() : terminal, home, given);
                    isDone = await run.Evaluate(options, parsed, parsed.GetValue(config));
                    spaces = run.Read(perfect);
                }
                var survey = Of(given ?? "joined", spaces, parsed.GetValue(cost));
                if (file is not null)
                    OutputFile.Write(file, Text(survey, file));
                if (parsed.GetValue(json))
                    terminal.WriteJson(SurveyJson.Of(survey));
                else if (parsed.GetValue(csv))
                    foreach (var line in SurveyCsv.Lines(survey))
                        terminal.Out.Write(line);
                else
                    Write(terminal, survey, file, isDone);
                return Exit.Done;
            });
    }

    static IReadOnlyList<SurveyedSpace> Joined(Terminal terminal, string[] files)
    {
        var pieces = new List<(string, SurveyedSpace)>();
        foreach (var file in files)
        {
            if (!File.Exists(file))
                throw new RequestException(
                    $"There is no file '{file}'.",
                    "A piece is what evonas survey NAME --json writes."
                );
            pieces.AddRange(SurveyJson.Read(Utf8Text.Read(file), file).Select(space => (file, space)));
        }
        var joined = SurveyPieces.Join(pieces, out var known);
        if (known > 0)
            Failure.Warn(
                terminal,
                $"{Reports.Figures.Counted(known, "network")} in more than one piece; each counts once. Give the "
                    + "pieces of one space different --seed values."
            );
        return joined;
    }

    static Survey Of(string name, IReadOnlyList<SurveyedSpace> spaces, string? cost)
    {
        SurveyedSpace[] sampled = [.. spaces.Where(space => space.Networks.Count > 0)];
        if (sampled.Length == 0)
            throw new FailedException($"'{name}' has no evaluated network yet.", "Give the survey's command again.");
        string[] measured =
        [
            .. sampled
                .SelectMany(space => space.Networks)
                .SelectMany(one => one.Metrics.Select(pair => pair.Key))
                .Distinct(),
        ];
        return cost is not null && !measured.Contains(cost)
            ? throw Nearest.Unknown($"metric of '{name}'", cost, measured)
            : new(name, sampled, cost ?? Metrics.MultiplyAdds);
    }

    static string Text(Survey survey, string file) =>
        Path.GetExtension(file).ToLowerInvariant() != ".svg" ? SurveyPage.Of(survey, Evonas.Version, DateTime.UtcNow)
        : DistributionDrawing.RangeOf(survey) is { } range
            ? DistributionDrawing.Svg(
                $"{survey.Name}: errors of random networks",
                [.. survey.Spaces.Select((space, i) => (space.Space, survey.Distributions[i], i))],
                range,
                alone: true
            )
        : throw new FailedException($"All trainings of '{survey.Name}' diverged: there is no error to draw.", null);

    static void Write(Terminal terminal, Survey survey, string? file, bool isDone)
    {
        Table(SurveyFigures.SpaceColumns, SurveyFigures.SpaceRows(survey));
        if (survey.Spaces.Count > 1)
            Table(SurveyFigures.PairColumns, SurveyFigures.PairRows(survey));
        if (SurveyFigures.RangeRows(survey).ToArray() is { Length: > 0 } ranges)
            Table(SurveyFigures.RangeColumns, ranges);
        foreach (var note in SurveyFigures.Notes(survey))
            terminal.Out.WriteLine(note);
        if (file is not null)
            terminal.Out.WriteLine($"In {file}");
        if (!isDone)
            terminal.Out.WriteLine("It is not finished: the same command goes on.");

        void Table(string[] columns, IEnumerable<string[]> rows)
        {
            var listing = new Listing([
                .. columns.Select(column =>
                    (
                        column.TrimEnd('#').ToUpperInvariant(),
                        column.EndsWith('#') ? Listing.Kind.Number : Listing.Kind.Long
                    )
                ),
            ]);
            foreach (var row in rows)
                listing.Add(row);
            listing.Write(terminal);
            terminal.Out.WriteLine();
        }
    }
}
