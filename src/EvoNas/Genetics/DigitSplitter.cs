using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;

namespace EvoNas.Genetics;

/// <summary>Finds the genotypes whose indices, written without separators, are given digits: of two decisions with
/// twelve candidates each, <c>111</c> is 1,11 and 11,1.</summary>
/// <remarks>Of spaces without real decisions. At most two genotypes are looked for: a second one is enough to know that
/// the digits say nothing.</remarks>
sealed class DigitSplitter(SearchSpace space)
{
    // Picks that must differ or ascend are checked at the end; digits with more splits than these are nobody's key.
    const int TriesMax = 1000;

    readonly ConcurrentDictionary<(ImmutableArray<Decision>, int, int, Rest?), Rest> _rests = [];

    /// <summary>Decisions that are still to be answered, and those of the levels above behind them. Equal ones are the
    /// same object.</summary>
    sealed class Rest(ImmutableArray<Decision> decisions, int at, int place, Rest? above)
    {
        public ImmutableArray<Decision> Decisions => decisions;
        public int At => at;
        public int Place => place;
        public Rest? Above => above;
    }

    /// <summary>The genotypes with these digits: none, one, or two of several.</summary>
    public IReadOnlyList<Genotype> Split(string digits) => Split(digits, zeros: 0, []);

    /// <summary>The same with one or more zeros before them, which a spreadsheet takes away: all that there
    /// were.</summary>
    public IReadOnlyList<Genotype> SplitWithZeros(string digits)
    {
        var (found, dead) = (new List<Genotype>(), new HashSet<(Rest, int)>());
        if (digits.Length > 1 && digits[0] == '0')
            return found;
        for (var zeros = 1; zeros <= space.SlotCount && found.Count < 2; zeros++)
            found.AddRange(Split(digits, zeros, dead));
        return found;
    }

    List<Genotype> Split(string digits, int zeros, HashSet<(Rest, int)> dead)
    {
        var attempt = new Attempt(this, digits.PadLeft(digits.Length + zeros, '0'), dead);
        attempt.Follow(RestOf(space.Decisions.Items, 0, 0, null), 0);
        return attempt.Found;
    }

    Rest RestOf(ImmutableArray<Decision> decisions, int at, int place, Rest? above) =>
        _rests.GetOrAdd((decisions, at, place, above), static key => new(key.Item1, key.Item2, key.Item3, key.Item4));

    Rest After(Rest rest) =>
        rest.Place + 1 < SearchSpace.PlacesOf(rest.Decisions[rest.At])
            ? RestOf(rest.Decisions, rest.At, rest.Place + 1, rest.Above)
            : RestOf(rest.Decisions, rest.At + 1, 0, rest.Above);

    bool IsReadable(Genotype genotype)
    {
        try
        {
            space.Read(genotype);
            return true;
        }
        catch (RequestException)
        {
            return false;
        }
    }

    // Dead is a state from which the digits that are left cannot be split: it is walked once, however many ways lead to
    // it.
    sealed class Attempt(DigitSplitter splitter, string digits, HashSet<(Rest, int Left)> dead)
    {
        readonly List<Gene> _genes = [];
        int _tries;

        public List<Genotype> Found { get; } = [];

        /// <returns>Whether the digits from here on can be split.</returns>
        public bool Follow(Rest? rest, int offset)
        {
            while (rest is not null && rest.At == rest.Decisions.Length)
                rest = rest.Above;
            if (rest is null)
                return offset == digits.Length && Try(new([.. _genes]));
            if (dead.Contains((rest, digits.Length - offset)))
                return false;
            var leads = false;
            var decision = rest.Decisions[rest.At];
            for (var end = offset + 1; end <= digits.Length && Found.Count < 2; end++)
            {
                if (
                    end > offset + 1 && digits[offset] == '0'
                    || !int.TryParse(digits.AsSpan(offset, end - offset), CultureInfo.InvariantCulture, out var index)
                    || index >= SearchSpace.CountOf(decision)
                )
                    break;
                if (!MayFollow(decision, rest.Place, index))
                    continue;
                _genes.Add(index);
                var children =
                    decision is Decision.Range ? default : SearchSpace.CandidatesOf(decision)[index].Children;
                var after = splitter.After(rest);
                leads |= Follow(children.Count > 0 ? splitter.RestOf(children.Items, 0, 0, after) : after, end);
                _genes.RemoveAt(_genes.Count - 1);
            }
            // Within picks it depends on those before.
            if (!leads && rest.Place == 0)
                dead.Add((rest, digits.Length - offset));
            return leads;
        }

        // Picks that have decisions under them are checked at the end.
        bool MayFollow(Decision decision, int place, int index)
        {
            if (place == 0 || decision is not Decision.ManyOf many || many.SlotCount > many.Picks)
                return true;
            if (many.Sorted && index < _genes[^1].Index)
                return false;
            for (var before = 1; many.Distinct && before <= place; before++)
                if (_genes[^before].Index == index)
                    return false;
            return true;
        }

        bool Try(Genotype genotype)
        {
            if (splitter.IsReadable(genotype))
                Found.Add(genotype);
            else if (++_tries == TriesMax)
                Found.AddRange(genotype, genotype);
            return true;
        }
    }
}
