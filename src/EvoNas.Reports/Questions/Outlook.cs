using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports.Questions;

/// <summary>What more evaluations are likely to gain, judged by the fitness of the last ones.</summary>
/// <remarks>The best of the last candidates are peaks over a threshold; how far they lie above it is taken for
/// exponential (Pickands 1975, <i>Statistical inference using extreme order statistics</i>, shape 0), so the chance
/// that one beats the best falls by e with every mean excess. The interval is that of 1,000 bootstrap samples of the
/// last candidates. It is a forecast by what happened last: a search that climbs out of a valley gains more, one that
/// has found the summit gains nothing.</remarks>
/// <param name="Evaluations">How many more.</param>
/// <param name="Judged">The last candidates that it is judged by.</param>
/// <param name="Gain">Expected gain of the best, at least 0, in units of the fitness.</param>
/// <param name="Low">2.5 % quantile of the bootstrap.</param>
/// <param name="High">97.5 % quantile of the bootstrap.</param>
/// <param name="Chance">That there is any gain, in [0, 1].</param>
/// <param name="SlotHours">What the evaluations take, summed over the slots, by the mean of the last
/// ones.</param>
sealed record Outlook(
    long Evaluations,
    int Judged,
    double Gain,
    double Low,
    double High,
    double Chance,
    double SlotHours
)
{
    /// <summary>Fewest feasible candidates that can be judged by.</summary>
    public const int JudgedMin = 20;

    const int JudgedMax = 200,
        Samples = 1000;

    // The share of the last candidates that lie above the threshold.
    const double Peaks = 0.2;

    /// <summary>Judges by the last 200 feasible candidates.</summary>
    /// <param name="ancestry">The history.</param>
    /// <param name="evaluations">How many more; at least 1.</param>
    /// <returns>Null where fewer than <see cref="JudgedMin"/> are feasible.</returns>
    public static Outlook? Of(Ancestry ancestry, long evaluations)
    {
        // Another evaluation of a finalist finds nothing new.
        var scored = ancestry
            .Events.OfType<LineageEvent.Scored>()
            .Where(one => one.Fitness.Feasible && ancestry.Find(one.Birth) is { } found && ancestry.Counts(found))
            .ToArray();
        if (scored.Length < JudgedMin)
            return null;
        var best = scored.Max(one => one.Fitness.Value);
        var last = scored.TakeLast(JudgedMax).ToArray();
        var values = last.Select(one => one.Fitness.Value).ToArray();
        var gains = new double[Samples];
        var random = SeededRandom.For(1, "outlook");
        var sample = new double[values.Length];
        for (var i = 0; i < Samples; i++)
        {
            for (var k = 0; k < sample.Length; k++)
                sample[k] = values[random.Below(values.Length)];
            gains[i] = GainOf(sample, best, evaluations).Gain;
        }
        Array.Sort(gains);
        var (gain, chance) = GainOf(values, best, evaluations);
        return new(
            evaluations,
            last.Length,
            gain,
            gains[Samples / 40],
            gains[Samples - 1 - Samples / 40],
            chance,
            last.Average(one => one.Run.Seconds) * evaluations / 3600
        );
    }

    // E[max(0, best of n − best until now)] = ∫ P(one of n is above best + t) dt over t ≥ 0, where one draw is above x
    // with p·exp(−(x − threshold)/β).
    static (double Gain, double Chance) GainOf(double[] values, double best, long evaluations)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var peaks = Math.Max(5, (int)(sorted.Length * Peaks));
        var threshold = sorted[^(peaks + 1)];
        var excess = 0.0;
        for (var i = sorted.Length - peaks; i < sorted.Length; i++)
            excess += sorted[i] - threshold;
        excess /= peaks;
        if (excess <= 0)
            return (0, 0); // All alike.
        var share = (double)peaks / sorted.Length;
        // Beyond 40 mean excesses, e⁻⁴⁰ is left.
        const int Steps = 2000;
        var (width, sum) = (excess * 40 / Steps, 0.0);
        for (var step = 0; step < Steps; step++)
            sum += Above((step + 0.5) * width);
        return (sum * width, Above(0));

        // 1 − (1 − p)ⁿ, exact also where p is tiny.
        double Above(double t)
        {
            var one = Math.Min(1, share * Math.Exp(-(best + t - threshold) / excess));
            return one >= 1 ? 1 : -Math.Exp(evaluations * Math.Log(1 - one)) + 1;
        }
    }
}
