using EvoNas.Genetics;

namespace EvoNas.Simulation.Worlds;

/// <summary>Random draws. They use only integers and products: a replay must not depend on another machine's math
/// library.</summary>
static class RandomExtensions
{
    /// <summary>True with this probability. Draws even if it is 0, so that a rate that is set to 0 shifts nothing
    /// else.</summary>
    public static bool Happens(this SeededRandom random, double probability) => random.Unit() < probability;

    /// <summary>A uniform number in [low, high).</summary>
    public static double Between(this SeededRandom random, double low, double high) =>
        low + (high - low) * random.Unit();

    /// <summary>A uniform integer in [low, high].</summary>
    public static int Whole(this SeededRandom random, int low, int high) => low + random.Below(high - low + 1);
}
