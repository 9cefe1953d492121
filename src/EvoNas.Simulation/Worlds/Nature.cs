using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;

namespace EvoNas.Simulation.Worlds;

/// <summary>What a genotype is like, whoever trains it, wherever and however often: the reference that every score is
/// held against.</summary>
/// <param name="Top1">At the end of its training.</param>
/// <param name="Kills">It ends every worker.</param>
/// <param name="Diverges">Its loss is no number.</param>
/// <param name="Divisor">The parts in which its batch fits into memory: 1, 2, or 4, which nobody tries.</param>
readonly record struct Nature(double Top1, bool Kills, bool Diverges, int Divisor)
{
    public const int Epochs = 4;

    public static Nature Of(ulong seed, Genotype genotype, FaultProfile profile)
    {
        var random = SeededRandom.For(seed ^ genotype.Fingerprint, "nature");
        return new(
            random.Between(0.1, 0.9),
            random.Happens(profile.Poison),
            random.Happens(profile.Diverges),
            random.Happens(profile.TooLarge)
                ? random.Happens(0.5)
                    ? 2
                    : 4
                : 1
        );
    }

    /// <summary>The metric after an epoch, from 1: half of what is left is learnt in each.</summary>
    public double After(int epoch) => Top1 * (1 - 1.0 / (1 << epoch));

    public Sequence<double> Curve(int epochs)
    {
        var curve = new double[epochs];
        for (var epoch = 1; epoch <= epochs; epoch++)
            curve[epoch - 1] = After(epoch);
        return [.. curve];
    }

    /// <summary>What is measured where the training ended after an epoch.</summary>
    public Metrics Measured(int epoch) => Metrics.Of((Metrics.Top1, After(epoch)));
}
