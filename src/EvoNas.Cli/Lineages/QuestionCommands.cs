using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Dashboard.Sources;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Reports.Pages;
using EvoNas.Reports.Questions;
using EvoNas.Searches;
using EvoNas.Searches.Folders;
using Spectre.Console;

namespace EvoNas.Cli.Lineages;

/// <summary><c>evonas lineage NAME what-if</c>, <c>outlook</c>, <c>mutations</c> and <c>early-stopping</c>: questions
/// that a history answers without any training.</summary>
static class QuestionCommands
{
    /// <summary>All of them.</summary>
    /// <param name="terminal">Where they write.</param>
    /// <param name="home">The searches of this machine.</param>
    /// <param name="name">The search.</param>
    public static Verb[] Make(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name) =>
        [
            MakeWhatIf(terminal, home, name),
            MakeOutlook(terminal, home, name),
            MakeMutations(terminal, home, name),
            MakeEarlyStopping(terminal, home, name),
        ];

    static Verb MakeWhatIf(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var (cluster, json) = (new ClusterJournal(), Options.Json("The answer"));
        var objective = Options.Text("--objective", "FORMULA", "What would be maximised [as the search does]");
        var limits = Options.Texts(
            "--limit",
            "LIMIT",
            "A bound that would hold; may be repeated [those of the search]"
        );
        var noLimits = Options.Flag("--no-limits", "No bound would hold");
        return new Verb("what-if", "The best of a search under another objective or limit; nothing is trained")
            .Takes("Question", objective, limits, noLimits)
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", json)
            .Example("evonas lineage night what-if --limit \"latencyMs<=5\"", "with a tighter limit")
            .Example("evonas lineage night what-if --objective \"top1 * (madds/100000000)^-0.1\"", "weighed otherwise")
            .Does(parsed =>
            {
                using var journal = cluster.Open(parsed, terminal);
                var search = SearchHistory.Read(home(parsed), parsed.GetValue(name)!, journal); // Required.
                var own = SettingsOf(search).Objective;
                string[] written = [.. (parsed.GetValue(limits) ?? []).SelectMany(Options.Items)];
                if (parsed.GetValue(objective) is null && written.Length == 0 && !parsed.GetValue(noLimits))
                    throw new RequestException(
                        "evonas lineage NAME what-if needs to know what would be otherwise.",
                        "Give --objective FORMULA, --limit LIMIT, or --no-limits."
                    );
                if (written.Length > 0 && parsed.GetValue(noLimits))
                    throw new RequestException(
                        "--limit and --no-limits contradict each other.",
                        "Give one of the two."
                    );
                var asked = own;
                if (parsed.GetValue(objective) is { } formula)
                    asked = Objective.Parse(formula, [], Metrics.Computed) with { Limits = own.Limits };
                if (written.Length > 0 || parsed.GetValue(noLimits))
                    asked = asked with { Limits = Objective.ParseLimits(written) };
                CheckMetrics(search, asked);
                var answer = WhatIf.Of(search.Ancestry, asked);
                if (parsed.GetValue(json))
                    terminal.WriteJson(ToJson(search, answer));
                else
                    Write(terminal, search, answer);
                return Exit.Done;
            });
    }

