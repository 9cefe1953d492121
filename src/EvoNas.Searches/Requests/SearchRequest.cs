using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Spaces;
using EvoNas.Searches.Tables;
using EvoNas.Spaces;
using EvoNas.Torch.Data;

namespace EvoNas.Searches.Requests;

/// <summary>A request for a search: a space, how candidates are evaluated, and how the space is searched.</summary>
/// <param name="Space">The space.</param>
/// <param name="SpaceText">The text of its file; null for one of the catalog.</param>
/// <param name="Evaluation">How candidates are evaluated.</param>
/// <param name="Settings">How the search goes.</param>
sealed record SearchRequest(Space Space, string? SpaceText, EvaluationPlan Evaluation, SearchSettings Settings)
{
    /// <summary>The quick start's bound on the cost of candidates: two cores are to train two dozen of them in a few
    /// minutes.</summary>
    public const string QuickLimit = "madds<=3M";

    /// <summary>What is born first, where the search is to begin.</summary>
    public Sequence<Lineages.Proposal> Founders { get; init; }

    /// <summary>What is known of a candidate before it is evaluated. Unless a limit asks for it, no network is built
    /// network only to know its cost.</summary>
    public Func<Genotype, Metrics> KnownMetrics
    {
        get
        {
            var target = Evaluation.Target;
            if (
                target is null
                || !Settings.Objective.Limits.Any(limit => limit.Hard && Metrics.Computed.Contains(limit.Metric))
            )
                return _ => default;
            return genotype =>
            {
                // What cannot be built is told by its worker, as the defect of the space that it is.
                try
                {
                    return Metrics.Of(Networks.Cost.Of(Space.Decode(genotype, target)));
                }
                catch (RequestException)
                {
                    return default;
                }
            };
        }
    }

    /// <summary>Equal texts for genotypes that are trained to the same network in the same way, null for what cannot be
    /// built; null where candidates are not trained, or differ in other things than their networks.</summary>
    public Func<Genotype, string?>? NetworkOf
    {
        get
        {
            if (Evaluation.Target is not { } target || Space.Build is null || Space.Policy is not null)
                return null;
            var decisions = Space.Decisions.Decisions;
            int[] training = [.. Enumerable.Range(0, decisions.Count).Where(i => Tuning.IsOfTraining(decisions[i]))];
            return genotype =>
            {
                try
                {
                    var network = Space.Decode(genotype, target).Fingerprint;
                    return string.Join(' ', training.Select(i => $"{genotype.Genes[i]}").Prepend(network));
                }
                catch (RequestException)
                {
                    return null;
                }
            };
        }
    }

