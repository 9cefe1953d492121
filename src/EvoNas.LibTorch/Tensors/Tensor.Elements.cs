using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The one element, wherever it lies; waits for a GPU.</summary>
        /// <exception cref="ArgumentException">It has not one element, or they are of another type.</exception>
        public unsafe T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"The tensor has {NumberOfElements} elements, not one.");
            CheckType<T>();
            if (device_type == DeviceType.CPU)
                return *(T*)Data();
            using var here = cpu();
            return *(T*)here.Data();
        }

        /// <summary>The one element, whatever its type.</summary>
        public Scalar ToScalar() => Scalar.From(Ops.LocalScalar.Number(this));

        /// <summary>The elements, to be read and written one by one or as a whole.</summary>
        /// <exception cref="ArgumentException">They are of another type.</exception>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            CheckType<T>();
            return new(this);
        }

        /// <summary>The memory of a contiguous tensor on the processor; valid while the tensor lives.</summary>
        /// <exception cref="InvalidOperationException">It is not contiguous, or not on the processor.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (device_type != DeviceType.CPU)
                    throw new InvalidOperationException($"The tensor lies on {device}; take its cpu() to read it.");
                if (!is_contiguous())
                    throw new InvalidOperationException(
                        "The tensor is not contiguous; take its contiguous() to read it."
                    );
                return new((void*)Data(), checked((int)(NumberOfElements * ElementSize)));
            }
            set
            {
                var memory = bytes;
                if (value.Length != memory.Length)
                    throw new ArgumentException(
                        $"The tensor has {memory.Length} bytes, and {value.Length} were given.",
                        nameof(value)
                    );
                value.CopyTo(memory);
            }
        }

        internal unsafe ref T Element<T>(long offset)
            where T : unmanaged => ref Unsafe.Add(ref *(T*)Data(), (nint)offset);

        nint Data()
        {
            var data = Native.evonas_tensor_data(Handle);
            return data != 0 || NumberOfElements == 0 ? data : throw LibTorchException.Last("data_ptr", [this]);
        }

        void CheckType<T>()
            where T : unmanaged
        {
            if (TypeOf<T>() != dtype)
                throw new ArgumentException(
                    $"The tensor's elements are {dtype}, not {TypeOf<T>()}; convert it with to_type first."
                );
        }
    }
}
