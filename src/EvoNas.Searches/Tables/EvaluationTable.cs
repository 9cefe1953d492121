using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Searches.Tables;

/// <summary>Scores that were measured once, by genotype: a search over them needs no training, and can be repeated a
/// thousand times.</summary>
/// <remarks>Every column of numbers is a metric under its own name. Of several metric columns (repeated trainings of
/// the same network) a birth draws one, which is then its <see cref="Score"/>.</remarks>
sealed class EvaluationTable
{
    /// <summary>The metric that several columns make together.</summary>
    public const string Score = "score";

    readonly GenotypeIndex _rows;
    readonly string[] _head;
    readonly NumberColumn[] _numbers,
        _texts,
        _drawn,
        _curve;

    internal EvaluationTable(
        string key,
        string[] head,
        GenotypeIndex rows,
        NumberColumn[] columns,
        string[] drawn,
        TableCurve? curve
    )
    {
        (Key, _head, _rows, Drawn, Curve) = (key, head, rows, [.. drawn], curve?.Pattern);
        _texts = [.. columns.Where(column => column.Fault is not null)];
        _curve = curve is null ? [] : [.. curve.Columns.Select(name => columns.Single(one => one.Name == name))];
        Epochs = curve?.Epochs ?? default;
        // What is measured at one epoch is the score at that epoch, and no metric of its own.
        var numbers = columns.Except(_texts).Except(_curve).ToArray();
        string[] score = drawn.Length == 1 ? [] : [Score];
        Metrics = [.. numbers.Select(column => column.Name), .. score];
        // In the order of their names, which is that of metrics.
        _numbers = [.. numbers.OrderBy(column => column.Name, StringComparer.Ordinal)];
        _drawn = [.. drawn.Select(name => numbers.Single(column => column.Name == name))];
    }

    /// <summary>The file's full path.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the contents: a search is not resumed over another table.</summary>
    public required string Hash { get; init; }

    /// <summary>How its keys fit the space.</summary>
    public required TableFit Fit { get; init; }

    /// <summary>The column with the genotypes.</summary>
    public string Key { get; }

    /// <summary>The columns of <c>--metric</c>.</summary>
    public Sequence<string> Drawn { get; }

    /// <summary>The pattern of <c>--curve</c>; null where candidates have no curve.</summary>
    public string? Curve { get; }

    /// <summary>Epochs of the columns of <c>--curve</c>, rising; empty where candidates have no curve.</summary>
    public Sequence<int> Epochs { get; }

    /// <summary>All metrics that a look-up gives.</summary>
    public IReadOnlyList<string> Metrics { get; }

    /// <summary>The metric that is maximised unless an objective is given.</summary>
    public string MainMetric => Drawn.Count == 1 ? Drawn[0] : Score;

    /// <summary>How many genotypes have a row.</summary>
    public int Count => _rows.Count;

    /// <summary>Whether a genotype has a row.</summary>
    public bool Has(Genotype genotype) => _rows.Find(genotype) is not null;

    /// <summary>The outcome of a genotype. A genotype without a row was not measured: it is invalid.</summary>
    /// <param name="seed">Of the search.</param>
    /// <param name="birth">Draws one of several columns.</param>
    /// <param name="genotype">What is looked up.</param>
    /// <param name="epoch">Until which it is trained; null: to the end. Only where there are curves.</param>
    public Outcome LookUp(ulong seed, BirthNumber birth, Genotype genotype, int? epoch = null)
    {
        if (_rows.Find(genotype) is not { } row)
            return new Outcome.Failed(RuledOutReason.Invalid, $"The table has no row for {genotype}.");
        var metrics = Evolution.Metrics.Of(_numbers.Select(column => KeyValuePair.Create(column.Name, column[row])));
        if (_curve.Length > 0)
        {
            var count = epoch is { } until ? Epochs.Count(one => one <= until) : _curve.Length;
            var values = _curve[..count].Select(column => column[row]).ToArray();
            // A curve has a value after every epoch.
            return new Outcome.Trained(
                metrics.With([KeyValuePair.Create(Score, values[^1])]),
                Epochs[^1] == Epochs.Count ? [.. values] : default
            );
        }
        if (_drawn.Length == 1)
            return new Outcome.Trained(metrics);
        // A random sequence of its own: the birth's first one bred it, and a run must not depend on how.
        var run = _drawn[SeededRandom.For(seed, birth, draw: int.MaxValue).Below(_drawn.Length)];
        return new Outcome.Trained(metrics.With([KeyValuePair.Create(Score, run[row])]));
    }

    /// <summary>The worst value that each objective takes in the table; null where one of them has none for a
    /// row, and where it asks for the metric that a birth draws.</summary>
    public Sequence<double>? WorstOf(Sequence<Objective> objectives)
    {
        var worst = new double[objectives.Count];
        Array.Fill(worst, double.PositiveInfinity);
        for (var row = 0; row < _rows.Count; row++)
        {
            var metrics = Evolution.Metrics.Of(
                _numbers.Select(column => KeyValuePair.Create(column.Name, column[row]))
            );
            for (var i = 0; i < worst.Length; i++)
            {
                if ((objectives[i] with { Limits = default }).Weigh(metrics, out _) is not { } fitness)
                    return null;
                worst[i] = Math.Min(worst[i], fitness.Value);
            }
        }
        return _rows.Count == 0 ? null : [.. worst];
    }

    /// <summary>The columns that the values of <c>--metric</c> name.</summary>
    /// <exception cref="RequestException">There is no such column.</exception>
    public string[] NamesOf(IEnumerable<string> metrics) => TableHead.Names(Path, _head, metrics);

    /// <summary>Why a column is no metric; null where it is one, or is not there.</summary>
    public string? FaultOf(string column) =>
        Array.Find(_texts, one => one.Name == column) is { Fault: var (line, text) }
            ? $"{Path}:{line}: {TableHead.NoNumber(column, text)}"
            : null;

    /// <summary>Reads a CSV file with a head; lines that begin with # are comments.</summary>
    /// <param name="path">The file.</param>
    /// <param name="space">Whose genotypes the keys are.</param>
    /// <param name="key">The column with the genotypes.</param>
    /// <param name="metrics">The columns that are maximised; one text may name several, with commas between.</param>
    /// <param name="curve">The columns with the values after an epoch, such as <c>acc_{epoch}</c>, instead of metrics;
    /// null: none.</param>
    /// <exception cref="RequestException">The file, a column or a row is missing or wrong; names the line.</exception>
    public static EvaluationTable Read(
        string path,
        SearchSpace space,
        string key,
        IEnumerable<string> metrics,
        string? curve = null
    ) => new TableReader(path, space, key, [.. metrics], curve).Read();
}
