using System.Buffers.Binary;
using System.Text;

namespace EvoNas.Torch.Export;

/// <summary>A message in the wire format of Protocol Buffers, field by field: as much of it as ONNX needs.</summary>
/// <remarks>Source: protobuf.dev, "Encoding". Repeated numbers are written unpacked, which every reader
/// takes.</remarks>
sealed class ProtobufMessage
{
    const int VarintType = 0,
        LengthType = 2,
        FixedType = 5;

    readonly MemoryStream _bytes = new();

    /// <summary>A whole number, a truth value or an enumeration.</summary>
    public ProtobufMessage Whole(int field, long value)
    {
        Varint((ulong)field << 3 | VarintType);
        Varint((ulong)value);
        return this;
    }

    /// <summary>A float32.</summary>
    public ProtobufMessage Single(int field, float value)
    {
        Varint((ulong)field << 3 | FixedType);
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        _bytes.Write(four);
        return this;
    }

    /// <summary>Text, as UTF-8.</summary>
    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes as they are.</summary>
    public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)field << 3 | LengthType);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    /// <summary>A message within this one.</summary>
    public ProtobufMessage Message(int field, ProtobufMessage value) =>
        Bytes(field, value._bytes.GetBuffer().AsSpan(0, (int)value._bytes.Length)); // A stream holds at most 2 GB.

    /// <summary>Writes all fields.</summary>
    public void WriteTo(Stream stream) => _bytes.WriteTo(stream);

    // Seven bits a byte, the lowest first; the high bit says that more follow.
    void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
