using System.Globalization;

namespace EvoNas.Genetics;

/// <summary>A choice as controllers and trainers of other programs write it: index, number of candidates, literal, as
/// in <c>1/2 ('mbconv')</c>.</summary>
/// <remarks>Source: Peng et al. 2020, arXiv:2101.08809, in PyGlove's text form of a point.</remarks>
static class ChoiceText
{
    /// <summary>Writes it.</summary>
    /// <param name="decision">Has candidates or steps.</param>
    /// <param name="pick">One of its answer.</param>
    public static string Of(Decision decision, Pick pick) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{pick.Gene.Index}/{SearchSpace.CountOf(decision)} ({pick.Value})"
        );

    /// <summary>The index that a text names; null where it is no such text, or one of another space.</summary>
    /// <param name="decision">Has candidates or steps.</param>
    /// <param name="text"><c>1/2 ('mbconv')</c>, <c>1/2</c>, or the literal alone, words in their quotes.</param>
    public static int? Read(Decision decision, string text)
    {
        var slash = text.IndexOf('/');
        if (slash > 0 && Whole(text.AsSpan(0, slash)) is { } index)
        {
            var end = text.IndexOf(" (", slash, StringComparison.Ordinal);
            return
                Whole(end < 0 ? text.AsSpan(slash + 1) : text.AsSpan(slash + 1, end - slash - 1))
                    == SearchSpace.CountOf(decision)
                && index < SearchSpace.CountOf(decision)
                && (end < 0 || text[end..] == $" ({LiteralAt(decision, index)})")
                ? index
                : null;
        }
        // Of equal candidates only the index says which.
        var candidates = SearchSpace.CandidatesOf(decision);
        var found = Enumerable
            .Range(0, candidates.Count)
            .Where(i => candidates[i].Value is Literal.Word && candidates[i].Value.ToString() == text)
            .ToArray();
        return found.Length == 1 ? found[0] : null;
    }

    static Literal LiteralAt(Decision decision, int index) =>
        decision is Decision.Range range ? range.At(index) : SearchSpace.CandidatesOf(decision)[index].Value;

    static int? Whole(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
