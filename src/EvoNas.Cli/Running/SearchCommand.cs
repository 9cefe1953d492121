using System.CommandLine;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Searches;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Founders;
using EvoNas.Searches.Requests;
using EvoNas.Storage;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Cli.Running;

/// <summary><c>evonas search</c> and <c>evonas resume</c>.</summary>
static partial class SearchCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = Options.Text(
            "--name",
            "NAME",
            "Name of the search: the same name again resumes it [the space's, with a number]"
        );
        var table = new TableArguments();
        var preset = Options.Text(
            "--preset",
            "NAME",
            "Training settings to begin with: quick or textbook; for other tasks quick, proxy, full or (volumes) ct"
        );
        var (json, dashboard) = (Options.Flag("--json", "Events as JSON lines"), Beside());
        var cluster = new ClusterOptions(
            config,
            "Run the search on the cluster of this node, and show it; Ctrl-C leaves, the search goes on"
        );
        return new Verb("search", "Search for the best network; without options a quick start of a few minutes")
        {
            Notes =
                "Ctrl-C once waits for the running trainings and pauses, twice stops; nothing is lost either way.\n"
                + "Every option can be set in a file for --config; hocon/evonas.conf has them all with their defaults.",
        }
            .Example("evonas search", "the quick start: RegNetX on Fashion-MNIST, 24 evaluations")
            .Example("evonas search --name night --space mnasnet --data-set cifar-10 --hours 10", "a night")
            .Example(
                "evonas search --limit \"madds<=5M\" --objective \"top1 * (latencyMs/2)^-0.07\" --budget 200",
                "fast networks"
            )
            .Example(
                "evonas search --space my.json --evaluate table:my.csv --key arch --metric accuracy --budget 500",
                "over a table"
            )
            .Takes("Search", [name, .. settings.For(KnownSettings.Search)])
            .Takes("Budget", settings.For(KnownSettings.Budget))
            .Takes(
                "Slots",
                [.. settings.For(KnownSettings.Slot), .. settings.For(KnownSettings.Data, KnownSettings.LogFile)]
            )
            .Takes("Evaluation by look-up", table.All)
            .Takes("Training", [preset, .. settings.For(KnownSettings.Training)])
            .Takes("Cluster", cluster.All)
            .Takes("Output", [json, dashboard, .. settings.For(KnownSettings.Otlp)])
            .Does(parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                if (cluster.Of(parsed) is { } contact)
                {
                    RefuseBeside(parsed.GetValue(dashboard));
                    var asked = ToBegin(
                        terminal,
                        home,
                        effective,
                        table.Of(parsed),
                        parsed.GetValue(preset),
                        parsed.GetValue(json)
                    );
                    Warn(terminal, asked);
                    return ClusterWork.Search(
                        terminal,
                        contact,
                        asked,
                        parsed.GetValue(name)
                            ?? throw new RequestException(
                                "A search of a cluster needs a name.",
                                "Give it one: --name NAME."
                            ),
                        parsed.GetValue(json)
                    );
                }
                var wanted = parsed.GetValue(name) is { } given ? home.At(given) : null;
                if (wanted is { Exists: true })
                    return Resume(
                        terminal,
                        home,
                        wanted,
                        effective,
                        table.Of(parsed),
                        parsed.GetValue(preset),
                        new(parsed.GetValue(json), parsed.GetValue(dashboard))
                    );
                return Begin(
                    terminal,
                    home,
                    wanted,
                    effective,
                    table.Of(parsed),
                    parsed.GetValue(preset),
                    new(parsed.GetValue(json), parsed.GetValue(dashboard))
                );
            });
    }

    public static Verb MakeResume(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = new Argument<string>("name")
        {
            HelpName = "NAME",
            Description = "A search that was paused or interrupted, or is to have a larger budget",
        };
        var table = Options.Text("--evaluate", "table:FILE.csv", "Where the table lies now");
        var (json, dashboard, cluster) = (
            Options.Flag("--json", "Events as JSON lines"),
            Beside(),
            new ClusterOptions(config, "Resume a paused search of the cluster of this node")
        );
        return new Verb("resume", "Continue a search; its budget may be raised")
            .Example("evonas resume night", "where it was")
            .Example("evonas resume night --budget 400", "with more to spend")
            .Takes(name)
            .Takes("Budget", settings.For(KnownSettings.Budget))
            .Takes(
                "Slots",
                [.. settings.For(KnownSettings.Slot), .. settings.For(KnownSettings.Data, KnownSettings.LogFile), table]
            )
            .Takes("Cluster", cluster.All)
            .Takes("Output", [json, dashboard, .. settings.For(KnownSettings.Otlp)])
            .Does(async parsed =>
            {
                if (cluster.Of(parsed) is { } contact)
                {
                    RefuseBeside(parsed.GetValue(dashboard));
                    return await ClusterWork.Steer(
                        terminal,
                        contact,
                        Steering.Resume,
                        parsed.GetValue(name)!, // A required argument.
                        ClusterCommand.Budget(settings, parsed)
                    );
                }
                // A file's settings of the search are not meant here: it has its own.
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var search = home.Find(parsed.GetValue(name)!); // A required argument.
                await using var client = new SocketClient(search.Socket);
                if (search.IsRunning && await client.IsListening())
                    return await ClusterWork.Steer(
                        terminal,
                        client,
                        Steering.Resume,
                        search.Name,
                        ClusterCommand.Budget(settings, parsed)
                    );
                return await Resume(
                    terminal,
                    home,
                    search,
                    effective,
                    new(parsed.GetValue(table), null, []),
                    null,
                    new(parsed.GetValue(json), parsed.GetValue(dashboard)),
                    check: false
                );
            });
    }

    static Option<bool> Beside() =>
        Options.Flag("--dashboard", "Show it in a browser too; its address is printed (see evonas dashboard)");

    // A process that only hands a search over ends, and its dashboard with it.
    static void RefuseBeside(bool dashboard)
    {
        if (dashboard)
            throw new RequestException(
                "--dashboard stands beside a search of this process.",
                "Searches of a cluster are shown by evonas dashboard --cluster HOST:PORT."
            );
    }

    /// <summary>How a run is shown.</summary>
    public readonly record struct Showing(bool Json, bool Dashboard);

    public static async Task<int> Begin(
        Terminal terminal,
        Home home,
        SearchFolder? wanted,
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        Showing showing
    )
    {
        var request = ToBegin(terminal, home, effective, table, preset, showing.Json);
        await Prepare(terminal, home, request, effective, showing.Json);
        var search = wanted ?? home.At(home.FreeName(request.Space.Name));
        search.Make();
        try
        {
            using var journal = SqliteJournalFile.Open(search.Journal);
            return await RunNew(terminal, home, search, request, effective, journal, showing);
        }
        catch (RequestException) when (History.Lineage(search).Settings is null)
        {
            Directory.Delete(search.Folder, recursive: true); // Its first event was not written.
            throw;
        }
    }

    public static async Task<int> Resume(
        Terminal terminal,
        Home home,
        SearchFolder search,
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        Showing showing,
        bool check = true
    )
    {
        using var journal = SqliteJournalFile.Open(search.Journal);
        var lineage = History.Lineage(search);
        // A process that ended between making the folder and its first event left a search that never began.
        if (lineage.Settings is null)
        {
            // `resume` is given no settings of the search: it would begin another one.
            if (!check)
                throw new RequestException(
                    $"'{search.Name}' never began.",
                    $"Begin it with its settings: evonas search --name {search.Name} …"
                );
            var first = ToBegin(terminal, home, effective, table, preset, showing.Json);
            await Prepare(terminal, home, first, effective, showing.Json);
            return await RunNew(terminal, home, search, first, effective, journal, showing);
        }
        SearchRequest request;
        try
        {
            request = Resumption.Of(search, lineage, table.FilePath);
            if (check)
                Resumption.Check(search, request, effective, table, preset, NetworkOfSearch.In(home));
        }
        catch (RequestException) when (check && lineage.Ended == 0)
        {
            return await BeginInItsPlace(terminal, home, search, effective, table, preset, journal, showing);
        }
        if (effective.IsGiven(FounderSettings.Founders) && !showing.Json)
            Failure.Warn(
                terminal,
                $"'{search.Name}' has begun, and {FounderSettings.Founders.Option} is for its beginning. "
                    + $"More candidates: evonas propose {search.Name} GENOTYPE."
            );
        var raised = Resumption.Raised(search, request.Settings.Budget, effective);
        if (lineage.Finished is not null && raised is null)
        {
            if (lineage.Finished == FinishedReason.Budget && !showing.Json)
                Failure.Warn(
                    terminal,
                    $"'{search.Name}' has spent its budget; raise it to go on: evonas resume {search.Name} --budget "
                        + $"{Math.Max(1, (lineage.Settings.Budget.Evaluations ?? lineage.Ended) * 2)}"
                );
            else if (lineage.Finished != FinishedReason.Limit && !showing.Json)
                Failure.Warn(
                    terminal,
                    $"'{search.Name}' is finished: {SearchEnd.InWords(lineage.Finished, lineage.Spent)}."
                );
            if (showing.Json)
                terminal.WriteJsonLine(StatusCommand.ToJson(search, lineage, Session.Read(search)));
            else
            {
                terminal.Out.WriteLine(
                    lineage.Announced is { } best
                        ? $"best  {StatusCommand.InWords(best)}"
                        : "It has no scored candidate."
                );
                if (lineage.Winner is { } winner)
                    terminal.Out.WriteLine($"      {WinnerWords.Of(winner)}");
                FrontTable.Write(terminal, FrontView.Of(lineage));
            }
            RefuseLimit(search.Name, lineage.Finished, lineage.Spent);
            return PolicyTrials.Finish(terminal, home, search, request, effective, showing.Json);
        }
        await Prepare(terminal, home, request, effective, showing.Json);
        if (!showing.Json)
            Introduce(terminal, search, request, $"Going on after {Figures.Counted(lineage.Ended, "evaluation")}.");
        if (raised is not null)
            request = request with { Settings = request.Settings with { Budget = raised } };
        return await Run(terminal, home, search, request, effective, journal, showing);
    }

    // What was wrong with the settings of a search may be known to its workers only. Until something was evaluated
    // there is nothing but the settings to lose, so its name may be had again.
    static async Task<int> BeginInItsPlace(
        Terminal terminal,
        Home home,
        SearchFolder search,
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        SqliteJournalFile journal,
        Showing showing
    )
    {
        // These settings are checked, and their data are there, before anything is moved.
        await Prepare(
            terminal,
            home,
            ToBegin(terminal, home, effective, table, preset, showing.Json),
            effective,
            showing.Json
        );
        var kept = Home.AbandonedFolder(search);
        journal.MoveFolder(kept);
        Failure.Warn(
            terminal,
            $"'{search.Name}' was begun with other settings and evaluated nothing; it is kept as "
                + $"{Path.GetFileName(kept)}, and begins anew."
        );
        return await Begin(terminal, home, search, effective, table, preset, showing);
    }

    static Task<int> RunNew(
        Terminal terminal,
        Home home,
        SearchFolder search,
        SearchRequest request,
        EffectiveSettings effective,
        SqliteJournalFile journal,
        Showing showing
    )
    {
        Resumption.WriteDown(search, request, effective, Evonas.Version);
        Warn(terminal, request);
        var isQuick = SearchRequest.IsQuick(effective) && request.Evaluation is EvaluationPlan.Train;
        if (!showing.Json)
            Introduce(
                terminal,
                search,
                request,
                isQuick
                    ? $"The quick start: small networks ({SearchRequest.QuickLimit}). "
                        + "With --limit or --space you choose."
                    : null
            );
        return Run(terminal, home, search, request, effective, journal, showing);
    }

    static async Task<int> Run(
        Terminal terminal,
        Home home,
        SearchFolder search,
        SearchRequest request,
        EffectiveSettings effective,
        SqliteJournalFile journal,
        Showing showing
    )
    {
        if (FolderKind.WarningFor(search.Journal) is { } warning)
            Failure.Warn(terminal, warning);
        Directory.CreateDirectory(search.Logs);
        Directory.CreateDirectory(search.Spool);
        SearchRun.OpenDashboard? open = showing.Dashboard ? (log, say) => Open(terminal, home, search, log, say) : null;
        var run = new SearchRun(
            terminal,
            search,
            request,
            effective,
            home.DataFolder(terminal.Variable, effective),
            open
        );
        var ending = await run.Run(journal, showing.Json);
        if (showing.Json)
        {
            var lineage = History.Lineage(search);
            var status = StatusCommand.ToJson(search, lineage, Session.Read(search));
            // This process still holds the journal; what it says is how it leaves it.
            status["state"] = ending switch
            {
                SearchRun.Ending.Finished => SearchState.Finished,
                SearchRun.Ending.Drained => SearchState.Paused,
                _ => SearchState.Interrupted,
            };
            terminal.WriteJsonLine(new System.Text.Json.Nodes.JsonObject { ["event"] = "status", ["status"] = status });
        }
        else
            FinalReport.Write(terminal, search, request, run, ending);
        RefuseLimit(search.Name, run.SearchViewModel.Finished, run.SearchViewModel.Spent);
        return ending == SearchRun.Ending.Finished
            ? PolicyTrials.Finish(terminal, home, search, request, effective, showing.Json)
            : Exit.Done;
    }

    /// <summary>A search that nothing could be born in has failed, whatever was printed of it.</summary>
    /// <exception cref="FailedException">It ended because no draw keeps its limits.</exception>
    public static void RefuseLimit(string search, FinishedReason? finished, DrawsSpent? spent)
    {
        if (finished == FinishedReason.Limit)
            throw new FailedException(
                $"'{search}' ended without a birth: {SearchEnd.InWords(finished, spent)}.",
                "A search keeps its limits: begin another one with a wider --limit, or with a soft one "
                    + "(\"madds<=300M soft\")."
            );
    }

    // By itself, so that nothing of it is loaded where no dashboard is asked for. A search is not ended for it.
    static async Task<IAsyncDisposable?> Open(
        Terminal terminal,
        Home home,
        SearchFolder search,
        Serilog.ILogger log,
        Action<string> say
    )
    {
        try
        {
            var server = await Dashboards.DashboardRun.Beside(terminal, home, search, log);
            say(server.OpeningAddress);
            return server;
        }
        catch (FailedException fault)
        {
            log.Warning("no dashboard: {Reason}", fault.Message);
            say($"no dashboard: {fault.Message}");
            return null;
        }
    }

    static SearchRequest ToBegin(
        Terminal terminal,
        Home home,
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        bool quiet
    )
    {
        var request = SearchRequest.ToBegin(
            effective,
            table,
            preset,
            new(home.DataFolder(terminal.Variable, effective)),
            terminal.Notes(quiet),
            NetworkOfSearch.In(home)
        );
        if (effective.Text(FounderSettings.Founders) is not { } founders)
            return request;
        var read = FounderSource.Read(founders, request, home);
        if (!quiet)
            terminal.Out.WriteLine(read.Remark);
        return request with { Founders = read.Founders };
    }

    // What can be missing is looked for before a folder is made.
    static async Task Prepare(
        Terminal terminal,
        Home home,
        SearchRequest request,
        EffectiveSettings effective,
        bool quiet
    )
    {
        if (request.Evaluation is not EvaluationPlan.Train { Settings: var settings })
            return;
        Slots.Plan(effective);
        await DataSets.Provide(settings, home.DataFolder(terminal.Variable, effective), terminal.Notes(quiet));
    }
}
