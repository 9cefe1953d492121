namespace EvoNas.Dashboard.Projections;

/// <summary>One value a birth, in the order of births: an array that grows.</summary>
/// <param name="absent">What a birth has that was given no value.</param>
sealed class Column<T>(T absent)
{
    const int Capacity = 1024;

    T[] _items = new T[Capacity];

    /// <summary>Births that have a place.</summary>
    public int Count { get; private set; }

    /// <summary>The value at a place, counted from 0.</summary>
    public ref T this[int place] => ref _items[place];

    /// <summary>All values.</summary>
    public ReadOnlySpan<T> Values => _items.AsSpan(0, Count);

    /// <summary>Gives one more birth its value.</summary>
    public void Add(T value)
    {
        GrowTo(Count + 1);
        _items[Count - 1] = value;
    }

    /// <summary>Makes room; new places hold what is absent.</summary>
    public void GrowTo(int count)
    {
        if (count <= Count)
            return;
        if (count > _items.Length)
            Array.Resize(ref _items, Math.Max(count, _items.Length * 2));
        _items.AsSpan(Count, count - Count).Fill(absent);
        Count = count;
    }
}

/// <summary>Texts that come again and again, each kept once under a number from 0.</summary>
sealed class TextTable
{
    readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    readonly List<string> _texts = [];

    /// <summary>The texts by number. It only grows.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The number of a text; a new one if it was not seen before.</summary>
    public int NumberOf(string text)
    {
        if (_numbers.TryGetValue(text, out var number))
            return number;
        _numbers[text] = number = _texts.Count;
        _texts.Add(text);
        return number;
    }

    /// <summary>The number of a text; −1 if it was not seen.</summary>
    public int Find(string text) => _numbers.GetValueOrDefault(text, -1);
}

/// <summary>Texts one after another as UTF-8: a hundred thousand genotypes are not a hundred thousand
/// objects.</summary>
sealed class TextColumn
{
    const int BlockBytes = 1 << 20;

    readonly List<byte[]> _blocks = [];
    readonly Column<(int Block, int Start, int Length)> _places = new(default);
    int _used = BlockBytes;

    /// <summary>How many.</summary>
    public int Count => _places.Count;

    /// <summary>Adds a text at the end.</summary>
    public void Add(string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        if (length > BlockBytes - _used)
        {
            _blocks.Add(new byte[Math.Max(BlockBytes, length)]);
            _used = 0;
        }
        System.Text.Encoding.UTF8.GetBytes(text, _blocks[^1].AsSpan(_used, length));
        _places.Add((_blocks.Count - 1, _used, length));
        // A block of its own for a huge text is full.
        _used = Math.Min(BlockBytes, _used + length);
    }

    /// <summary>The bytes of the text at a place, counted from 0.</summary>
    public ReadOnlySpan<byte> Bytes(int place)
    {
        var (block, start, length) = _places[place];
        return _blocks[block].AsSpan(start, length);
    }

    /// <summary>The text at a place, counted from 0.</summary>
    public string Text(int place) => System.Text.Encoding.UTF8.GetString(Bytes(place));
}
