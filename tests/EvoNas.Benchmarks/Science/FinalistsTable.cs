using System.Globalization;
using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Benchmarks.Science;

/// <summary>How far the announced winner of a search over a noisy landscape is below the best of all, by the finalists
/// that it has, all inside the budget: the mean of the seeds ± its standard error, as Markdown. Then what P(best) says
/// against how often the winner is the best of the finalists.</summary>
/// <remarks>Options: <c>--macro FILE</c> (NAS-Bench-Macro, one training drawn an evaluation), <c>--seeds N</c> (30),
/// <c>--slots N</c> (1), <c>--budgets 100,200,…</c>, <c>--algorithms auto,…</c>, <c>--landscapes TEXT</c> (those whose
/// names contain it), <c>--finalists none,auto,5x6,…</c>.</remarks>
static class FinalistsTable
{
    static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static void Run(string[] arguments)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
            given[arguments[i].TrimStart('-')] = arguments[i + 1];
        string[] Texts(string name, string otherwise) => given.GetValueOrDefault(name, otherwise).Split(',');
        int[] Numbers(string name, string otherwise) =>
            [.. Texts(name, otherwise).Select(text => int.Parse(text, Culture))];
        var (seeds, slots, budgets) = (
            Numbers("seeds", "30")[0],
            Numbers("slots", "1")[0],
            Numbers("budgets", "100,200,500,1000")
        );
        Landscape[] landscapes =
        [
            .. given.TryGetValue("macro", out var file) ? Landscape.Macro(file).Where(one => one.IsNoisy) : [],
            Landscape.Nk(2, noise: 1.5),
            Landscape.Bowl(ripple: 0.02, noise: 0.3),
        ];
        foreach (var landscape in landscapes)
        {
            if (!landscape.Name.Contains(given.GetValueOrDefault("landscapes", ""), StringComparison.Ordinal))
                continue;
            Console.WriteLine($"\n{landscape.Name}: {seeds} seeds, {slots} evaluations in flight");
            Console.WriteLine($"\n| algorithm, finalists | {string.Join(" | ", budgets)} | P(best) said | was |");
            Console.WriteLine($"| --- |{string.Concat(budgets.Select(_ => " --- |"))} --- | --- |");
            foreach (var algorithm in Texts("algorithms", "auto,evolution"))
            foreach (var finalists in Texts("finalists", "none,auto,10x3,5x6,10x2+5x4+2x10"))
            {
                var row = $"| {algorithm}, {finalists} |";
                var sure = new List<(double Said, double Was)>();
                foreach (var budget in budgets)
                {
                    var ended = Enumerable
                        .Range(1, seeds)
                        .Select(seed =>
                            landscape.Run(
                                Enum.Parse<Algorithm>(algorithm, ignoreCase: true),
                                budget,
                                seed,
                                slots,
                                finalists switch
                                {
                                    "none" => null,
                                    "auto" => FinalistRules.For(new(budget)),
                                    _ => FinalistRules.Parse(finalists),
                                }
                            )
                        )
                        .ToArray();
                    row += Mean([.. ended.Select(lineage => landscape.Best - Worth(landscape, lineage))]);
                    sure.AddRange(ended.Where(one => one.Winner is not null).Select(one => Sure(landscape, one)));
                }
                Console.WriteLine(
                    row
                        + (
                            sure.Count == 0
                                ? " | |"
                                : string.Create(
                                    Culture,
                                    $" {sure.Average(one => one.Said):F2} | {sure.Average(one => one.Was):F2} |"
                                )
                        )
                );
            }
        }
    }

    static string Mean(double[] regrets)
    {
        var mean = regrets.Average();
        var deviation = Math.Sqrt(regrets.Sum(one => (one - mean) * (one - mean)) / Math.Max(1, regrets.Length - 1));
        return string.Create(Culture, $" {mean:F3} ± {deviation / Math.Sqrt(regrets.Length):F3} |");
    }

    static double Worth(Landscape landscape, Lineage lineage) =>
        landscape.Truth(lineage.Announced!.Individual.Genotype); // Some birth was scored.

    static (double Said, double Was) Sure(Landscape landscape, Lineage lineage)
    {
        var best = lineage
            .Contenders.Where(one => one.Repeats.Count > 0)
            .Max(one => landscape.Truth(one.Champion.Individual.Genotype));
        return (lineage.Winner!.Probability, Worth(landscape, lineage) >= best ? 1 : 0);
    }
}
