using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>What libtorch has and TorchSharp has not, or under another name. Code for both providers must not use it
/// unconditionally.</summary>
public static class LibTorchExtras
{
    /// <summary>libtorch's version that the shim was built against, e.g. <c>1.13.0</c>.</summary>
    public static unsafe string Version => Native.Text(Native.evonas_torch_version());

    /// <summary>Handles given out and not yet freed, in this process.</summary>
    public static long LiveTensors => Native.evonas_tensor_living();

    /// <summary>Whether batch normalization may use cuDNN; true unless told.</summary>
    public static bool UseCudnn { get; set; } = true;

    /// <summary>Matrix products and convolutions of this thread in a shorter type, until it is disposed.</summary>
    /// <param name="device">The kind of device whose operators are meant.</param>
    /// <param name="type">BFloat16, or Float16 (on CUDA, with a scaled loss).</param>
    /// <param name="enabled">False: as if it were not called.</param>
    /// <exception cref="ArgumentException">Float16 on the processor, or no type for autocast.</exception>
    public static IDisposable autocast(DeviceType device, ScalarType type = ScalarType.BFloat16, bool enabled = true)
    {
        if (
            type is not (ScalarType.BFloat16 or ScalarType.Float16)
            || (device == DeviceType.CPU && type != ScalarType.BFloat16)
        )
            throw new ArgumentException(
                $"Autocast on {device} takes BFloat16{(device == DeviceType.CPU ? "" : " or Float16")}, not {type}.",
                nameof(type)
            );
        return new Autocast(device, type, enabled);
    }

    /// <summary>Forgets the weights that autocast has cast; after an optimizer's step, if autocast stays on over
    /// several.</summary>
    public static void clear_autocast_cache() =>
        Native.Checked(Native.evonas_autocast_clear_cache(), "autocast.clear_cache");

    /// <summary>Only operators that give the same bits every time, in the whole process; others throw, or
    /// warn.</summary>
    public static void use_deterministic_algorithms(bool on, bool warn_only = false) =>
        Native.Checked(Native.evonas_set_deterministic(on ? 1 : 0, warn_only ? 1 : 0), "use_deterministic_algorithms");

    /// <summary>Whether <see cref="use_deterministic_algorithms"/> is on.</summary>
    public static bool are_deterministic_algorithms_enabled() => Native.evonas_deterministic() != 0;

    /// <summary>cuDNN tries all algorithms for a shape and keeps the fastest; and takes only deterministic
    /// ones.</summary>
    public static void set_cudnn(bool benchmark, bool deterministic) =>
        Native.Checked(Native.evonas_set_cudnn(benchmark ? 1 : 0, deterministic ? 1 : 0), "set_cudnn");

    /// <summary>TensorFloat-32 (10 bits of fraction) in matrix products and in convolutions on CUDA.</summary>
    public static void set_tf32(bool matmul, bool convolution) =>
        Native.Checked(Native.evonas_set_tf32(matmul ? 1 : 0, convolution ? 1 : 0), "set_tf32");

    /// <summary>Gives what the caching allocator holds and nobody uses back to the driver.</summary>
    /// <returns>False if this build of the shim cannot.</returns>
    public static bool empty_cache() => Available(Native.evonas_cuda_empty_cache(), "cuda.empty_cache") is not null;

    /// <summary>Bytes in tensors on the device; null if this build of the shim does not know.</summary>
    public static long? memory_allocated(int device = 0) =>
        Available(Native.evonas_cuda_memory(device, 0), "cuda.memory_allocated");

    /// <summary>The most bytes in tensors since the last reset; null if this build of the shim does not know.</summary>
    public static long? max_memory_allocated(int device = 0) =>
        Available(Native.evonas_cuda_memory(device, 1), "cuda.max_memory_allocated");

    /// <summary>Bytes that the caching allocator holds; null if this build of the shim does not know.</summary>
    public static long? memory_reserved(int device = 0) =>
        Available(Native.evonas_cuda_memory(device, 2), "cuda.memory_reserved");

    /// <summary>The peak starts from what is in use now.</summary>
    /// <returns>False if this build of the shim cannot.</returns>
    public static bool reset_peak_memory_stats(int device = 0) =>
        Available(Native.evonas_cuda_reset_peak(device), "cuda.reset_peak_memory_stats") is not null;

    /// <summary>Where new CUDA tensors of this thread go.</summary>
    public static void set_device(int device) =>
        Native.Checked(Native.evonas_cuda_set_device(device), "cuda.set_device");

    /// <summary>In this order of memory; [N, C, H, W] or [N, C, D, H, W] for channels last. Itself if it is so
    /// already.</summary>
    public static Tensor to_memory_format(this Tensor tensor, memory_format format) =>
        Ops.ToFormat.Call(
            tensor,
            (Argument)(
                format switch
                {
                    memory_format.channels_last => tensor.Dimensions == 5 ? 3L : 2L,
                    memory_format.contiguous_format => 0L,
                    _ => throw new ArgumentException(
                        "A tensor has its own format already; name the one it is to have.",
                        nameof(format)
                    ),
                }
            )
        );

    /// <summary>Whether the channels vary fastest.</summary>
    public static bool is_channels_last(this Tensor tensor) => Native.evonas_tensor_layout(tensor.Handle) == 1;

    /// <summary>Convolution weights (of 4 and 5 dimensions) with their channels fastest; the convolutions then give and
    /// take channels last.</summary>
    public static T to_channels_last<T>(this T module)
        where T : nn.Module
    {
        using var _ = no_grad();
        foreach (var parameter in module.parameters())
        {
            if (parameter.Dimensions is not (4 or 5) || parameter.is_channels_last())
                continue;
            using var scope = NewDisposeScope();
            var wantsGrad = parameter.requires_grad;
            parameter.Become(
                parameter.detach().to_memory_format(memory_format.channels_last).requires_grad_(wantsGrad)
            );
        }

        return module;
    }

    /// <summary>target ← decay·target + (1 − decay)·source for every pair, in two operators; for averages of
    /// weights.</summary>
    public static void foreach_lerp_(IReadOnlyList<Tensor> target, IReadOnlyList<Tensor> source, double decay)
    {
        if (target.Count != source.Count)
            throw new ArgumentException($"{target.Count} targets and {source.Count} sources.", nameof(source));
        using var _ = no_grad();
        Ops.ForeachMulScalar_.Run(target as Tensor[] ?? [.. target], decay);
        Ops.ForeachAddList_.Run(target as Tensor[] ?? [.. target], source as Tensor[] ?? [.. source], 1 - decay);
    }

    static long? Available(long code, string what) =>
        code switch
        {
            -2 => null,
            < 0 => throw LibTorchException.Last(what),
            _ => code,
        };

    sealed class Autocast : IDisposable
    {
        readonly int _device;
        readonly int _before;
        bool _on = true;

        internal unsafe Autocast(DeviceType device, ScalarType type, bool enabled)
        {
            _device = (int)device;
            int before;
            Native.Checked(Native.evonas_autocast_set(_device, enabled ? 1 : 0, (int)type, &before), "autocast");
            _before = before;
        }

        public unsafe void Dispose()
        {
            if (!_on)
                return;
            _on = false;
            int now;
            Native.Checked(Native.evonas_autocast_set(_device, _before >> 8, _before & 0xFF, &now), "autocast");
        }
    }
}
