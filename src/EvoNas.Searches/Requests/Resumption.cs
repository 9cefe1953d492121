using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using EvoNas.Tasks;

namespace EvoNas.Searches.Requests;

/// <summary>Resumes a search by the settings in its journal; only its budget may be raised.</summary>
static class Resumption
{
    /// <summary>The request that the search was begun with.</summary>
    /// <param name="search">The folder of the search.</param>
    /// <param name="lineage">The lineage as it was recovered.</param>
    /// <param name="tablePath">The path of its table now; null: where it was at the last run.</param>
    public static SearchRequest Of(SearchFolder search, Lineage lineage, string? tablePath)
    {
        var settings =
            lineage.Settings
            ?? throw new FailedException(
                $"'{search.Name}' never began.",
                $"Begin it anew under another name; its folder is {search.Folder}."
            );
        var text = File.Exists(search.Space) ? File.ReadAllText(search.Space) : null;
        var space = SpaceOf(search.Name, settings, text);
        var begunPath = Noted(search, "table");
        return new(
            space,
            text,
            EvaluationPlan.FromJson(settings.Evaluation, space.Decisions, tablePath ?? begunPath, begunPath),
            settings
        );
    }

    /// <summary>The space of a search.</summary>
    /// <param name="name">The search's name.</param>
    /// <param name="settings">Those in its journal.</param>
    /// <param name="text">The space's own file; null for one of the catalog.</param>
    /// <exception cref="RequestException">There is no such space any more, or its decisions have changed.</exception>
    public static Space SpaceOf(string name, SearchSettings settings, string? text)
    {
        var space = text is null ? SpaceCatalog.Find(settings.Space) : SpaceSource.FromText(text);
        return SearchRequest.FingerprintOf(space) == settings.SpaceFingerprint
            ? space
            : throw new RequestException(
                $"The space '{settings.Space}' is not the one that '{name}' was begun with: "
                    + "its decisions have changed.",
                "Bring the old space back, or begin a new search."
            );
    }

    /// <summary>Refuses settings that are not those of the search.</summary>
    /// <param name="found">Finds the network of <c>--network-of</c>.</param>
    /// <exception cref="RequestException">Something that was asked for differs; the differences as a table.</exception>
    public static void Check(
        SearchFolder search,
        SearchRequest begun,
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        Func<string, JsonObject>? found = null
    )
    {
        var (was, differences) = (begun.Settings, new List<(string Setting, string Begun, string Asked)>());
        if (
            effective.IsGiven(KnownSettings.Space)
            || effective.IsGiven(KnownSettings.Tune)
            || effective.IsGiven(NetworkSettings.NetworkOf)
        )
        {
            var (asked, _) = SearchRequest.SpaceOf(effective, found, begun.Evaluation is EvaluationPlan.Train);
            Compare(KnownSettings.Space.Path, was.Space, asked.Name);
            if (asked.Name == was.Space && SearchRequest.FingerprintOf(asked) != was.SpaceFingerprint)
                differences.Add(
                    begun.Space.Definition == asked.Definition
                        ? (KnownSettings.Space.Path, "its decisions then", "other decisions now")
                        : (KnownSettings.Space.Path, "its networks then", "other networks now")
                );
        }
        If(
            KnownSettings.Algorithm,
            was.Algorithm.ToString().ToLowerInvariant(),
            () => SearchRequest.AlgorithmOf(effective, was.Objectives.Count).ToString().ToLowerInvariant()
        );
        If(KnownSettings.Seed, $"{was.Seed}", () => $"{effective.Whole(KnownSettings.Seed)}");
        If(
            KnownSettings.PopulationSize,
            $"{was.PopulationSize}",
            () => $"{effective.Whole(KnownSettings.PopulationSize) ?? was.PopulationSize}"
        );
        If(
            KnownSettings.TournamentSize,
            $"{was.TournamentSize}",
            () => $"{effective.Whole(KnownSettings.TournamentSize) ?? was.TournamentSize}"
        );
        If(
            KnownSettings.Objective,
            ObjectiveList.Text(was.Objectives),
            () => ObjectiveList.Text(ObjectiveList.Parse(effective.Text(KnownSettings.Objective)!))
        );
        If(
            KnownSettings.ReferencePoint,
            was.Pareto?.Reference is { } point ? ReferencePoints.Text(point.Values) : "none",
            () =>
                ReferencePoints.Text(
                    ReferencePoints.Parse(effective.Text(KnownSettings.ReferencePoint)!, was.Objectives)
                )
        );
        If(
            KnownSettings.Limits,
            string.Join(", ", was.Objective.Limits),
            () => string.Join(", ", Objective.ParseLimits(effective.Texts(KnownSettings.Limits)))
        );
        If(
            KnownSettings.RepeatDuplicates,
            Word(was.RepeatDuplicates),
            () => Word(effective.Flag(KnownSettings.RepeatDuplicates))
        );
        If(
            KnownSettings.EarlyStopping,
            Word(was.EarlyStopping),
            () => Word(effective.Flag(KnownSettings.EarlyStopping))
        );
        If(RungSettings.Rungs, $"{was.Rungs?.Epochs.Count}", () => $"{effective.Whole(RungSettings.Rungs)}");
        If(RungSettings.Reduction, $"{was.Rungs?.Reduction}", () => $"{effective.Whole(RungSettings.Reduction)}");
        If(RungSettings.Metric, was.Rungs?.Metric ?? "auto", () => effective.Text(RungSettings.Metric) ?? "auto");
        // What auto meant is in the journal.
        if (effective.Text(KnownSettings.Finalists) is not (null or "auto"))
            If(
                KnownSettings.Finalists,
                was.Finalists?.ToString() ?? "none",
                () => SearchRequest.FinalistsOf(effective, begun.Evaluation, was)?.ToString() ?? "none"
            );
        if (effective.Text(KnownSettings.DriftGuard) is not (null or "auto"))
            If(
                KnownSettings.DriftGuard,
                was.DriftGuard?.ToString(CultureInfo.InvariantCulture) ?? "none",
                () =>
                    SearchRequest.DriftGuardOf(effective, begun.Evaluation, was)?.ToString(CultureInfo.InvariantCulture)
                    ?? "none"
            );
        if (table.IsGiven)
            // The contents are known to be the same, wherever the file lies now.
            Compare(
                "--evaluate",
                begun.Evaluation.ToJson(),
                begun.Evaluation is EvaluationPlan.Table { Rows: var rows }
                    ? EvaluationPlan.Json(rows, table.Key, table.Metrics, table.Curve)
                    : $"look-up in {table.FilePath}"
            );
        else if (begun.Evaluation is EvaluationPlan.Train { Settings: var trained })
            foreach (var (name, then, now) in trained.DifferencesFrom(EvaluationPlan.Again(effective, trained, preset)))
                differences.Add(($"training: {name}", then, now));
        if (differences.Count == 0)
            return;
        var width = differences.Max(one => one.Setting.Length);
        var began = differences.Max(one => one.Begun.Length);
        throw new RequestException(
            $"'{search.Name}' was begun with other settings.\n"
                + string.Join(
                    '\n',
                    differences.Select(one =>
                        $"  {one.Setting.PadRight(width)}  begun with {one.Begun.PadRight(began)}"
                        + $"  now asked for {one.Asked}"
                    )
                ),
            $"Go on as it began: evonas resume {search.Name}. Or give the new search another name."
        );

        void If(Setting setting, string then, Func<string?> now)
        {
            if (effective.IsGiven(setting))
                Compare(setting.Path, then, now() ?? "");
        }

        void Compare(string setting, string then, string now)
        {
            if (then != now)
                differences.Add((setting, then, now));
        }

        static string Word(bool flag) => flag ? "true" : "false";
    }

