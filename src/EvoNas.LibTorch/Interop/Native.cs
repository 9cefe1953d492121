using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp;

/// <summary>The functions of <c>native/evonas_torch.h</c>. Questions to a tensor skip the garbage collector's
/// transition: they take nanoseconds.</summary>
static unsafe partial class Native
{
    const string Shim = "evonas_torch";

    [LibraryImport(Shim)]
    internal static partial byte* evonas_last_error();

    [LibraryImport(Shim)]
    internal static partial int evonas_last_failure();

    [LibraryImport(Shim)]
    internal static partial byte* evonas_torch_version();

    [LibraryImport(Shim)]
    internal static partial void evonas_free(void* memory);

    [LibraryImport(Shim)]
    internal static partial nint evonas_operator_find(byte* name, byte* overload, byte** names, int count);

    [LibraryImport(Shim)]
    internal static partial int evonas_operator_call(
        nint op,
        Value* arguments,
        int count,
        Value* results,
        int capacity
    );

    [LibraryImport(Shim)]
    internal static partial byte* evonas_operator_schema(nint op);

    [LibraryImport(Shim)]
    internal static partial void evonas_tensor_free(nint tensor);

    [LibraryImport(Shim)]
    internal static partial nint evonas_tensor_share(nint tensor);

    [LibraryImport(Shim)]
    internal static partial nint evonas_tensor_data(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long evonas_tensor_living();

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long evonas_tensor_dim(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long evonas_tensor_numel(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_tensor_sizes(nint tensor, long* sizes, int capacity);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_tensor_strides(nint tensor, long* strides, int capacity);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_tensor_dtype(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial long evonas_tensor_device(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_tensor_layout(nint tensor);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_tensor_requires_grad(nint tensor);

    [LibraryImport(Shim)]
    internal static partial int evonas_tensor_set_requires_grad(nint tensor, int on);

    [LibraryImport(Shim)]
    internal static partial int evonas_tensor_is_leaf(nint tensor);

    [LibraryImport(Shim)]
    internal static partial int evonas_tensor_grad(nint tensor, nint* gradient);

    [LibraryImport(Shim)]
    internal static partial int evonas_tensor_set_grad(nint tensor, nint gradient);

    [LibraryImport(Shim)]
    internal static partial int evonas_tensor_backward(nint tensor, nint gradient, int retainGraph, int createGraph);

    [LibraryImport(Shim)]
    internal static partial int evonas_gradients_take(nint* tensors, nint* gradients, int count);

    [LibraryImport(Shim)]
    internal static partial int evonas_gradients_forget(nint* tensors, int count);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_grad_mode_set(int on);

    [LibraryImport(Shim), SuppressGCTransition]
    internal static partial int evonas_grad_mode();

    [LibraryImport(Shim)]
    internal static partial nint evonas_inference_mode_enter(int on);

    [LibraryImport(Shim)]
    internal static partial void evonas_inference_mode_leave(nint guard);

    [LibraryImport(Shim)]
    internal static partial int evonas_inference_mode();

    [LibraryImport(Shim)]
    internal static partial int evonas_manual_seed(ulong seed);

    [LibraryImport(Shim)]
    internal static partial int evonas_set_threads(int count);

    [LibraryImport(Shim)]
    internal static partial int evonas_threads();

    [LibraryImport(Shim)]
    internal static partial int evonas_set_interop_threads(int count);

    [LibraryImport(Shim)]
    internal static partial int evonas_interop_threads();

    [LibraryImport(Shim)]
    internal static partial int evonas_autocast_set(int deviceType, int on, int dtype, int* was);

    [LibraryImport(Shim)]
    internal static partial int evonas_autocast_clear_cache();

    [LibraryImport(Shim)]
    internal static partial int evonas_set_deterministic(int on, int warnOnly);

    [LibraryImport(Shim)]
    internal static partial int evonas_deterministic();

    [LibraryImport(Shim)]
    internal static partial int evonas_set_cudnn(int benchmark, int deterministic);

    [LibraryImport(Shim)]
    internal static partial int evonas_set_tf32(int matmul, int convolution);

    [LibraryImport(Shim)]
    internal static partial int evonas_cuda_device_count();

    [LibraryImport(Shim)]
    internal static partial int evonas_cuda_has_cudnn();

    [LibraryImport(Shim)]
    internal static partial int evonas_cuda_synchronize(int device);

    [LibraryImport(Shim)]
    internal static partial int evonas_cuda_set_device(int device);

    [LibraryImport(Shim)]
    internal static partial long evonas_cuda_empty_cache();

    [LibraryImport(Shim)]
    internal static partial long evonas_cuda_memory(int device, int which);

    [LibraryImport(Shim)]
    internal static partial long evonas_cuda_reset_peak(int device);

    /// <exception cref="LibTorchException">The code says that the call failed.</exception>
    internal static int Checked(int code, string what) => code >= 0 ? code : throw LibTorchException.Last(what);

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";
}
