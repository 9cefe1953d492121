using System.Globalization;
using Microsoft.Data.Sqlite;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches that begin with candidates of an Optuna study, or of another search.</summary>
public class FoundersTests
{
    // The tables of Optuna's RDBStorage (schema 12) that are read, and one that is not.
    const string Tables = """
        CREATE TABLE version_info (version_info_id INTEGER PRIMARY KEY, schema_version INTEGER,
          library_version VARCHAR);
        CREATE TABLE studies (study_id INTEGER PRIMARY KEY, study_name VARCHAR(512) NOT NULL);
        CREATE TABLE study_directions (study_direction_id INTEGER PRIMARY KEY, direction VARCHAR(8) NOT NULL,
          study_id INTEGER NOT NULL, objective INTEGER NOT NULL);
        CREATE TABLE trials (trial_id INTEGER PRIMARY KEY, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
          datetime_start DATETIME, datetime_complete DATETIME);
        CREATE TABLE trial_params (param_id INTEGER PRIMARY KEY, trial_id INTEGER, param_name VARCHAR(512),
          param_value FLOAT, distribution_json TEXT);
        CREATE TABLE trial_values (trial_value_id INTEGER PRIMARY KEY, trial_id INTEGER NOT NULL,
          objective INTEGER NOT NULL, value FLOAT, value_type VARCHAR(7) NOT NULL);
        INSERT INTO version_info VALUES (1, 12, '4.5.0');
        """;

    const string Letters = """{"name": "CategoricalDistribution", "attributes": {"choices": ["z", "y", "x"]}}""";

    // A trial of four letters: of "x", "y" and "z" the choices are the other way round than the space's.
    static void Study(
        string path,
        string name,
        string direction,
        params (string Letters, string State, double? Value)[] trials
    )
    {
        using var database = new SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        var isNew = Number(database, "SELECT count(*) FROM sqlite_master") == 0;
        if (isNew)
            Run(database, Tables);
        var study = Number(database, "SELECT count(*) FROM studies") + 1;
        Run(database, $"INSERT INTO studies VALUES ({study}, '{name}')");
        Run(database, $"INSERT INTO study_directions VALUES ({study}, '{direction}', {study}, 0)");
        foreach (var (place, (letters, state, value)) in trials.Index())
        {
            var trial = Number(database, "SELECT count(*) FROM trials") + 1;
            Run(database, $"INSERT INTO trials VALUES ({trial}, {place}, {study}, '{state}', NULL, NULL)");
            foreach (var (decision, letter) in letters.Index())
                Run(
                    database,
                    "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) "
                        + $"VALUES ({trial}, '{"abcde"[decision]}', {"zyx".IndexOf(letter)}, '{Letters}')"
                );
            if (value is { } number)
                Run(
                    database,
                    "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES "
                        + $"({trial}, 0, {number.ToString(CultureInfo.InvariantCulture)}, 'FINITE')"
                );
        }
    }

    static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    static long Number(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!; // A count is a number.
    }

    static string[] Search(Some some, string name, string founders, string budget = "6") =>
        ["search", .. some.Search, "--name", name, "--budget", budget, "--founders", founders];

    static (string?, string?) Born(Some some, string name, int birth)
    {
        var one = some.Json("lineage", name, "show", $"{birth}");
        return ((string?)one["genotype"], (string?)one["origin"]);
    }

