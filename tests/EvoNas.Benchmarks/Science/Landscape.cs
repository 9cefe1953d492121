using System.Globalization;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Science;

/// <summary>A space whose candidates have a known worth, so that a search over it costs microseconds.</summary>
/// <param name="Name">In the tables.</param>
/// <param name="Space">To search.</param>
/// <param name="Truth">A candidate's worth without noise; higher is better.</param>
/// <param name="Measured">What one evaluation says; its noise follows from the random numbers.</param>
/// <param name="Cost">Known before an evaluation; null: none.</param>
/// <param name="Limit">On the cost; null: none.</param>
sealed record Landscape(
    string Name,
    SearchSpace Space,
    Func<Genotype, double> Truth,
    Func<Genotype, SeededRandom, double> Measured,
    Func<Genotype, double>? Cost = null,
    double? Limit = null
)
{
    /// <summary>An evaluation draws its noise from its own random numbers: what is found is judged without
    /// it.</summary>
    public required bool IsNoisy { get; init; }

    /// <summary>What is measured after an epoch of so many; null: candidates have no curve.</summary>
    public LearningCurves? Curves { get; init; }

    /// <summary>The worth of the best candidate, or what none is better than.</summary>
    public double Best { get; init; } = 100;

    const string Score = "score";

    /// <summary>Runs a search to the end of its budget.</summary>
    /// <param name="algorithm">With its defaults.</param>
    /// <param name="budget">Evaluations.</param>
    /// <param name="seed">Of the search; searches of one seed share the noise of each birth.</param>
    /// <param name="slots">Evaluations in flight.</param>
    /// <returns>The worth, without noise, of the best that was measured and keeps the limit.</returns>
    public double Search(Algorithm algorithm, int budget, int seed, int slots) =>
        Truth(Run(algorithm, budget, seed, slots).BestFeasible!.Individual.Genotype); // Some birth was scored.

    /// <summary>Runs a search to the end of its budget.</summary>
    /// <param name="algorithm">With its defaults.</param>
    /// <param name="budget">Evaluations.</param>
    /// <param name="seed">Of the search; searches of one seed share the noise of each birth.</param>
    /// <param name="slots">Evaluations in flight.</param>
    /// <param name="finalists">How the last evaluations are spent; null: on births.</param>
    public Lineage Run(Algorithm algorithm, int budget, int seed, int slots, FinalistRules? finalists = null)
    {
        var settings = OfflineSearch.Settings(Space, algorithm, budget, seed) with
        {
            Finalists = finalists,
            Rungs = algorithm == Algorithm.Asha ? RungRules.Of(LearningCurves.Epochs) : null,
            EarlyStopping = false,
            Objective = new(
                [new(Score)],
                Limits: Limit is { } limit
                    ? [new(Metrics.MultiplyAdds, limit, AtLeast: false, Hard: true, Objective.SoftPower)]
                    : default
            ),
        };
        var search = new OfflineSearch(
            Space,
            settings,
            genotype => Metrics.Of((Metrics.MultiplyAdds, Cost!(genotype))), // Asked for where there is a limit.
            assignment =>
            {
                var noise = SeededRandom.For(settings.Seed ^ 0x5EED, assignment.Birth);
                var score =
                    Curves is { } curves && assignment.Stage is { Until: var epoch }
                        ? curves.After(assignment.Genotype, epoch)
                        : Measured(assignment.Genotype, noise);
                return Cost is { } cost
                    ? Metrics.Of((Score, score), (Metrics.MultiplyAdds, cost(assignment.Genotype)))
                    : Metrics.Of((Score, score));
            }
        );
        return search.Run(slots);
    }

    // Bits of a double's fraction.
    const double UnitOfHash = 1.0 / (1UL << 53);

    /// <summary>NAS-Bench-Macro (Su et al. 2021): 6,561 networks, three trainings each. The noisy one answers with one
    /// training; those with a limit know the multiply-adds.</summary>
    public static IEnumerable<Landscape> Macro(string file)
    {
        var (space, rows) = MacroTable(file);
        double[] Row(Genotype genotype) => rows[genotype];
        yield return Exact("macro", space, genotype => Row(genotype)[0]);
        yield return new("macro, noisy", space, g => Row(g)[0], (g, random) => Row(g)[1 + random.Below(3)])
        {
            IsNoisy = true,
            Best = rows.Values.Max(row => row[0]),
        };
        var costs = rows.Values.Select(row => row[5]).Order().ToArray();
        foreach (var share in (double[])[0.05, 0.2, 0.4, 0.6])
            yield return Exact($"macro, {share:P0} feasible", space, g => Row(g)[0]) with
            {
                Cost = g => Row(g)[5],
                Limit = costs[(int)(share * costs.Length)],
            };
    }

    /// <summary>The space of NAS-Bench-Macro, and of each network the cells of its row behind the genotype: mean
    /// accuracy, three accuracies, parameters, multiply-adds.</summary>
    public static (SearchSpace Space, Dictionary<Genotype, double[]> Rows) MacroTable(string file)
    {
        var space = new SearchSpace(
            "nas-bench-macro",
            [
                .. Enumerable
                    .Range(1, 8)
                    .Select(i => (Decision)Decision.Among($"layer{i}", "identity", "mbconv_k3_e3", "mbconv_k5_e6")),
            ]
        );
        var rows = new Dictionary<Genotype, double[]>();
        foreach (var line in File.ReadLines(file))
            if (char.IsAsciiDigit(line[0]) && line.Split(',') is var cells)
                rows[space.Parse(cells[0])] =
                [
                    .. cells.Skip(1).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
                ];
        return (space, rows);
    }

    /// <summary>Kauffman's NK table: 16 decisions of four words, each worth a random number that depends on it and on K
    /// others. 100 would be the best of all.</summary>
    /// <param name="k">Epistasis; 0: the decisions are independent.</param>
    /// <param name="noise">Standard deviation of an evaluation.</param>
    public static Landscape Nk(int k, double noise = 0)
    {
        const int Count = 16;
        var random = SeededRandom.For((ulong)k, "nk");
        var links = new int[Count][];
        for (var i = 0; i < Count; i++)
            links[i] =
            [
                i,
                .. Enumerable
                    .Range(0, Count)
                    .Where(other => other != i)
                    .Select(other => (Other: other, Key: random.Next()))
                    .OrderBy(one => one.Key)
                    .Take(k)
                    .Select(one => one.Other),
            ];
        var salt = random.Next();
        var space = new SearchSpace(
            $"nk{k}",
            [.. Enumerable.Range(0, Count).Select(i => (Decision)Decision.Among($"d{i}", "a", "b", "c", "d"))]
        );
        return WithNoise(
            Exact(
                $"NK, K = {k}",
                space,
                genotype =>
                {
                    var sum = 0.0;
                    for (var i = 0; i < Count; i++)
                    {
                        var hash = salt ^ (ulong)(i + 1) * 0xD6E8_FEB8_6659_FD93;
                        foreach (var link in links[i])
                            hash = Mixed(hash ^ (ulong)(genotype.Genes[link].Index + 1) * 0x9E37_79B9_7F4A_7C15);
                        sum += (Mixed(hash) >> 11) * UnitOfHash;
                    }
                    return 100 * sum / Count;
                }
            ),
            noise
        );
    }

    /// <summary>The NK table of K = 2 with <see cref="LearningCurves"/> that cross.</summary>
    public static Landscape WithCurves()
    {
        var (worth, speed) = (Nk(2), Nk(1));
        var (_, deviation) = Spread(worth);
        var (mean, unit) = Spread(speed);
        return worth with
        {
            Name = "NK, K = 2, curves",
            Curves = new(worth.Truth, deviation, genotype => (speed.Truth(genotype) - mean) / unit),
        };
    }

    static (double Mean, double Deviation) Spread(Landscape landscape)
    {
        var values = Enumerable
            .Range(1, 2000)
            .Select(draw => landscape.Truth(landscape.Space.Sample(SeededRandom.For((ulong)draw, "spread"))))
            .ToArray();
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length));
    }

    /// <summary>A bowl with ripples over numbers, some of them real, words, and a decision that exists under one word
    /// alone. The optimum is 100.</summary>
    /// <param name="ripple">Height of the ripples: 0 leaves one optimum.</param>
    /// <param name="noise">Standard deviation of an evaluation.</param>
    public static Landscape Bowl(double ripple, double noise = 0)
    {
        var space = new SearchSpace(
            "bowl",
            [
                .. Enumerable.Range(0, 6).Select(i => (Decision)new Decision.Range($"n{i}", 0, 8)),
                new Decision.Range("wide", 0, 100),
                new Decision.Real("x", 0, 1),
                new Decision.Real("rate", 1e-4, 1, Scale.Logarithmic),
                new Decision.OneOf(
                    "kind",
                    ["a", "b", new Candidate("c", [new Decision.Range("depth", 1, 9), Decision.Among("op", 1, 2)])]
                ),
            ]
        );
        return WithNoise(
            Exact(
                ripple == 0 ? "mixed bowl" : "mixed bowl, rippled",
                space,
                genotype =>
                {
                    var genes = genotype.Genes;
                    var (loss, before) = (0.0, 0.0);
                    for (var i = 0; i < 6; i++)
                        Add(genes[i].Index / 8.0 - (i + 1) / 8.0);
                    Add(genes[6].Index / 100.0 - 0.37);
                    Add(genes[7].Value - 0.61);
                    Add(Math.Log10(genes[8].Value) / 4 + 0.5);
                    loss +=
                        genes[9].Index != 2
                            ? 0.5 - 0.1 * genes[9].Index
                            : 0.02 * Math.Abs(genes[10].Index - 5) + (genes[11].Index == 1 ? 0 : 0.1);
                    return 100 - 20 * loss;

                    // Neighbours pull at each other, so that one decision at a time is not enough.
                    void Add(double off)
                    {
                        loss += off * off + 0.5 * off * before + ripple * (1 - Math.Cos(12 * off));
                        before = off;
                    }
                }
            ),
            noise
        );
    }

    static Landscape Exact(string name, SearchSpace space, Func<Genotype, double> truth) =>
        new(name, space, truth, (genotype, _) => truth(genotype)) { IsNoisy = false };

    static Landscape WithNoise(Landscape exact, double noise) =>
        noise == 0
            ? exact
            : exact with
            {
                Name = exact.Name + ", noisy",
                Measured = (genotype, random) => exact.Truth(genotype) + noise * Normal(random),
                IsNoisy = true,
            };

    // Box and Muller 1958.
    internal static double Normal(SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.Unit())) * Math.Cos(2 * Math.PI * random.Unit());

    static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