    /// <summary>Makes settings of a search that is to begin.</summary>
    /// <param name="effective">What is asked for.</param>
    /// <param name="table">The options of evaluation by look-up.</param>
    /// <param name="preset">The name of training settings to start from; null: the usual ones.</param>
    /// <param name="data">Where a data set that is not built in lies; null: only built-in ones are known.</param>
    /// <param name="say">Is told what was repaired and left out in such a data set; null: not told.</param>
    /// <param name="found">Finds the network of <c>--network-of</c>, see <see cref="FixedNetwork"/>; null: there are no
    /// earlier searches.</param>
    public static SearchRequest ToBegin(
        EffectiveSettings effective,
        TableOptions table,
        string? preset,
        DataFolder? data = null,
        Action<string>? say = null,
        Func<string, JsonObject>? found = null
    )
    {
        var (space, text) = SpaceOf(effective, found, isTrained: table.FilePath is null);
        var evaluation =
            table.Read(space.Decisions)
            ?? new EvaluationPlan.Train(EvaluationPlan.Training(effective, space, preset, data: data, say: say));
        if (evaluation is EvaluationPlan.Train { Settings: var trained })
            trained.CheckTuning(space.Decisions);
        if (space.Policy is not null && evaluation is EvaluationPlan.Train { Settings.Augment: { } augment })
            throw new RequestException(
                $"The policies of '{space.Name}' are searched, and --augment '{augment}' names one.",
                "Leave it out."
            );
        // A policy is judged by the end of a training: at its beginning the strong ones look worst.
        if (space.Policy is not null && effective.IsGiven(KnownSettings.EarlyStopping) && IsStopping(effective))
            throw new RequestException(
                "Policies are compared by whole trainings: early stopping does not fit them.",
                "Leave --early-stopping out."
            );
        if (space.Policy is not null && effective.Text(KnownSettings.Algorithm) == "asha")
            throw new RequestException(
                "Policies are compared by whole trainings: the algorithm asha does not fit them.",
                "Take another --algorithm."
            );
        var budget = Asked(effective);
        var objectives = ObjectivesOf(
            effective,
            evaluation,
            IsQuick(effective) && evaluation is EvaluationPlan.Train
                ? [QuickLimit]
                : effective.Texts(KnownSettings.Limits)
        );
        var algorithm = AlgorithmOf(effective, objectives.Count);
        CheckFit(effective, algorithm, objectives.Count);
        var population = (int)(
            effective.Whole(KnownSettings.PopulationSize) ?? SearchSettings.PopulationSizeFor(algorithm, budget)
        );
        var settings = new SearchSettings
        {
            Space = space.Name,
            SpaceFingerprint = FingerprintOf(space),
            SpaceSize = space.Decisions.Size is { } points && points <= long.MaxValue ? (long)points : null,
            Evaluation = evaluation.ToJson(),
            Seed = (ulong)effective.Whole(KnownSettings.Seed)!.Value,
            Algorithm = algorithm,
            Rules = BreedingRules.For(algorithm),
            Rungs = RungRequest.Of(effective, evaluation, algorithm),
            PopulationSize = population,
            TournamentSize = (int)(
                effective.Whole(KnownSettings.TournamentSize) ?? SearchSettings.TournamentSizeFor(algorithm, population)
            ),
            Objective = objectives[0],
            Pareto =
                objectives.Count == 1
                    ? null
                    : new(
                        [.. objectives.Skip(1)],
                        ParetoRules.For(algorithm, budget, population),
                        ReferencePoints.Of(effective, evaluation, objectives)
                    ),
            Budget = budget,
            RepeatDuplicates = effective.Flag(KnownSettings.RepeatDuplicates),
            DistinctNetworks = evaluation.Target is not null && !effective.Flag(KnownSettings.RepeatDuplicates),
            // A curve below the median says little of a candidate that may be on the front for its cost.
            EarlyStopping =
                IsStopping(effective)
                && space.Policy is null
                && (algorithm != Algorithm.Asha || effective.IsGiven(KnownSettings.EarlyStopping))
                && (objectives.Count == 1 || effective.IsGiven(KnownSettings.EarlyStopping)),
        };
        settings = settings with
        {
            Finalists = FinalistsOf(effective, evaluation, settings)?.CheckedFor(settings.Budget),
            DriftGuard = DriftGuardOf(effective, evaluation, settings),
        };
        settings = settings with { HeldOutFinals = settings.Finalists is not null && evaluation.HasHeldOut };
        var request = new SearchRequest(space, text, evaluation, settings.Checked());
        request.CheckNetworks();
        request.CheckDraws();
        return request;
    }

    static bool IsStopping(EffectiveSettings effective) => effective.Flag(KnownSettings.EarlyStopping);

    /// <summary>The space that is asked for, and its text; null for one of the catalog.</summary>
    /// <param name="effective">What is asked for.</param>
    /// <param name="found">Finds the network of <c>--network-of</c>; null: there are no earlier searches.</param>
    /// <param name="isTrained">Candidates are trained: policies need a network.</param>
    /// <exception cref="RequestException">There is no such space, what is to be tuned cannot be read, or the network
    /// does not fit.</exception>
    public static (Space Space, string? Text) SpaceOf(
        EffectiveSettings effective,
        Func<string, JsonObject>? found = null,
        bool isTrained = true
    )
    {
        var name = effective.Text(KnownSettings.Space)!; // It has a default.
        var text = SpaceSource.TextOf(name);
        if (FixedNetwork.Of(effective, name, text, found, isTrained) is { } network)
            text = SpaceSource.Over(name, text, network);
        if (effective.Texts(KnownSettings.Tune) is { Length: > 0 } tuned)
            text = SpaceSource.Tuned(name, text, tuned);
        try
        {
            return (text is null ? SpaceCatalog.Find(name) : SpaceSource.FromText(text), text);
        }
        // The network is an option here, no place in a file.
        catch (RequestException fault) when (fault.Message.StartsWith(FixedNetwork.Place, StringComparison.Ordinal))
        {
            throw new RequestException(
                fault.Message[FixedNetwork.Place.Length..],
                $"Name another search: {NetworkSettings.NetworkOf.Option} NAME."
            );
        }
    }

