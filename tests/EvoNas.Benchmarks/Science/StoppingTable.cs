using System.Globalization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Benchmarks.Science;

/// <summary>What early stopping is worth at equal epochs, on the landscape with learning curves: mean ± standard
/// deviation of the worth of the best full training, and in brackets the share of candidates that was stopped, as
/// Markdown.</summary>
/// <remarks>Options: <c>--seeds N</c> (30), <c>--budgets 20,50,…</c> in full trainings, <c>--algorithms
/// auto,…</c>. A training has ten epochs.</remarks>
static class StoppingTable
{
    const int Epochs = 10;
    const string Score = "score";

    // Beyond what any rule needs for the epochs of a column: they end the search.
    const int MostCandidates = 12;

    static readonly (string Name, bool Stops)[] Rules = [("all trained to the end", false), ("early stopping", true)];

    public static void Run(string[] arguments)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
            given[arguments[i].TrimStart('-')] = arguments[i + 1];
        var seeds = int.Parse(given.GetValueOrDefault("seeds", "30"), CultureInfo.InvariantCulture);
        int[] budgets =
        [
            .. given
                .GetValueOrDefault("budgets", "20,50,100,200,500")
                .Split(',')
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture)),
        ];
        var landscape = Landscape.WithCurves();
        foreach (var name in given.GetValueOrDefault("algorithms", "auto,evolution,random").Split(','))
        {
            var algorithm = Enum.Parse<Algorithm>(name, ignoreCase: true);
            Console.WriteLine($"\n| {name} | {string.Join(" | ", budgets)} |");
            Console.WriteLine($"| --- |{string.Concat(budgets.Select(_ => " --- |"))}");
            foreach (var rule in Rules)
            {
                var row = $"| {rule.Name} |";
                foreach (var budget in budgets)
                {
                    var runs = Enumerable
                        .Range(1, seeds)
                        .Select(seed => Search(landscape, algorithm, budget, seed, rule.Stops))
                        .ToArray();
                    var mean = runs.Average(run => run.Worth);
                    var deviation = Math.Sqrt(runs.Sum(run => Math.Pow(run.Worth - mean, 2)) / (seeds - 1));
                    row += string.Create(
                        CultureInfo.InvariantCulture,
                        $" {mean:F2} ± {deviation:F2} ({runs.Average(run => run.Stopped):P0}) |"
                    );
                }
                Console.WriteLine(row);
            }
        }
    }

    static (double Worth, double Stopped) Search(
        Landscape landscape,
        Algorithm algorithm,
        int budget,
        int seed,
        bool stops
    )
    {
        var curves = landscape.Curves!; // The landscape has them.
        var (spent, candidates, stopped, best) = (0, 0, 0, double.NegativeInfinity);
        // A population as for the trainings that the column pays.
        var settings = OfflineSearch.Settings(landscape.Space, algorithm, budget, seed) with
        {
            Budget = new(budget * MostCandidates),
            EarlyStopping = stops,
            Objective = new([new(Score)]),
        };
        new OfflineSearch(landscape.Space, settings, _ => default, _ => default) { Outcomes = Evaluate }.Run(
            1,
            () => spent >= budget * Epochs
        );
        return (best, (double)stopped / candidates);

        Outcome Evaluate(Assignment assignment)
        {
            var (curve, highest) = (new List<double>(), double.NegativeInfinity);
            candidates++;
            for (var epoch = 1; epoch <= Epochs; epoch++)
            {
                var value = curves.After(assignment.Genotype, epoch * (LearningCurves.Epochs / Epochs));
                curve.Add(value);
                highest = Math.Max(highest, value);
                spent++;
                if (
                    epoch == Epochs
                    || assignment.PruningThresholds.Count < epoch
                    || highest >= assignment.PruningThresholds[epoch - 1]
                )
                    continue;
                stopped++;
                return new Outcome.Trained(Metrics.Of((Score, value)), [.. curve], epoch);
            }
            best = Math.Max(best, landscape.Truth(assignment.Genotype));
            return new Outcome.Trained(Metrics.Of((Score, curve[^1])), [.. curve]);
        }
    }
}
