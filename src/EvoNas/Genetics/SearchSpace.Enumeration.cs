namespace EvoNas.Genetics;

public sealed partial class SearchSpace
{
    /// <summary>Every point of the space once, in the order of an odometer: the last decision moves first, and what is
    /// under a candidate is run through before the candidate changes.</summary>
    /// <remarks>Lazy: a space that is too large to hold can still be walked. A <see cref="Rule"/> filters. The order is
    /// PyGlove's.</remarks>
    /// <exception cref="RequestException">A decision is real: its points cannot be counted.</exception>
    public IEnumerable<Genotype> Points()
    {
        if (Size is null)
            throw new RequestException(
                $"The space '{Name}' is infinite: its points cannot be listed.",
                "Give its real decisions steps."
            );
        return Walk(Decisions, 0)
            .Select(genes => new Genotype([.. genes]))
            .Where(genotype => Rule is null || Rule(Read(genotype)) is null);
    }

    static IEnumerable<IEnumerable<Gene>> Walk(Sequence<Decision> decisions, int at)
    {
        if (at == decisions.Count)
            return
            [
                [],
            ];
        return from first in Walk(decisions[at]) from rest in Walk(decisions, at + 1) select first.Concat(rest);
    }

    static IEnumerable<IEnumerable<Gene>> Walk(Decision decision) =>
        decision switch
        {
            Decision.Range range => Enumerable.Range(0, range.Count).Select(index => (IEnumerable<Gene>)[index]),
            Decision.OneOf one => Enumerable
                .Range(0, one.Candidates.Count)
                .SelectMany(index => Walk(one.Candidates, index)),
            Decision.ManyOf many => Walk(many, []),
            _ => throw new System.Diagnostics.UnreachableException(
                $"Decision {decision.GetType().Name} has no arm in Walk."
            ),
        };

    static IEnumerable<IEnumerable<Gene>> Walk(Sequence<Candidate> candidates, int index) =>
        Walk(candidates[index].Children, 0).Select(under => under.Prepend(index));

    static IEnumerable<IEnumerable<Gene>> Walk(Decision.ManyOf many, int[] taken)
    {
        if (taken.Length == many.Picks)
            return
            [
                [],
            ];
        return from index in Enumerable.Range(0, many.Candidates.Count)
            where !(many.Distinct && taken.Contains(index)) && !(many.Sorted && taken.Length > 0 && index < taken[^1])
            from first in Walk(many.Candidates, index)
            from rest in Walk(many, [.. taken, index])
            select first.Concat(rest);
    }
}