    /// <summary>The algorithm that is asked for; for several objectives, <c>auto</c> is <c>nsga2</c>.</summary>
    public static Algorithm AlgorithmOf(EffectiveSettings effective, int objectives) =>
        Enum.Parse<Algorithm>(effective.Text(KnownSettings.Algorithm)!, ignoreCase: true) switch // It has a default.
        {
            Algorithm.Auto when objectives > 1 => Algorithm.Nsga2,
            var algorithm => algorithm,
        };

    /// <summary>The finalists that are asked for; of <c>auto</c> those that the budget affords, where scores are noisy
    /// and there is a winner to tell. A search at random samples its space, and is left as it is.</summary>
    /// <exception cref="RequestException">The text is none of <c>auto</c>, <c>none</c> and rounds.</exception>
    public static FinalistRules? FinalistsOf(
        EffectiveSettings effective,
        EvaluationPlan evaluation,
        SearchSettings settings
    ) =>
        effective.Text(KnownSettings.Finalists) switch
        {
            "none" => null,
            null or "auto" => settings is { Pareto: null, RepeatDuplicates: false, Algorithm: not Algorithm.Random }
            && settings.Objective.Terms.Any(term => evaluation.IsNoisy(term.Metric))
                ? FinalistRules.For(settings.Budget)
                : null,
            var text => FinalistRules.Parse(text),
        };

