using System.Text;
using System.Text.Unicode;
using EvoNas.Genetics;

namespace EvoNas.Searches.Tables;

/// <summary>Reads a table in one pass into an index of its genotypes and its columns of numbers.</summary>
sealed class TableReader
{
    readonly GenotypeReader _reader;
    readonly GenotypeIndex _rows;
    readonly TableFit _fit;
    readonly int[] _indices;
    readonly string _path,
        _key;
    readonly string[] _metrics;
    readonly string? _curve;
    (int Line, string Key)? _listed,
        _valued;

    public TableReader(string path, SearchSpace space, string key, string[] metrics, string? curve = null)
    {
        (_path, _key, _metrics, _curve, _reader) = (path, key, metrics, curve, new(space));
        _fit = new(path, space);
        _rows = new(_reader.Choices);
        _indices = new int[_reader.Choices.Count];
    }

    public EvaluationTable Read()
    {
        using var lines = TableLines.Open(_path);
        var cells =
            ReadHead(lines, out var head)
            ?? throw new RequestException(
                $"'{_path}' has no rows.",
                "A table is CSV: a head with the names of its columns, then a row a genotype."
            );
        var keyColumn = TableHead.KeyColumn(_path, lines.Number, head, _key);
        var curve = _curve is null ? null : TableCurve.Of(_path, head, _key, _curve, _metrics);
        var drawn = curve is null ? TableHead.Names(_path, head, _metrics) : [];
        // A column without a name cannot be asked for.
        var columns = head.Select((name, i) => i == keyColumn || name == "" ? null : new NumberColumn(name)).ToArray();
        if (Array.Find(drawn, name => name == _key) is not null)
            throw new RequestException($"The column '{_key}' is --key and --metric.", "Name another one.");
        var isDrawn = head.Select(name => drawn.Contains(name) || curve?.Columns.Contains(name) is true).ToArray();
        var any = false;
        while (NextRow(lines, cells, head.Length, out var line))
        {
            any = true;
            var fits = TakeKey(lines.Number, line, cells, keyColumn);
            for (var i = 0; i < columns.Length; i++)
                if (columns[i] is { Fault: null } column)
                    Take(column, cells, line, i, lines.Number, isDrawn[i], fits);
        }
        if (!any)
            throw new RequestException($"'{_path}' has no rows.", "A table has a row a genotype under its head.");
        return new(_key, head, _rows, [.. columns.OfType<NumberColumn>()], drawn, curve)
        {
            Path = System.IO.Path.GetFullPath(_path),
            Hash = lines.Hash(),
            Fit = _fit,
        };
    }

    TableCells? ReadHead(TableLines lines, out string[] head)
    {
        head = [];
        while (lines.Next(out var line))
        {
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (!Utf8.IsValid(line))
                throw new RequestException(
                    $"{_path}:{lines.Number}: the head is not UTF-8.",
                    "Save the file as CSV in UTF-8."
                );
            // Excel writes which delimiter follows.
            if (line.Length == 5 && line.StartsWith("sep="u8))
                continue;
            if (line.Contains((byte)'\r'))
                throw new RequestException(
                    $"The lines of '{_path}' end in CR alone.",
                    "Save it with line ends of Unix (LF) or Windows (CRLF)."
                );
            var cells = TableCells.Of(line, _key);
            if (!cells.Cut(line))
                throw NotClosed(lines.Number);
            head = cells.Texts(line);
            return cells;
        }
        return null;
    }

    bool NextRow(TableLines lines, TableCells cells, int width, out ReadOnlySpan<byte> line)
    {
        while (lines.Next(out line))
        {
            if (line.IsEmpty || line[0] == '#')
                continue;
            if (!cells.Cut(line))
                throw NotClosed(lines.Number);
            if (cells.AreEmpty)
                continue;
            if (_fit.NotUtf8 is null && !Utf8.IsValid(line))
                _fit.NotUtf8 = (lines.Number, lines.Offset + ValidBytes(line) + 1);
            return cells.Count == width
                ? true
                : throw new RequestException(
                    $"{_path}:{lines.Number}: the row has {cells.Count} cells, the head {width}."
                );
        }
        return false;
    }

    void Take(
        NumberColumn column,
        TableCells cells,
        ReadOnlySpan<byte> line,
        int cell,
        int number,
        bool isDrawn,
        bool fits
    )
    {
        var value = cells.Number(line, cell);
        if (double.IsNaN(value))
        {
            var text = cells.Text(line, cell);
            if (isDrawn)
                throw new RequestException($"{_path}:{number}: {TableHead.NoNumber(column.Name, text)}");
            column.Refuse(number, text);
        }
        else if (fits)
            column.Add(value);
    }

    // Whether the row is one of the space's.
    bool TakeKey(int number, ReadOnlySpan<byte> line, TableCells cells, int cell)
    {
        var bytes = cells.Bytes(line, cell);
        if (_reader.TryReadIndices(bytes, _indices, out var form))
        {
            if (!_rows.TryAdd(_indices))
                throw Twice(number, cells.Text(line, cell));
        }
        else
        {
            var text = cells.Text(line, cell);
            var read = _reader.Read(text);
            if (read.IsAmbiguous)
                throw new RequestException($"{_path}:{number}: the key '{text}' is ambiguous. {read.Fault}");
            if (read.Genotype is not { } genotype)
            {
                _fit.Misfits(new(number, text, read.Fault ?? ""));
                return false;
            }
            if (!_rows.TryAdd(genotype))
                throw Twice(number, text);
            form = read.Form;
            if (read.MayLackZeros)
                _fit.MayLackZeros(
                    new(
                        number,
                        text,
                        $"the key '{text}' is {genotype}, or another genotype whose leading zeros were lost."
                    )
                );
        }
        if (form == GenotypeForm.LostZeros)
            _fit.IsShort(number, bytes);
        _fit.Fits(form, hasZero: bytes.Length > 1 && bytes[0] == '0' && bytes[1] is >= (byte)'0' and <= (byte)'9');
        CheckForms(number, form, cells, line, cell);
        return true;
    }

    // Of words and numbers in one column, either could be meant by a number.
    void CheckForms(int number, GenotypeForm form, TableCells cells, ReadOnlySpan<byte> line, int cell)
    {
        if (form == GenotypeForm.Values)
            _valued ??= (number, cells.Text(line, cell));
        else if (form != GenotypeForm.Named && _listed is null)
            _listed = (number, cells.Text(line, cell));
        if (_listed is { } listed && _valued is { } valued)
            throw new RequestException(
                $"{_path}:{number}: the key '{listed.Key}' in line {listed.Line} has indices, and "
                    + $"'{valued.Key}' in line {valued.Line} has values.",
                "Write all of them in one way."
            );
    }

    RequestException Twice(int number, string text) =>
        new($"{_path}:{number}: the key '{text}' appears twice.", "Two rows are the same genotype: leave out one.");

    RequestException NotClosed(int number) => new($"{_path}:{number}: a quoted cell is not closed on its line.");

    static int ValidBytes(ReadOnlySpan<byte> line)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(line[valid..], out _, out var bytes) == System.Buffers.OperationStatus.Done)
            valid += bytes;
        return valid;
    }
}
