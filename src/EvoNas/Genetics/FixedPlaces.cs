namespace EvoNas.Genetics;

/// <summary>The places of a space whose genotypes all have the same decisions, none of them real: it reads their
/// indices without an allocation.</summary>
sealed class FixedPlaces
{
    readonly int[] _counts;
    readonly (int First, int Picks, bool Distinct, bool Sorted)[] _picks;

    FixedPlaces(int[] counts, (int, int, bool, bool)[] picks) =>
        (_counts, _picks, AreDigits) = (counts, picks, Array.TrueForAll(counts, count => count <= 10));

    /// <summary>How many indices a genotype has.</summary>
    public int Count => _counts.Length;

    /// <summary>How many choices each index has.</summary>
    public Sequence<int> Choices => [.. _counts];

    /// <summary>Every index is one digit.</summary>
    public bool AreDigits { get; }

    /// <summary>Null where genotypes differ in their decisions, or have reals.</summary>
    public static FixedPlaces? Of(SearchSpace space)
    {
        if (space.IsConditional || space.Decisions.Any(decision => decision is Decision.Real))
            return null;
        var (counts, picks) = (new List<int>(), new List<(int, int, bool, bool)>());
        foreach (var decision in space.Decisions)
        {
            if (decision is Decision.ManyOf { Picks: > 1 } many && (many.Distinct || many.Sorted))
                picks.Add((counts.Count, many.Picks, many.Distinct, many.Sorted));
            counts.AddRange(Enumerable.Repeat(SearchSpace.CountOf(decision), SearchSpace.PlacesOf(decision)));
        }
        return new([.. counts], [.. picks]);
    }

    /// <summary>Reads digits, or numbers between commas, dashes or blanks, with or without brackets around them all.
    /// </summary>
    /// <returns>False where the text is another, or no genotype.</returns>
    public bool TryRead(ReadOnlySpan<byte> text, Span<int> indices, out GenotypeForm form)
    {
        form = GenotypeForm.Indices;
        text = text.Trim(" \t"u8);
        if (text.Length > 2 && ((text[0] == '[' && text[^1] == ']') || (text[0] == '(' && text[^1] == ')')))
            text = text[1..^1].Trim(" \t"u8);
        var first = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (first > 0 && text[first] == '.' && text[(first + 1)..].TrimEnd("0"u8).IsEmpty)
        {
            text = text[..first];
            first = -1;
        }
        if (first < 0 && Count > 1)
            return AreDigits && TryReadDigits(text, indices, out form) && KeepTheirRules(indices);
        return TryReadSeparated(text, indices) && KeepTheirRules(indices);
    }

    bool TryReadDigits(ReadOnlySpan<byte> text, Span<int> indices, out GenotypeForm form)
    {
        var missing = Count - text.Length;
        form = missing > 0 ? GenotypeForm.LostZeros : GenotypeForm.Digits;
        if (missing < 0 || text.IsEmpty)
            return false;
        indices[..missing].Clear();
        for (var i = 0; i < text.Length; i++)
            if ((indices[missing + i] = text[i] - '0') >= _counts[missing + i])
                return false;
        return true;
    }

    bool TryReadSeparated(ReadOnlySpan<byte> text, Span<int> indices)
    {
        byte separator = 0;
        for (int place = 0, at = 0; ; place++)
        {
            var index = 0;
            var start = at;
            while (at < text.Length && char.IsAsciiDigit((char)text[at]) && index < int.MaxValue / 20)
                index = index * 10 + (text[at++] - '0');
            if (at == start || place == Count || index >= _counts[place])
                return false;
            indices[place] = index;
            if (at == text.Length)
                return place + 1 == Count;
            if (separator == 0)
                separator = text[at];
            if (text[at] != separator || separator is not ((byte)',' or (byte)'-' or (byte)' '))
                return false;
            at++;
            while (separator != '-' && at < text.Length && text[at] == ' ')
                at++;
        }
    }

    bool KeepTheirRules(ReadOnlySpan<int> indices)
    {
        foreach (var (first, picks, distinct, sorted) in _picks)
            for (var place = first + 1; place < first + picks; place++)
                if (
                    sorted && indices[place] < indices[place - 1]
                    || distinct && indices[first..place].Contains(indices[place])
                )
                    return false;
        return true;
    }
}
