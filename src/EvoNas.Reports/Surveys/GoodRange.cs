using EvoNas.Genetics;

namespace EvoNas.Reports.Surveys;

/// <summary>The values of a numeric decision that good networks of a space have, by bootstrap.</summary>
/// <remarks>Source: Radosavovic et al. 2020, arXiv:2003.13678, §3.1: 10⁴ times a quarter of the networks is drawn with
/// replacement, and the value of the best of them is kept; the range is the 95 % interval of what was kept.</remarks>
/// <param name="Decision">The decision's id.</param>
/// <param name="Count">Networks in which it is active.</param>
/// <param name="Low">2.5 % quantile of the best's value.</param>
/// <param name="Median">Its median: the most likely best value.</param>
/// <param name="High">97.5 % quantile.</param>
/// <param name="Least">The smallest value that was sampled.</param>
/// <param name="Most">The largest value that was sampled.</param>
sealed record GoodRange(string Decision, int Count, double Low, double Median, double High, double Least, double Most)
{
    /// <summary>Fewer networks say nothing of a range.</summary>
    public const int CountMin = 8;

    const int Samples = 10_000;

    const double Share = 0.25;

    /// <summary>The good ranges of all numeric decisions of which two values were sampled, in the order in which they
    /// first appear.</summary>
    /// <param name="networks">Of one space.</param>
    public static IReadOnlyList<GoodRange> Of(IReadOnlyList<SurveyedNetwork> networks) =>
        [
            .. networks
                .SelectMany(one => one.Decisions.Keys)
                .Distinct(StringComparer.Ordinal)
                .Select(decision =>
                    Of(
                        decision,
                        networks
                            .Where(one => double.IsFinite(one.Error) && one.Decisions.ContainsKey(decision))
                            .Select(one => (one.Decisions[decision], one.Error))
                    )
                )
                .OfType<GoodRange>(),
        ];

    /// <summary>The good range of one decision.</summary>
    /// <param name="decision">Its id.</param>
    /// <param name="sampled">Values with the errors of their networks.</param>
    /// <returns>Null for fewer than <see cref="CountMin"/> networks, and where all have one value.</returns>
    public static GoodRange? Of(string decision, IEnumerable<(double Value, double Error)> sampled)
    {
        // By rank of the error, so that the best of a draw is its smallest number.
        var ranked = sampled.OrderBy(one => one.Error).Select(one => one.Value).ToArray();
        if (ranked.Length < CountMin || ranked.Min() == ranked.Max())
            return null;
        var random = SeededRandom.For(1, $"good range of {decision}");
        var drawn = Math.Max(1, (int)Math.Round(ranked.Length * Share));
        var best = new double[Samples];
        for (var sample = 0; sample < Samples; sample++)
        {
            var first = ranked.Length;
            for (var i = 0; i < drawn; i++)
                first = Math.Min(first, random.Below(ranked.Length));
            best[sample] = ranked[first];
        }
        Array.Sort(best);
        return new(
            decision,
            ranked.Length,
            best[(int)(0.025 * Samples)],
            best[Samples / 2],
            best[Samples - 1 - (int)(0.025 * Samples)],
            ranked.Min(),
            ranked.Max()
        );
    }
}
