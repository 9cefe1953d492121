using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Spaces;

namespace EvoNas.Cli.Spaces;

/// <summary><c>evonas sample</c>: random genotypes with what their networks cost.</summary>
static class SampleCommand
{
    public static Verb Make(Terminal terminal)
    {
        var name = new Argument<string>("space")
        {
            HelpName = "SPACE",
            Description = "A name of evonas spaces, a JSON file, or LIBRARY.dll#TYPE",
        };
        var count = Options.Text("--count", "N", "How many [10]");
        var seed = Options.Text("--seed", "N", "Seed of all random choices [1]");
        var where = Options.Texts(
            "--where",
            "LIMIT",
            "Only those that keep a bound on their cost: \"madds<=600M\", \"parameters>=1M\"; may be repeated"
        );
        var target = new TargetOptions();
        var json = Options.Flag("--json", "JSON lines: genotype and cost");
        var csv = Options.Flag("--csv", "CSV with a head");
        return new Verb("sample", "Random genotypes of a space, with their cost")
            .Takes(name)
            .Takes("Sample", count, seed, where)
            .Takes("Network", target.All)
            .Takes("Output", json, csv)
            .Example(
                "evonas sample regnet-x --count 500 --where \"madds>=180M\" --where \"madds<=220M\" --csv",
                "a design space at 200 MF"
            )
            .Does(parsed =>
            {
                var space = SpaceSource.Find(parsed.GetValue(name)!); // A required argument.
                var wanted = parsed.Whole(count, 10, 1, 10_000_000);
                var limits = Objective.Parse("sample", parsed.GetValue(where) ?? [], Metrics.Computed).Limits;
                if (space.Build is null && limits.Count > 0)
                    throw new RequestException(
                        $"'{space.Name}' is a space of {(space.Policy is null ? "decisions alone" : "policies")}: "
                            + "its genotypes have no cost for --where.",
                        "Leave it out."
                    );
                foreach (var limit in limits)
                    if (!Metrics.Computed.Contains(limit.Metric))
                        throw Nearest.Unknown("cost", limit.Metric, Metrics.Computed);
                if (parsed.GetValue(json) && parsed.GetValue(csv))
                    throw new RequestException("--json and --csv are given.", "Give one of the two.");
                foreach (var remark in SpaceRemarks.Of(space))
                    Failure.Warn(terminal, remark);
                var built = target.Over(space, null, parsed);
                using var stop = new CancellationTokenSource();
                using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
                var samples = new LimitedSamples(terminal, space, built, limits, parsed.Seed(seed, 1), stop.Token);
                var drawn = samples.Take((int)wanted);
                if (parsed.GetValue(json))
                    WriteJson(terminal, drawn);
                else if (parsed.GetValue(csv))
                    WriteCsv(terminal, drawn, space.Build is not null);
                else if (terminal.IsInteractive)
                    WriteRows(terminal, drawn);
                else
                    WriteLines(terminal, drawn, space.Build is not null);
                return stop.IsCancellationRequested
                    ? throw new FailedException($"Stopped: {samples.Progress((int)wanted)}.", null)
                    : Exit.Done;
            });
    }

    static void WriteJson(Terminal terminal, IEnumerable<(Genotype Genotype, Metrics Cost)> drawn)
    {
        foreach (var (genotype, cost) in drawn)
        {
            var line = new JsonObject { ["genotype"] = genotype.ToString() };
            foreach (var (name, value) in cost)
                line[name] = (long)value;
            terminal.WriteJsonLine(line);
        }
    }

    static void WriteCsv(Terminal terminal, IEnumerable<(Genotype Genotype, Metrics Cost)> drawn, bool costs)
    {
        terminal.Out.Write(costs ? $"genotype,{string.Join(',', Metrics.Computed)}\n" : "genotype\n");
        foreach (var (genotype, cost) in drawn)
            terminal.Out.Write($"\"{genotype}\"{Costs(cost, ',')}\n");
    }

    static string Costs(Metrics cost, char separator) =>
        string.Concat(
            cost.Select(pair =>
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{separator}{(long)pair.Value}")
            )
        );

    // For cut and awk: tabs between, no signs in numbers. evonas spaces describe --stdin takes the first word of a
    // line.
    static void WriteLines(Terminal terminal, IEnumerable<(Genotype Genotype, Metrics Cost)> drawn, bool costs)
    {
        if (costs)
            terminal.Out.Write($"# genotype\t{string.Join('\t', Metrics.Computed)}\n");
        foreach (var (genotype, cost) in drawn)
            terminal.Out.Write($"{genotype}{Costs(cost, '\t')}\n");
    }

    static void WriteRows(Terminal terminal, IEnumerable<(Genotype Genotype, Metrics Cost)> drawn)
    {
        var rows = new Listing(
            ("GENOTYPE", Listing.Kind.Text),
            ("PARAMETERS", Listing.Kind.Number),
            ("MULTIPLY-ADDS", Listing.Kind.Number),
            ("ACTIVATIONS", Listing.Kind.Number)
        );
        foreach (var (genotype, cost) in drawn)
            rows.Add(
                genotype.ToString(),
                Cost(cost, Metrics.Parameters),
                Cost(cost, Metrics.MultiplyAdds),
                Cost(cost, Metrics.Activations)
            );
        rows.Write(terminal);

        static string Cost(Metrics cost, string name) => cost[name] is { } value ? Figures.Exact((long)value) : "";
    }
}
