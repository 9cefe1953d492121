namespace EvoNas.Reports.Proxies;

/// <summary>Kendall's rank correlation τ-b of two rows of numbers, with the chance of one as far from 0.</summary>
/// <remarks>Source: Kendall 1945, <i>The treatment of ties in ranking problems</i>; Kendall 1970, <i>Rank correlation
/// methods</i>, chapters 4 and 5, for its distribution without and with ties. Numbers agree with SciPy's
/// <c>kendalltau</c>.</remarks>
/// <param name="Count">Pairs of numbers that were compared.</param>
/// <param name="Tau">In [−1, 1].</param>
/// <param name="PValue">Chance of a τ as far from 0, or farther, where the rows have nothing to do with each
/// other.</param>
readonly record struct RankCorrelation(int Count, double Tau, double PValue)
{
    // Up to here the permutations are counted; beyond, the normal distribution is exact enough.
    const int ExactMax = 33;

    /// <summary>The correlation of two rows.</summary>
    /// <param name="ours">Null where there is no number.</param>
    /// <param name="theirs">As many; places where either is null are left out.</param>
    /// <returns>Null where fewer than two places are left, or all numbers of a row are the same.</returns>
    public static RankCorrelation? Of(IReadOnlyList<double?> ours, IReadOnlyList<double?> theirs)
    {
        var pairs = ours.Zip(theirs)
            .Where(pair => pair is { First: not null, Second: not null })
            .Select(pair => (X: pair.First!.Value, Y: pair.Second!.Value)) // Filtered above.
            .ToArray();
        var (concordant, discordant) = (0L, 0L);
        for (var i = 0; i < pairs.Length; i++)
        for (var j = 0; j < i; j++)
        {
            var sign = Math.Sign(pairs[i].X - pairs[j].X) * Math.Sign(pairs[i].Y - pairs[j].Y);
            concordant += sign > 0 ? 1 : 0;
            discordant += sign < 0 ? 1 : 0;
        }
        var (x, y) = (Ties.Of(pairs.Select(pair => pair.X)), Ties.Of(pairs.Select(pair => pair.Y)));
        var all = (long)pairs.Length * (pairs.Length - 1) / 2;
        if (pairs.Length < 2 || x.Pairs == all || y.Pairs == all)
            return null;
        var tau = (concordant - discordant) / Math.Sqrt((double)(all - x.Pairs) * (all - y.Pairs));
        var fewest = Math.Min(concordant, discordant);
        return new(
            pairs.Length,
            Math.Clamp(tau, -1, 1),
            x.Pairs == 0 && y.Pairs == 0 && (pairs.Length <= ExactMax || fewest <= 1)
                ? Exact(pairs.Length, (int)fewest)
                : Normal(pairs.Length, concordant - discordant, x, y)
        );
    }

    /// <summary>Twice the share of the permutations of n with at most so many inversions.</summary>
    static double Exact(int n, int inversions)
    {
        if (4L * inversions == (long)n * (n - 1))
            return 1;
        // Shares instead of counts, so that no factorial overflows: one more place takes each of its ranks equally
        // often.
        var shares = new double[inversions + 1];
        shares[0] = 1;
        for (var places = 2; places <= n; places++)
        {
            var next = new double[inversions + 1];
            for (var k = 0; k <= inversions; k++)
            for (var moved = 0; moved < places && moved <= k; moved++)
                next[k] += shares[k - moved] / places;
            shares = next;
        }
        return Math.Min(1, 2 * shares.Sum());
    }

    static double Normal(int n, long difference, Ties x, Ties y)
    {
        var m = n * (n - 1.0);
        var variance =
            (m * (2 * n + 5) - x.Weighted - y.Weighted) / 18
            + 2.0 * x.Pairs * y.Pairs / m
            + (n > 2 ? x.Triples * y.Triples / (9 * m * (n - 2)) : 0);
        return ErrorFunction.Complementary(Math.Abs(difference) / Math.Sqrt(2 * variance));
    }

    /// <summary>Groups of t equal numbers: t(t − 1)/2, t(t − 1)(t − 2) and t(t − 1)(2t + 5), summed.</summary>
    readonly record struct Ties(long Pairs, double Triples, double Weighted)
    {
        public static Ties Of(IEnumerable<double> numbers)
        {
            var ties = new Ties();
            foreach (double t in numbers.GroupBy(number => number).Select(group => group.Count()))
                ties = new(
                    ties.Pairs + (long)(t * (t - 1) / 2),
                    ties.Triples + t * (t - 1) * (t - 2),
                    ties.Weighted + t * (t - 1) * (2 * t + 5)
                );
            return ties;
        }
    }
}

/// <summary>The error function.</summary>
static class ErrorFunction
{
    /// <summary>erfc(x) = 1 − erf(x), to about 1e-13 of its value.</summary>
    /// <param name="x">At least 0.</param>
    /// <remarks>Source: Abramowitz and Stegun 1964, 7.1.6 (series) and 7.1.14 (continued fraction).</remarks>
    public static double Complementary(double x)
    {
        const double Switch = 2.5;
        if (x < Switch)
        {
            var (term, sum) = (x, x);
            for (var n = 1; Math.Abs(term) > 1e-17 * sum; n++)
            {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            return 1 - 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
        }
        var fraction = x;
        for (var n = 60; n >= 1; n--)
            fraction = x + n / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
