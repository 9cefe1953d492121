using EvoNas.Benchmarks.Searches;
using EvoNas.Benchmarks.Storage;

// Each measures one promise of speed and prints a table; the figures that we quote stand in docs/benchmarks.md.
Dictionary<string, Func<string[], Task>> benchmarks = new()
{
    ["journal"] = arguments => { JournalSpeed.Run(arguments); return Task.CompletedTask; },
    ["macro"] = MacroQuality.Run,
    ["search"] = SearchSpeed.Run,
    ["wire"] = arguments => { WireSpeed.Run(arguments); return Task.CompletedTask; },
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var run))
{
    await run(rest);
    return 0;
}
Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys.Order())}. Build with -c Release.");
return 2;
