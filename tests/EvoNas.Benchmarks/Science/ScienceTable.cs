using System.Globalization;
using EvoNas.Evolution;

namespace EvoNas.Benchmarks.Science;

/// <summary>Which algorithm finds the best network at which budget: algorithms × landscapes × budgets, paired seeds,
/// mean ± standard deviation of the worth of what a search would announce, as Markdown.</summary>
/// <remarks>Options: <c>--macro FILE</c> (NAS-Bench-Macro, see docs/benchmarks.md), <c>--seeds N</c> (30),
/// <c>--slots N</c> (1), <c>--budgets 20,50,…</c>, <c>--landscapes TEXT</c> (those whose names contain it),
/// <c>--algorithms auto,…</c>. <c>asha</c> is run where candidates have
/// learning curves; its budget is the same number of epochs.</remarks>
static class ScienceTable
{
    public static void Run(string[] arguments)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
            given[arguments[i].TrimStart('-')] = arguments[i + 1];
        int[] Numbers(string name, string otherwise) =>
            [.. given.GetValueOrDefault(name, otherwise).Split(',').Select(text => int.Parse(text, Culture))];
        var (seeds, slots) = (Numbers("seeds", "30")[0], Numbers("slots", "1")[0]);
        var budgets = Numbers("budgets", "20,50,100,200,500,1000,2000,5000");
        Algorithm[] named =
        [
            .. given
                .GetValueOrDefault("algorithms", "auto,evolution,local,random")
                .Split(',')
                .Select(name => Enum.Parse<Algorithm>(name, ignoreCase: true)),
        ];
        Landscape[] landscapes =
        [
            .. given.TryGetValue("macro", out var file) ? Landscape.Macro(file) : [],
            .. Enumerable.Range(0, 7).Select(k => Landscape.Nk(k)),
            Landscape.Nk(2, noise: 1.5),
            Landscape.Bowl(ripple: 0),
            Landscape.Bowl(ripple: 0.02),
            Landscape.Bowl(ripple: 0.02, noise: 0.3),
            Landscape.WithCurves(),
        ];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (births, behind, cells) = (0L, 0, 0);
        Console.WriteLine($"{seeds} paired seeds, {slots} evaluations in flight; mean ± standard deviation.");
        foreach (var landscape in landscapes)
        {
            if (!landscape.Name.Contains(given.GetValueOrDefault("landscapes", ""), StringComparison.Ordinal))
                continue;
            if (landscape.Curves is { } curves)
                Console.WriteLine(
                    "\nRanks after 1, 9, 32 and 64 % of a training correlate with those at its end by "
                        + string.Join(
                            ", ",
                            new[] { 1, 9, 32, 64 }.Select(epoch =>
                                curves.RankCorrelation(landscape.Space, epoch).ToString("F2", Culture)
                            )
                        )
                        + "."
                );
            Console.WriteLine($"\n| {landscape.Name} | {string.Join(" | ", budgets)} |");
            Console.WriteLine($"| --- |{string.Concat(budgets.Select(_ => " --- |"))}");
            Algorithm[] algorithms = [.. named.Where(one => one != Algorithm.Asha || landscape.Curves is not null)];
            var found = new double[algorithms.Length, budgets.Length][];
            for (var a = 0; a < algorithms.Length; a++)
            for (var b = 0; b < budgets.Length; b++)
            {
                found[a, b] =
                [
                    .. Enumerable
                        .Range(1, seeds)
                        .Select(seed => landscape.Search(algorithms[a], budgets[b], seed, slots)),
                ];
                births += (long)seeds * budgets[b];
            }
            for (var a = 0; a < algorithms.Length; a++)
            {
                var row = $"| {algorithms[a].ToString().ToLowerInvariant()} |";
                for (var b = 0; b < budgets.Length; b++)
                {
                    var best = Enumerable.Range(0, algorithms.Length).MaxBy(other => found[other, b].Average());
                    var text = string.Create(Culture, $"{found[a, b].Average():F3} ± {Deviation(found[a, b]):F3}");
                    row += found[a, b].Average() >= found[best, b].Average() ? $" **{text}** |" : $" {text} |";
                    if (algorithms[a] != Algorithm.Auto)
                        continue;
                    cells++;
                    if (!IsWithinTwoErrors(found[a, b], found[best, b]))
                    {
                        behind++;
                        row = row[..^2] + " † |";
                    }
                }
                Console.WriteLine(row);
            }
        }
        Console.WriteLine(
            $"\n† auto is more than two standard errors (of paired differences) behind: {behind} of {cells}."
        );
        Console.WriteLine(string.Create(Culture, $"{clock.Elapsed.TotalMicroseconds / births:F1} µs a birth."));
    }

    static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    static bool IsWithinTwoErrors(double[] one, double[] best)
    {
        double[] behind = [.. best.Zip(one, (b, o) => b - o)];
        return behind.Average() <= 2 * Deviation(behind) / Math.Sqrt(behind.Length) + 1e-9;
    }

    static double Deviation(double[] values) =>
        values.Length < 2
            ? 0
            : Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1));
}
