using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Searches.Evaluations;

/// <summary>Scores that were measured once, by genotype: a search over them needs no training, and can be repeated a
/// thousand times.</summary>
/// <remarks>The key of a genotype is its text without separators. Every column of numbers is a metric under its own
/// name. Of several metric columns (repeated trainings of the same network) a birth draws one, which is then its
/// <see cref="Score"/>.</remarks>
sealed class EvaluationTable
{
    /// <summary>The metric that several columns make together.</summary>
    public const string Score = "score";

    const long BytesMax = 1 << 30;

    readonly Dictionary<string, Metrics[]> _rows;

    EvaluationTable(
        string path,
        string hash,
        string key,
        Sequence<string> drawn,
        IReadOnlyList<string> metrics,
        Dictionary<string, Metrics[]> rows
    ) => (Path, Hash, Key, Drawn, Metrics, _rows) = (path, hash, key, drawn, metrics, rows);

    public string Path { get; }

    /// <summary>SHA-256 of the file: a search is not resumed over another table.</summary>
    public string Hash { get; }

    public string Key { get; }

    /// <summary>The columns of <c>--metric</c>.</summary>
    public Sequence<string> Drawn { get; }

    /// <summary>All metrics that a look-up gives.</summary>
    public IReadOnlyList<string> Metrics { get; }

    /// <summary>The metric that is maximised unless an objective is given.</summary>
    public string MainMetric => Drawn.Count == 1 ? Drawn[0] : Score;

    public int Count => _rows.Count;

    /// <summary>The outcome of a genotype. A genotype without a row was not measured: it is invalid.</summary>
    public Outcome LookUp(ulong seed, BirthNumber birth, Genotype genotype)
    {
        var key = genotype.ToString().Replace(",", "");
        if (!_rows.TryGetValue(key, out var runs))
            return new Outcome.Failed(RuledOutReason.Invalid, $"The table has no row '{key}'.");
        // A random sequence of its own: the birth's first one bred it, and a run must not depend on how.
        return new Outcome.Trained(
            runs[runs.Length == 1 ? 0 : SeededRandom.For(seed, birth, draw: int.MaxValue).Below(runs.Length)]
        );
    }

    /// <summary>Reads a CSV file with a head; lines that begin with # are comments.</summary>
    /// <exception cref="RequestException">The file, a column or a row is missing or wrong; names the line.</exception>
    public static EvaluationTable Read(string path, string key, IEnumerable<string> drawn)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new RequestException($"There is no table '{path}'.", "Name an existing CSV file.");
        if (file.Length > BytesMax)
            throw new RequestException($"'{path}' has {file.Length} bytes; a table has at most {BytesMax}.");
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new RequestException($"Permission denied reading '{path}'.", $"Allow it: chmod +r '{path}'.");
        }
        var lines = Encoding
            .UTF8.GetString(bytes)
            .TrimStart('\uFEFF')
            .Split('\n')
            .Index()
            .Select(line => (Number: line.Index + 1, Text: line.Item.TrimEnd('\r')))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#')
            .ToArray();
        if (lines.Length < 2)
            throw new RequestException(
                $"'{path}' has no rows.",
                "A table is CSV: a head with the names of its columns, then a row a genotype."
            );
        var head = Cells(path, lines[0].Number, lines[0].Text);
        if (head.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new RequestException($"{path}:{lines[0].Number}: two columns are called '{twice.Key}'.");
        var keyColumn = Column(path, head, key, "--key");
        Sequence<string> wanted = [.. drawn];
        if (wanted.Count == 0)
            throw new RequestException(
                "A table needs --metric: the column that is maximised.",
                $"Columns of '{path}': {string.Join(", ", head)}."
            );
        var drawnColumns = wanted.Select(name => Column(path, head, name, "--metric")).ToArray();
        var cells = lines.Skip(1).Select(line => (line.Number, Cells: Cells(path, line.Number, line.Text))).ToArray();
        foreach (var (number, row) in cells)
            if (row.Length != head.Length)
                throw new RequestException($"{path}:{number}: the row has {row.Length} cells, the head {head.Length}.");
        foreach (var column in drawnColumns)
        foreach (var (number, row) in cells)
            if (Value(row[column]) is null)
                throw new RequestException(
                    $"{path}:{number}: '{row[column]}' in column '{head[column]}' is not a finite number."
                );
        var numeric = Enumerable
            .Range(0, head.Length)
            .Where(column =>
                column != keyColumn && IsName(head[column]) && cells.All(row => Value(row.Cells[column]) is not null)
            )
            .ToArray();
        var rows = new Dictionary<string, Metrics[]>(cells.Length);
        foreach (var (number, row) in cells)
        {
            var metrics = Evolution.Metrics.Of(
                numeric.Select(column => KeyValuePair.Create(head[column], Value(row[column])!.Value))
            ); // Checked above.
            Metrics[] runs =
                drawnColumns.Length == 1
                    ? [metrics]
                    :
                    [
                        .. drawnColumns.Select(column =>
                            metrics.With([KeyValuePair.Create(Score, Value(row[column])!.Value)])
                        ),
                    ];
            if (!rows.TryAdd(row[keyColumn].Trim(), runs))
                throw new RequestException($"{path}:{number}: the key '{row[keyColumn].Trim()}' appears twice.");
        }
        return new(
            file.FullName,
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
            key,
            wanted,
            [.. numeric.Select(column => head[column]), .. drawnColumns.Length > 1 ? [Score] : Array.Empty<string>()],
            rows
        );
    }

    static int Column(string path, string[] head, string name, string option) =>
        Array.IndexOf(head, name) is var at and >= 0
            ? at
            : throw new RequestException(
                $"{option}: '{path}' has no column '{name}'.",
                (Nearest.To(name, head) is { } near ? $"Did you mean '{near}'? " : "")
                    + $"Columns: {string.Join(", ", head)}."
            );

    static double? Value(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : null;

    // What can stand in an objective.
    static bool IsName(string column) =>
        column.Length > 0
        && (char.IsAsciiLetter(column[0]) || column[0] == '_')
        && column.All(one => char.IsAsciiLetterOrDigit(one) || one == '_');

    static string[] Cells(string path, int number, string line)
    {
        if (!line.Contains('"'))
            return [.. line.Split(',').Select(cell => cell.Trim())];
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
                cell.Append(line[i]);
        if (quoted)
            throw new RequestException($"{path}:{number}: a quoted cell is not closed on its line.");
        cells.Add(cell.ToString().Trim());
        return [.. cells];
    }
}
