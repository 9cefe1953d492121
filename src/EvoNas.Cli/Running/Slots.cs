using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Cli.Configuration;
using EvoNas.Cli.Searches;
using EvoNas.Hosting;
using EvoNas.Hosting.Workers;
using EvoNas.Torch.Devices;
using Serilog;

namespace EvoNas.Cli.Running;

/// <summary>The slots of one run: worker processes for trainings, or look-ups in this process.</summary>
sealed class Slots : IAsyncDisposable
{
    readonly List<WorkerSlot> _workers = [];

    public required ImmutableArray<Hosting.Slot> All { get; init; }

    /// <summary>In a few words: <c>2 slots on cpu</c>.</summary>
    public required string InWords { get; init; }

    /// <summary>Plans the slots; no worker is started yet.</summary>
    /// <exception cref="RequestException">A device is not there.</exception>
    public static Slots Of(SearchRequest request, SearchFolder search, EffectiveSettings effective, string data, ILogger log)
    {
        var count = (int)(effective.Whole(KnownSettings.Slots) ?? 0);
        if (request.Evaluation is EvaluationPlan.Table { Rows: var rows })
        {
            // One look-up at a time unless asked otherwise: then equal seeds give equal lineages.
            var lookUps = Math.Max(1, count);
            return new()
            {
                All = [.. Enumerable.Range(1, lookUps).Select(i => LookUp($"slot-{i}", rows, request.Settings.Seed))],
                InWords = lookUps == 1 ? "1 look-up at a time" : $"{lookUps} look-ups at a time",
            };
        }
        var devices = effective.Texts(KnownSettings.Devices);
        var planned = Torch.Devices.Slot.Plan(devices.Length == 0 ? "auto" : string.Join(',', devices), count, Environment.ProcessorCount, Gpu.All);
        var workers = planned.Select(slot => new WorkerSlot(
            new WorkerOrders(search.Name, $"slot-{slot.Index + 1}", search.Spool, request.SpaceText ?? request.Space.Name, request.Evaluation.ToJson(), data, slot.Device, slot.Threads, request.Settings.Seed),
            new WorkerTerms
            {
                Command = OwnCommand,
                Environment = slot.Environment.ToDictionary(pair => pair.Name, pair => pair.Value),
                RecycleBirths = (int)effective.Whole(KnownSettings.RecycleBirths)!.Value, // It has no auto.
                MemoryMaxBytes = effective[KnownSettings.MemoryMax] as long? ?? long.MaxValue,
                ProgressTimeout = effective.Duration(KnownSettings.ProgressTimeout),
                TermGrace = effective.Duration(KnownSettings.KillAfter),
                KillGrace = effective.Duration(KnownSettings.QuarantineAfter),
            }, log)).ToArray();
        var slots = new Slots { All = [.. workers.Select(worker => worker.Slot)], InWords = $"{workers.Length} slot{(workers.Length == 1 ? "" : "s")} on {string.Join(", ", planned.Select(slot => slot.Title).Distinct())}" };
        slots._workers.AddRange(workers);
        return slots;
    }

    /// <summary>Starts the workers ahead of their first births.</summary>
    public void Warm()
    {
        foreach (var worker in _workers) worker.Warm();
    }

    static Hosting.Slot LookUp(string name, EvaluationTable rows, ulong seed) =>
        new(name, (assignment, _, _, _) => ValueTask.FromResult(new Evaluation(rows.LookUp(seed, assignment.Birth, assignment.Genotype), 0)), _ => { });

    // This program once more: by its own executable, or by `dotnet` and its library.
    static string[] OwnCommand => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "EvoNas.Cli.dll"), "worker"] // Checked by its name.
        : [Environment.ProcessPath ?? "evonas", "worker"];

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
    }
}
