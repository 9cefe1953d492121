using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;

namespace EvoNas.Rehearsal;

/// <summary>Pretends to train: the score is the share of twos among the genes, the time is told. Fails where the orders
/// say so.</summary>
/// <remarks>The orders' evaluation is <c>{"milliseconds": 20, "faults": {"3": "segv", "5 always": "exit"}}</c>: a fault
/// by birth, at the first attempt or at every one; <c>"sick": "slot-2"</c> is a slot whose device fails at every birth;
/// the others end nothing before three births have died there. Faults: segv, abort, exit, held-exit, hang, nan, memory,
/// memory-once, gobble, nonsense, invalid.</remarks>
static partial class RehearsalTrainer
{
    public static Trainer WorkerFactory(WorkerOrders orders)
    {
        var evaluation = JsonDocument.Parse(orders.Evaluation).RootElement;
        if (evaluation.TryGetProperty("refuse", out var why))
            throw new RequestException(why.GetString()!); // Tests write a string.
        var milliseconds = evaluation.GetProperty("milliseconds").GetInt32();
        var sick = evaluation.TryGetProperty("sick", out var slot) ? slot.GetString() : null;
        return (assignment, progress) =>
        {
            progress(new(1, 1, 1, 2, 100, 1, null));
            if (sick == orders.Slot)
                FailAsADevice(Path.Combine(orders.Data, $"died-{assignment.Birth.Value}"));
            if (sick is not null)
                WaitFor(orders.Data, "died-*", 3);
            var fault = FaultOf(evaluation, assignment);
            if (fault is not null && Fail(fault, assignment, orders.Data) is { } outcome)
                return outcome;
            Thread.Sleep(milliseconds);
            return new Outcome.Trained(
                Metrics.Of(
                    (
                        Metrics.Top1,
                        assignment.Genotype.Genes.Count(gene => gene.Index == 2)
                            / (double)assignment.Genotype.Genes.Count
                    )
                ),
                [0.5]
            );
        };
    }

    static string? FaultOf(JsonElement evaluation, Assignment assignment) =>
        !evaluation.TryGetProperty("faults", out var faults) ? null
        : faults.TryGetProperty($"{assignment.Birth.Value} always", out var always) ? always.GetString()
        : assignment.Attempt == 1 && faults.TryGetProperty($"{assignment.Birth.Value}", out var once) ? once.GetString()
        : null;

    static Outcome? Fail(string fault, Assignment assignment, string folder)
    {
        switch (fault)
        {
            case "segv":
                memset(8, 1, 4);
                break; // In native code: a bad managed write becomes an exception.
            case "abort":
                Environment.FailFast("told to abort");
                break;
            case "exit":
                Environment.Exit(3);
                break;
            case "held-exit":
                WaitFor(folder, "held", 1);
                Environment.Exit(3);
                break;
            case "hang":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "nonsense":
                Console.Out.WriteLine("{ \"kind\": 7");
                Console.Out.Flush();
                Thread.Sleep(Timeout.Infinite);
                break;
            case "gobble":
                Gobble();
                break;
            case "nan":
                return new Outcome.Failed(RuledOutReason.Diverged, "the loss became NaN at step 2");
            case "invalid":
                return new Outcome.Failed(RuledOutReason.Invalid, "no such layer");
            case "memory":
                return new Outcome.OutOfMemory("1 GiB is not to be had");
            case "memory-once" when assignment.Divisor == 1:
                return new Outcome.OutOfMemory("1 GiB is not to be had");
        }
        return null;
    }

    // An error of CUDA that is not for want of memory stays with its context: the training process ends.
    static void FailAsADevice(string trace)
    {
        File.WriteAllText(trace, "");
        Console.Error.WriteLine("CUDA error: device-side assert triggered");
        Environment.Exit(1);
    }

    static void WaitFor(string folder, string files, int count)
    {
        using var there = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(folder, files);
        watcher.Created += (_, _) =>
        {
            if (AreThere())
                there.Set();
        };
        watcher.EnableRaisingEvents = true;
        if (!AreThere())
            there.Wait();

        bool AreThere() => Directory.GetFiles(folder, files).Length >= count;
    }

    // Takes memory until it is ended: by a limit of the heap, or by the kernel.
    static void Gobble()
    {
        var taken = new List<byte[]>();
        while (true)
        {
            var block = GC.AllocateUninitializedArray<byte>(16 << 20);
            for (var i = 0; i < block.Length; i += 4096)
                block[i] = 1;
            taken.Add(block);
            if (taken.Count > 4096)
                throw new UnreachableException("64 GiB could be allocated.");
        }
    }

    [LibraryImport("libc")]
    private static partial nint memset(nint at, int value, nint count);
}