    /// <summary>After how many births the same candidate is trained again; of <c>auto</c> 100, where candidates are
    /// trained, and at least 200 of them. A search at random is left as it is, and rungs and policies have
    /// none.</summary>
    /// <exception cref="RequestException">The text is none of <c>auto</c>, <c>none</c> and a number.</exception>
    public static int? DriftGuardOf(EffectiveSettings effective, EvaluationPlan evaluation, SearchSettings settings) =>
        effective.Text(KnownSettings.DriftGuard) switch
        {
            "none" => null,
            null or "auto" => evaluation is EvaluationPlan.Train
            && settings is { Rungs: null, RepeatDuplicates: false, Algorithm: not Algorithm.Random }
            && evaluation.Target is not null
            && settings.Budget.Evaluations is null or >= GuardedMin
                ? UsualDriftGuard
                : null,
            var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var every)
                ? every
                : throw new RequestException(
                    $"--drift-guard is '{text}'; it takes auto, none, or a number of births, such as 100.",
                    "Write --drift-guard 100."
                ),
        };

    const int UsualDriftGuard = 100,
        GuardedMin = 200;

    // A number that the algorithm never reads would be a wish that nothing fulfils.
    static void CheckFit(EffectiveSettings effective, Algorithm algorithm, int objectives)
    {
        if (objectives == 1 && effective.IsGiven(KnownSettings.ReferencePoint))
            throw new RequestException(
                $"{KnownSettings.ReferencePoint.Option} ({KnownSettings.ReferencePoint.Path}) belongs to several "
                    + "objectives; this search has one.",
                "Leave it out, or write several with commas between: --objective \"top1, -latencyMs\"."
            );
        if (algorithm == Algorithm.Nsga2 && effective.Whole(KnownSettings.TournamentSize) is not null)
            throw new RequestException(
                $"{KnownSettings.TournamentSize.Option} ({KnownSettings.TournamentSize.Path}) does not fit the "
                    + "algorithm nsga2: its tournaments are of two.",
                "Leave it out."
            );
        if (algorithm != Algorithm.Local)
            return;
        foreach (var setting in new[] { KnownSettings.PopulationSize, KnownSettings.TournamentSize })
            if (effective.Whole(setting) is not null)
                throw new RequestException(
                    $"{setting.Option} ({setting.Path}) does not fit the algorithm local: "
                        + "it breeds from one candidate.",
                    "Leave it out, or take --algorithm evolution or auto."
                );
    }

    // Draws that are looked at before a search begins: what all of them break, nothing will keep.
    const int Probes = 64;

    // An image side that no network of the space survives.
    void CheckNetworks()
    {
        if (Evaluation.Target is not { } target || Space.Build is null)
            return;
        string? first = null;
        for (var draw = 0; draw < Probes; draw++)
            try
            {
                var network = Space.Decode(
                    Space.Decisions.Sample(SeededRandom.For(Settings.Seed, new BirthNumber(1), draw)),
                    target
                );
                if (Evaluation.Misfit(network) is not { } misfit)
                    return;
                first ??= misfit;
            }
            catch (RequestException fault)
            {
                first ??= fault.Message;
            }
        throw new RequestException(
            $"None of {Probes} networks of '{Space.Name}' can be built for these images: {first}",
            "Give larger images: --image-side PX."
        );
    }

    // A rule of the space that no point keeps, and an objective that the costs alone make the same for every candidate.
    void CheckDraws()
    {
        var first = Space.Decisions.Sample(SeededRandom.For(Settings.Seed, new BirthNumber(1), draw: 0));
        if (Evaluation.Target is not { } target || Space.Build is null || Settings.Objective.IsSum)
            return;
        Objective costs = Settings.Objective with
        {
            Terms = [.. Settings.Objective.Terms.Where(term => Metrics.Computed.Contains(term.Metric))],
            Limits = default,
        };
        if (costs.Terms.Count == 0)
            return;
        string? fault = null;
        for (var draw = 0; draw < Probes; draw++)
        {
            var genotype =
                draw == 0 ? first : Space.Decisions.Sample(SeededRandom.For(Settings.Seed, new BirthNumber(1), draw));
            Metrics known;
            try
            {
                known = Metrics.Of(Networks.Cost.Of(Space.Decode(genotype, target)));
            }
            catch (RequestException)
            {
                return; // What cannot be built is told by its worker.
            }
            var fitness = costs.Weigh(known, out var unscorable);
            if (fitness is { Value: not 0 })
                return;
            fault ??= unscorable ?? $"{costs} is 0: the number is too small to be told from 0.";
        }
        throw new RequestException(
            $"The objective '{Settings.Objective}' has no value for any of {Probes} networks: {fault}",
            "Take smaller exponents, or divide each metric by a target: (madds/300000000)^-0.07."
        );
    }

    /// <summary>Neither a space nor a limit is given: the usual space reaches from thousands of multiply-adds
    /// to billions, so the program bounds it.</summary>
    public static bool IsQuick(EffectiveSettings effective) =>
        !effective.IsGiven(KnownSettings.Space) && !effective.IsGiven(KnownSettings.Limits);

    /// <summary>The bounds that are asked for; if one of them is given, the defaults of the others do not
    /// apply.</summary>
    public static Budget Asked(EffectiveSettings effective)
    {
        var any = KnownSettings.Budget.Any(effective.IsGiven);
        return new Budget(
            Of(KnownSettings.Evaluations) is { } evaluations ? effective.Whole(evaluations) : null,
            Of(KnownSettings.Hours) is { } hours ? effective.Real(hours) : null,
            Of(KnownSettings.SlotHours) is { } slotHours ? effective.Real(slotHours) : null
        ).Checked();

        Setting? Of(Setting setting) => !any || effective.IsGiven(setting) ? setting : null;
    }

    public static Sequence<Objective> ObjectivesOf(
        EffectiveSettings effective,
        EvaluationPlan evaluation,
        IEnumerable<string> limits
    )
    {
        var text = effective.IsGiven(KnownSettings.Objective)
            ? effective.Text(KnownSettings.Objective)!
            : Objective.Written(evaluation.Score);
        string[] written = [text, .. limits];
        try
        {
            var objectives = ObjectiveList.Parse(text, written[1..], Metrics.Computed);
            foreach (var objective in objectives)
            {
                if (objective.Fault() is { } sameForAll)
                    throw new RequestException(
                        sameForAll,
                        "Write one that tells candidates apart, such as \"top1 * (latencyMs/80)^-0.07\"."
                    );
                foreach (
                    var metric in objective
                        .Terms.Select(term => term.Metric)
                        .Concat(objective.Limits.Select(limit => limit.Metric))
                )
                    if (!evaluation.MetricNames.Contains(metric))
                        throw Unknown(evaluation, metric);
            }
            return objectives;
        }
        // A part of a name was taken for the whole.
        catch (RequestException fault) when (Unquoted(written, evaluation.MetricNames) is { } name)
        {
            throw new RequestException(
                fault.Message,
                $"'{name}' is no identifier: in an objective or a limit it stands in double quotes, "
                    + $"{Objective.Written(name)}."
            );
        }
    }

    // A column of the table that holds a cell that is no number is told with its line, as --metric tells it.
    static RequestException Unknown(EvaluationPlan evaluation, string metric) =>
        evaluation is EvaluationPlan.Table { Rows: var rows } && rows.FaultOf(metric) is { } fault
            ? new(fault, "A metric needs a number in every row.")
            : Nearest.Unknown("metric", metric, [.. evaluation.MetricNames.Select(Objective.Written)]);

    static string? Unquoted(string[] written, IEnumerable<string> names) =>
        names.FirstOrDefault(name =>
            Objective.Written(name) is var quoted
            && quoted != name
            && Array.Exists(written, text => text.Replace(quoted, "").Contains(name, StringComparison.Ordinal))
        );

    /// <summary>Of the decisions and of what a user's space says of its networks: a search is not resumed over a space
    /// that changed under its name.</summary>
    public static string FingerprintOf(Space space) =>
        Convert.ToHexStringLower(
            SHA256
                .HashData(
                    Encoding.UTF8.GetBytes(
                        JsonText.Of(SpaceJson.Of(space)["decisions"]!, indented: false) + space.Definition
                    )
                )
                .AsSpan(0, 8)
        );
}

