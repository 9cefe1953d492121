using System.Globalization;
using System.Text.Json;

namespace EvoNas.Genetics;

/// <summary>Reads genotypes as people and other programs write them. May be shared between threads.</summary>
/// <remarks>Numbers are indices, never values: <c>1,11</c>, <c>1-11</c>, <c>1 11</c>, <c>[1, 11]</c>, <c>1.0,11.0</c>,
/// and without separators where one genotype alone has these digits. Words are candidates' values, in the order of the
/// decisions. A JSON object is what <see cref="SearchSpace.FromValues"/> reads.</remarks>
public sealed class GenotypeReader
{
    readonly SearchSpace _space;
    readonly FixedPlaces? _places;
    readonly DigitSplitter? _splitter;
    readonly bool _hasReals,
        _hasWords;
    readonly string? _equal;

    /// <summary>A reader of the genotypes of a space.</summary>
    public GenotypeReader(SearchSpace space)
    {
        _space = space;
        var all = WithChildren(space.Decisions).ToArray();
        _hasReals = all.Any(decision => decision is Decision.Real);
        _hasWords = all.Any(decision =>
            SearchSpace.CandidatesOf(decision).Any(one => one.Value is Literal.Word or Literal.Flag)
        );
        _equal = Array.Find(all, HasEqualCandidates)?.Name;
        _places = FixedPlaces.Of(space);
        _splitter = _hasReals ? null : new(space);
    }

    // How many digits the text of every genotype has without separators; null where that differs.
    int? DigitCount => _places is { AreDigits: true, Count: > 1 } places ? places.Count : null;

    /// <summary>How many choices each index of a genotype has; empty where genotypes differ in their decisions, or have
    /// reals.</summary>
    public Sequence<int> Choices => _places?.Choices ?? default;

    /// <summary>The most usual forms, without an allocation.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="indices">Gets one index for each of <see cref="Choices"/>.</param>
    /// <param name="form">How it was written.</param>
    /// <returns>False where only <see cref="Read"/> can say.</returns>
    public bool TryReadIndices(ReadOnlySpan<byte> utf8, Span<int> indices, out GenotypeForm form)
    {
        form = GenotypeForm.Indices;
        return _places is { } places && places.TryRead(utf8, indices, out form);
    }

    /// <summary>Reads a text in any of the forms.</summary>
    public GenotypeReading Read(string text)
    {
        text = text.Trim();
        if (text == "")
            return new(null, GenotypeForm.Indices, "It is empty.");
        if (text.StartsWith('{'))
            return ReadNamed(text);
        // Quotes are how words are printed; other programs put indices in quotes too.
        var isQuoted = text.AsSpan().IndexOfAny('\'', '"') >= 0;
        if (isQuoted && _hasWords && ReadValues(text) is { Genotype: not null } quoted)
            return quoted;
        var read = ReadIndices(text);
        if (read.Genotype is not null || read.IsAmbiguous || !_hasWords || !text.Any(char.IsLetter))
            return read;
        return ReadValues(text);
    }

    GenotypeReading ReadNamed(string text)
    {
        if (_equal is not null)
            return Ambiguous(
                GenotypeForm.Named,
                $"Candidates of '{_equal}' have equal values: only indices tell them apart."
            );
        try
        {
            using var json = JsonDocument.Parse(text);
            return new(_space.FromValues(json.RootElement), GenotypeForm.Named);
        }
        catch (JsonException)
        {
            return new(null, GenotypeForm.Named, "It is no JSON object; names and words stand in double quotes there.");
        }
        catch (RequestException fault)
        {
            return new(null, GenotypeForm.Named, fault.Message.Split('\n')[0]);
        }
    }

