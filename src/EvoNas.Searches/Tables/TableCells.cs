using System.Globalization;
using System.Text;

namespace EvoNas.Searches.Tables;

/// <summary>Cuts lines of CSV into cells, without an allocation a line.</summary>
/// <param name="delimiter">A comma, a semicolon or a TAB.</param>
sealed class TableCells(byte delimiter)
{
    static readonly byte[] Delimiters = [(byte)',', (byte)';', (byte)'\t'];

    readonly List<(int Start, int Length)> _cells = [];

    // A line with quotes, these taken away.
    byte[] _unquoted = [];
    bool _isUnquoted;

    public int Count => _cells.Count;

    /// <summary>The cells of a head whose delimiter is not known yet.</summary>
    /// <param name="line">The head.</param>
    /// <param name="name">A column that it must have: the first delimiter that gives it is the right one.</param>
    public static TableCells Of(ReadOnlySpan<byte> line, string name)
    {
        TableCells? most = null;
        foreach (var delimiter in Delimiters)
        {
            var cells = new TableCells(delimiter);
            if (!cells.Cut(line))
                continue;
            if (cells.Texts(line).Contains(name))
                return cells;
            if (most is null || cells.Count > most.Count)
                most = cells;
        }
        return most ?? new(Delimiters[0]);
    }

    /// <summary>Finds the cells of a line.</summary>
    /// <returns>False where a quoted cell is not closed.</returns>
    public bool Cut(ReadOnlySpan<byte> line)
    {
        _cells.Clear();
        _isUnquoted = line.Contains((byte)'"');
        if (_isUnquoted)
            return CutQuoted(line);
        var start = 0;
        while (line[start..].IndexOf(delimiter) is var length and >= 0)
        {
            _cells.Add((start, length));
            start += length + 1;
        }
        _cells.Add((start, line.Length - start));
        return true;
    }

    bool CutQuoted(ReadOnlySpan<byte> line)
    {
        if (_unquoted.Length < line.Length)
            _unquoted = new byte[Math.Max(line.Length, 2 * _unquoted.Length)];
        var (quoted, start, end) = (false, 0, 0);
        for (var i = 0; i < line.Length; i++)
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                _unquoted[end++] = line[i++];
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == delimiter && !quoted)
            {
                _cells.Add((start, end - start));
                start = end;
            }
            else
                _unquoted[end++] = line[i];
        _cells.Add((start, end - start));
        return !quoted;
    }

    /// <summary>A cell of the line that was cut.</summary>
    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> line, int cell)
    {
        var (start, length) = _cells[cell];
        return _isUnquoted ? _unquoted.AsSpan(start, length) : line.Slice(start, length);
    }

    public string Text(ReadOnlySpan<byte> line, int cell) => Encoding.UTF8.GetString(Bytes(line, cell)).Trim();

    public string[] Texts(ReadOnlySpan<byte> line)
    {
        var texts = new string[Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Text(line, i);
        return texts;
    }

    /// <summary>Every cell is empty: spreadsheets leave such lines at the end.</summary>
    public bool AreEmpty => _cells.TrueForAll(cell => cell.Length == 0);

    /// <summary>The finite number in a cell; NaN where there is none.</summary>
    public double Number(ReadOnlySpan<byte> line, int cell)
    {
        var bytes = Bytes(line, cell);
        if (!double.TryParse(bytes, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            // Blanks that are not ASCII's are taken away too.
            if (
                bytes.IsEmpty
                || !double.TryParse(Text(line, cell), NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            )
                return double.NaN;
        return double.IsFinite(value) ? value : double.NaN;
    }
}