/// <summary>The options of evaluation by look-up, as given.</summary>
/// <param name="Source">The value of <c>--evaluate</c>; null if candidates are trained.</param>
/// <param name="Key">The value of <c>--key</c>.</param>
/// <param name="Metrics">The values of <c>--metric</c>.</param>
/// <param name="Curve">The value of <c>--curve</c>.</param>
sealed record TableOptions(string? Source, string? Key, string[] Metrics, string? Curve = null)
{
    public string? FilePath =>
        Source is null or "training" ? null
        : Source.StartsWith("table:", StringComparison.Ordinal) && Source.Length > 6 ? Path.GetFullPath(Source[6..])
        : throw new RequestException(
            $"--evaluate '{Source}' is neither training nor table:FILE.csv.",
            "Candidates are trained where --evaluate is left out."
        );

    /// <summary>Whether the table's columns are named.</summary>
    /// <exception cref="RequestException">They are, and the table is not.</exception>
    public bool IsGiven =>
        (Key is not null || Metrics.Length > 0 || Curve is not null)
        && (
            FilePath is not null
                ? true
                : throw new RequestException(
                    "--key, --metric and --curve belong to --evaluate table:FILE.csv.",
                    "Give it too, or leave them out."
                )
        );

    /// <summary>The plan of a new search; null if no table is given.</summary>
    /// <param name="space">Whose genotypes the table's keys are.</param>
    /// <exception cref="RequestException">The table cannot be read, or is that of another space.</exception>
    public EvaluationPlan? Read(SearchSpace space)
    {
        if (!IsGiven && FilePath is null)
            return null;
        var table = EvaluationTable.Read(
            FilePath!, // It was given, or an error was thrown.
            space,
            Key ?? throw new RequestException("--evaluate table:… needs --key.", "The column with the genotype."),
            Metrics,
            Curve
        );
        table.Fit.Check();
        return new EvaluationPlan.Table(table);
    }
}
