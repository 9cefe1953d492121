using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Folders;
using Spectre.Console;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas status</c>: one search in numbers, or all of them.</summary>
static class StatusCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string?>("name")
        {
            HelpName = "NAME",
            Description = "A search; all if left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (json, cluster) = (
            Options.Json("The numbers"),
            new ClusterOptions(
                config,
                "Ask the cluster of this node instead: its searches, and without a name its nodes too"
            )
        );
        return new Verb("status", "A search in numbers; all searches without a name")
            .Takes(name)
            .Takes("Cluster", cluster.All)
            .Takes("Output", json)
            .Example("evonas status", "all searches")
            .Example("evonas status night --json", "one, for a script")
            .Example("evonas status --cluster 127.0.0.1:4053", "nodes, slots and searches of a cluster")
            .Does(async parsed =>
            {
                if (cluster.Of(parsed) is { } contact)
                    return await ClusterWork.Status(terminal, contact, parsed.GetValue(name), parsed.GetValue(json));
                var searches = home(parsed);
                if (parsed.GetValue(name) is not { } one)
                    return await All(terminal, searches, parsed.GetValue(json));
                var search = searches.Find(one);
                var lineage = History.Lineage(search);
                var session = Session.Read(search);
                if (parsed.GetValue(json))
                    terminal.WriteJson(ToJson(search, lineage, session));
                else
                    Show(terminal, search, lineage, session, await PausedFor(search));
                return Exit.Done;
            });
    }

    // Only its own process knows; null where it hands births out or does not answer.
    static async Task<string?> PausedFor(SearchFolder search)
    {
        if (!search.IsRunning)
            return null;
        await using var client = new SocketClient(search.Socket);
        try
        {
            return (await client.Report()).Searches.FirstOrDefault(one => one.Name == search.Name)?.Detail;
        }
        catch (SearchStoppedException)
        {
            return null;
        }
    }

    static async Task<int> All(Terminal terminal, Home home, bool json)
    {
        var (rows, list) = (
            new Listing(
                ("SEARCH", Listing.Kind.Text),
                ("STATE", Listing.Kind.Text),
                ("SPACE", Listing.Kind.Text),
                ("ENDED", Listing.Kind.Number),
                ("OF", Listing.Kind.Number),
                ("BEST", Listing.Kind.Number),
                ("GENOTYPE", Listing.Kind.Long)
            ),
            new JsonArray()
        );
        var (count, broken) = (0, 0);
        foreach (var search in home.All())
        {
            count++;
            try
            {
                var lineage = History.Lineage(search);
                var state = SearchState.Of(search, lineage, Session.Read(search));
                if (json)
                    list.Add(ToJson(search, lineage, Session.Read(search)));
                else
                    rows.Add(
                        search.Name,
                        state,
                        lineage.Settings?.Space ?? "",
                        Figures.Exact((long)lineage.Evaluations),
                        lineage.Settings?.Budget.Evaluations is { } of ? Figures.Exact(of) : "",
                        lineage.AnnouncedFitness is { } fitness ? Figures.Fitness(fitness) : "",
                        lineage.Announced?.Individual.Genotype.ToString() ?? lineage.Spent?.ToString() ?? ""
                    );
            }
            catch (Exception fault) when (fault is JournalException or EventSerializationException or LineageException)
            {
                broken++;
                if (json)
                    list.Add(
                        new JsonObject
                        {
                            ["name"] = search.Name,
                            ["state"] = "broken",
                            ["error"] = fault.Message,
                        }
                    );
                else
                    rows.AddIn("red", search.Name, "broken", "", "", "", "", fault.Message);
            }
        }
        if (json)
            terminal.WriteJson(list);
        else if (count == 0)
            terminal.Out.WriteLine($"No searches in {home.Folder} yet. Begin one: evonas search.");
        else
            rows.Write(terminal);
        return broken == 0
            ? Exit.Done
            : throw new FailedException(
                $"{broken} of {Figures.Counted(count, "search", "searches")} cannot be read.",
                "See what is wrong: evonas lineage NAME verify."
            );
    }

    /// <summary>The stable form for scripts.</summary>
    public static JsonObject ToJson(SearchFolder search, Lineage lineage, Session? session)
    {
        var json = Fields(search, lineage, session);
        // Only a search with finalists has them.
        if (lineage.Settings is { Finalists: { } finalists })
        {
            json["finalists"] = finalists.ToString();
            json["repeats"] = lineage.Repeats;
            json["winner"] = lineage.Winner is { } winner ? WinnerWords.ToJson(winner) : null;
        }
        // Only where a candidate was trained again to tell of drift.
        if (lineage.Drift is { } drift)
            json["drift"] = DriftWords.ToJson(drift);
        // Only a search in rungs has them.
        if (RungWords.ToJson(lineage.Settings?.Rungs, [.. lineage.RungCounts]) is { } rungs)
            json["rungs"] = rungs;
        // Only where something that was proposed waits.
        if (lineage.Proposals.Count > 0)
            json["proposals"] = lineage.Proposals.Count;
        // Only a search of several objectives has one.
        if (FrontView.Of(lineage) is { } front)
            json["front"] = front.ToJson();
        return json;
    }

    static JsonObject Fields(SearchFolder search, Lineage lineage, Session? session) =>
        new()
        {
            ["name"] = search.Name,
            ["state"] = SearchState.Of(search, lineage, session),
            ["space"] = lineage.Settings?.Space,
            ["algorithm"] = lineage.Settings?.Algorithm.ToString().ToLowerInvariant(),
            ["objective"] = lineage.Settings is { } begun ? ObjectiveList.Text(begun.Objectives) : null,
            ["seed"] = lineage.Settings?.Seed,
            ["events"] = lineage.Events,
            ["births"] = lineage.Born,
            ["scored"] = lineage.Scored,
            ["ruledOut"] = lineage.RuledOut,
            ["pending"] = lineage.Pending.Count,
            ["distinct"] = lineage.Known.Count,
            ["population"] = lineage.Population.Count,
            ["budget"] = lineage.Settings?.Budget is { } budget ? ToJson(budget) : null,
            ["spent"] = lineage.Settings?.Budget.Spent(
                lineage.Evaluations,
                lineage.ElapsedSeconds,
                lineage.SlotSeconds
            ),
            ["elapsedSeconds"] = lineage.ElapsedSeconds,
            ["slotSeconds"] = lineage.SlotSeconds,
            ["finished"] = lineage.Finished?.ToString().ToLowerInvariant(),
            ["finishedDetail"] = SearchEnd.InWords(lineage.Finished, lineage.Spent),
            ["best"] = ToJson(lineage.Best),
            ["bestFeasible"] = ToJson(lineage.BestFeasible),
        };

    static JsonObject ToJson(Budget budget) =>
        new()
        {
            ["evaluations"] = budget.Evaluations,
            ["hours"] = budget.Hours,
            ["slotHours"] = budget.SlotHours,
        };

    public static JsonObject? ToJson(Champion? champion) =>
        champion is null
            ? null
            : new()
            {
                ["birth"] = champion.Individual.Birth.Value,
                ["genotype"] = champion.Individual.Genotype.ToString(),
                ["fitness"] = champion.Individual.Fitness.Value,
                ["feasible"] = champion.Individual.Fitness.Feasible,
                ["metrics"] = CandidateJson.Of(champion.Metrics),
            };

    static string Coloured(string state) =>
        state switch
        {
            SearchState.Running => "[green]running[/]",
            SearchState.Finished => "[aqua]finished[/]",
            SearchState.Interrupted => "[yellow]interrupted[/]",
            _ => state,
        };

    static void Show(Terminal terminal, SearchFolder search, Lineage lineage, Session? session, string? pausedFor)
    {
        var console = terminal.Pretty;
        var state = SearchState.Of(search, lineage, session);
        var halted =
            state == SearchState.Running && pausedFor is { } pause ? $" [yellow]({Markup.Escape(pause)})[/]" : "";
        console.MarkupLine($"[bold]{Markup.Escape(search.Name)}[/]  {Coloured(state)}{halted}");
        if (lineage.Settings is not { } settings)
        {
            // A process that ended before the first event left it; or one is about to write that.
            if (state != SearchState.Running)
                Line("begin it", $"evonas search --name {search.Name} …");
            return;
        }
        var breeders = settings.Algorithm switch
        {
            Algorithm.Evolution or Algorithm.Auto or Algorithm.Asha =>
                $"population {settings.PopulationSize}, tournament {settings.TournamentSize}, ",
            Algorithm.Nsga2 => $"population {settings.PopulationSize}, ",
            _ => "",
        };
        Line(
            "space",
            $"{settings.Space}, {settings.Algorithm.ToString().ToLowerInvariant()}, {breeders}seed {settings.Seed}"
        );
        Line(
            "objective",
            ObjectiveList.Text(settings.Objectives)
                + (settings.Objective.Limits.Count == 0 ? "" : $"  with {string.Join(", ", settings.Objective.Limits)}")
        );
        Line("budget", Budgets.InWords(settings.Budget, lineage));
        Line(
            "births",
            $"{Figures.Exact(lineage.Born)}: {Figures.Exact(lineage.Scored)} scored, {Figures.Exact(lineage.RuledOut)} "
                + $"ruled out, {lineage.Pending.Count} pending; "
                + Figures.Counted(lineage.Known.Count, "distinct genotype")
                + (lineage.Proposals.Count > 0 ? $"; {lineage.Proposals.Count} proposed and waiting" : "")
                + (lineage.Repeats > 0 ? $"; {Figures.Exact(lineage.Repeats)} evaluate finalists again" : "")
        );
        if (lineage.Drift is { } drift)
            Line("drift", DriftWords.Of(drift));
        if (RungWords.Of(settings.Rungs, [.. lineage.RungCounts]) is { } rungs)
            Line("rungs", rungs);
        Line(
            "time",
            $"{Figures.Time(lineage.ElapsedSeconds)} of running, {Figures.Time(lineage.SlotSeconds)} of evaluation"
        );
        if (SearchEnd.InWords(lineage.Finished, lineage.Spent) is { } why)
            Line("finished", why);
        if (lineage is { Winner: { } winner, Announced: { } won })
        {
            Line("winner", InWords(won));
            Line("", WinnerWords.Of(winner));
        }
        if (lineage.Best is { } best)
            Line("best", InWords(best));
        if (lineage.BestFeasible is { } feasible && feasible != lineage.Best)
            Line("feasible", InWords(feasible));
        if (state is SearchState.Paused or SearchState.Interrupted)
            Line("go on", $"evonas resume {search.Name}");
        FrontTable.Write(terminal, FrontView.Of(lineage));

        void Line(string what, string value)
        {
            console.Markup($"[grey]{what, -10}[/]");
            terminal.Out.WriteLine(value);
        }
    }

    public static string InWords(Champion champion)
    {
        var (birth, genotype, fitness) = (
            champion.Individual.Birth,
            champion.Individual.Genotype,
            champion.Individual.Fitness
        );
        var metrics = champion.Metrics.Select(pair => $"{pair.Key}={Figures.Metric(pair.Key, pair.Value)}");
        return $"{birth} {Figures.Fitness(fitness.Value)}  {genotype}  {string.Join(" ", metrics)}"
            + (fitness.Feasible ? "" : "  (beyond a limit)");
    }
}

/// <summary>Budgets in words.</summary>
static class Budgets
{
    public static string InWords(Budget budget, Lineage lineage) =>
        string.Join(
            ", ",
            new[]
            {
                budget.Evaluations is { } evaluations ? Of(evaluations, lineage) : null,
                budget.Hours is { } hours
                    ? $"{Figures.Time(lineage.ElapsedSeconds)} of {Figures.Time(hours * 3600)}"
                    : null,
                budget.SlotHours is { } slots
                    ? $"{Figures.Time(lineage.SlotSeconds)} of {Figures.Time(slots * 3600)} of evaluation"
                    : null,
            }.OfType<string>()
        );

    static string Of(long evaluations, Lineage lineage) =>
        lineage.Settings?.Rungs is null
            ? $"{Figures.Exact(lineage.Ended)} of {Figures.Counted(evaluations, "evaluation")}"
            : $"{Figures.Trainings(lineage.Evaluations)} of {Figures.Counted(evaluations, "full training")}";
}