    static Verb MakeOutlook(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var (cluster, json) = (new ClusterJournal(), Options.Json("The answer"));
        var evaluations = Options.Text("--evaluations", "N", "How many more [100]");
        return new Verb("outlook", "What more evaluations are likely to gain, and to cost")
            .Takes("Question", evaluations)
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", json)
            .Example("evonas lineage night outlook --evaluations 500", "is it time to stop?")
            .Does(parsed =>
            {
                using var journal = cluster.Open(parsed, terminal);
                var search = SearchHistory.Read(home(parsed), parsed.GetValue(name)!, journal); // Required.
                SettingsOf(search);
                var outlook =
                    Outlook.Of(search.Ancestry, parsed.Whole(evaluations, 100, 1, 10_000_000))
                    ?? throw new FailedException(
                        $"'{search.Name}' has fewer than {Outlook.JudgedMin} scored candidates within its limits: "
                            + "too few to judge by.",
                        $"Let it go on: evonas resume {search.Name}."
                    );
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonObject
                        {
                            ["evaluations"] = outlook.Evaluations,
                            ["judged"] = outlook.Judged,
                            ["gain"] = outlook.Gain,
                            ["low"] = outlook.Low,
                            ["high"] = outlook.High,
                            ["chance"] = outlook.Chance,
                            ["slotHours"] = outlook.SlotHours,
                        }
                    );
                else
                {
                    // There are feasible ones, so the winner is one, and is scored.
                    terminal.Out.WriteLine(
                        $"{search.Name}  best {Figures.Fitness(search.Winner!.Scored!.Fitness.Value)}; by its last "
                            + $"{outlook.Judged} candidates, {Figures.Exact(outlook.Evaluations)} more evaluations"
                    );
                    terminal.Out.WriteLine(
                        $"  gain    {Figures.Gain(outlook.Gain)} expected, {Figures.Gain(outlook.Low)} to "
                            + $"{Figures.Gain(outlook.High)} with 95 %; any at all with "
                            + Figures.Percent(outlook.Chance)
                    );
                    terminal.Out.WriteLine($"  cost    {Figures.Time(outlook.SlotHours * 3600)} of evaluation");
                }
                return Exit.Done;
            });
    }

    static Verb MakeMutations(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var (cluster, json) = (new ClusterJournal(), Options.Json("The gains"));
        return new Verb("mutations", "What the mutations of each decision gained")
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", json)
            .Does(parsed =>
            {
                using var journal = cluster.Open(parsed, terminal);
                var search = SearchHistory.Read(home(parsed), parsed.GetValue(name)!, journal); // Required.
                SettingsOf(search);
                var gains = MutationGain.Of(search);
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonArray([
                            .. gains.Select(one => new JsonObject
                            {
                                ["decision"] = one.Decision,
                                ["children"] = one.Count,
                                ["improved"] = one.Improved,
                                ["mean"] = one.Mean,
                                ["halfWidth"] = one.HalfWidth,
                                ["best"] = one.Best,
                            }),
                        ])
                    );
                else if (gains.Count == 0)
                    throw new FailedException(
                        $"'{search.Name}' has no scored child yet: all of its candidates were drawn at random."
                    );
                else
                    Write(terminal, gains);
                return Exit.Done;
            });
    }

    static Verb MakeEarlyStopping(Terminal terminal, Func<ParseResult, Home> home, Argument<string> name)
    {
        var (cluster, json) = (new ClusterJournal(), Options.Json("The answer"));
        return new Verb("early-stopping", "What early stopping saved, or would save, and which of the best it cost")
            .Takes("Journal of a cluster", cluster.All)
            .Takes("Output", json)
            .Does(parsed =>
            {
                using var journal = cluster.Open(parsed, terminal);
                var search = SearchHistory.Read(home(parsed), parsed.GetValue(name)!, journal); // Required.
                SettingsOf(search);
                var told =
                    StoppingCalibration.Of(search.Ancestry)
                    ?? throw new FailedException(
                        $"'{search.Name}' has fewer than {StoppingCalibration.TrainedMin} candidates that were trained "
                            + "to their end, in two epochs and more: too few to judge by.",
                        $"Let it go on: evonas resume {search.Name}."
                    );
                if (parsed.GetValue(json))
                    terminal.WriteJson(
                        new JsonObject
                        {
                            ["replayed"] = told.Replayed,
                            ["candidates"] = told.Candidates,
                            ["stopped"] = told.Stopped,
                            ["epochs"] = told.Epochs,
                            ["saved"] = told.Saved,
                            ["top"] = told.Top,
                            ["lost"] = told.Lost,
                            ["low"] = told.Low,
                            ["high"] = told.High,
                        }
                    );
                else
                    Write(terminal, search, told);
                return Exit.Done;
            });
    }

    static void Write(Terminal terminal, ReportedSearch search, StoppingCalibration told)
    {
        terminal.Out.WriteLine(
            told.Replayed
                ? $"{search.Name}  trained all of its {Figures.Counted(told.Candidates, "candidate")} to the end; "
                    + $"early stopping would have stopped {Figures.Exact(told.Stopped)}"
                : $"{search.Name}  {Figures.Exact(told.Stopped)} of {Figures.Counted(told.Candidates, "candidate")} "
                    + "were stopped early"
        );
        terminal.Out.WriteLine($"  saved   {Figures.Percent(told.Saved)} of all epochs");
        if (told.Stopped > 0)
            terminal.Out.WriteLine(
                $"  lost    {told.Lost:0.#} of them {(told.Replayed ? "ended" : "would have ended")} among the best "
                    + $"tenth ({Figures.Fitness(told.Top)} and above); {told.Low:0.#} to {told.High:0.#} with 95 %"
            );
    }

    static EvoNas.Evolution.SearchSettings SettingsOf(ReportedSearch search) =>
        search.View.Settings
        ?? throw new FailedException(
            $"'{search.Name}' never began.",
            $"Begin it with its settings: evonas search --name {search.Name} …"
        );

    // A name that no candidate has is a slip of the pen; what only some have is told with the answer.
    static void CheckMetrics(ReportedSearch search, Objective asked)
    {
        var measured = search
            .Everyone.Where(one => one.Scored is not null)
            .SelectMany(one => one.Scored!.Metrics.Select(pair => pair.Key)) // Filtered above.
            .Distinct()
            .ToArray();
        if (measured.Length == 0)
            throw new FailedException($"'{search.Name}' has no scored candidate yet.");
        foreach (
            var metric in asked.Terms.Select(term => term.Metric).Concat(asked.Limits.Select(limit => limit.Metric))
        )
            if (!measured.Contains(metric))
                throw Nearest.Unknown($"metric of '{search.Name}'", metric, [.. measured.Select(Objective.Written)]);
    }

    static void Write(Terminal terminal, ReportedSearch search, WhatIf answer)
    {
        var limits = answer.Objective.Limits.Count == 0 ? "" : $" with {string.Join(", ", answer.Objective.Limits)}";
        terminal.Out.WriteLine(
            $"{search.Name}  by {answer.Objective}{limits}: {Figures.Exact(answer.Feasible)} of "
                + $"{Figures.Counted(answer.Weighed, "candidate")} would do"
        );
        if (answer.Unscorable is var (count, why))
            terminal.Out.WriteLine($"  {Figures.Counted(count, "other")} without a value, the first since {why}");
        if (answer.Best is not { } best)
        {
            terminal.Out.WriteLine("  None keeps every limit.");
            return;
        }
        var rows = new Listing(
            ("", Listing.Kind.Text),
            ("BIRTH", Listing.Kind.Number),
            ("FITNESS", Listing.Kind.Number),
            ("METRICS", Listing.Kind.Long)
        );
        rows.AddIn(
            "bold",
            "it would be",
            $"{best.One.Born.Birth}",
            Figures.Fitness(best.Fitness.Value),
            Metrics(best.One)
        );
        if (search.Winner is { Scored: { } scored } winner)
            rows.Add("it is", $"{winner.Born.Birth}", Figures.Fitness(scored.Fitness.Value), Metrics(winner));
        rows.Write(terminal, "  ");
        terminal.Out.WriteLine(
            "  These were bred for the objective of the search: one of its own might have found better."
        );

        string Metrics(Biography one) =>
            string.Join(
                ' ',
                one.Scored!.Metrics.Where(pair => Named().Contains(pair.Key)) // Only scored ones are shown.
                    .Select(pair => $"{pair.Key}={Figures.Metric(pair.Key, pair.Value)}")
            );

        IEnumerable<string> Named() =>
            answer
                .Objective.Terms.Select(term => term.Metric)
                .Concat(answer.Objective.Limits.Select(limit => limit.Metric))
                .Concat(SettingsOf(search).Objective.Terms.Select(term => term.Metric));
    }

    static void Write(Terminal terminal, IReadOnlyList<MutationGain> gains)
    {
        var rows = new Listing(
            ("DECISION", Listing.Kind.Long),
            ("CHILDREN", Listing.Kind.Number),
            ("BETTER", Listing.Kind.Number),
            ("MEAN", Listing.Kind.Number),
            ("95 %", Listing.Kind.Number),
            ("BEST", Listing.Kind.Number)
        );
        foreach (var one in gains)
            rows.Add(
                one.Decision,
                one.Count.ToString(CultureInfo.InvariantCulture),
                Figures.Percent((double)one.Improved / one.Count),
                Figures.Gain(one.Mean),
                one.HalfWidth is { } half ? $"± {Figures.Fitness(half)}" : "",
                Figures.Gain(one.Best)
            );
        rows.Write(terminal);
    }

    static JsonObject ToJson(ReportedSearch search, WhatIf answer) =>
        new()
        {
            ["search"] = search.Name,
            ["objective"] = $"{answer.Objective}",
            ["limits"] = new JsonArray([.. answer.Objective.Limits.Select(limit => (JsonNode)$"{limit}")]),
            ["weighed"] = answer.Weighed,
            ["feasible"] = answer.Feasible,
            ["unscorable"] = answer.Unscorable?.Count ?? 0,
            ["best"] = answer.Best is { } best ? ToJson(search, best) : null,
            ["steps"] = new JsonArray([.. answer.Steps.Select(step => (JsonNode)ToJson(search, step))]),
        };

    static JsonObject ToJson(ReportedSearch search, Weighing one)
    {
        var json = CandidateJson.Of(search.Ancestry, one.One);
        json["fitness"] = one.Fitness.Value;
        json["feasible"] = one.Fitness.Feasible;
        return json;
    }
}
