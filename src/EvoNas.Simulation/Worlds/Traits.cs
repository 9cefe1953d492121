using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;

namespace EvoNas.Simulation.Worlds;

/// <summary>The fixed properties of a genotype, independent of when and where it is trained: every score is compared
/// with them. Where a search has finalists, its accuracy also depends on the number of the evaluation.</summary>
/// <param name="Top1">Its accuracy at the end of the training, in [0, 1].</param>
/// <param name="Kills">Every worker that trains it crashes.</param>
/// <param name="Diverges">Its loss becomes NaN.</param>
/// <param name="Divisor">The parts in which its batch fits into memory: 1, 2, or 4, which is never tried.</param>
/// <param name="IsUnscorable">Its accuracy is not measured: the objective has no value for it.</param>
/// <param name="Price">Its <see cref="Cost"/>.</param>
readonly record struct Traits(double Top1, bool Kills, bool Diverges, int Divisor, bool IsUnscorable, double Price)
{
    public const int Epochs = 4;

    /// <summary>What a search of two objectives minimises: the sum of a genotype's digits.</summary>
    public const string Cost = "cost";

    const double Noise = 0.05;

    public static Traits Of(ulong seed, BirthNumber birth, Genotype genotype, FaultProfile profile)
    {
        var random = SeededRandom.For(seed ^ genotype.Fingerprint, "traits");
        // A random sequence of its own: the first ones of a birth bred it.
        var luck = SeededRandom.For(seed, birth, draw: int.MaxValue).Between(-Noise, Noise);
        return new(
            random.Between(0.1, 0.9) + (profile.Finalists is null ? 0 : luck),
            random.Happens(profile.Poison),
            random.Happens(profile.Diverges),
            random.Happens(profile.TooLarge)
                ? random.Happens(0.5)
                    ? 2
                    : 4
                : 1,
            random.Happens(profile.Unscorable),
            genotype.Genes.Sum(gene => gene.Index)
        );
    }

    /// <summary>The metric after an epoch, from 1: each epoch halves the distance to the final value.</summary>
    public double After(int epoch) => Top1 * (1 - 1.0 / (1 << epoch));

    public Sequence<double> Curve(int epochs)
    {
        var curve = new double[epochs];
        for (var epoch = 1; epoch <= epochs; epoch++)
            curve[epoch - 1] = After(epoch);
        return [.. curve];
    }

    /// <summary>What is measured where the training ended after an epoch.</summary>
    public Metrics Measured(int epoch) =>
        IsUnscorable
            ? Metrics.Of((Metrics.Parameters, 1))
            : Metrics.Of((Metrics.Top1, After(epoch)), (Metrics.Parameters, 1), (Cost, Price));
}
