using EvoNas.Genetics;

namespace EvoNas.Hosting.Simulation.Worlds;

/// <summary>What worlds ask of a die. Whole numbers and products only: a replay on another machine must not hang on its
/// library of logarithms.</summary>
static class Chance
{
    /// <summary>True in so many of all cases. Always rolls, so that a rate that is set to 0 shifts nothing
    /// else.</summary>
    public static bool Happens(this Dice dice, double probability) => dice.Unit() < probability;

    /// <summary>A number between two, each as likely.</summary>
    public static double Between(this Dice dice, double low, double high) => low + (high - low) * dice.Unit();

    /// <summary>A whole number from one to another, both possible.</summary>
    public static int Whole(this Dice dice, int low, int high) => low + dice.Roll(high - low + 1);
}
