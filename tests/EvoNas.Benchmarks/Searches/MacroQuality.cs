using System.Globalization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using Serilog.Core;

namespace EvoNas.Benchmarks.Searches;

/// <summary>How good the networks are that a search finds on NAS-Bench-Macro (Su et al. 2021, 6,561 trained networks):
/// the mean over many seeds of the best so far, by the search that users run: population, mutator and evaluator over a
/// journal, with the defaults of each budget.</summary>
/// <remarks>Arguments: the table's file (see docs/benchmarks.md for where to get it), and the number of
/// seeds.</remarks>
static class MacroQuality
{
    static readonly SearchSpace Space = new(
        "nas-bench-macro",
        [
            .. Enumerable
                .Range(1, 8)
                .Select(i => (Decision)Decision.Among($"layer{i}", "identity", "mbconv_k3_e3", "mbconv_k5_e6")),
        ]
    );

    public static async Task Run(string[] arguments)
    {
        var table = Read(arguments[0]);
        var seeds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 100;
        Console.WriteLine(
            $"{seeds} seeds, one slot; mean test accuracy of the best so far, "
                + $"and in how many runs it is the table's best ({table.Values.Max():F4})"
        );
        Console.WriteLine("algorithm     P   S  budget     mean   optimum");
        foreach (var algorithm in (Algorithm[])[Algorithm.Evolution, Algorithm.Random])
        foreach (var budget in (int[])[50, 100, 200, 500, 1000])
        {
            var population = SearchSettings.PopulationSizeFor(new(budget));
            await Row(table, algorithm, budget, population, SearchSettings.TournamentSizeFor(population), seeds);
        }
        foreach (var budget in (int[])[50, 100, 200, 500])
            await Row(table, Algorithm.Evolution, budget, 50, 10, seeds);
        foreach (var budget in (int[])[100, 200])
            await Row(table, Algorithm.Evolution, budget, 25, 10, seeds);
    }

    static async Task Row(
        Dictionary<string, double> table,
        Algorithm algorithm,
        int budget,
        int population,
        int tournament,
        int seeds
    )
    {
        var (sum, optimal, best) = (0.0, 0, table.Values.Max());
        for (var seed = 1; seed <= seeds; seed++)
        {
            var plan = new SearchPlan
            {
                Name = "quality",
                Space = Space,
                Settings = new()
                {
                    Space = Space.Name,
                    SpaceFingerprint = "",
                    SpaceSize = 6561,
                    Seed = (ulong)seed,
                    Algorithm = algorithm,
                    PopulationSize = population,
                    TournamentSize = tournament,
                    Budget = new(budget),
                    Objective = Objective.Parse("mean_acc"),
                },
                Slots =
                [
                    new(
                        "slot-1",
                        (assignment, _, _, _) =>
                            ValueTask.FromResult(
                                new Evaluation(
                                    new Outcome.Trained(
                                        Metrics.Of(
                                            (
                                                "mean_acc",
                                                table[
                                                    string.Concat(assignment.Genotype.Genes.Select(gene => gene.Index))
                                                ]
                                            )
                                        )
                                    ),
                                    0
                                )
                            ),
                        _ => { }
                    ),
                ],
            };
            await using var host = await LocalSearch.Start(plan, journal: null, Logger.None);
            await host.Completion;
            var found = host.Lineage.Best!.Individual.Fitness.Value; // A finished search has scores.
            sum += found;
            if (found >= best - 1e-9)
                optimal++;
        }
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{algorithm.ToString().ToLowerInvariant(), -10} {population, 4} {tournament, 3} {budget, 7} "
                    + $"{sum / seeds, 8:F4} {optimal, 6}/{seeds}"
            )
        );
    }

    static Dictionary<string, double> Read(string file)
    {
        var table = new Dictionary<string, double>();
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith('#') || line.StartsWith("arch", StringComparison.Ordinal))
                continue;
            var fields = line.Split(',');
            table[fields[0]] = double.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        return table;
    }
}
