namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Of this type: itself if it has it, else a copy.</summary>
        public Tensor to_type(
            ScalarType type,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => Moved(Ops.ToDtype.Call(this, type, non_blocking, copy), disposeAfter);

        /// <summary>Of this type: itself if it has it, else a copy.</summary>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        /// <summary>On this device: itself if it lies there, else a copy.</summary>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Moved(Ops.ToDevice.Call(this, device, dtype, non_blocking, copy), disposeAfter);

        /// <summary>On this device: itself if it lies there, else a copy.</summary>
        public Tensor to(
            DeviceType deviceType,
            int deviceIndex = -1,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>On this device: itself if it lies there, else a copy.</summary>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>Of this type on this device: itself if it is so, else a copy.</summary>
        public Tensor to(
            ScalarType type,
            Device device,
            bool copy = false,
            bool disposeAfter = false,
            bool non_blocking = false
        ) => Moved(Ops.ToDevice.Call(this, device, type, non_blocking, copy), disposeAfter);

        /// <summary>Of the other's type on the other's device.</summary>
        public Tensor to(Tensor other, bool non_blocking = false) =>
            to(other.dtype, other.device, non_blocking: non_blocking);

        /// <summary>Of the other's type.</summary>
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        /// <summary>Of this type.</summary>
        public Tensor type(ScalarType dtype) => to_type(dtype);

        /// <summary>On the processor.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>On a GPU; null: the current one.</summary>
        public Tensor cuda(Device? device = null, bool non_blocking = false) =>
            to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>In memory that the GPU can read by itself.</summary>
        public Tensor pin_memory() => Ops.PinMemory.Call(this);

        /// <summary>As truths.</summary>
        public Tensor @bool() => to_type(ScalarType.Bool);

        /// <summary>As bytes.</summary>
        public Tensor @byte() => to_type(ScalarType.Byte);

        /// <summary>As integers of 32 bits.</summary>
        public Tensor @int() => to_type(ScalarType.Int32);

        /// <summary>As integers of 64 bits.</summary>
        public Tensor @long() => to_type(ScalarType.Int64);

        /// <summary>In half precision.</summary>
        public Tensor half() => to_type(ScalarType.Float16);

        /// <summary>In brain float.</summary>
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        /// <summary>In single precision.</summary>
        public Tensor @float() => to_type(ScalarType.Float32);

        /// <summary>In double precision.</summary>
        public Tensor @double() => to_type(ScalarType.Float64);

        Tensor Moved(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
                Dispose();
            return result;
        }
    }
}
