using EvoNas.Torch.Devices;
using TorchSharp;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>A theory for a machine with an NVIDIA GPU and a libtorch with CUDA; skipped, with the reason,
/// elsewhere.</summary>
sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute() => Skip = ReasonToSkip!; // null runs it

    /// <summary>Why nothing can run on CUDA here; null if it can.</summary>
    internal static string? ReasonToSkip { get; } =
        Gpu.All.Count == 0 ? "there is no NVIDIA GPU: nvidia-smi lists none"
        : !torch.cuda.is_available() ? "this libtorch has no CUDA; build with TorchDevice=cuda"
        : null;
}
