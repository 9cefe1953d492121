using EvoNas.Genetics;

namespace EvoNas.Simulation.Worlds;

/// <summary>What worlds ask of a die. Whole numbers and products only: a replay on another machine must not hang on its
/// library of logarithms.</summary>
static class Chance
{
    /// <summary>True in so many of all cases. Always rolls, so that a rate that is set to 0 shifts nothing
    /// else.</summary>
    public static bool Happens(this SeededRandom random, double probability) => random.Unit() < probability;

    /// <summary>A number between two, each as likely.</summary>
    public static double Between(this SeededRandom random, double low, double high) =>
        low + (high - low) * random.Unit();

    /// <summary>A whole number from one to another, both possible.</summary>
    public static int Whole(this SeededRandom random, int low, int high) => low + random.Below(high - low + 1);
}
