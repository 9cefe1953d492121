namespace EvoNas.Searches.Tables;

/// <summary>The numbers of one column, as long as all of its cells are numbers.</summary>
/// <param name="name">Its name in the head.</param>
sealed class NumberColumn(string name)
{
    // A column grows by a piece and is never copied: what is read is all that is held.
    const int PieceBits = 14;

    readonly List<double[]> _pieces = [];
    int _count;

    public string Name => name;

    /// <summary>The first cell that is no finite number; null where all are.</summary>
    public (int Line, string Text)? Fault { get; private set; }

    public double this[int row] => _pieces[row >> PieceBits][row & ((1 << PieceBits) - 1)];

    public void Add(double value)
    {
        if (_count >> PieceBits == _pieces.Count)
            _pieces.Add(new double[1 << PieceBits]);
        _pieces[_count >> PieceBits][_count & ((1 << PieceBits) - 1)] = value;
        _count++;
    }

    /// <summary>It is a column of texts: what was read of it is dropped.</summary>
    public void Refuse(int line, string text)
    {
        Fault = (line, text);
        _pieces.Clear();
    }
}
