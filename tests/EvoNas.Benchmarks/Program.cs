using EvoNas.Benchmarks.Storage;

// Each measures one promise of speed and prints a table; the figures that we quote stand in docs/benchmarks.md.
Dictionary<string, Action<string[]>> benchmarks = new()
{
    ["journal"] = JournalSpeed.Run,
    ["wire"] = WireSpeed.Run,
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var run))
{
    run(rest);
    return 0;
}
Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys.Order())}. Build with -c Release.");
return 2;
