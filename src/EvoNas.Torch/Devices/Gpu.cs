using System.Diagnostics;
using System.Globalization;

namespace EvoNas.Torch.Devices;

/// <summary>A GPU as the driver's tool lists it. Asking does not touch CUDA, so the parent of workers may
/// ask.</summary>
/// <param name="Index">The driver's.</param>
/// <param name="Uuid">Stays the same when another GPU fails; what <c>CUDA_VISIBLE_DEVICES</c> is set to.</param>
/// <param name="Name">Of the model.</param>
/// <param name="MemoryBytes">In all.</param>
/// <param name="Capability">Compute capability: 8.0 is Ampere.</param>
public sealed record Gpu(int Index, string Uuid, string Name, long MemoryBytes, double Capability)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly Lazy<Sequence<Gpu>> Listed = new(() =>
        Parse(Ask("--query-gpu=index,uuid,name,memory.total,compute_cap", Patience))
    );

    /// <summary>The GPUs of this machine, asked for once; none where there is no NVIDIA driver.</summary>
    public static Sequence<Gpu> All => Listed.Value;

    /// <summary>Can the first visible GPU compute in bfloat16?</summary>
    internal static bool HasBFloat16 => All.Count == 0 || All.All(gpu => gpu.Capability >= 8);

    /// <summary>Reads the answer of <c>nvidia-smi --query-gpu=index,uuid,name,memory.total,compute_cap
    /// --format=csv,noheader,nounits</c>.</summary>
    internal static Sequence<Gpu> Parse(string answer)
    {
        var gpus = new List<Gpu>();
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(", ") is not [var index, var uuid, var name, var mebibytes, var capability])
                continue;
            if (
                !int.TryParse(index, CultureInfo.InvariantCulture, out var number)
                || !uuid.StartsWith("GPU-", StringComparison.Ordinal)
            )
                continue;
            var memory = long.TryParse(mebibytes, CultureInfo.InvariantCulture, out var size) ? size << 20 : 0;
            gpus.Add(
                new(
                    number,
                    uuid,
                    name,
                    memory,
                    double.TryParse(capability, CultureInfo.InvariantCulture, out var version) ? version : 0
                )
            );
        }
        return [.. gpus];
    }

    /// <summary>Memory that a process holds on all GPUs, in bytes; null where the driver does not list it, as in a
    /// container with process numbers of its own.</summary>
    internal static long? MemoryOf(int process) =>
        ParseMemory(Ask("--query-compute-apps=pid,used_memory", Patience), process);

    /// <summary>Reads the answer of <c>nvidia-smi --query-compute-apps=pid,used_memory
    /// --format=csv,noheader,nounits</c>.</summary>
    internal static long? ParseMemory(string answer, int process)
    {
        long? bytes = null;
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (
                line.Split(", ") is [var number, var mebibytes]
                && int.TryParse(number, CultureInfo.InvariantCulture, out var listed)
                && listed == process
                && long.TryParse(mebibytes, CultureInfo.InvariantCulture, out var size)
            )
                bytes = (bytes ?? 0) + (size << 20);
        return bytes;
    }

    /// <summary>Asks the driver's tool; an empty answer where there is none, or it takes too long.</summary>
    /// <param name="query">What is asked, as an option of the tool.</param>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="gone">Called when the tool has ended, which may be much later, or never.</param>
    internal static string Ask(string query, TimeSpan patience, Action? gone = null)
    {
        var question = new ProcessStartInfo("nvidia-smi", [query, "--format=csv,noheader,nounits"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            var tool = Process.Start(question)!; // Not null without the shell.
            tool.WaitForExitAsync()
                .ContinueWith(
                    _ =>
                    {
                        tool.Dispose();
                        gone?.Invoke();
                    },
                    TaskScheduler.Default
                );
            var answer = tool.StandardOutput.ReadToEndAsync();
            // A sick driver can hang its tool for ever.
            if (answer.Wait(patience))
                return answer.GetAwaiter().GetResult();
            tool.Kill();
            return "";
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            gone?.Invoke();
            return ""; // no such tool
        }
    }
}
