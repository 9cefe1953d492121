using System.Globalization;

namespace EvoNas.Genetics;

/// <summary>Answers the decisions of a space, depth first, with one word after the other.</summary>
/// <param name="words">Indices, or values.</param>
/// <param name="areValues">The words are candidates' values.</param>
sealed class GenotypeWalk(IReadOnlyList<string> words, bool areValues)
{
    /// <summary>The answers so far.</summary>
    public List<Gene> Genes { get; } = [];

    /// <summary>A value is that of several candidates.</summary>
    public bool IsAmbiguous { get; private set; }

    /// <summary>Answers these decisions and those under their candidates.</summary>
    /// <returns>Why a word is no answer; null where all are.</returns>
    public string? Through(Sequence<Decision> decisions, string prefix)
    {
        foreach (var decision in decisions)
        {
            var id = SearchSpace.Join(prefix, decision.Name);
            for (var place = 0; place < SearchSpace.PlacesOf(decision); place++)
            {
                if (Genes.Count >= words.Count)
                    return $"The genotype ends after {Genes.Count} numbers, before decision '{id}'.";
                var gene = GeneOf(decision, id, words[Genes.Count], out var fault);
                if (fault is not null)
                    return fault;
                Genes.Add(gene);
                if (decision is Decision.Real or Decision.Range)
                    continue;
                var children = SearchSpace.CandidatesOf(decision)[gene.Index].Children;
                if (
                    children.Count > 0
                    && Through(children, SearchSpace.Under(decision, id, place, gene.Index)) is { } below
                )
                    return below;
            }
        }
        return null;
    }

    Gene GeneOf(Decision decision, string id, string word, out string? fault)
    {
        fault = null;
        if (decision is Decision.Real real)
        {
            if (
                double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= real.Min
                && number <= real.Max
            )
                return Gene.Real(number);
            fault = $"'{id}' takes a number from {Literal.Text(real.Min)} to {Literal.Text(real.Max)}, not '{word}'.";
            return default;
        }
        if (areValues)
            return OfValue(decision, id, word, out fault);
        var count = SearchSpace.CountOf(decision);
        if (
            GenotypeWords.Whole(word) is { } digits
            && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < count
        )
            return index;
        fault = $"'{id}' takes an index from 0 to {count - 1}, not '{word}'.";
        return default;
    }

    Gene OfValue(Decision decision, string id, string word, out string? fault)
    {
        fault = null;
        if (decision is Decision.Range range)
        {
            if (
                decimal.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= range.Min
                && number <= range.Max
                && (number - range.Min) % range.Step == 0
            )
                return (int)((number - range.Min) / range.Step);
            fault = $"'{word}' is no value of '{id}'.";
            return default;
        }
        var candidates = SearchSpace.CandidatesOf(decision);
        var found = Enumerable.Range(0, candidates.Count).Where(i => Says(word, candidates[i].Value)).Take(2).ToArray();
        if (found is [var index])
            return index;
        IsAmbiguous = found.Length > 1;
        fault = IsAmbiguous
            ? $"'{word}' is the value of several candidates of '{id}'; write indices."
            : $"'{word}' is no value of '{id}'"
                + (Nearest.To(word, candidates.Select(Text)) is { } near ? $"; did you mean '{near}'?" : ".");
        return default;
    }

    static string Text(Candidate candidate) =>
        candidate.Value is Literal.Word word ? word.Value : candidate.Value.ToString();

    static bool Says(string word, Literal literal) =>
        literal switch
        {
            Literal.Word { Value: var value } => word == value,
            Literal.Flag flag => word.Equals(flag.ToString(), StringComparison.OrdinalIgnoreCase),
            Literal.Integer or Literal.Real => double.TryParse(
                word,
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var number
            )
                && number == literal.Number,
            _ => false,
        };
}
