using EvoNas.Genetics;

namespace EvoNas.Benchmarks.Science;

/// <summary>Learning curves that cross: what a genotype is worth after an epoch is its worth at the end, less what it
/// has not learnt yet, and with a deviation that shrinks as the training goes on.</summary>
/// <remarks>The deviations are such that the ranks after 1, 9, 32 and 64 % of a training correlate with those at its
/// end as they do over a complete table of trained networks: 0.36, 0.63, 0.82 and 0.95. Half of their variance follows
/// from the decisions, as some kinds of networks learn faster; the other half is each genotype's own.</remarks>
/// <param name="worth">Of a genotype at the end of its training.</param>
/// <param name="deviation">Its standard deviation over the space.</param>
/// <param name="speed">How fast a genotype learns: mean 0 and standard deviation 1 over the space.</param>
sealed class LearningCurves(Func<Genotype, double> worth, double deviation, Func<Genotype, double> speed)
{
    /// <summary>Epochs of a full training.</summary>
    public const int Epochs = 100;

    // Logarithms of the share of the training, and the deviation there as a multiple of that of the worths: the root of
    // 1/ρ² - 1. Two normal variables of the correlation ρ have ranks of nearly the same.
    static readonly (double LogShare, double Deviation)[] s_knots =
    [
        (Math.Log(0.01), Ratio(0.376)),
        (Math.Log(0.09), Ratio(0.648)),
        (Math.Log(0.32), Ratio(0.833)),
        (Math.Log(0.64), Ratio(0.955)),
        (0, 0),
    ];

    /// <summary>What is measured after an epoch, from 1.</summary>
    public double After(Genotype genotype, int epoch)
    {
        var share = (double)epoch / Epochs;
        var unlearnt = 30 * Math.Pow(1 - share, 3);
        return worth(genotype) - unlearnt + deviation * Deviation(genotype, Math.Log(share));
    }

    /// <summary>Spearman's correlation of the ranks after an epoch with those at the end, over genotypes that are drawn
    /// at random.</summary>
    public double RankCorrelation(SearchSpace space, int epoch)
    {
        const int Count = 2000;
        var drawn = Enumerable.Range(1, Count).Select(i => space.Sample(SeededRandom.For((ulong)i, "ranks"))).ToArray();
        var (early, late) = (Ranks(epoch), Ranks(Epochs));
        var squares = early.Zip(late, (a, b) => (double)(a - b) * (a - b)).Sum();
        return 1 - 6 * squares / ((double)Count * ((double)Count * Count - 1));

        int[] Ranks(int at)
        {
            var order = Enumerable.Range(0, Count).OrderBy(i => After(drawn[i], at)).ToArray();
            var ranks = new int[Count];
            for (var rank = 0; rank < Count; rank++)
                ranks[order[rank]] = rank;
            return ranks;
        }
    }

    static double Deviation(double[] own, double speed, double logShare)
    {
        var place = 0;
        while (place < s_knots.Length - 2 && s_knots[place + 1].LogShare <= logShare)
            place++;
        var (left, right) = (s_knots[place], s_knots[place + 1]);
        var part = Math.Clamp((logShare - left.LogShare) / (right.LogShare - left.LogShare), 0, 1);
        var size = left.Deviation + part * (right.Deviation - left.Deviation);
        // Between two knots of independent values the variance stays that of each.
        var mixed = (Math.Sqrt(1 - part) * own[place]) + (Math.Sqrt(part) * own[place + 1]);
        return size * Math.Sqrt(0.5) * (speed + mixed);
    }

    double Deviation(Genotype genotype, double logShare)
    {
        var random = SeededRandom.For(genotype.Fingerprint, "learning curve");
        var own = new double[s_knots.Length];
        for (var i = 0; i < own.Length; i++)
            own[i] = Landscape.Normal(random);
        return Deviation(own, speed(genotype), logShare);
    }

    static double Ratio(double correlation) => Math.Sqrt(1 / (correlation * correlation) - 1);
}
