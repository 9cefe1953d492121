using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What a <see cref="Value"/> holds; the numbers are <c>Tag</c>'s in <c>native/evonas_torch.h</c>.</summary>
enum ValueTag
{
    Default = 0,
    None = 1,
    Int = 2,
    Float = 3,
    Bool = 4,
    Tensor = 5,
    IntList = 6,
    FloatList = 7,
    BoolList = 8,
    TensorList = 9,
    String = 10,
    Device = 11,
}

/// <summary>An argument or a result as the shim sees it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
struct Value
{
    [FieldOffset(0)]
    internal ValueTag Tag;

    [FieldOffset(4)]
    internal int Count;

    [FieldOffset(8)]
    internal long Integer;

    [FieldOffset(8)]
    internal double Real;

    [FieldOffset(8)]
    internal nint Pointer;
}

/// <summary>Native handles that an optimizer keeps between steps, so that a list of hundreds is not gathered for every
/// call.</summary>
sealed class HandleList(int capacity)
{
    internal readonly nint[] Handles = new nint[capacity];
    internal int Count;
}

/// <summary>One argument of an operator. It keeps what it names alive: it lies on the caller's stack until the call
/// returns.</summary>
readonly struct Argument
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly ValueTag Tag;

    Argument(ValueTag tag, long bits = 0, object? reference = null)
    {
        Tag = tag;
        Bits = bits;
        Reference = reference;
    }

    /// <summary>The schema's default.</summary>
    internal static Argument Default => default;

    internal static Argument None => new(ValueTag.None);

    public static implicit operator Argument(torch.Tensor? tensor) =>
        tensor is null ? None : new(ValueTag.Tensor, 0, tensor);

    public static implicit operator Argument(long value) => new(ValueTag.Int, value);

    public static implicit operator Argument(long? value) => value is { } given ? new(ValueTag.Int, given) : None;

    public static implicit operator Argument(double value) =>
        new(ValueTag.Float, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } given ? given : None;

    public static implicit operator Argument(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    public static implicit operator Argument(bool? value) => value is { } given ? given : None;

    public static implicit operator Argument(Scalar scalar) => new(scalar.Tag, scalar.Bits);

    public static implicit operator Argument(Scalar? scalar) => scalar is { } given ? given : None;

    public static implicit operator Argument(torch.ScalarType type) => new(ValueTag.Int, (long)type);

    public static implicit operator Argument(torch.ScalarType? type) => type is { } given ? given : None;

    public static implicit operator Argument(torch.Device? device) =>
        device is null ? None : new(ValueTag.Device, ((long)device.type << 32) | (uint)device.index);

    public static implicit operator Argument(long[]? values) =>
        values is null ? None : new(ValueTag.IntList, 0, values);

    public static implicit operator Argument(double[]? values) =>
        values is null ? None : new(ValueTag.FloatList, 0, values);

    public static implicit operator Argument(torch.Tensor?[] tensors) => new(ValueTag.TensorList, 0, tensors);

    public static implicit operator Argument(HandleList handles) => new(ValueTag.TensorList, 0, handles);

    public static implicit operator Argument(string text) =>
        new(ValueTag.String, 0, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>How many 8-byte places the call needs beside the argument itself.</summary>
    internal int Room =>
        Tag switch
        {
            ValueTag.IntList => ((long[])Reference!).Length,
            ValueTag.FloatList => ((double[])Reference!).Length,
            ValueTag.TensorList => Reference is HandleList list ? list.Count : ((torch.Tensor?[])Reference!).Length,
            ValueTag.String => (((byte[])Reference!).Length + 7) / 8,
            _ => 0,
        };

    /// <summary>Writes the argument for the shim; <paramref name="room"/> has <see cref="Room"/> places and does not
    /// move.</summary>
    internal unsafe void Write(ref Value value, long* room)
    {
        value.Tag = Tag;
        value.Count = 0;
        value.Integer = Bits;
        if (Tag == ValueTag.Tensor)
            value.Pointer = ((torch.Tensor)Reference!).Handle;
        else if (Reference is not null)
            WriteList(ref value, room);
    }

    unsafe void WriteList(ref Value value, long* room)
    {
        value.Pointer = (nint)room;
        switch (Reference)
        {
            case long[] integers:
                value.Count = integers.Length;
                integers.CopyTo(new Span<long>(room, integers.Length));
                break;
            case double[] reals:
                value.Count = reals.Length;
                reals.CopyTo(new Span<double>(room, reals.Length));
                break;
            case HandleList list:
                value.Count = list.Count;
                list.Handles.AsSpan(0, list.Count).CopyTo(new Span<nint>(room, list.Count));
                break;
            case torch.Tensor?[] tensors:
                value.Count = tensors.Length;
                for (var i = 0; i < tensors.Length; i++)
                    room[i] = tensors[i]?.Handle ?? 0;
                break;
            case byte[] text:
                value.Count = text.Length;
                text.CopyTo(new Span<byte>(room, text.Length));
                break;
        }
    }
}
