using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Providers;

/// <summary>What the training needs and TorchSharp's API lacks, by <see cref="LibTorchExtras"/>. Its twin is
/// PackageProvider.cs; the build takes one of them.</summary>
static class Provider
{
    /// <summary>Which torch this is.</summary>
    public static string Description => $"libtorch {LibTorchExtras.Version}";

    /// <summary>16-bit arithmetic on this thread until it is disposed.</summary>
    public static IDisposable? Autocast(torch.Device device, Precision precision) =>
        LibTorchExtras.autocast(device.type, precision == Precision.Float16 ? ScalarType.Float16 : ScalarType.BFloat16);

    /// <summary>Can this build compute in 16 bits?</summary>
    public static bool HasAutocast => true;

    /// <summary>On a GPU the fastest algorithms for the shapes at hand. On the CPU the operators that we use give the
    /// same bits every time as they are; torch's deterministic mode would only fill fresh memory (since 2.1) and cost
    /// time.</summary>
    public static void Prepare(torch.Device device)
    {
        if (device.type != DeviceType.CUDA)
            return;
        LibTorchExtras.set_cudnn(benchmark: true, deterministic: false);
        LibTorchExtras.set_tf32(matmul: true, convolution: true);
    }

    /// <summary>Gives memory that nobody uses back to the driver.</summary>
    public static void EmptyCache(torch.Device device)
    {
        if (device.type == DeviceType.CUDA)
            LibTorchExtras.empty_cache();
    }

    /// <summary>The most bytes in tensors since <see cref="ResetPeak"/>; null where it is not counted.</summary>
    public static long? PeakBytes(torch.Device device) =>
        LibTorchExtras.max_memory_allocated(Math.Max(0, device.index));

    /// <summary>Counts the peak anew.</summary>
    public static void ResetPeak(torch.Device device) =>
        LibTorchExtras.reset_peak_memory_stats(Math.Max(0, device.index));

    /// <summary>Was the memory of the device, or of the machine, too little?</summary>
    public static bool IsOutOfMemory(Exception error) =>
        error is LibTorchException { IsOutOfMemory: true } or OutOfMemoryException;
}
