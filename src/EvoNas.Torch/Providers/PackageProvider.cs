using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Torch.Providers;

/// <summary>What the training needs and the TorchSharp package lacks, as far as it can be had. Its twin is
/// LibTorchProvider.cs; the build takes one of them.</summary>
static class Provider
{
    /// <summary>Which torch this is. Loads it.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
    public static string Description
    {
        get
        {
            try
            {
                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (Exception missing)
                when (missing
                        is NotSupportedException
                            or TypeInitializationException { InnerException: NotSupportedException }
                )
            {
                throw new DllNotFoundException("TorchSharp finds no native library of its own", missing);
            }
            return $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, made for libtorch {torch.__version__}";
        }
    }

    /// <summary>Not in the package.</summary>
    public static IDisposable? Autocast(torch.Device device, Precision precision) => null;

    /// <summary>Can this build compute in 16 bits? Autocast is not in the package.</summary>
    public static bool HasAutocast => false;

    /// <summary>The package has no switch for deterministic algorithms; on the CPU those that we use are.</summary>
    public static void Prepare(torch.Device device)
    {
        if (device.type != DeviceType.CUDA)
            return;
        torch.backends.cuda.matmul.allow_tf32 = true;
        torch.backends.cudnn.allow_tf32 = true;
    }

    /// <summary>Not in the package (dotnet/TorchSharp#892): a worker gives memory back by ending.</summary>
    public static void EmptyCache(torch.Device device) { }

    /// <summary>Not counted by the package.</summary>
    public static long? PeakBytes(torch.Device device) => null;

    /// <summary>Not counted by the package.</summary>
    public static void ResetPeak(torch.Device device) { }

    /// <summary>Was the memory of the device, or of the machine, too little? The package tells by its text
    /// alone.</summary>
    public static bool IsOutOfMemory(Exception error) =>
        error is OutOfMemoryException
        || (
            error is System.Runtime.InteropServices.ExternalException
            && (
                error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || error.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
            )
        );
}
