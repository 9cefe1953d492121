using System.Numerics;

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

    /// <summary>The point at a place of <see cref="Points"/>'s order, where every combination counts, whether it keeps
    /// the <see cref="Rule"/> or not.</summary>
    /// <param name="place">From 0 to <see cref="Size"/> − 1.</param>
    /// <returns>The point; null where it breaks the rule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The space has no such place, or is infinite.</exception>
    public Genotype? PointAt(BigInteger place)
    {
        if (place < 0 || !(place < Size))
            throw new ArgumentOutOfRangeException(nameof(place), $"'{Name}' has {SizeText} points, none at {place}.");
        var genes = new List<Gene>();
        Take(Decisions, place, genes);
        var genotype = new Genotype([.. genes]);
        return Rule is null || Rule(Read(genotype)) is null ? genotype : null;
    }

    // The last decision moves first: it is the lowest digit.
    static void Take(Sequence<Decision> decisions, BigInteger place, List<Gene> genes)
    {
        var below = SizeOf(decisions)!.Value; // Only finite spaces have places.
        foreach (var decision in decisions)
        {
            below /= decision.Size!.Value;
            Take(decision, BigInteger.DivRem(place, below, out place), genes);
        }
    }

    static void Take(Decision decision, BigInteger place, List<Gene> genes)
    {
        switch (decision)
        {
            case Decision.Real real:
                genes.Add(Gene.Real(real.Min));
                break;
            case Decision.Range:
                genes.Add((int)place);
                break;
            case Decision.OneOf one:
                Take(one.Candidates, [.. Enumerable.Range(0, one.Candidates.Count)], _ => 1, place, genes);
                break;
            case Decision.ManyOf many:
                var taken = new List<int>();
                while (taken.Count < many.Picks)
                {
                    int[] free =
                    [
                        .. Enumerable.Range(0, many.Candidates.Count).Where(index => IsFree(many, taken, index)),
                    ];
                    (var index, place) = Take(
                        many.Candidates,
                        free,
                        index => WaysAfter(many, taken, index),
                        place,
                        genes
                    );
                    taken.Add(index);
                }
                break;
        }
    }

    // Takes the candidate in whose block the place lies; what is left of the place belongs to the picks behind it.
    static (int Index, BigInteger Place) Take(
        Sequence<Candidate> candidates,
        int[] free,
        Func<int, BigInteger> behind,
        BigInteger place,
        List<Gene> genes
    )
    {
        foreach (var index in free)
        {
            var rest = behind(index);
            var block = candidates[index].Size!.Value * rest; // Only finite spaces have places.
            if (place >= block)
            {
                place -= block;
                continue;
            }
            genes.Add(index);
            Take(candidates[index].Children, BigInteger.DivRem(place, rest, out var behindIt), genes);
            return (index, behindIt);
        }
        throw new System.Diagnostics.UnreachableException("The place lies in no candidate's block.");
    }

    static bool IsFree(Decision.ManyOf many, IReadOnlyList<int> taken, int index) =>
        !(many.Distinct && taken.Contains(index)) && !(many.Sorted && taken.Count > 0 && index < taken[^1]);

    // How many ways there are to fill the places behind a pick of this index.
    static BigInteger WaysAfter(Decision.ManyOf many, List<int> taken, int index)
    {
        List<int> with = [.. taken, index];
        return Decision
            .Ways(
                [
                    .. Enumerable
                        .Range(0, many.Candidates.Count)
                        .Where(next => IsFree(many, with, next))
                        .Select(next => many.Candidates[next].Size),
                ],
                many.Picks - with.Count,
                many.Distinct,
                many.Sorted
            )!
            .Value; // Only finite spaces have places.
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
            // Of one number: others have no size.
            Decision.Real real =>
            [
                [Gene.Real(real.Min)],
            ],
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
            where IsFree(many, taken, index)
            from first in Walk(many.Candidates, index)
            from rest in Walk(many, [.. taken, index])
            select first.Concat(rest);
    }
}
