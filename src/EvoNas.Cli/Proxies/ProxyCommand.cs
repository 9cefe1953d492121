using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Views;
using EvoNas.Dashboard.Sources;
using EvoNas.Reports;
using EvoNas.Reports.Proxies;
using EvoNas.Searches;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Proxies;

/// <summary><c>evonas proxy</c>: which cheap training keeps the ranks of the full one.</summary>
static class ProxyCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home) =>
        new Verb("proxy", "Which cheap training ranks networks as the full one does").With(
            MakeVariance(terminal, home),
            MakeSelect(terminal, home),
            MakeController(terminal, home),
            ScoresCommand.Make(terminal, config)
        );

    static Argument<string[]> Sources() =>
        new("source")
        {
            HelpName = "SOURCE",
            Description = "A file of learning curves (.csv, .json), or a search, whose epochs are its steps",
            Arity = ArgumentArity.OneOrMore,
        };

    static Option<string?> LatencyOption() =>
        Options.Text("--latency", "METRIC", "The metric of a search that is its networks' latency [latencyMs]");

    static Verb MakeVariance(Terminal terminal, Func<ParseResult, Home> home)
    {
        var (sources, json) = (Sources(), Options.Json("The answer"));
        return new Verb("variance", "Do trainings of one model end alike, and do their curves rise smoothly?")
            .Takes(sources)
            .Takes("Output", json)
            .Example("evonas proxy variance five-runs.csv", "five trainings of one model")
            .Does(parsed =>
            {
                var answers = (
                    from curve in Read(parsed, home, sources, null)
                    group curve by (curve.Proxy, curve.Model) into trainings
                    let curves = trainings.ToArray()
                    select (trainings.Key.Proxy, trainings.Key.Model, curves.Length, Of: ProxyStability.Of(curves))
                ).ToArray();
                // Variance is that of trainings of one model; where none was trained twice, curves are all there is.
                var several = answers.Where(one => one.Length > 1).ToArray();
                if (several.Length == 0)
                    Failure.Warn(
                        terminal,
                        "No model was trained twice, so there is no variance; tell trainings of one model apart by a "
                            + "column 'run'."
                    );
                var shown = several.Length > 0 ? several : answers;
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonArray([
                            .. shown.Select(one => new JsonObject
                            {
                                ["proxy"] = one.Proxy,
                                ["model"] = one.Model,
                                ["trainings"] = one.Length,
                                ["variance"] = one.Length > 1 ? one.Of.Variance : null,
                                ["smoothness"] = one.Of.Smoothness,
                                ["good"] = one.Length > 1 ? one.Of.IsGood : null,
                            }),
                        ])
                    );
                else
                {
                    var rows = new Listing(
                        ("PROXY", Listing.Kind.Text),
                        ("MODEL", Listing.Kind.Long),
                        ("TRAININGS", Listing.Kind.Number),
                        ("VARIANCE", Listing.Kind.Number),
                        ("SMOOTHNESS", Listing.Kind.Number),
                        ("", Listing.Kind.Text)
                    );
                    foreach (var (proxy, model, count, of) in shown)
                        rows.Add(
                            proxy,
                            model,
                            $"{count}",
                            count > 1 ? Number(of.Variance) : "",
                            Number(of.Smoothness),
                            count == 1 ? ""
                                : of.IsGood ? "good"
                                : "not good"
                        );
                    rows.Write(terminal);
                    terminal.Out.WriteLine(
                        $"Good: variance up to {Number(ProxyStability.VarianceMax)}, smoothness up to "
                            + $"{Number(ProxyStability.SmoothnessMax)}."
                    );
                }
                return Exit.Done;
            });
    }

    static Verb MakeSelect(Terminal terminal, Func<ParseResult, Home> home)
    {
        var (sources, json, latency) = (Sources(), Options.Json("The selection"), LatencyOption());
        var keep = Options.Text("--keep", "N", "Models that are left [10]");
        var remove = Options.Text("--remove", "N", "Models that a round removes [5]");
        return new Verb("select", "Models spread over score and latency, that stand for all")
            .Takes(sources)
            .Takes("Selection", keep, remove, latency)
            .Takes("Output", json)
            .Example("evonas proxy select thirty.csv", "10 of 30 models")
            .Example("evonas proxy select night --latency madds", "of a search")
            .Does(parsed =>
            {
                var curves = Read(parsed, home, sources, parsed.GetValue(latency) ?? "latencyMs");
                if (curves.Select(curve => curve.Proxy).Distinct().Count() > 1)
                    throw new RequestException(
                        "Models are selected under one proxy; these sources hold "
                            + $"{string.Join(", ", curves.Select(curve => curve.Proxy).Distinct())}.",
                        "Give one of them."
                    );
                LearningCurve[] models = [.. curves.DistinctBy(curve => curve.Model)],
                    known = [.. models.Where(model => model.Latency is not null)];
                var selection = ModelSelection.Of(
                    known,
                    models.Length - known.Length,
                    (int)parsed.Whole(keep, 10, ModelSelection.KeptMin, 100_000),
                    (int)parsed.Whole(remove, 5, 1, 100_000)
                );
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonObject
                        {
                            ["kept"] = new JsonArray([.. selection.Kept.Select(one => (JsonNode)one.Model)]),
                            ["failed"] = selection.Failed,
                            ["rounds"] = new JsonArray([
                                .. selection.Rounds.Select(round => new JsonObject
                                {
                                    ["share"] = round.Share,
                                    ["removed"] = new JsonArray([.. round.Removed.Select(one => (JsonNode)one.Model)]),
                                }),
                            ]),
                        }
                    );
                else
                {
                    foreach (var (share, removed) in selection.Rounds)
                        terminal.Out.WriteLine(
                            $"after {Figures.Percent(share)} of the training, removed: "
                                + string.Join("  ", removed.Select(one => one.Model))
                        );
                    var rows = new Listing(
                        ("MODEL", Listing.Kind.Long),
                        ("SCORE", Listing.Kind.Number),
                        ("LATENCY", Listing.Kind.Number)
                    );
                    foreach (var one in selection.Kept)
                        rows.Add(one.Model, Figures.Fitness(one.Final), Figures.Short(one.Latency!.Value)); // Known.
                    rows.Write(terminal);
                }
                return Exit.Done;
            });
    }

    static Verb MakeController(Terminal terminal, Func<ParseResult, Home> home)
    {
        var (sources, json, latency) = (Sources(), Options.Json("The trials"), LatencyOption());
        var reference = Options.Text("--reference", "PROXY", "The full training: its name among the proxies");
        var correlation = Options.Text("--correlation", "TAU", "Rank correlation (Kendall's τ) that is enough [0.65]");
        var accuracy = Options.Text("--accuracy", "SCORE", "Median score that is enough too");
        var hours = Options.Text("--hours", "H", "Hours of training after which a proxy is given up");
        var latencies = Options.Text("--latency-correlation", "TAU", "τ of the latencies that is needed besides");
        var early = Options.Flag("--stop-if-not-best", "Give a proxy up that takes as long as the best one before it");
        var chance = Options.Text("--p-value", "P", "Chance below which a correlation is believed; 1: always [0.05]");
        var row = Options.Text("--in-a-row", "N", "Evaluations one after the other that must have it [2]");
        return new Verb("controller", "The proxy that ranks the models as the full training does, in the least time")
            .Takes(sources)
            .Takes("Demands", reference, correlation, accuracy, hours, latencies, early, chance, row, latency)
            .Takes("Output", json)
            .Example("evonas proxy controller curves.csv --reference full", "a file of all curves")
            .Example("evonas proxy controller quarter half long --reference long", "surveys of one seed")
            .Does(parsed =>
            {
                var curves = Read(parsed, home, sources, parsed.GetValue(latency) ?? "latencyMs");
                string[] names = [.. curves.Select(curve => curve.Proxy).Distinct()];
                var full =
                    parsed.GetValue(reference)
                    ?? throw new RequestException(
                        "--reference is missing: the proxy that is the full training.",
                        $"One of: {string.Join(", ", names)}."
                    );
                if (!names.Contains(full))
                    throw Nearest.Unknown("proxy", full, names);
                if (names.Length == 1)
                    throw new RequestException(
                        $"There is only '{full}': no proxy to compare it with.",
                        "Give a file or a search with shorter trainings of the same models."
                    );
                var demands = new ProxyDemands(
                    Of(parsed, correlation, -1, 1) ?? (parsed.GetValue(accuracy) is null ? 0.65 : null),
                    Of(parsed, accuracy, double.MinValue, double.MaxValue),
                    Of(parsed, hours, 0, 1e9),
                    Of(parsed, latencies, -1, 1),
                    parsed.GetValue(early),
                    Of(parsed, chance, 0, 1) ?? 0.05,
                    (int)parsed.Whole(row, 2, 1, 1000)
                );
                LearningCurve[] models =
                [
                    .. curves.Where(curve => curve.Proxy == full).DistinctBy(curve => curve.Model),
                ];
                var trials = ProxyTrial.Of(
                    models,
                    names
                        .Where(name => name != full)
                        .Select(name =>
                            (name, (IReadOnlyList<LearningCurve>)[.. curves.Where(curve => curve.Proxy == name)])
                        ),
                    demands
                );
                var best = ProxyTrial.Best(trials);
                if (parsed.GetValue(json))
                    terminal.WriteJson(ToJson(trials, best, models.Length));
                else
                    Write(terminal, trials, best, models.Length);
                return Exit.Done;
            });
    }

    static double? Of(ParseResult parsed, Option<string?> option, double min, double max) =>
        parsed.GetValue(option) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && value >= min
        && value <= max
            ? value
        : throw new RequestException(
            $"{option.Name} is '{text}'; it takes a number"
                + (max == double.MaxValue ? "." : FormattableString.Invariant($" from {min} to {max}."))
        );

    static IReadOnlyList<LearningCurve> Read(
        ParseResult parsed,
        Func<ParseResult, Home> home,
        Argument<string[]> sources,
        string? latency
    )
    {
        var curves = new List<LearningCurve>();
        // A required argument.
        foreach (var source in parsed.GetValue(sources)!)
            if (Path.GetExtension(source).ToLowerInvariant() is ".csv" or ".json" || File.Exists(source))
                curves.AddRange(
                    File.Exists(source)
                        ? CurveFile.Read(source)
                        : throw new RequestException(
                            $"There is no file '{source}'.",
                            "Name an existing file of curves."
                        )
                );
            else
            {
                var search = SearchHistory.Read(home(parsed), source, null);
                LearningCurve[] own = [.. LearningCurve.Of(search, latency)];
                curves.AddRange(
                    own.Length > 0
                        ? own
                        : throw new RequestException(
                            $"'{source}' has no learning curve: it has no candidate that was trained to the end.",
                            "Scores of a table have none; trainings that were stopped early are left out."
                        )
                );
            }
        return curves;
    }

    static JsonObject ToJson(IReadOnlyList<ProxyTrial> trials, ProxyTrial? best, int models) =>
        new()
        {
            ["best"] = best?.Proxy,
            ["models"] = models,
            ["trials"] = new JsonArray([
                .. trials.Select(trial => new JsonObject
                {
                    ["proxy"] = trial.Proxy,
                    ["end"] = trial.End.ToString(),
                    ["success"] = trial.IsSuccess,
                    ["step"] = trial.FinalStep,
                    ["hours"] = trial.FinalHours,
                    ["latencyCorrelation"] = trial.Latency?.Tau,
                    ["steps"] = new JsonArray([
                        .. trial.Steps.Select(step => new JsonObject
                        {
                            ["step"] = step.Step,
                            ["correlation"] = step.Correlation?.Tau,
                            ["pValue"] = step.Correlation?.PValue,
                            ["models"] = step.Correlation?.Count,
                            ["median"] = step.Median,
                            ["hours"] = step.Hours,
                        }),
                    ]),
                }),
            ]),
        };

    static void Write(Terminal terminal, IReadOnlyList<ProxyTrial> trials, ProxyTrial? best, int models)
    {
        var rows = new Listing(
            ("PROXY", Listing.Kind.Text),
            ("END", Listing.Kind.Text),
            ("STEP", Listing.Kind.Number),
            ("TIME", Listing.Kind.Number),
            ("LAST TAU", Listing.Kind.Number),
            ("P", Listing.Kind.Number)
        );
        foreach (var trial in trials)
        {
            var last = trial.Steps.LastOrDefault(step => step.Correlation is not null).Correlation;
            rows.AddIn(
                trial == best ? "bold" : null,
                trial.Proxy,
                InWords(trial.End),
                trial.FinalStep is { } step ? Number(step) : "",
                trial.FinalHours is { } hours ? Figures.Time(hours * 3600) : "",
                last is { } tau ? Number(tau.Tau) : "",
                last is { } chance ? Number(chance.PValue) : ""
            );
        }
        rows.Write(terminal);
        terminal.Out.WriteLine(
            best is null
                ? $"No proxy ranks the {models} models as the full training does."
                : $"{best.Proxy} ranks the {models} models as the full training does"
                    + (best.FinalHours is { } cost ? $", after {Figures.Time(cost * 3600)} a model." : ".")
        );
    }

    static string InWords(ProxyEnd end) =>
        end switch
        {
            ProxyEnd.MetCorrelation => "met the correlation",
            ProxyEnd.MetAccuracy => "met the score",
            ProxyEnd.ExceededTime => "takes too long",
            ProxyEnd.ExceededBestTime => "takes longer than the best",
            ProxyEnd.FailedLatencyCorrelation => "latencies rank otherwise",
            ProxyEnd.RanToCompletion => "never good enough",
            ProxyEnd.ExcessFailures => "too few models trained",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
