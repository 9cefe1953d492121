using System.Globalization;
using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Benchmarks.Science;

/// <summary>How much of the true front a search of two objectives finds: the hypervolume of its front as a share of
/// that of the whole table, mean and worst of the seeds, and the processor time of a birth, as Markdown.</summary>
/// <remarks>Options: <c>--macro FILE</c> (NAS-Bench-Macro: accuracy against multiply-adds, from the worst accuracy and
/// the most multiply-adds of the table; needed), <c>--seeds N</c> (30), <c>--slots N</c> (1),
/// <c>--budgets 100,200,…</c>, <c>--population N</c> and <c>--founders N</c> instead of the defaults.</remarks>
static class ParetoTable
{
    const string Accuracy = "accuracy";

    static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static void Run(string[] arguments)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
            given[arguments[i].TrimStart('-')] = arguments[i + 1];
        int[] Numbers(string name, string otherwise) =>
            [.. given.GetValueOrDefault(name, otherwise).Split(',').Select(text => int.Parse(text, Culture))];
        if (!given.TryGetValue("macro", out var file))
        {
            Console.Error.WriteLine("Name the table of NAS-Bench-Macro: --macro FILE.");
            return;
        }
        var (seeds, slots, budgets) = (
            Numbers("seeds", "30")[0],
            Numbers("slots", "1")[0],
            Numbers("budgets", "50,100,200,500,1000,2000")
        );
        var (space, rows) = Landscape.MacroTable(file);
        var measured = rows.ToDictionary(
            row => row.Key,
            row => Metrics.Of((Accuracy, row.Value[0]), (Metrics.MultiplyAdds, row.Value[5]))
        );
        Sequence<double> reference = [rows.Values.Min(row => row[0]), -rows.Values.Max(row => row[5])];
        var truth = ParetoFront.Hypervolume(rows.Values.Select(row => (Sequence<double>)[row[0], -row[5]]), reference);
        Console.WriteLine(
            $"{seeds} seeds, {slots} evaluations in flight; share of the true hypervolume, mean (worst)."
        );
        Console.WriteLine($"\n| algorithm | {string.Join(" | ", budgets)} | ms a birth |");
        Console.WriteLine($"| --- |{string.Concat(budgets.Select(_ => " --- |"))} --- |");
        foreach (var algorithm in (Algorithm[])[Algorithm.Nsga2, Algorithm.Random])
        {
            var row = $"| {algorithm.ToString().ToLowerInvariant()} |";
            var (clock, births) = (System.Diagnostics.Stopwatch.StartNew(), 0L);
            foreach (var budget in budgets)
            {
                var shares = Enumerable
                    .Range(1, seeds)
                    .Select(seed => Share(Settings(space, algorithm, budget, seed, given)))
                    .ToArray();
                births += (long)seeds * budget;
                row += string.Create(Culture, $" {shares.Average():F4} ({shares.Min():F4}) |");
            }
            Console.WriteLine(row + string.Create(Culture, $" {clock.Elapsed.TotalMilliseconds / births:F3} |"));
        }

        double Share(SearchSettings settings) =>
            ParetoFront.Hypervolume(
                new OfflineSearch(space, settings, _ => default, assignment => measured[assignment.Genotype])
                    .Run(slots)
                    .Front.Select(one => settings.PointOf(one.Metrics)!.Value.Values), // All have both metrics.
                reference
            ) / truth;
    }

    static SearchSettings Settings(
        SearchSpace space,
        Algorithm algorithm,
        int budget,
        int seed,
        Dictionary<string, string> given
    )
    {
        var objectives = ObjectiveList.Parse($"{Accuracy}, -{Metrics.MultiplyAdds}");
        var settings = OfflineSearch.Settings(space, algorithm, budget, seed);
        if (given.TryGetValue("population", out var population))
            settings = settings with { PopulationSize = int.Parse(population, Culture) };
        var rules = ParetoRules.For(algorithm, settings.Budget, settings.PopulationSize);
        if (rules is not null && given.TryGetValue("founders", out var founders))
            rules = rules with { Founders = int.Parse(founders, Culture) };
        return settings with { Objective = objectives[0], Pareto = new([objectives[1]], rules) };
    }
}
