using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Reports.Drawings;

namespace EvoNas.Reports.Pages;

/// <summary>The sections of a report about one search.</summary>
static class SearchSections
{
    /// <summary>Rows of a table, at most.</summary>
    public const int RowsMax = 60;

    const int LineMax = 50,
        FrontMax = 25,
        SlotsMax = 40;

    /// <summary>Adds them.</summary>
    /// <param name="html">The page.</param>
    /// <param name="search">What it is about.</param>
    /// <param name="cell">See <see cref="LineageDrawing.Svg"/>.</param>
    public static void Append(HtmlText html, ReportedSearch search, int cell)
    {
        AppendHead(html, search);
        if (search.Winner is { } winner)
        {
            html.Drawing(LineageDrawing.Svg(search, alone: false, cell))
                .Drawing(BestSoFarDrawing.Svg([search], Over.Hours));
            AppendWinner(html, search, winner);
            AppendPolicies(html, search);
            AppendCost(html, search, cell);
            AppendFront(html, search);
            AppendGains(html, search);
            AppendDecisions(html, search);
        }
        else
            html.Paragraph(
                "No candidate has a score yet"
                    + (SearchEnd.InWords(search.View.Finished, search.View.Spent) is { } why ? $": {why}." : ".")
            );
        if (search.View.Drift is { } drift)
            html.Heading(3, "Drift").Drawing(DriftDrawing.Svg(search.Ancestry, drift));
        AppendFailures(html, search);
        AppendSlots(html, search);
        AppendSettings(html, search);
    }

    static void AppendPolicies(HtmlText html, ReportedSearch search)
    {
        if (search.Policies is not { } policies)
            return;
        html.Heading(3, "The best policy against none")
            .Paragraph("Whole trainings of the same network with the same seeds, after the search.")
            .Pairs(policies.Rows);
        if (policies.Verdict is { } verdict)
            html.Paragraph(verdict);
    }

    /// <summary>The objective with its limits.</summary>
    public static string Objective(SearchSettings settings) =>
        settings.Objective.Limits.Count == 0
            ? ObjectiveList.Text(settings.Objectives)
            : $"{ObjectiveList.Text(settings.Objectives)}, with {string.Join(", ", settings.Objective.Limits)}";

    static void AppendHead(HtmlText html, ReportedSearch search)
    {
        var view = search.View;
        var pairs = new List<(string, string)> { ("state", search.State) };
        if (SearchEnd.InWords(view.Finished, view.Spent) is { } why)
            pairs.Add(("ended because", why));
        if (view.Settings is { } settings)
            pairs.AddRange(Asked(settings));
        var early = view.StoppedEarly > 0 ? $" ({Figures.Exact(view.StoppedEarly)} of them stopped early)" : "";
        pairs.Add(
            (
                "births",
                $"{Figures.Exact(view.Born)}: {Figures.Exact(view.Scored)} scored{early}, "
                    + $"{Figures.Exact(view.Ended - view.Scored)} ruled out, "
                    + $"{Figures.Exact(view.Born - view.Ended)} pending"
                    + (view.Repeats > 0 ? $"; {Figures.Exact(view.Repeats)} of them evaluate finalists again" : "")
            )
        );
        if (view.Drift is { } drift)
            pairs.Add(("drift", DriftWords.Of(drift)));
        if (RungWords.Of(view.Settings?.Rungs, view.RungCounts) is { } rungs)
            pairs.Add(("rungs", rungs));
        pairs.Add(("begun", search.Begun is { } begun ? ReportPage.Time(begun) : "never"));
        if (search.LastEvent is { } last)
            pairs.Add((view.Finished is null ? "last event" : "ended", ReportPage.Time(last)));
        pairs.Add(
            (
                "time",
                $"{Figures.Time(view.ElapsedSeconds)}, {Figures.Time(view.SlotSeconds)} of evaluation over all slots"
            )
        );
        if (search.Version is { } version)
            pairs.Add(("EvoNas", version));
        html.Pairs(pairs);
    }

    static void AppendSettings(HtmlText html, ReportedSearch search)
    {
        if (search.View.Settings is not { } known)
            return;
        html.Heading(3, "Settings").Pairs(Settings(known).Take(RowsMax));
        if (search.RunSettings.Count > 0)
            html.Folded("All settings of its last run", inside => inside.Pairs(search.RunSettings));
        if (search.Environment.Count > 0)
            html.Heading(3, "Environment of its last run").Pairs(search.Environment);
    }

