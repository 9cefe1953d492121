using System.Globalization;
using EvoNas.Torch.Devices;
using TorchSharp;

namespace EvoNas.Torch.Training;

/// <summary>The most memory that was held since a moment.</summary>
static class PeakMemory
{
    /// <summary>Begins anew on the CPU. On a GPU torch's cache only grows, and its size is the peak of the whole
    /// process.</summary>
    public static void Reset(torch.Device device)
    {
        if (device.type == DeviceType.CUDA)
            return;
        try
        {
            // Linux: 5 sets the high-water mark of the resident size back to what it is now.
            if (OperatingSystem.IsLinux())
                File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not allowed in this container: the mark is then of the process's whole life.
        }
    }

    /// <summary>Bytes; null where they are not known.</summary>
    public static long? Read(torch.Device device)
    {
        if (device.type == DeviceType.CUDA)
            return Gpu.MemoryOf(Environment.ProcessId);
        if (!OperatingSystem.IsLinux())
            return Environment.WorkingSet;
        foreach (var line in File.ReadLines("/proc/self/status"))
            if (
                line.StartsWith("VmHWM:", StringComparison.Ordinal)
                && long.TryParse(
                    line.AsSpan(6, line.Length - 8).Trim(),
                    CultureInfo.InvariantCulture,
                    out var kibibytes
                )
            )
                return 1024 * kibibytes;
        return null;
    }
}
