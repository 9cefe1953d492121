using EvoNas.Actors;
using EvoNas.Storage.Sqlite;
using SQLitePCL;

namespace EvoNas.Storage.Optuna;

/// <summary>A parameter of a trial as Optuna keeps it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Internal">Its value as a number: of categories the index of the choice.</param>
/// <param name="Distribution">Its distribution as JSON: <c>{"name": "CategoricalDistribution", "attributes":
/// {"choices": [3, 5]}}</c>.</param>
public sealed record OptunaParameter(string Name, double Internal, string Distribution);

/// <summary>A trial of a study.</summary>
/// <param name="Number">From 0.</param>
/// <param name="IsComplete">It ended with a value.</param>
/// <param name="Value">Of the first objective; null where it has none that is finite.</param>
/// <param name="Parameters">In the order in which they were asked for.</param>
public sealed record OptunaTrial(
    long Number,
    bool IsComplete,
    double? Value,
    IReadOnlyList<OptunaParameter> Parameters
);

/// <summary>A study in a SQLite file of Optuna's <c>RDBStorage</c>.</summary>
/// <remarks>Source: Optuna's tables of schema 12 (<c>optuna.storages.RDBStorage</c>, optuna/storages/_rdb/models.py):
/// <c>studies</c>, <c>study_directions</c>, <c>trials</c>, <c>trial_values</c>, <c>trial_params</c>.</remarks>
/// <param name="Name">Its name.</param>
/// <param name="Maximizes">The first objective is maximised.</param>
/// <param name="Trials">By number.</param>
public sealed record OptunaStudy(string Name, bool Maximizes, IReadOnlyList<OptunaTrial> Trials)
{
    static readonly TimeSpan s_busyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reads a study; another process may be writing it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The study; null: the only one.</param>
    /// <exception cref="RequestException">There is no such file or study, there are several, or it is no storage of
    /// Optuna.</exception>
    public static OptunaStudy Read(string path, string? name)
    {
        if (!File.Exists(path))
            throw new RequestException($"There is no file {path}.", "Name Optuna's SQLite file: optuna:STUDY.db.");
        try
        {
            using var file = SqliteFile.Open(Path.GetFullPath(path), raw.SQLITE_OPEN_READONLY, s_busyTimeout);
            file.Execute("BEGIN"); // One state of a study that goes on.
            var (id, found) = Find(file, path, name);
            return new(found, Maximized(file, id), Read(file, id));
        }
        catch (JournalException fault)
        {
            throw new RequestException(
                $"{path} is no storage of Optuna that can be read: {fault.InnerException?.Message ?? fault.Message}",
                "Name the SQLite file of a study: optuna:STUDY.db."
            );
        }
    }

    static (long Id, string Name) Find(SqliteFile file, string path, string? name)
    {
        var studies = new List<(long Id, string Name)>();
        var rows = file.Prepare("SELECT study_id, study_name FROM studies ORDER BY study_id");
        while (rows.Step())
            studies.Add((rows.Integer(0), rows.Text(1)));
        var names = string.Join(", ", studies.Select(study => $"'{study.Name}'"));
        if (studies.Count == 0)
            throw new RequestException($"{path} holds no study.");
        if (name is null)
            return studies is [var only]
                ? only
                : throw new RequestException(
                    $"{path} holds {studies.Count} studies: {names}.",
                    $"Name one: optuna:{path}#{studies[0].Name}."
                );
        var found = studies.FindIndex(study => study.Name == name);
        return found >= 0
            ? studies[found]
            : throw new RequestException($"{path} has no study '{name}'; it has {names}.");
    }

    static bool Maximized(SqliteFile file, long study)
    {
        var rows = file.Prepare("SELECT direction FROM study_directions WHERE study_id = ?1 AND objective = 0");
        return rows.Bind(1, study).Step() && rows.Text(0) == "MAXIMIZE";
    }

    static List<OptunaTrial> Read(SqliteFile file, long study)
    {
        var parameters = new Dictionary<long, List<OptunaParameter>>();
        var rows = file.Prepare(
            """
            SELECT trial_id, param_name, param_value, distribution_json FROM trial_params
            WHERE trial_id IN (SELECT trial_id FROM trials WHERE study_id = ?1) ORDER BY param_id
            """
        );
        rows.Bind(1, study);
        while (rows.Step())
        {
            if (!parameters.TryGetValue(rows.Integer(0), out var own))
                parameters[rows.Integer(0)] = own = [];
            own.Add(new(rows.Text(1), rows.Number(2), rows.Text(3)));
        }
        var trials = new List<OptunaTrial>();
        rows = file.Prepare(
            """
            SELECT trials.trial_id, number, state, value FROM trials
            LEFT JOIN trial_values ON trial_values.trial_id = trials.trial_id AND objective = 0
            WHERE study_id = ?1 ORDER BY number
            """
        );
        rows.Bind(1, study);
        while (rows.Step())
            trials.Add(
                new(
                    rows.Integer(1),
                    rows.Text(2) == "COMPLETE",
                    rows.IsNull(3) ? null : rows.Number(3),
                    parameters.GetValueOrDefault(rows.Integer(0), [])
                )
            );
        return trials;
    }
}
