namespace EvoNas.Evolution;

/// <summary>How <see cref="Algorithm.Local"/> and <see cref="Algorithm.Auto"/> breed. Written with the settings, so
/// that a search keeps the rules that it was begun with. The defaults are those that won on the landscapes of
/// docs/benchmarks.md.</summary>
/// <param name="Founders">Births drawn at random before the first child; at least 1.</param>
/// <param name="Patience">Scored children of the leader in a row, none of them better, after which it breeds no
/// more; at least 1. Spaces of real numbers never run out of neighbours.</param>
/// <param name="Neighbours">Half of the mutations of a number go to a value near it; else every other value is as
/// likely.</param>
public sealed record BreedingRules(int Founders, int Patience, bool Neighbours)
{
    /// <summary>Members of the population of <see cref="Algorithm.Auto"/>.</summary>
    public const int AutoPopulation = 20;

    const int FoundersOfAuto = 3,
        UsualPatience = 128;

    /// <summary>The rules of a search that begins now; null for the algorithms that have none.</summary>
    public static BreedingRules? For(Algorithm algorithm) =>
        algorithm switch
        {
            Algorithm.Local => new(1, UsualPatience, Neighbours: true),
            Algorithm.Auto => new(FoundersOfAuto, UsualPatience, Neighbours: true),
            _ => null,
        };

    internal void Check()
    {
        if (Founders < 1 || Patience < 1)
            throw new RequestException(
                $"{Founders} founders and a patience of {Patience} do not breed.",
                "Give at least 1 of each."
            );
    }
}
