using EvoNas.Benchmarks.Actors;
using EvoNas.Benchmarks.Dashboards;
using EvoNas.Benchmarks.Lidar;
using EvoNas.Benchmarks.Science;
using EvoNas.Benchmarks.Searches;
using EvoNas.Benchmarks.Storage;
using EvoNas.Benchmarks.Training;

// Each measures one promise of speed and prints a table; the figures that we quote stand in docs/benchmarks.md.
Dictionary<string, Func<string[], Task>> benchmarks = new()
{
    ["dashboard"] = DashboardSpeed.Run,
    ["actors"] = arguments =>
    {
        InspectionCost.Run(arguments);
        return Task.CompletedTask;
    },
    ["evaluation"] = arguments =>
    {
        EvaluationTime.Run(arguments);
        return Task.CompletedTask;
    },
    ["finalists"] = arguments =>
    {
        FinalistsTable.Run(arguments);
        return Task.CompletedTask;
    },
    ["lidar"] = arguments =>
    {
        LidarSpeed.Run();
        return Task.CompletedTask;
    },
    ["macro"] = MacroQuality.Run,
    ["memory"] = arguments =>
    {
        WorkerMemory.Run(arguments);
        return Task.CompletedTask;
    },
    ["pareto"] = arguments =>
    {
        ParetoTable.Run(arguments);
        return Task.CompletedTask;
    },
    ["science"] = arguments =>
    {
        ScienceTable.Run(arguments);
        return Task.CompletedTask;
    },
    ["networks"] = arguments =>
    {
        NetworkSpeed.Run(arguments);
        return Task.CompletedTask;
    },
    ["search"] = SearchSpeed.Run,
    ["stopping"] = arguments =>
    {
        StoppingTable.Run(arguments);
        return Task.CompletedTask;
    },
    ["tasks"] = arguments =>
    {
        TaskSpeed.Run(arguments);
        return Task.CompletedTask;
    },
    ["training"] = arguments =>
    {
        TrainingSpeed.Run(arguments);
        return Task.CompletedTask;
    },
    ["serializer"] = arguments =>
    {
        SerializerSpeed.Run(arguments);
        return Task.CompletedTask;
    },
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var run))
{
    await run(rest);
    return 0;
}
Console.Error.WriteLine($"Name a benchmark: {string.Join(", ", benchmarks.Keys.Order())}. Build with -c Release.");
return 2;
