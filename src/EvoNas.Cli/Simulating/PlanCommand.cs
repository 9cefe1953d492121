using System.CommandLine;
using System.Globalization;
using EvoNas.Cli.CommandLine;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Spaces;
using EvoNas.Searches.Tables;
using EvoNas.Simulation;
using EvoNas.Simulation.Planning;

namespace EvoNas.Cli.Simulating;

/// <summary><c>evonas simulate plan</c>: how a search would go on machines that are not there yet.</summary>
static class PlanCommand
{
    const string AnySpace = "mnasnet";

    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var space = Options.Text("--space", "SPACE", $"A name of evonas spaces, or a JSON file [{AnySpace}]");
        var evaluators = Options.Text("--evaluators", "N[,N…]", "GPUs; several numbers make a sweep [8]");
        var perNode = Options.Text("--per-node", "N", "GPUs of one machine: they fail together [8]");
        var budget = Options.Text("--budget", "N", "Evaluations [1000]");
        var algorithm = Options.Text(
            "--algorithm",
            "auto|evolution|local|random",
            "As for a search [that of --like, else auto]"
        );
        var population = Options.Text("--population", "N", "As for a search");
        var tournament = Options.Text("--tournament", "N", "As for a search");
        var mean = Options.Text("--mean", "TIME", "Mean time of a training: 90s, 20m, 2h [20m]");
        var sigma = Options.Text(
            "--sigma",
            "S",
            "Standard deviation of the logarithm of that time; 0: all equal [0.6]"
        );
        var like = Options.Text("--like", "SEARCH", "Training times of a search that ran, instead of mean and spread");
        var failures = Options.Text("--failures", "N/day/node", "How often a machine fails [0]");
        var repair = Options.Text("--repair", "TIME", "Time until a failed machine is back [10m]");
        var append = Options.Text("--append", "MS", "One durable append to the journal [5]");
        var table = Options.Text("--table", "FILE.csv", "How good each genotype is: shows quality against time");
        var key = Options.Text("--key", "COLUMN", "The table's column with the genotype [arch]");
        var metric = Options.Text("--metric", "COLUMN", "The table's column that is maximised");
        var seed = Options.Text("--seed", "N", "Seed of all random choices [1]");
        var plot = Options.Flag("--plot", "Draw births, or the best so far, over time");
        var json = Options.Json("The forecasts");
        return new Verb("plan", "Forecast a search: time, GPU hours, idle time, journal, lost work")
            .Takes("Search", space, budget, algorithm, population, tournament, seed)
            .Takes("Machines", evaluators, perNode, failures, repair, append)
            .Takes("Trainings", mean, sigma, like)
            .Takes("Quality", table, key, metric)
            .Takes("Output", plot, json)
            .Example(
                "evonas simulate plan --evaluators 500 --mean 20m --sigma 0.6 --failures 1/day/node --budget 20000",
                "500 GPUs"
            )
            .Example(
                "evonas simulate plan --evaluators 10,100,1000 --like night --plot",
                "a sweep, as long as one that ran"
            )
            .Does(parsed =>
            {
                var chosen = SpaceSource.Find(parsed.GetValue(space) ?? AnySpace).Decisions;
                var bound = new Budget(parsed.Whole(budget, 1000, 1, 100_000_000));
                var ran = parsed.GetValue(like) is { } name ? home(parsed).Find(name) : null;
                var by = AlgorithmOf(parsed.GetValue(algorithm), ran);
                var size = (int)parsed.Whole(population, SearchSettings.PopulationSizeFor(by, bound), 2, 100_000);
                var rows = parsed.GetValue(table) is { } path
                    ? Read(terminal, path, chosen, parsed.GetValue(key) ?? "arch", parsed.GetValue(metric))
                    : null;
                var settings = new PlanSettings
                {
                    Space = chosen,
                    Search = new()
                    {
                        Space = chosen.Name,
                        SpaceFingerprint = "",
                        SpaceSize = chosen.Size is { } points && points <= long.MaxValue ? (long)points : null,
                        Seed = parsed.Seed(seed, 1),
                        Algorithm = by,
                        Rules = BreedingRules.For(by),
                        PopulationSize = size,
                        TournamentSize = (int)
                            parsed.Whole(tournament, SearchSettings.TournamentSizeFor(by, size), 2, 100_000),
                        Budget = bound,
                        EarlyStopping = false,
                    },
                    Evaluators = 1,
                    EvaluatorsPerNode = (int)parsed.Whole(perNode, 8, 1, 1000),
                    MeanSeconds = parsed.Seconds(mean, 1200),
                    Sigma = parsed.Real(sigma, 0.6),
                    MeasuredSeconds = ran is null ? [] : Times(ran),
                    FailuresPerNodeDay = PerDay(parsed.GetValue(failures)),
                    RepairSeconds = parsed.Seconds(repair, 600),
                    AppendSeconds = parsed.Real(append, 5) / 1000,
                    Fitness = rows is null ? null : genotype => FitnessOf(rows, genotype),
                };
                if (settings.MeasuredSeconds.Count > 0 && (parsed.GetValue(mean) ?? parsed.GetValue(sigma)) is not null)
                    throw new RequestException(
                        "--like gives the training times; it takes no --mean and no --sigma.",
                        "Leave out the one or the others."
                    );
                var forecasts = Counts(parsed.GetValue(evaluators) ?? "8")
                    .Select(count => Planner.Of(settings with { Evaluators = count }))
                    .ToArray();
                if (settings.Fitness is not null && forecasts.All(one => one.Improvements.Count == 0))
                    throw new RequestException(
                        $"'{parsed.GetValue(table)}' has no row for any genotype of '{chosen.Name}' that was bred.",
                        "Plan with a larger --budget, or over a table with more rows."
                    );
                if (parsed.GetValue(json))
                    terminal.WriteJson(ForecastView.ToJson(forecasts));
                else
                    ForecastView.Write(terminal, forecasts, parsed.GetValue(plot));
                return Exit.Done;
            });
    }

    // A plan has one objective, and trains every candidate in full.
    static Algorithm AlgorithmOf(string? asked, SearchFolder? ran) =>
        asked is null
            ? (ran is null ? null : History.Lineage(ran).Settings?.Algorithm) switch
            {
                null or Algorithm.Nsga2 or Algorithm.Asha => Algorithm.Auto,
                { } like => like,
            }
        : Enum.TryParse<Algorithm>(asked, ignoreCase: true, out var named)
        && !char.IsAsciiDigit(asked[0])
        && named is not (Algorithm.Nsga2 or Algorithm.Asha)
            ? named
        : throw new RequestException(
            $"--algorithm is '{asked}'; a plan takes auto, evolution, local or random.",
            "Leave it out for auto."
        );

    /// <summary>Seconds of every birth's last attempt, scored or ruled out: both keep a GPU busy.</summary>
    static double[] Times(SearchFolder search)
    {
        var ancestry = History.Ancestry(search);
        double[] times =
        [
            .. ancestry
                .Events.Select(happened =>
                    happened switch
                    {
                        LineageEvent.Scored scored => scored.Run.Seconds,
                        LineageEvent.RuledOut ruledOut => ruledOut.Run.Seconds,
                        _ => 0,
                    }
                )
                .Where(seconds => seconds > 0),
        ];
        return times.Length > 0
            ? times
            : throw new RequestException(
                $"'{search.Name}' has no training whose time is known.",
                "Name a search that trained, or give --mean and --sigma."
            );
    }

    static EvaluationTable Read(Terminal terminal, string path, SearchSpace space, string key, string? metric)
    {
        var table = EvaluationTable.Read(path, space, key, metric is null ? [] : [metric]);
        if (table.Drawn.Count > 1)
            throw new RequestException(
                $"--metric names {table.Drawn.Count} columns; a plan takes one.",
                "Name the one that is maximised."
            );
        table.Fit.Check();
        foreach (var warning in table.Fit.Warnings(table))
            Failure.Warn(terminal, warning);
        return table;
    }

    // With one metric a genotype has one score: seed and birth draw nothing.
    static double? FitnessOf(EvaluationTable table, Genotype genotype) =>
        table.LookUp(0, new(1), genotype) is Actors.Outcome.Trained trained ? trained.Metrics[table.MainMetric] : null;

    static int[] Counts(string text) =>
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(word =>
                    int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    && count is >= 1 and <= 1_000_000
                        ? count
                        : throw new RequestException(
                            $"--evaluators is '{text}'; it takes whole numbers from 1 to 1000000 with commas between."
                        )
                ),
        ];

    static double PerDay(string? text)
    {
        if (text is null)
            return 0;
        var number = text.EndsWith("/day/node", StringComparison.Ordinal) ? text[..^"/day/node".Length] : text;
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var failures)
            ? failures
            : throw new RequestException(
                $"--failures is '{text}'; it takes a number a day and machine.",
                "Write --failures 1/day/node."
            );
    }

    static double Real(this ParseResult parsed, Option<string?> option, double otherwise) =>
        parsed.GetValue(option) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value
        : throw new RequestException($"{option.Name} is '{text}'; it takes a number.");

    /// <summary>A time with its unit; a number alone is in seconds.</summary>
    static double Seconds(this ParseResult parsed, Option<string?> option, double otherwise)
    {
        if (parsed.GetValue(option) is not { Length: > 0 } text)
            return otherwise;
        var unit = text[^1] switch
        {
            's' => 1.0,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 0,
        };
        return double.TryParse(
            unit > 0 ? text[..^1] : text,
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? value * (unit > 0 ? unit : 1)
            : throw new RequestException($"{option.Name} is '{text}'; it takes a time.", "Write 90s, 20m, 2h or 1d.");
    }
}
