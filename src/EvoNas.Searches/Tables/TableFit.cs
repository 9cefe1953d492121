using System.Globalization;
using System.Text;
using EvoNas.Genetics;

namespace EvoNas.Searches.Tables;

/// <summary>A row's key that says something about the whole table.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">The key.</param>
/// <param name="Reason">What is wrong with it, one sentence.</param>
sealed record TableKey(int Line, string Text, string Reason);

/// <summary>How a table fits the space that is searched.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="space">The space.</param>
sealed class TableFit(string path, SearchSpace space)
{
    /// <summary>The share of the rows whose keys must be genotypes of the space: below it, the table is another
    /// space's.</summary>
    public const double ShareMin = 0.9;

    // A space with a rule is walked through to know its genotypes: no more than so many points.
    const int PointsMax = 1_000_000;

    long _rows,
        _misfits,
        _shorts;
    bool _keepsZeros,
        _isWhole;
    TableKey? _misfit,
        _short,
        _doubtful;

    /// <summary>The first byte that is no UTF-8; null where all are.</summary>
    public (int Line, long Byte)? NotUtf8 { get; set; }

    /// <summary>A key was read.</summary>
    /// <param name="form">How it was written.</param>
    /// <param name="hasZero">It has several digits and begins with 0.</param>
    public void Fits(GenotypeForm form, bool hasZero)
    {
        _rows++;
        _keepsZeros |= hasZero && form is GenotypeForm.Digits or GenotypeForm.LostZeros;
        _isWhole |= form != GenotypeForm.LostZeros;
    }

    /// <summary>A key is no genotype of the space.</summary>
    public void Misfits(TableKey key)
    {
        _rows++;
        _misfits++;
        _misfit ??= key;
    }

    /// <summary>A key has fewer digits than a genotype: its leading zeros may be lost.</summary>
    public void IsShort(int line, ReadOnlySpan<byte> key)
    {
        _shorts++;
        _short ??= new(line, Encoding.UTF8.GetString(key), "It has too few digits.");
    }

    /// <summary>A key would be another genotype if it had lost zeros.</summary>
    public void MayLackZeros(TableKey key) => _doubtful ??= key;

    /// <summary>Refuses a table that a new search must not begin with.</summary>
    /// <exception cref="RequestException">The table is another space's, or its keys lost digits.</exception>
    public void Check()
    {
        if (NotUtf8 is { } bad)
            throw new RequestException(
                $"{path}:{bad.Line}: byte {bad.Byte} of the file is not UTF-8.",
                "Save the file as UTF-8."
            );
        // Digits are short of zeros where a spreadsheet took the zeros of all keys, and left others whole.
        var (others, first) = !_keepsZeros && _isWhole ? (0, null) : (_shorts, _short);
        var fitting = _rows - _misfits - others;
        var misfit = first is null || _misfit?.Line < first.Line ? _misfit : first;
        if (misfit is not null && fitting < _rows * ShareMin)
            throw new RequestException(
                (
                    _rows == 1 ? $"The only key of '{path}' is no genotype of '{space.Name}'"
                    : fitting == 0 ? $"None of the {Of(_rows, "key")} of '{path}' is a genotype of '{space.Name}'"
                    : $"Only {Exact(fitting)} of the {Of(_rows, "key")} of '{path}' ({Percent(fitting)}) are "
                        + $"genotypes of '{space.Name}', and {ShareMin * 100:0} % must be"
                ) + $"; the first that is none is '{misfit.Text}' in line {misfit.Line}: {misfit.Reason}",
                "Name the space of the table (--space), or the column with its genotypes (--key)."
            );
        if (first is not null)
            throw new RequestException(
                $"{path}:{first.Line}: the key '{first.Text}' is none of '{space.Name}': {first.Reason}",
                "Write every index, or commas between them."
            );
        if (_doubtful is { } doubtful && !_keepsZeros)
            throw new RequestException(
                $"{path}:{doubtful.Line}: {doubtful.Reason}",
                "Write commas between indices, or keep the column as text: no key of the table begins with a zero."
            );
    }

    /// <summary>What a person should know before the search begins.</summary>
    /// <param name="table">Its rows.</param>
    public IEnumerable<string> Warnings(EvaluationTable table)
    {
        if (_misfit is { } misfit)
            yield return $"{Exact(_misfits)} of the {Of(_rows, "key")} of '{path}' "
                + $"{(_misfits == 1 ? "is" : "are")} left out: no genotype of '{space.Name}'. "
                + $"The first is '{misfit.Text}' in line {misfit.Line}: {misfit.Reason}";
        if (Missing(table) is var (missing, points) && missing > 0)
            yield return $"'{path}' has no row for {Exact(missing)} of the {Of(points, "genotype")} of "
                + $"'{space.Name}': a birth that is one of them is ruled out.";
    }

    (long Missing, long Points)? Missing(EvaluationTable table)
    {
        if (space.Size is not { } size || size > (space.Rule is null ? long.MaxValue : PointsMax))
            return null;
        if (space.Rule is null)
            return ((long)size - table.Count, (long)size);
        var (missing, points) = (0L, 0L);
        foreach (var point in space.Points())
        {
            points++;
            if (!table.Has(point))
                missing++;
        }
        return (missing, points);
    }

    string Percent(long rows) => (100.0 * rows / _rows).ToString("0.0 '%'", CultureInfo.InvariantCulture);

    static string Of(long count, string what) => $"{Exact(count)} {what}{(count == 1 ? "" : "s")}";

    static string Exact(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
