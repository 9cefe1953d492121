using System.Globalization;

namespace TorchSharp;

/// <summary>Kinds of devices; the numbers are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU = 0,

    /// <summary>A GPU of NVIDIA (or of AMD, in a build for ROCm).</summary>
    CUDA = 1,

    /// <summary>Shapes without data.</summary>
    META = 14,
}

public static partial class torch
{
    /// <summary>Where a tensor lies. Equal if type and index are.</summary>
    public sealed class Device : IEquatable<Device>
    {
        /// <summary>From <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
        /// <exception cref="ArgumentException">It is none of these.</exception>
        public Device(string description)
        {
            var parts = description.Split(':');
            type = TypeNamed(parts[0], description);
            index = -1;
            if (parts.Length > 1)
                index =
                    parts.Length == 2
                    && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw new ArgumentException(
                            $"'{description}' is not a device; write e.g. cpu, cuda or cuda:0.",
                            nameof(description)
                        );
        }

        /// <summary>From a type's name and an index; −1 is the current device of that type.</summary>
        public Device(string deviceType, int index = -1)
            : this(TypeNamed(deviceType, deviceType), index) { }

        /// <summary>From a type and an index; −1 is the current device of that type.</summary>
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        /// <summary>The CUDA device of this index.</summary>
        public Device(int index)
            : this(DeviceType.CUDA, index) { }

        /// <summary>Its kind.</summary>
        public DeviceType type { get; }

        /// <summary>Which of its kind; −1 is the current one.</summary>
        public int index { get; }

        /// <summary>From a name, as the constructor does.</summary>
        public static implicit operator Device(string description) => new(description);

        /// <summary>E.g. <c>cpu</c> or <c>cuda:0</c>.</summary>
        public override string ToString()
        {
            var name = type.ToString().ToLowerInvariant();
            return index < 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{index}");
        }

        /// <summary>Same type and index.</summary>
        public bool Equals(Device? other) => other is not null && type == other.type && index == other.index;

        /// <summary>Same type and index.</summary>
        public override bool Equals(object? obj) => Equals(obj as Device);

        /// <summary>Fits <see cref="Equals(Device)"/>.</summary>
        public override int GetHashCode() => HashCode.Combine(type, index);

        static DeviceType TypeNamed(string name, string description) =>
            name.ToLowerInvariant() switch
            {
                "cpu" => DeviceType.CPU,
                "cuda" => DeviceType.CUDA,
                "meta" => DeviceType.META,
                _ => throw new ArgumentException(
                    $"'{description}' is not a device; write e.g. cpu, cuda or cuda:0.",
                    nameof(description)
                ),
            };
    }

    /// <summary>The processor.</summary>
    public static readonly Device CPU = new(DeviceType.CPU);

    /// <summary>The current CUDA device.</summary>
    public static readonly Device CUDA = new(DeviceType.CUDA);

    /// <summary>Shapes without data.</summary>
    public static readonly Device META = new(DeviceType.META);

    /// <summary>From <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public static Device device(string description) => new(description);

    /// <summary>From a type's name and an index.</summary>
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    /// <summary>From a type and an index.</summary>
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    /// <summary>The CUDA device of this index.</summary>
    public static Device device(int index) => new(index);
}