    [Fact]
    public void TheTrialsOfAStudyAreBornFirstTheBestFirstWithTheirOrigin()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "study.db");
        Study(
            file,
            "tune",
            "MAXIMIZE",
            ("xyzx", "COMPLETE", 0.5),
            ("zzzy", "COMPLETE", 0.9),
            ("zzzz", "RUNNING", null),
            ("zzzy", "COMPLETE", 0.7),
            ("zz", "COMPLETE", 0.8)
        );

        var said = some.Said(Search(some, "t", $"optuna:{file}"));

        Assert.Contains(
            "2 founders from optuna:study.db#tune; 1 do not fit 'cubes' (optuna tune #4: 'c' is missing; "
                + "it takes one of 'x', 'y', 'z'.); 1 come twice; 1 have no score",
            said
        );
        Assert.Equal(("2,2,2,1", "optuna tune #1"), Born(some, "t", 1));
        Assert.Equal(("0,1,2,0", "optuna tune #0"), Born(some, "t", 2));
        Assert.Equal(6, (int)some.Json("status", "t")["scored"]!);
        Assert.Null(Born(some, "t", 3).Item2);
        Assert.Contains("sound", some.Said("lineage", "t", "verify"));
    }

    [Fact]
    public void OfAStudyThatMinimisesTheSmallestIsTheBest()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "study.db");
        Study(file, "other", "MAXIMIZE", ("xxxx", "COMPLETE", 1));
        Study(file, "loss", "MINIMIZE", ("xxxz", "COMPLETE", 0.5), ("xxzz", "COMPLETE", 0.1));

        some.Said(Search(some, "t", $"optuna:{file}#loss"));

        Assert.Equal(("0,0,2,2", "optuna loss #1"), Born(some, "t", 1));
        var (code, _, error) = some.Run(Search(some, "u", $"optuna:{file}"));
        Assert.Equal(2, code);
        Assert.Contains("holds 2 studies: 'other', 'loss'.", error);
        (code, _, error) = some.Run(Search(some, "u", $"optuna:{file}#lost"));
        Assert.Equal(2, code);
        Assert.Contains("has no study 'lost'; it has 'other', 'loss'.", error);
    }

    [Fact]
    public void AStudyOfAnotherSpaceIsOneErrorAndNoSearch()
    {
        using var some = new Some();
        var file = Path.Combine(some.Home, "study.db");
        Study(file, "tune", "MAXIMIZE", ("xyzxy", "COMPLETE", 0.5), ("xyzxx", "COMPLETE", 0.6));

        var (code, _, error) = some.Run(Search(some, "t", $"optuna:{file}"));

        Assert.Equal(2, code);
        Assert.Contains(
            "None of the 2 trials of optuna:study.db#tune is a point of 'cubes'; optuna tune #1: "
                + "No active decision is called 'e'",
            error
        );
        Assert.Equal(2, some.Run("status", "t").Code);
    }

    [Fact]
    public void AFileThatIsNoStorageOfOptunaIsNamed()
    {
        using var some = new Some();
        var (code, _, error) = some.Run(Search(some, "t", $"optuna:{some.Write("study.db", "no database")}"));
        Assert.Equal(2, code);
        Assert.Contains("study.db is no storage of Optuna that can be read", error);

        (code, _, error) = some.Run(Search(some, "t", "optuna:missing.db"));
        Assert.Equal(2, code);
        Assert.Contains("There is no file missing.db.", error);

        (code, _, error) = some.Run(Search(some, "t", "study.db"));
        Assert.Equal(2, code);
        Assert.Contains("'study.db' names no founders.", error);
    }

    [Fact]
    public void TheBestOfAnotherSearchAreBornFirst()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--name", "first", "--budget", "20"]);
        var best = (string)some.Json("status", "first")["best"]!["genotype"]!;
        var number = (long)some.Json("status", "first")["best"]!["birth"]!;

        var said = some.Said(Search(some, "t", "search:firstx3"));

        Assert.Contains("3 founders from search:first", said);
        Assert.Equal((best, $"search first #{number}"), Born(some, "t", 1));
        Assert.StartsWith("search first #", Born(some, "t", 3).Item2);
        Assert.Null(Born(some, "t", 4).Item2);
    }

    [Fact]
    public void CandidatesOfASearchOfAnotherSpaceMoveByTheNamesOfItsDecisions()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--name", "first", "--budget", "4"]);
        var best = (string)some.Json("status", "first")["best"]!["genotype"]!;
        var wider = some.Write(
            "wider.json",
            File.ReadAllText(some.Space).Replace("\"x\", \"y\", \"z\"", "\"w\", \"x\", \"y\", \"z\"")
        );

        // Every index is one more there.
        var moved = string.Join(
            ',',
            best.Split(',').Select(index => int.Parse(index, CultureInfo.InvariantCulture) + 1)
        );
        var table = some.Write(
            "wider.csv",
            "arch,mean\n"
                + string.Concat(
                    Enumerable.Range(0, 256).Select(i => $"\"{i / 64},{i / 16 % 4},{i / 4 % 4},{i % 4}\",{i}\n")
                )
        );
        some.Said([
            "search",
            "--space",
            wider,
            "--evaluate",
            $"table:{table}",
            "--key",
            "arch",
            "--metric",
            "mean",
            "--name",
            "t",
            "--budget",
            "4",
            "--founders",
            "search:first",
        ]);

        Assert.Equal(moved, Born(some, "t", 1).Item1);
    }

    [Fact]
    public void MoreThanTheBudgetHasBirthsAreLeftOutAndSaid()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--name", "first", "--budget", "20"]);

        var said = some.Said(Search(some, "t", "search:firstx8", budget: "5"));

        Assert.Contains("5 founders from search:first; 3 are more than the budget has births", said);
    }

    [Fact]
    public void ASearchThatHasBegunGoesOnWithoutThem()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--name", "first", "--budget", "5"]);
        some.Said(Search(some, "t", "search:first", budget: "2"));

        var (code, _, error) = some.Run(Search(some, "t", "search:first", budget: "3"));

        Assert.Equal(0, code);
        Assert.Contains("'t' has begun, and --founders is for its beginning.", error);
    }
}