    /// <summary>The budget that the search is to have now; null where it stays.</summary>
    /// <exception cref="RequestException">It would shrink.</exception>
    public static Budget? Raised(SearchFolder search, Budget was, EffectiveSettings effective)
    {
        if (!KnownSettings.Budget.Any(effective.IsGiven))
            return null;
        var asked = SearchRequest.Asked(effective);
        Refuse(was.Evaluations, asked.Evaluations, "evaluations");
        Refuse(was.Hours, asked.Hours, "hours");
        Refuse(was.SlotHours, asked.SlotHours, "slot-hours");
        var raised = new Budget(
            asked.Evaluations ?? was.Evaluations,
            asked.Hours ?? was.Hours,
            asked.SlotHours ?? was.SlotHours
        );
        return raised == was ? null : raised;

        void Refuse(double? then, double? now, string what)
        {
            if (then is { } old && now < old)
                throw new RequestException(
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"The budget of '{search.Name}' is {old} {what}; it can be raised, not lowered to {now}."
                    ),
                    "To end it now, stop it: what it found is kept."
                );
        }
    }

    /// <summary>Writes the space and the effective settings beside the journal, for people and for a
    /// resumption.</summary>
    public static void WriteDown(
        SearchFolder search,
        SearchRequest request,
        EffectiveSettings effective,
        string version
    )
    {
        if (request.SpaceText is { } text)
            File.WriteAllText(search.Space, text);
        var settings = new JsonObject();
        foreach (var setting in KnownSettings.All)
            settings[setting.Path] = effective.Shown(setting);
        File.WriteAllText(
            search.Settings,
            JsonText.Of(
                new JsonObject
                {
                    ["name"] = search.Name,
                    ["version"] = version,
                    ["table"] = request.Evaluation is EvaluationPlan.Table { Rows: var rows } ? rows.Path : null,
                    ["evaluation"] = JsonNode.Parse(request.Evaluation.ToJson()),
                    ["environment"] = new JsonObject
                    {
                        ["machine"] = Environment.MachineName,
                        ["system"] = RuntimeInformation.OSDescription,
                        ["architecture"] = $"{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant(),
                        ["processors"] = $"{Environment.ProcessorCount}",
                        ["runtime"] = RuntimeInformation.FrameworkDescription,
                    },
                    ["settings"] = settings,
                },
                indented: true
            ) + "\n"
        );
    }

    /// <summary>A text that <see cref="WriteDown"/> wrote down; null where it is not there.</summary>
    /// <param name="search">The folder of the search.</param>
    /// <param name="what"><c>table</c> or <c>version</c>.</param>
    public static string? Noted(SearchFolder search, string what) =>
        Written(search)?[what] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Names with their values that <see cref="WriteDown"/> wrote down; empty where they are not there, as
    /// those that earlier versions did not write.</summary>
    /// <param name="search">The folder of the search.</param>
    /// <param name="what"><c>environment</c> or <c>settings</c>.</param>
    public static IReadOnlyList<(string Name, string Value)> NotedPairs(SearchFolder search, string what) =>
        Written(search)?[what] is JsonObject pairs
            ? [.. pairs.Select(pair => (pair.Key, pair.Value?.ToString() ?? ""))]
            : [];

    static JsonObject? Written(SearchFolder search)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(search.Settings)) as JsonObject;
        }
        catch (Exception fault)
            when (fault is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            // ArgumentException: a name that stands twice.
            return null;
        }
    }
}
