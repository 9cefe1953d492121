namespace TorchSharp;

// Modes of this thread, and of the process: gradients, inference, threads, seed, devices.
public static partial class torch
{
    /// <summary>No gradients on this thread until it is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>Gradients on this thread until it is disposed.</summary>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Gradients or none on this thread until it is disposed.</summary>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Whether this thread records for gradients.</summary>
    public static bool is_grad_enabled() => Native.evonas_grad_mode() != 0;

    /// <summary>On this thread until it is disposed: no gradients, and what is made cannot be used where they are
    /// wanted; faster than <see cref="no_grad"/>.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    /// <summary>Whether this thread is in inference mode.</summary>
    public static bool is_inference_mode_enabled() => Native.evonas_inference_mode() != 0;

    /// <summary>Seeds the default generators of the processor and of every GPU.</summary>
    public static void manual_seed(long seed) => Native.Checked(Native.evonas_manual_seed((ulong)seed), "manual_seed");

    /// <summary>Threads that one operator may use.</summary>
    public static int get_num_threads() => Native.evonas_threads();

    /// <summary>Threads that one operator may use; at least 1.</summary>
    public static void set_num_threads(int num) => Native.Checked(Native.evonas_set_threads(num), "set_num_threads");

    /// <summary>Threads that run operators beside one another.</summary>
    public static int get_num_interop_threads() => Native.evonas_interop_threads();

    /// <summary>Threads that run operators beside one another; only before the first parallel work.</summary>
    public static void set_num_interop_threads(int num) =>
        Native.Checked(Native.evonas_set_interop_threads(num), "set_num_interop_threads");

    sealed class GradMode : IDisposable
    {
        readonly int _before;

        internal GradMode(bool on) => _before = Native.evonas_grad_mode_set(on ? 1 : 0);

        public void Dispose() => Native.evonas_grad_mode_set(_before);
    }

    sealed class InferenceMode : IDisposable
    {
        nint _guard;

        internal InferenceMode(bool on)
        {
            _guard = Native.evonas_inference_mode_enter(on ? 1 : 0);
            if (_guard == 0)
                throw LibTorchException.Last("inference_mode");
        }

        public void Dispose()
        {
            if (_guard != 0)
                Native.evonas_inference_mode_leave(_guard);
            _guard = 0;
        }
    }

    /// <summary>NVIDIA's GPUs.</summary>
    public static class cuda
    {
        /// <summary>Whether there is one that this libtorch can use.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>How many there are.</summary>
        public static int device_count() => Native.evonas_cuda_device_count();

        /// <summary>Whether cuDNN can be used.</summary>
        public static bool is_cudnn_available() => is_available() && Native.evonas_cuda_has_cudnn() != 0;

        /// <summary>Waits until the GPU has done what was asked of it.</summary>
        public static void synchronize(Device? device = null) =>
            Native.Checked(Native.evonas_cuda_synchronize(device?.index ?? -1), "cuda.synchronize");

        /// <summary>Seeds the generators, as <see cref="torch.manual_seed"/> does.</summary>
        public static void manual_seed(long seed) => torch.manual_seed(seed);

        /// <summary>Seeds the generators, as <see cref="torch.manual_seed"/> does.</summary>
        public static void manual_seed_all(long seed) => torch.manual_seed(seed);
    }
}
