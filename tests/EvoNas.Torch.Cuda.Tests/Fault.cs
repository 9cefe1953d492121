using System.Runtime.InteropServices;
using EvoNas.Torch.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>A fault of the device, in a process of its own: its context is lost with it.</summary>
static class Fault
{
    /// <summary>Reads beyond a table. Says 0 if the fault was recognized.</summary>
    internal static int Make()
    {
        try
        {
            using var scope = NewDisposeScope();
            zeros(4, 4, device: CUDA).index_select(0, tensor(1L << 20, device: CUDA).reshape(1));
            cuda.synchronize();
            Console.WriteLine("no fault");
            return 1;
        }
        catch (ExternalException fault)
        {
            Console.WriteLine(fault.Message);
            return fault.Message.Contains("CUDA error", StringComparison.Ordinal) && !LibTorch.IsOutOfMemory(fault)
                ? 0
                : 1;
        }
    }
}