    GenotypeReading ReadIndices(string text)
    {
        var words = GenotypeWords.Indices(text, dashes: !_hasReals);
        if (words is null)
            return new(null, GenotypeForm.Indices, "A number is missing between two separators.");
        if (_space.SlotCount == 1 && words is [_, _] && text.Contains(','))
            return new(
                null,
                GenotypeForm.Indices,
                "It has two numbers where a genotype has one; a decimal comma must be a point."
            );
        if (words is not [var single])
            return Walk(words, GenotypeForm.Indices);
        if (!_hasReals && IsRounded(single))
            return new(
                null,
                GenotypeForm.Indices,
                "Its digits are lost, as a spreadsheet or a float rounds them; keep the column as text."
            );
        var digits = GenotypeWords.Whole(single);
        return digits is null || _hasReals || _space.SlotCount == 1
            ? Walk(words, GenotypeForm.Indices)
            : ReadDigits(digits);
    }

    GenotypeReading ReadDigits(string digits)
    {
        // A space of fixed length is read digit by digit; where digits are missing, only leading zeros can be.
        if (DigitCount is { } count)
            return digits.Length > count
                ? new(null, GenotypeForm.Digits, $"It has {digits.Length} digits; a genotype here has {count}.")
                : Walk(
                    [.. digits.PadLeft(count, '0').Select(digit => digit.ToString())],
                    digits.Length == count ? GenotypeForm.Digits : GenotypeForm.LostZeros
                );
        var found = _splitter!.Split(digits); // There are no reals here.
        if (found is not [])
            return found is [var one]
                ? new(one, GenotypeForm.Digits) { MayLackZeros = _splitter.SplitWithZeros(digits) is not [] }
                : Ambiguous(GenotypeForm.Digits, Several(found));
        return _splitter.SplitWithZeros(digits) switch
        {
            [] => new(null, GenotypeForm.Digits, "Its digits are those of no genotype; write commas between indices."),
            [var one] => new(one, GenotypeForm.LostZeros),
            var several => new(null, GenotypeForm.LostZeros, $"Its leading zeros are lost. {Several(several)}"),
        };

        static string Several(IReadOnlyList<Genotype> found) =>
            $"It may be {found[0]} or {found[1]}; write commas between indices.";
    }

    GenotypeReading ReadValues(string text)
    {
        GenotypeReading? first = null;
        foreach (var words in GenotypeWords.Values(text))
        {
            var read = Walk(words, GenotypeForm.Values);
            if (read.Genotype is not null || read.IsAmbiguous)
                return read;
            first ??= read;
        }
        return first!; // There is one way at least.
    }

    GenotypeReading Walk(IReadOnlyList<string> words, GenotypeForm form)
    {
        var walk = new GenotypeWalk(words, form == GenotypeForm.Values);
        var fault = walk.Through(_space.Decisions, "");
        if (fault is not null)
            return new(null, form, fault) { IsAmbiguous = walk.IsAmbiguous };
        var genotype = new Genotype([.. walk.Genes]);
        if (walk.Genes.Count < words.Count)
            return new(
                null,
                form,
                $"A genotype of '{_space.Name}' ends after {walk.Genes.Count} numbers here; this one has {words.Count}."
            );
        try
        {
            _space.Read(genotype); // Picks that must differ, or ascend.
            return new(genotype, form);
        }
        catch (RequestException broken)
        {
            return new(null, form, broken.Message);
        }
    }

    // 1.2E+11, or digits that a float does not tell apart.
    static bool IsRounded(string word) =>
        word.AsSpan().IndexOfAny('e', 'E') > 0
        && char.IsAsciiDigit(word[0])
        && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static GenotypeReading Ambiguous(GenotypeForm form, string fault) => new(null, form, fault) { IsAmbiguous = true };

    static bool HasEqualCandidates(Decision decision)
    {
        var values = new HashSet<string>();
        return SearchSpace.CandidatesOf(decision).Any(one => !values.Add(Comparable(one.Value)));
    }

    // Values compare as numbers: 1 and 1.0 are equal in JSON.
    static string Comparable(Literal literal) =>
        literal is Literal.Integer or Literal.Real
            ? literal.Number.ToString("R", CultureInfo.InvariantCulture)
            : literal.ToString();

    static IEnumerable<Decision> WithChildren(Sequence<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            yield return decision;
            foreach (var candidate in SearchSpace.CandidatesOf(decision))
            foreach (var child in WithChildren(candidate.Children))
                yield return child;
        }
    }
}
