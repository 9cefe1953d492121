using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Genetics;

/// <summary>Spaces and random numbers for tests that do not care which.</summary>
static class Some
{
    public const ulong Seed = 20_260_101;

    public static SeededRandom SeededRandom(long birth, int draw = 0) =>
        EvoNas.Genetics.SeededRandom.For(Seed, new BirthNumber(birth), draw);

    /// <summary>A repeat, a choice with choices under it, ranges and reals on both scales: all that the language
    /// has.</summary>
    public static SearchSpace Rich { get; } =
        new(
            "rich",
            [
                Decision.Repeated(
                    "layers",
                    1,
                    3,
                    i =>
                        [
                            Decision.Among($"[{i}].k", 3, 5, 7),
                            new Decision.Range($"[{i}].w", 8, 64, 8, Scale.Logarithmic),
                        ]
                ),
                new Decision.OneOf(
                    "op",
                    [
                        new("conv", [Decision.Among("k", 3, 5)]),
                        "pool",
                        new(
                            "sep",
                            [
                                Decision.Among("k", 3, 5),
                                new Decision.ManyOf("offsets", 2, [-1, 0, 1], Distinct: false, Sorted: true),
                            ]
                        ),
                    ]
                ),
                new Decision.ManyOf(
                    "widths",
                    3,
                    [8, 16, 32, 64, 128],
                    Distinct: false,
                    Sorted: true,
                    Scale.Logarithmic
                ),
                new Decision.ManyOf("order", 3, ["a", "b", "c"]),
                new Decision.ManyOf(
                    "pair",
                    2,
                    [new("x", [Decision.Among("d", 1, 2)]), "y", "z"],
                    Distinct: true,
                    Sorted: true
                ),
                new Decision.Range("rate", 0.1m, 0.9m, 0.1m),
                new Decision.Real("lr", 0.001, 1, Scale.Logarithmic),
                new Decision.Real("momentum", -0.5, 0.5),
            ]
        );

    /// <summary>Every space that the tests and the program know.</summary>
    public static IEnumerable<SearchSpace> Spaces =>
        [Rich, .. Oracle.Language().Select(pair => pair.Space), .. SpaceCatalog.All.Select(space => space.Decisions)];

    public static SearchSpace Space(string name) => Spaces.Single(space => space.Name == name);

    public static TheoryData<string> Names => [.. Spaces.Select(space => space.Name)];
}
