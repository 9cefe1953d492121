using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Devices;

/// <summary>The device on which this process computes.</summary>
static class ComputeDevice
{
    static readonly Lock Gate = new();

    /// <summary>The device of a name, made ready: threads, determinism, algorithms.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> or <c>cuda:0</c>.</param>
    /// <param name="threads">Of the CPU; at least 1.</param>
    /// <param name="precision">Wanted.</param>
    /// <exception cref="RequestException">There is no such device, or it cannot compute so.</exception>
    public static torch.Device Open(string name, int threads, Precision precision)
    {
        if (threads is < 1 or > 1024)
            throw new RequestException($"{threads} threads are asked for; 1 to 1024 can be.");
        _ = LibTorch.Description; // loads it, or says why it cannot be loaded
        var device = Parsed(name);
        if (device.type == DeviceType.CUDA && !cuda.is_available())
            throw new RequestException(
                $"Device '{name}' is not there: this process sees no CUDA device ({LibTorch.Description}).",
                "Use --devices cpu, or build with CUDA: TorchDevice=cuda ./evonas."
            );
        Resolve(precision, device);
        set_num_threads(threads);
        lock (Gate)
        {
            if (device.type == DeviceType.CUDA)
                ChooseFastKernels();
            else
                Allocator.KeepMemory();
            LibTorch.Nnpack = false;
        }
        return device;
    }

    /// <summary>The precision that is meant on a device; never <see cref="Precision.Auto"/>.</summary>
    /// <exception cref="RequestException">The device, or this build, cannot compute so.</exception>
    public static Precision Resolve(Precision wanted, torch.Device device)
    {
        if (wanted == Precision.Float32)
            return wanted;
        if (device.type != DeviceType.CUDA && wanted == Precision.Float16)
            throw new RequestException(
                "Float16 is for a GPU; the CPU computes in float32 or bfloat16.",
                "Set evonas.training.precision to auto."
            );
        if (wanted != Precision.Auto)
            return LibTorch.HasAutocast
                ? wanted
                : throw new RequestException(
                    $"{wanted} needs autocast, which this libtorch does not export ({LibTorch.Description}).",
                    "Set evonas.training.precision to float32."
                );
        if (device.type != DeviceType.CUDA || !LibTorch.HasAutocast)
            return Precision.Float32;
        return Gpu.HasBFloat16 ? Precision.BFloat16 : Precision.Float16;
    }

    /// <summary>16-bit arithmetic on this thread until it is disposed; null for
    /// <see cref="Precision.Float32"/>.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="precision">As <see cref="Resolve"/> returned it.</param>
    public static IDisposable? Autocast(torch.Device device, Precision precision) =>
        precision switch
        {
            Precision.BFloat16 => LibTorch.Autocast(device.type, ScalarType.BFloat16),
            Precision.Float16 => LibTorch.Autocast(device.type, ScalarType.Float16),
            _ => null,
        };

    // On the CPU the operators that we use give the same bits every time as they are; torch's deterministic mode would
    // only fill fresh memory and cost time.
    static void ChooseFastKernels()
    {
        LibTorch.CudnnBenchmark = true;
        backends.cuda.matmul.allow_tf32 = true;
        backends.cudnn.allow_tf32 = true;
    }

    /// <summary>Waits until the device has done what it was asked.</summary>
    public static void Synchronize(torch.Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize();
    }

    static torch.Device Parsed(string name)
    {
        if (name == "cpu")
            return CPU;
        if (name == "cuda")
            return new(DeviceType.CUDA, 0);
        if (
            name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), out var index)
            && index >= 0
        )
            return new(DeviceType.CUDA, index);
        throw new RequestException($"There is no device '{name}'.", "Known: cpu, cuda, cuda:0, cuda:1, …");
    }
}
