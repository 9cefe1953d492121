using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Tables;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Searches.Evaluations;

/// <summary>How the candidates of a search are evaluated. What a journal keeps of it is <see cref="ToJson"/>, which
/// names no path of a machine.</summary>
abstract record EvaluationPlan
{
    EvaluationPlan() { }

    /// <summary>By a short training in a worker process.</summary>
    public sealed record Train(TrainingSettings Settings) : EvaluationPlan;

    /// <summary>By a look-up in this process.</summary>
    public sealed record Table(EvaluationTable Rows) : EvaluationPlan;

    /// <summary>May another evaluation of one candidate give another value of a metric? A training gives one, and a
    /// look-up that draws one of several columns.</summary>
    public bool IsNoisy(string metric) =>
        this switch
        {
            Table { Rows: var rows } => rows.Drawn.Count > 1 && metric == EvaluationTable.Score,
            _ => !Metrics.Computed.Contains(metric),
        };

    /// <summary>Are there data that neither births nor their judgement see?</summary>
    public bool HasHeldOut =>
        this is Train { Settings: var settings } && TaskCatalog.Of(settings).HeldOutImages(settings) > 0;

    /// <summary>Canonical: equal plans have equal text.</summary>
    public string ToJson() =>
        this switch
        {
            Train train => $$"""{"kind":"training","settings":{{train.Settings.ToJson()}}}""",
            Table { Rows: var rows } => Json(rows.Path, rows.Hash, rows.Key, rows.Drawn, rows.Curve),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The text of the same table with another key, other metrics or another curve.</summary>
    public static string Json(EvaluationTable rows, string? key, string[] metrics, string? curve) =>
        Json(
            rows.Path,
            rows.Hash,
            key ?? rows.Key,
            metrics.Length == 0 ? rows.Drawn : [.. rows.NamesOf(metrics)],
            curve ?? rows.Curve
        );

    static string Json(string path, string hash, string key, Sequence<string> metrics, string? curve)
    {
        var json = new JsonObject
        {
            ["kind"] = "table",
            ["file"] = Path.GetFileName(path),
            ["sha256"] = hash,
            ["key"] = key,
            ["metrics"] = new JsonArray([.. metrics.Select(name => (JsonNode)name)]),
        };
        // Only a table with curves has one: the texts of others stay as they are.
        if (curve is not null)
            json["curve"] = curve;
        return JsonText.Of(json, indented: false);
    }

    /// <summary>Reads <see cref="ToJson"/>'s text.</summary>
    /// <param name="json">The text from a journal.</param>
    /// <param name="space">The space of the search.</param>
    /// <param name="tablePath">The path of the table on this machine; null if it is unknown.</param>
    /// <param name="begunPath">Where the table lay when the search began; null if that is unknown.</param>
    public static EvaluationPlan FromJson(string json, SearchSpace space, string? tablePath, string? begunPath = null)
    {
        var node =
            JsonNode.Parse(json) as JsonObject ?? throw new JsonException("An evaluation must be a JSON object.");
        switch ((string?)node["kind"])
        {
            case "training":
                // Every plan that EvoNas writes has settings.
                return new Train(TaskCatalog.Checked(TrainingSettings.FromJson(node["settings"]!.ToJsonString())));
            case "table":
                var name = (string?)node["file"];
                if (tablePath is null || !File.Exists(tablePath))
                    throw new RequestException(
                        $"The table '{name}' of this search is not at {tablePath ?? "any known place"}.",
                        $"Say where it is: --evaluate table:{name}."
                    );
                return new Table(Same(node, space, tablePath, isWhereItWas: tablePath == begunPath));
            case var kind:
                throw new RequestException(
                    $"This search is evaluated by '{kind}', which this version does not know.",
                    "It was begun by a newer EvoNas."
                );
        }
    }

    // The table that the plan names, and no other one.
    static EvaluationTable Same(JsonObject plan, SearchSpace space, string path, bool isWhereItWas)
    {
        var hash = (string?)plan["sha256"];
        try
        {
            var table = EvaluationTable.Read(
                path,
                space,
                (string?)plan["key"] ?? "",
                plan["metrics"]!.AsArray().Select(metric => (string)metric!), // Every plan that EvoNas writes has both.
                (string?)plan["curve"]
            );
            return table.Hash == hash ? table : throw Other();
        }
        // What is wrong with another table is not what is wrong here.
        catch (RequestException) when (TableLines.HashOf(path) != hash)
        {
            throw Other();
        }

        RequestException Other() =>
            isWhereItWas
                ? new(
                    $"The table '{path}' has changed since the search began.",
                    "Bring the old one back, or begin a new search."
                )
                : new(
                    $"'{path}' is another table than the '{(string?)plan["file"]}' that the search was begun with.",
                    "Name that one, or begin a new search."
                );
    }

    /// <summary>What networks are built for; null if no networks are built.</summary>
    public Target? Target =>
        this is Train { Settings: var settings } ? TaskCatalog.Of(settings).Target(settings) : null;

    /// <summary>Why a network does not fit; null if it does.</summary>
    public string? Misfit(Network network) =>
        this is Train { Settings: var settings }
            ? TaskCatalog.Of(settings).Misfit(network, TaskCatalog.Of(settings).Target(settings))
            : null;

    /// <summary>The metric that is maximised where no objective is given.</summary>
    public string Score =>
        this switch
        {
            Train { Settings: var settings } => TaskCatalog.Of(settings).Score,
            Table { Rows: var rows } => rows.MainMetric,
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The training of the plan of this text; null if it looks results up. The table need not be at
    /// hand.</summary>
    /// <param name="json">The text from a journal.</param>
    public static TrainingSettings? TrainingOf(string json) =>
        JsonNode.Parse(json) is JsonObject node && (string?)node["kind"] == "training"
            ? TrainingSettings.FromJson(node["settings"]!.ToJsonString()) // Every plan of a training has settings.
            : null;

    /// <summary>In a few words, for the head of a view.</summary>
    public string InWords =>
        this switch
        {
            Train { Settings: { } s } => $"{s.DataSet}, "
                + (
                    s.Steps > 0 ? $"{s.Steps} step{(s.Steps == 1 ? "" : "s")}"
                    : s.Seconds > 0 ? $"{s.Seconds} s"
                    : $"{s.Epochs} epoch{(s.Epochs == 1 ? "" : "s")}"
                ),
            Table { Rows: var rows } => $"look-up in {Path.GetFileName(rows.Path)}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Names that an objective may use.</summary>
    public IReadOnlyCollection<string> MetricNames =>
        this switch
        {
            Table { Rows: var rows } => [.. rows.Metrics],
            Train { Settings: { } settings } =>
            [
                TaskCatalog.Of(settings).Score,
                .. TaskCatalog.Of(settings).Details,
                Torch.Training.MetricNames.Loss,
                .. Metrics.Computed,
                Torch.Training.MetricNames.Epochs,
                Torch.Training.MetricNames.ImagesPerSecond,
                Torch.Training.MetricNames.TrainingSeconds,
                Torch.Training.MetricNames.PeakMemoryBytes,
                .. settings.MeasureLatency
                    ? [Torch.Training.MetricNames.LatencyMs, Torch.Training.MetricNames.LatencyBatchMs]
                    : Array.Empty<string>(),
            ],
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The training settings that a file and a command line ask for.</summary>
    /// <param name="effective">The settings of this run.</param>
    /// <param name="basis">The settings to start from: a preset, or those of a search; null: the settings as
    /// they are.</param>
    public static TrainingSettings Training(EffectiveSettings effective, TrainingSettings? basis)
    {
        var json = JsonNode.Parse((basis ?? TrainingSettings.Quick).ToJson())!.AsObject(); // A record is an object.
        Setting[] lengths = [KnownSettings.Epochs, KnownSettings.Steps, KnownSettings.Seconds];
        var chosen = lengths.FirstOrDefault(effective.IsGiven);
        foreach (var setting in KnownSettings.Training)
            if (basis is null || effective.IsGiven(setting))
                json[PropertyOf(setting)] = effective[setting] switch
                {
                    long whole => whole,
                    double real => real,
                    bool flag => flag,
                    var text => (string?)text,
                };
        // Steps or seconds replace the default number of epochs.
        if (chosen is not null)
            foreach (var other in lengths)
                if (!effective.IsGiven(other))
                    json[PropertyOf(other)] = 0;
        return TaskCatalog.Normalised(TrainingSettings.FromJson(json.ToJsonString()));
    }

    /// <summary>The training settings that a file and a command line ask for, for the networks of a space.</summary>
    /// <param name="effective">The settings of this run.</param>
    /// <param name="space">Whose networks are trained.</param>
    /// <param name="preset">The name of the settings to start from; null: the usual ones of the task.</param>
    /// <param name="usual">The settings to start from where no preset is named, of a task; null: those of
    /// <see cref="KnownSettings"/> for classification, the first preset of any other task.</param>
    /// <param name="data">Where a data set that is not built in lies; null: only built-in ones are known.</param>
    /// <param name="say">Is told what was repaired and left out in such a data set; null: not told.</param>
    /// <exception cref="RequestException">Space, task, profile and data set do not fit together, or a setting is out of
    /// range.</exception>
    public static TrainingSettings Training(
        EffectiveSettings effective,
        Space space,
        string? preset,
        Func<LearningTask, TrainingSettings?>? usual = null,
        DataFolder? data = null,
        Action<string>? say = null
    )
    {
        var profile = effective.Text(KnownSettings.Profile);
        var task = TaskCatalog.For(
            space,
            effective.Text(KnownSettings.Task),
            profile,
            effective.IsGiven(KnownSettings.DataSet) ? effective.Text(KnownSettings.DataSet) : null,
            data
        );
        var basis =
            preset is not null ? TaskCatalog.Preset(task, preset)
            : usual is not null ? usual(task)
            : task == TaskCatalog.Classification ? null
            : task.Presets[0].Settings;
        var settings = Training(effective, basis);
        if (task != TaskCatalog.Classification)
            settings = settings with
            {
                Task = task.Name,
                Profile = settings.Profile ?? TaskCatalog.ProfilesOf(task, space).First(),
            };
        return TaskCatalog.Checked(data is null ? settings : OnData(settings, effective, data, say));
    }

    /// <summary>Settings with what is known of their data set, and fitted to it.</summary>
    /// <param name="settings">Name it.</param>
    /// <param name="effective">What is given of them stays.</param>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="say">Is told what was repaired and left out; null: not told.</param>
    /// <exception cref="RequestException">It is missing, malformed, or none of the task's.</exception>
    public static TrainingSettings OnData(
        TrainingSettings settings,
        EffectiveSettings effective,
        DataFolder data,
        Action<string>? say
    )
    {
        var task = TaskCatalog.Of(settings);
        return task.Fitted(
            UserDataSet.WithFacts(settings, task, data, say ?? (static _ => { })),
            name => IsGiven(effective, name)
        );
    }

    /// <summary>The training settings that a search was begun with, or a preset for the same data, with what a file and
    /// a command line ask for now.</summary>
    /// <param name="effective">The settings of this run.</param>
    /// <param name="begun">Those of the search.</param>
    /// <param name="preset">The name of the settings to start from; null: those of the search.</param>
    public static TrainingSettings Again(EffectiveSettings effective, TrainingSettings begun, string? preset)
    {
        if (preset is null)
            return Training(effective, begun);
        var task = TaskCatalog.Of(begun);
        var asked = Training(
            effective,
            TaskCatalog.Preset(task, preset) with
            {
                Profile = begun.Profile,
                Data = begun.Data,
                DataSet = begun.DataSet,
            }
        );
        return task.Fitted(asked, name => IsGiven(effective, name));
    }

    static bool IsGiven(EffectiveSettings effective, string property) =>
        KnownSettings.Training.Any(setting => PropertyOf(setting) == property && effective.IsGiven(setting));

    // evonas.training.batch-size is batchSize.
    static string PropertyOf(Setting setting)
    {
        var words = setting.Path[(setting.Path.LastIndexOf('.') + 1)..].Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