    /// <summary>All that is known of how a search was set up, by name; settings of its last run under their
    /// path.</summary>
    public static IEnumerable<(string Name, string Value)> AllSettings(ReportedSearch search)
    {
        IEnumerable<(string, string)> begun = search.View.Settings is { } settings
            ? [.. Asked(settings), .. Settings(settings)]
            : [];
        return [("EvoNas", search.Version ?? ""), .. begun, .. search.Environment, .. search.RunSettings];
    }

    static IEnumerable<(string Name, string Value)> Asked(SearchSettings settings) =>
        [
            ("space", settings.Space + (settings.SpaceSize is { } size ? $", {Figures.Exact(size)} points" : "")),
            ("objective", ObjectiveList.Text(settings.Objectives)),
            ("limits", Or(string.Join(", ", settings.Objective.Limits), "none")),
            ("algorithm", Algorithm(settings)),
            ("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
            ("budget", Budget(settings.Budget)),
        ];

    static string Algorithm(SearchSettings settings) =>
        settings.Algorithm switch
        {
            Evolution.Algorithm.Random => "random",
            Evolution.Algorithm.Local => "local search",
            Evolution.Algorithm.Nsga2 => $"nsga2, population {settings.PopulationSize}",
            Evolution.Algorithm.Asha =>
                $"asha, rungs of {string.Join(", ", settings.Rungs?.Epochs ?? default)} epochs, "
                    + $"population {settings.PopulationSize}, tournament {settings.TournamentSize}",
            var algorithm => $"{algorithm.ToString().ToLowerInvariant()}, population {settings.PopulationSize}, "
                + $"tournaments of {settings.TournamentSize}",
        };

    static string Budget(Budget budget) =>
        string.Join(
            ", ",
            new[]
            {
                budget.Evaluations is { } evaluations ? Figures.Counted(evaluations, "evaluation") : null,
                budget.Hours is { } hours ? Figures.Time(hours * 3600) : null,
                budget.SlotHours is { } slots ? $"{Figures.Time(slots * 3600)} of evaluation" : null,
            }.OfType<string>()
        );

    static IEnumerable<(string, string)> Settings(SearchSettings settings)
    {
        yield return ("duplicates", settings.RepeatDuplicates ? "evaluated again" : "drawn again");
        yield return ("early stopping", settings.EarlyStopping ? "on" : "off");
        JsonNode? evaluation;
        try
        {
            evaluation = JsonNode.Parse(settings.Evaluation);
        }
        catch (JsonException)
        {
            evaluation = null;
        }
        foreach (var pair in Flat("", evaluation))
            yield return pair;
    }

    static IEnumerable<(string, string)> Flat(string name, JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.SelectMany(field =>
                Flat(name == "" ? field.Key : $"{name}.{field.Key}", field.Value)
            ),
            null => [],
            JsonValue value when value.GetValueKind() == JsonValueKind.String => [(name, value.GetValue<string>())],
            _ => [(name, node.ToJsonString())],
        };

    static void AppendWinner(HtmlText html, ReportedSearch search, Biography winner)
    {
        var scored = winner.Scored!; // A winner has a score.
        html.Heading(3, $"The best: {winner.Born.Birth}")
            .Pairs([
                (
                    "fitness",
                    Figures.Fitness(scored.Fitness.Value) + (scored.Fitness.Feasible ? "" : ", beyond a limit")
                ),
                .. search.View.Winner is { } won && won.Birth == winner.Born.Birth
                    ? [("evaluated again", WinnerWords.Of(won))]
                    : Array.Empty<(string, string)>(),
                ("genotype", winner.Born.Genotype.ToString()),
                .. scored.Metrics.Select(pair => (pair.Key, Figures.Metric(pair.Key, pair.Value))),
            ]);
        var line = search.Line;
        var kept = Kept(search, line);
        html.Paragraph(
            line.Count == 1 ? "It is a founder: it was drawn at random."
            : kept.Count == line.Count ? $"Its line of descent, and what each of {line.Count - 1} steps gained:"
            : $"Its line of descent: the founder, the last, and the steps that changed most; {kept.Count} of "
                + $"{Figures.Exact(line.Count)} are shown."
        );
        html.Table(
            ["birth#", "fitness#", "gain#", "decision", "from", "to"],
            kept.Select(i => line[i])
                .Select(one =>
                    new[]
                    {
                        $"{one.Born.Birth}",
                        ReportedSearch.FitnessOf(one) is { } fitness ? Figures.Fitness(fitness) : "",
                        search.Ancestry.Gain(one.Born.Birth) is { } gain ? Figures.Gain(gain) : "",
                        one.Born.Change?.Decision ?? (one.Born.Parent is null ? "drawn at random" : ""),
                        one.Born.Change?.From ?? "",
                        one.Born.Change?.To ?? "",
                    }
                )
        );
    }

    // Places of the line, in order.
    static List<int> Kept(ReportedSearch search, IReadOnlyList<Biography> line)
    {
        var all = Enumerable.Range(0, line.Count);
        return line.Count <= LineMax
            ? [.. all]
            :
            [
                .. all.OrderByDescending(i =>
                        i == 0 || i == line.Count - 1
                            ? double.PositiveInfinity
                            : Math.Abs(search.Ancestry.Gain(line[i].Born.Birth) ?? 0)
                    )
                    .Take(LineMax)
                    .Order(),
            ];
    }

    static void AppendCost(HtmlText html, ReportedSearch search, int cell)
    {
        if (CostDrawing.MetricOf(search) is not { } cost)
            return;
        html.Heading(3, "Cost and fitness").Drawing(CostDrawing.Svg(search, cost, cell));
        if (search.View.FrontView is not null)
            return; // Its table stands below.
        var front = CostDrawing.Front(search, cost);
        var every = Math.Max(1, (int)Math.Ceiling(front.Count / (double)FrontMax));
        // Counted from the fittest, which is always shown.
        var shown = front.Reverse().Where((_, i) => i % every == 0).Reverse().ToArray();
        html.Paragraph(
            $"The Pareto front: candidates that keep all limits and that no other beats in both. {shown.Length} of "
                + $"{front.Count} are listed."
        );
        html.Table(
            ["birth#", cost.TrimEnd('#') + "#", "fitness#", "genotype"],
            shown.Select(one =>
                new[]
                {
                    $"{one.Born.Birth}",
                    Figures.Metric(cost, one.Scored!.Metrics[cost]!.Value), // On the front.
                    Figures.Fitness(one.Scored.Fitness.Value),
                    Figures.Cut(one.Born.Genotype.ToString(), 120),
                }
            )
        );
    }

    static void AppendFront(HtmlText html, ReportedSearch search)
    {
        if (search.View.FrontView is not { } front)
            return;
        var shown = front.Spread(FrontMax);
        html.Heading(3, "Pareto front")
            .Paragraph(
                $"Candidates that keep all limits and that no other beats in all {front.Objectives.Count} objectives: "
                    + $"{front.InWords}. {front.ReferenceInWords} {shown.Count} of {front.Members.Count} are listed."
                    + (front.Knee is { } knee ? $" The knee of the front is {knee.Individual.Birth}." : "")
            )
            .Table(
                [.. front.Heads.Select(head => head == "genotype" ? head : head.TrimEnd('#') + "#")],
                shown.Select(member => FrontView.Row(member).Select(cell => Figures.Cut(cell, 120)).ToArray())
            );
    }

    static void AppendGains(HtmlText html, ReportedSearch search)
    {
        var gains = MutationGain.Of(search);
        if (gains.Count == 0)
            return;
        html.Heading(3, "What mutations gained")
            .Paragraph(
                "Fitness of the child less that of its parent, by the decision that was mutated. Parents are chosen "
                    + "because they are good, so most children are worse: compare decisions with each other, not "
                    + "with zero. "
                    + (gains.Count > RowsMax ? $"{RowsMax} of {gains.Count} decisions are listed." : "")
            )
            .Table(
                ["decision", "children#", "improved#", "mean gain#", "95 % interval#", "best gain#"],
                gains
                    .Take(RowsMax)
                    .Select(one =>
                        new[]
                        {
                            one.Decision,
                            Figures.Exact(one.Count),
                            $"{Figures.Exact(one.Improved)} ({Figures.Percent((double)one.Improved / one.Count)})",
                            Figures.Gain(one.Mean),
                            one.HalfWidth is { } half
                                ? $"{Figures.Gain(one.Mean - half)} to {Figures.Gain(one.Mean + half)}"
                                : "too few",
                            Figures.Gain(one.Best),
                        }
                    )
            );
    }

    static void AppendDecisions(HtmlText html, ReportedSearch search)
    {
        html.Heading(3, "What was chosen, over time");
        if (search.Space is not { } space)
        {
            html.Paragraph("Not shown: the search's space is not known here, or has changed since.");
            return;
        }
        var shares = DecisionShares.Of(search, space, out var decisions);
        html.Paragraph(
            $"Each row is a candidate: the darker, the more of the births of that time took it. To the right its share "
                + "at the beginning and at the end."
                + (shares.Count < decisions ? $" {shares.Count} of {decisions} decisions are shown." : "")
        );
        var map = new RowsDrawing("Share of births", "first births", "last births");
        foreach (var decision in shares)
        {
            map.Group(decision.Decision);
            foreach (var (candidate, row) in decision.Candidates)
            {
                var width = RowsDrawing.Width / (double)row.Length;
                map.Row(
                    candidate,
                    $"{Share(row.FirstOrDefault(share => share is not null))} → "
                        + Share(row.LastOrDefault(share => share is not null)),
                    row.Select((share, i) => (i * width, (i + 1) * width, share ?? 0))
                );
            }
        }
        html.Drawing(map.Svg());

        static string Share(double? share) =>
            (share ?? 0).ToString("0%", CultureInfo.InvariantCulture).Replace(" ", "");
    }

    static void AppendFailures(HtmlText html, ReportedSearch search)
    {
        var failed = search.Everyone.Where(one => one.RuledOut is not null).ToLookup(one => one.RuledOut!.Reason);
        if (failed.Count == 0)
            return;
        html.Heading(3, "Candidates without a score")
            .Table(
                ["reason", "births#", "share#", "the last one#", "what it said"],
                failed
                    .OrderByDescending(group => group.Count())
                    .Select(group =>
                        new[]
                        {
                            group.Key.ToString().ToLowerInvariant(),
                            Figures.Exact(group.Count()),
                            Figures.Percent((double)group.Count() / search.View.Ended),
                            $"{group.Last().Born.Birth}",
                            Figures.OneLine(group.Last().RuledOut!.Detail), // Grouped by it.
                        }
                    )
            );
    }

    static void AppendSlots(HtmlText html, ReportedSearch search)
    {
        var slots = SlotTime.Of(search);
        if (slots.Count == 0)
            return;
        var elapsed = Math.Max(search.View.ElapsedSeconds, 1e-9);
        html.Heading(3, "Slots");
        if (slots.Count > SlotsMax)
            html.Paragraph($"{SlotsMax} of {Figures.Exact(slots.Count)} slots are shown.");
        var drawing = new RowsDrawing("When slots were evaluating", "begin", Figures.Time(search.View.ElapsedSeconds));
        foreach (var slot in slots.Take(SlotsMax))
            drawing.Row(slot.Slot, $"busy {Figures.Percent(Busy(slot))}", Bars(slot, elapsed));
        html.Drawing(drawing.Svg())
            .Table(
                ["slot", "evaluations#", "median#", "95 % below#", "longest#", "total#", "busy#"],
                slots
                    .Take(SlotsMax)
                    .Select(slot =>
                        new[]
                        {
                            slot.Slot,
                            Figures.Exact(slot.Runs.Count),
                            Figures.Time(slot.Quantile(0.5)),
                            Figures.Time(slot.Quantile(0.95)),
                            Figures.Time(slot.Quantile(1)),
                            Figures.Time(slot.Seconds),
                            Figures.Percent(Busy(slot)),
                        }
                    )
            );

        double Busy(SlotTime slot) => Math.Min(1, slot.Seconds / elapsed);
    }

    // The share of every two pixels in which the slot was evaluating.
    static IEnumerable<(double From, double To, double Share)> Bars(SlotTime slot, double elapsed)
    {
        const int Pixels = 2,
            Columns = RowsDrawing.Width / Pixels;
        var busy = new double[Columns];
        foreach (var run in slot.Runs)
        {
            var (from, to) = (
                Math.Clamp((run.AtSeconds - run.Seconds) / elapsed, 0, 1) * Columns,
                Math.Clamp(run.AtSeconds / elapsed, 0, 1) * Columns
            );
            for (var column = (int)from; column < to && column < Columns; column++)
                busy[column] += Math.Min(to, column + 1) - Math.Max(from, column);
        }
        for (var column = 0; column < Columns; )
        {
            var (begin, share) = (column, Math.Round(busy[column], 1));
            while (column < Columns && Math.Round(busy[column], 1) == share)
                column++;
            if (share > 0)
                yield return (begin * Pixels, column * Pixels, share);
        }
    }

    static string Or(string text, string otherwise) => text == "" ? otherwise : text;
}
