using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Hosting;
using EvoNas.Hosting.Workers;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Tables;
using EvoNas.Torch.Devices;
using Serilog;

namespace EvoNas.Searches.Evaluations;

/// <summary>The slots of one run: worker processes for trainings, or look-ups in this process.</summary>
sealed class Slots : IAsyncDisposable
{
    readonly List<WorkerSlot> _workers = [];

    public required ImmutableArray<Hosting.Slot> All { get; init; }

    /// <summary>Where trainings are to run; asked before anything is written.</summary>
    /// <exception cref="RequestException">A device is not there.</exception>
    public static Sequence<Torch.Devices.Slot> Plan(EffectiveSettings effective)
    {
        var devices = effective.Texts(KnownSettings.Devices);
        return Torch.Devices.Slot.Plan(
            devices.Length == 0 ? "auto" : string.Join(',', devices),
            (int)(effective.Whole(KnownSettings.Slots) ?? 0),
            Environment.ProcessorCount,
            Gpu.All
        );
    }

    /// <summary>The slots of a run; no worker is started yet.</summary>
    public static Slots Of(
        SearchRequest request,
        SearchFolder search,
        EffectiveSettings effective,
        string data,
        ILogger log
    )
    {
        if (request.Evaluation is EvaluationPlan.Table { Rows: var rows })
        {
            // One look-up at a time unless asked otherwise: then equal seeds give equal lineages.
            var lookUps = (int)(effective.Whole(KnownSettings.Slots) ?? 1);
            return new()
            {
                All = [.. Enumerable.Range(1, lookUps).Select(i => LookUp($"slot-{i}", rows, request.Settings.Seed))],
            };
        }
        var workers = Plan(effective)
            .Select(slot =>
                WorkerOf(
                    slot,
                    $"slot-{slot.Index + 1}",
                    request,
                    search.Name,
                    (search.Spool, search.Samples, search.Checkpoints),
                    effective,
                    data,
                    log
                )
            )
            .ToArray();
        var slots = new Slots { All = [.. workers.Select(worker => worker.Slot)] };
        slots._workers.AddRange(workers);
        return slots;
    }

    /// <summary>The worker of one slot, not started.</summary>
    /// <param name="slot">The device and the threads.</param>
    /// <param name="name">The slot's name.</param>
    /// <param name="request">What the search evaluates.</param>
    /// <param name="search">The name of the search.</param>
    /// <param name="folders">In which outcomes are kept, drawings of samples, and checkpoints, where no shared folder
    /// is set.</param>
    public static WorkerSlot WorkerOf(
        Torch.Devices.Slot slot,
        string name,
        SearchRequest request,
        string search,
        (string Spool, string Samples, string Checkpoints) folders,
        EffectiveSettings effective,
        string data,
        ILogger log
    ) =>
        new(
            new WorkerOrders(
                search,
                name,
                folders.Spool,
                request.SpaceText ?? request.Space.Name,
                request.Evaluation.ToJson(),
                data,
                slot.Device,
                slot.Threads,
                request.Settings.Seed
            )
            {
                Samples = folders.Samples,
                Checkpoints = request.Settings.Rungs is null
                    ? null
                    : CheckpointsOf(effective, search, folders.Checkpoints),
            },
            new WorkerTerms
            {
                Command = OwnCommand,
                Environment = slot.Environment.ToDictionary(pair => pair.Name, pair => pair.Value),
                RecycleBirths = (int)effective.Whole(KnownSettings.RecycleBirths)!.Value, // It has no auto.
                MemoryMaxBytes = effective[KnownSettings.MemoryMax] as long? ?? long.MaxValue,
                DeviceMemoryMaxBytes = slot.DeviceMemoryBytes,
                ProgressTimeout = effective.Duration(KnownSettings.ProgressTimeout),
                TermGrace = effective.Duration(KnownSettings.KillAfter),
                KillGrace = effective.Duration(KnownSettings.QuarantineAfter),
            },
            log
        );

    /// <summary>Where the checkpoints of a search lie: in the shared folder that is set, else in its own.</summary>
    public static string CheckpointsOf(EffectiveSettings effective, string search, string own) =>
        effective.Text(RungSettings.Checkpoints) is { } shared ? Path.GetFullPath(Path.Combine(shared, search)) : own;

    /// <summary>Starts the workers ahead of their first births.</summary>
    public void Warm()
    {
        foreach (var worker in _workers)
            worker.Warm();
    }

    /// <summary>Waits until the workers can train.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="RequestException">One of them cannot, whatever it is given: a search would begin that can never
    /// run.</exception>
    public async Task Check(CancellationToken stop)
    {
        var refusals = await Task.WhenAll(_workers.Select(worker => worker.Refusal(stop)));
        if (refusals.FirstOrDefault(refusal => refusal is not null) is { } why)
            throw new RequestException(why, "Nothing was begun, and the name is free.");
    }

    /// <summary>A slot that looks scores up.</summary>
    /// <param name="takes">How long each look-up takes.</param>
    public static Hosting.Slot LookUp(string name, EvaluationTable rows, ulong seed, TimeSpan takes = default) =>
        new(
            name,
            async (assignment, _, _, stop) =>
            {
                if (takes > TimeSpan.Zero)
                    await Task.Delay(takes, stop).ConfigureAwait(false);
                var outcome = rows.LookUp(seed, assignment.Seed, assignment.Genotype, assignment.Stage?.Until);
                return new(outcome, takes.TotalSeconds);
            },
            _ => { }
        );

    // This program once more: by its own executable, or by `dotnet` and its library.
    static string[] OwnCommand =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? // Its name was checked, so it is not null.
            [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "EvoNas.Cli.dll"), "worker"]
            : [Environment.ProcessPath ?? "evonas", "worker"];

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
    }
}
