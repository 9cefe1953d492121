using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number or a truth that goes to an operator without a tensor around it.</summary>
/// <remarks>A value here, a class in TorchSharp: written as a literal, it is the same source. The default is the
/// integer 0.</remarks>
public readonly struct Scalar : IDisposable
{
    readonly ValueTag _tag;
    readonly long _bits;

    Scalar(ValueTag tag, long bits)
    {
        _tag = tag;
        _bits = bits;
    }

    internal ValueTag Tag => _tag == ValueTag.Default ? ValueTag.Int : _tag;

    internal long Bits => _bits;

    /// <summary>Int64, Float64 or Bool: libtorch's scalars have no other widths.</summary>
    public ScalarType Type =>
        Tag switch
        {
            ValueTag.Float => ScalarType.Float64,
            ValueTag.Bool => ScalarType.Bool,
            _ => ScalarType.Int64,
        };

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(byte value) => new(ValueTag.Int, value);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(short value) => new(ValueTag.Int, value);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => new(ValueTag.Int, value);

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new(ValueTag.Int, value);

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(Half value) => (double)value;

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(float value) => (double)value;

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(double value) => new(ValueTag.Float, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A truth.</summary>
    public static implicit operator Scalar(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    internal double Real => Tag == ValueTag.Float ? BitConverter.Int64BitsToDouble(_bits) : _bits;

    internal long Integer => Tag == ValueTag.Float ? (long)BitConverter.Int64BitsToDouble(_bits) : _bits;

    internal static Scalar From(Value value) =>
        value.Tag switch
        {
            ValueTag.Int or ValueTag.Float or ValueTag.Bool => new(value.Tag, value.Integer),
            _ => throw new InvalidOperationException($"A result of tag {value.Tag} is not a scalar."),
        };

    /// <summary>Does nothing: it holds nothing.</summary>
    public void Dispose() { }
}

/// <summary>Scalars from numbers and back.</summary>
public static class ScalarExtensionMethods
{
    /// <summary>The same number.</summary>
    public static Scalar ToScalar(this int value) => value;

    /// <summary>The same number.</summary>
    public static Scalar ToScalar(this long value) => value;

    /// <summary>The same number.</summary>
    public static Scalar ToScalar(this float value) => value;

    /// <summary>The same number.</summary>
    public static Scalar ToScalar(this double value) => value;

    /// <summary>The same truth.</summary>
    public static Scalar ToScalar(this bool value) => value;

    /// <summary>The number, rounded to single precision.</summary>
    public static float ToSingle(this Scalar value) => (float)value.Real;

    /// <summary>The number.</summary>
    public static double ToDouble(this Scalar value) => value.Real;

    /// <summary>The number, its fraction cut off.</summary>
    public static int ToInt32(this Scalar value) => (int)value.Integer;

    /// <summary>The number, its fraction cut off.</summary>
    public static long ToInt64(this Scalar value) => value.Integer;

    /// <summary>Whether it is not 0.</summary>
    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
