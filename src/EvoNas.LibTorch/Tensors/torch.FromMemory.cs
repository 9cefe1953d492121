using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

// Tensors from memory: copied, so the array is the caller's again.
public static partial class torch
{
    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        float scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<float>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        float[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<float>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        float[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<float>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        double scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<double>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        double[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<double>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        double[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<double>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        long scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<long>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        long[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<long>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        long[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<long>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        int scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<int>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        int[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<int>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        int[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<int>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        byte scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<byte>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        byte[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        byte[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<byte>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>One element without dimensions.</summary>
    public static Tensor tensor(
        bool scalar,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<bool>([scalar], [], dtype, device, requires_grad);

    /// <summary>[length], copied.</summary>
    public static Tensor tensor(
        bool[] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad);

    /// <summary>In this shape, copied.</summary>
    /// <exception cref="ArgumentException">The shape has another count of elements.</exception>
    public static Tensor tensor(
        bool[] rawArray,
        ReadOnlySpan<long> dimensions,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => FromMemory<bool>(rawArray, dimensions, dtype, device, requires_grad);

    /// <summary>A matrix, copied.</summary>
    public static Tensor tensor(
        float[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => from_array(rawArray, dtype, device, requires_grad);

    /// <summary>A matrix, copied.</summary>
    public static Tensor tensor(
        long[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => from_array(rawArray, dtype, device, requires_grad);

    /// <summary>A matrix, copied.</summary>
    public static Tensor tensor(
        int[,] rawArray,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false
    ) => from_array(rawArray, dtype, device, requires_grad);

    /// <summary>An array of any rank, copied; its elements are numbers or truths.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    /// <summary>An array of any rank, copied and converted.</summary>
    /// <exception cref="NotSupportedException">Its elements are neither numbers nor truths.</exception>
    public static Tensor from_array(
        Array rawArray,
        ScalarType? dtype,
        Device? device = null,
        bool requires_grad = false
    )
    {
        var shape = new long[rawArray.Rank];
        for (var d = 0; d < shape.Length; d++)
            shape[d] = rawArray.GetLength(d);
        return rawArray.GetType().GetElementType() switch
        {
            var t when t == typeof(float) => From<float>(),
            var t when t == typeof(double) => From<double>(),
            var t when t == typeof(long) => From<long>(),
            var t when t == typeof(int) => From<int>(),
            var t when t == typeof(short) => From<short>(),
            var t when t == typeof(byte) => From<byte>(),
            var t when t == typeof(sbyte) => From<sbyte>(),
            var t when t == typeof(bool) => From<bool>(),
            var t when t == typeof(Half) => From<Half>(),
            var t => throw new NotSupportedException($"No tensor is made of an array of {t?.Name}."),
        };

        Tensor From<T>()
            where T : unmanaged =>
            FromMemory<T>(
                MemoryMarshal.CreateSpan(
                    ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(rawArray)),
                    rawArray.Length
                ),
                shape,
                dtype,
                device,
                requires_grad
            );
    }

    internal static Tensor FromMemory<T>(
        ReadOnlySpan<T> elements,
        ReadOnlySpan<long> shape,
        ScalarType? dtype,
        Device? device,
        bool requiresGrad
    )
        where T : unmanaged
    {
        var count = 1L;
        foreach (var size in shape)
            count *= size;
        if (count != elements.Length)
            throw new ArgumentException(
                $"A shape of [{string.Join(", ", shape.ToArray())}] has {count} elements, and {elements.Length} were given."
            );
        var made = Ops.Empty.Call(shape.ToArray(), TypeOf<T>());
        if (count > 0)
            elements.CopyTo(MemoryMarshal.CreateSpan(ref made.Element<T>(0), elements.Length));
        if ((dtype ?? made.dtype) != made.dtype || (device?.type ?? DeviceType.CPU) != DeviceType.CPU)
        {
            var here = made;
            made = here.to(dtype ?? here.dtype, device ?? CPU);
            here.Dispose();
        }

        return Finish(made, requiresGrad);
    }
}
