using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace EvoNas.Tasks.Data;

/// <summary>The header of a NIfTI file.</summary>
sealed class NiftiHead
{
    /// <summary>Bytes of the longer of the two headers.</summary>
    public const int LengthMax = 540;

    const int Length1 = 348;

    readonly byte[] _head;
    readonly bool _little;
    readonly bool _second;
    readonly int _type;
    readonly (double Slope, double Intercept)? _scale;

    NiftiHead(byte[] head, bool little, bool second)
    {
        (_head, _little, _second) = (head, little, second);
        _type = Short(second ? 12 : 70);
        Shape = [];
        var slope = Real(second ? 176 : 112, second);
        var intercept = Real(second ? 184 : 116, second);
        if (slope != 0 && double.IsFinite(slope) && (slope != 1 || intercept != 0))
            _scale = (slope, double.IsFinite(intercept) ? intercept : 0);
    }

    /// <summary>Lengths of the axes; a volume of fewer than three has 1 for the others.</summary>
    public int[] Shape { get; private set; }

    /// <summary>Whether the values stand in another file.</summary>
    public bool IsPair { get; private set; }

    /// <summary>Where the values start.</summary>
    public long Offset { get; private set; }

    /// <summary>How many values there are.</summary>
    public long Values => Shape.Aggregate(1L, static (product, length) => product * length);

    /// <summary>Bytes of a value.</summary>
    public int ValueSize =>
        _type switch
        {
            2 or 256 => 1,
            4 or 512 => 2,
            8 or 16 or 768 => 4,
            _ => 8,
        };

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="RequestException">It is none, or of a kind that is not read.</exception>
    public static NiftiHead Read(string path, byte[] bytes)
    {
        if (bytes.Length == 0)
            throw new RequestException($"'{path}' is empty; a NIfTI file was expected.");
        if (bytes.Length < Length1)
            throw new RequestException($"'{path}' is truncated: it has no whole NIfTI header.");
        var (little, big) = (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes));
        if (little is not (Length1 or LengthMax) && big is not (Length1 or LengthMax))
            throw new RequestException($"'{path}' is not NIfTI: it must start with 348 or 540, found {little}.");
        var second = little == LengthMax || big == LengthMax;
        if (second && bytes.Length < LengthMax)
            throw new RequestException($"'{path}' is truncated: it has no whole NIfTI-2 header.");
        var head = new NiftiHead(bytes, little is Length1 or LengthMax, second);
        var magic = System.Text.Encoding.ASCII.GetString(bytes, second ? 4 : 344, 3);
        if (magic is not ("n+1" or "ni1" or "n+2" or "ni2") || magic[2] != (second ? '2' : '1'))
            throw new RequestException(
                $"'{path}' is not NIfTI: its magic word must be n+1 or ni1 (n+2, ni2), "
                    + $"found '{magic.TrimEnd('\0')}'.",
                "An Analyze 7.5 file does not say how it is oriented; convert it to NIfTI."
            );
        head.IsPair = magic[1] == 'i';
        head.ReadShape(path);
        head.CheckType(path);
        var offset = second ? head.Long(168) : (long)head.Real(108, wide: false);
        var least =
            head.IsPair ? 0
            : second ? 544
            : 352;
        head.Offset = offset < least ? least : offset;
        return head;
    }

    /// <summary>The scaled value whose bytes come first.</summary>
    public double Value(ReadOnlySpan<byte> at)
    {
        var raw = Raw(at);
        return _scale is var (slope, intercept) ? slope * raw + intercept : raw;
    }

    /// <summary>Millimetres between voxels: |pixdim|, or, where that is 0, the length of the affine's column.</summary>
    public double[] Spacing()
    {
        var (spacing, affine) = (new double[3], Affine());
        for (var axis = 0; axis < 3; axis++)
        {
            spacing[axis] = PixDim(axis + 1);
            if (spacing[axis] == 0)
                spacing[axis] = Math.Sqrt(
                    affine[0, axis] * affine[0, axis]
                        + affine[1, axis] * affine[1, axis]
                        + affine[2, axis] * affine[2, axis]
                );
        }
        return spacing;
    }

    /// <summary>Voxel indices to millimetres, three rows of four.</summary>
    public double[,] Affine()
    {
        var affine = new double[3, 4];
        var (size, rows) = _second ? (8, 400) : (4, 280);
        var (qform, sform) = _second ? (Int(344), Int(348)) : (Short(252), Short(254));
        if (sform > 0)
            for (var row = 0; row < 3; row++)
            for (var column = 0; column < 4; column++)
                affine[row, column] = Real(rows + (4 * row + column) * size, _second);
        if (sform > 0 && HasVolume(affine))
            return affine;
        var sides = new[] { Side(1), Side(2), Side(3) };
        if (qform > 0)
            Quaternion(affine, sides);
        else
            for (var axis = 0; axis < 3; axis++)
            {
                for (var column = 0; column < 4; column++)
                    affine[axis, column] = 0;
                affine[axis, axis] = axis == 0 ? -sides[0] : sides[axis];
                affine[axis, 3] = -affine[axis, axis] * (Shape[axis] - 1) / 2;
            }
        return affine;
    }

    static bool HasVolume(double[,] a)
    {
        var volume =
            a[0, 0] * (a[1, 1] * a[2, 2] - a[1, 2] * a[2, 1])
            - a[0, 1] * (a[1, 0] * a[2, 2] - a[1, 2] * a[2, 0])
            + a[0, 2] * (a[1, 0] * a[2, 1] - a[1, 1] * a[2, 0]);
        return double.IsFinite(volume) && volume != 0;
    }

    double PixDim(int axis)
    {
        var value = Math.Abs(_second ? Real(104 + 8 * axis, wide: true) : Real(76 + 4 * axis, wide: false));
        return double.IsFinite(value) ? value : 0;
    }

    double Side(int axis) => PixDim(axis) is > 0 and var side ? side : 1;

    void Quaternion(double[,] affine, double[] sides)
    {
        var (size, at) = _second ? (8, 352) : (4, 256);
        double Part(int index) => Real(at + index * size, _second);
        var (b, c, d) = (Part(0), Part(1), Part(2));
        var a = Math.Sqrt(Math.Max(0, 1 - b * b - c * c - d * d));
        var flip = (_second ? Real(104, wide: true) : Real(76, wide: false)) < 0 ? -1 : 1;
        double[,] turn =
        {
            { a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c) },
            { 2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b) },
            { 2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c },
        };
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                affine[row, column] = turn[row, column] * sides[column] * (column == 2 ? flip : 1);
            affine[row, 3] = Part(3 + row);
        }
    }

    void ReadShape(string path)
    {
        long Dim(int axis) => _second ? Long(16 + 8 * axis) : Short(40 + 2 * axis);
        var axes = Dim(0);
        if (axes is < 1 or > 7)
            throw new RequestException($"'{path}' is damaged: it has {axes} axes; 1 to 7 were expected.");
        var shape = new int[Math.Max(axes, 3)];
        Array.Fill(shape, 1);
        var values = 1.0;
        for (var axis = 1; axis <= axes; axis++)
        {
            var length = Dim(axis);
            if (length is < 1 or > int.MaxValue)
                throw new RequestException($"'{path}' is damaged: axis {axis} has the length {length}.");
            shape[axis - 1] = (int)length;
            values *= length;
        }
        if (values > 1e15)
            throw new RequestException($"'{path}' is truncated or damaged: it says it has {values:g3} values.");
        Shape = shape;
    }

    void CheckType(string path)
    {
        var kind = _type switch
        {
            2 or 4 or 8 or 16 or 64 or 256 or 512 or 768 or 1024 or 1280 => null,
            32 or 1792 or 2048 => "complex numbers",
            128 or 2304 => "colours (RGB)",
            1536 => "floats of 128 bits",
            1 => "single bits",
            _ => "",
        };
        if (kind is not null)
            throw new RequestException(
                kind == ""
                    ? $"'{path}' has the unknown datatype {_type}."
                    : $"'{path}' has values of {kind} (datatype {_type}), which are not read.",
                "Convert it to float32 or int16."
            );
    }

    double Raw(ReadOnlySpan<byte> at)
    {
        switch (_type)
        {
            case 2:
                return at[0];
            case 256:
                return (sbyte)at[0];
        }
        var same = _little == BitConverter.IsLittleEndian;
        ulong bits;
        switch (ValueSize)
        {
            case 2:
                var two = MemoryMarshal.Read<ushort>(at);
                bits = same ? two : BinaryPrimitives.ReverseEndianness(two);
                break;
            case 4:
                var four = MemoryMarshal.Read<uint>(at);
                bits = same ? four : BinaryPrimitives.ReverseEndianness(four);
                break;
            default:
                var eight = MemoryMarshal.Read<ulong>(at);
                bits = same ? eight : BinaryPrimitives.ReverseEndianness(eight);
                break;
        }
        return _type switch
        {
            4 => (short)bits,
            512 or 768 or 1280 => bits,
            8 => (int)bits,
            16 => BitConverter.UInt32BitsToSingle((uint)bits),
            64 => BitConverter.UInt64BitsToDouble(bits),
            _ => (long)bits,
        };
    }

    int Short(int at) =>
        _little
            ? BinaryPrimitives.ReadInt16LittleEndian(_head.AsSpan(at))
            : BinaryPrimitives.ReadInt16BigEndian(_head.AsSpan(at));

    int Int(int at) =>
        _little
            ? BinaryPrimitives.ReadInt32LittleEndian(_head.AsSpan(at))
            : BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(at));

    long Long(int at) =>
        _little
            ? BinaryPrimitives.ReadInt64LittleEndian(_head.AsSpan(at))
            : BinaryPrimitives.ReadInt64BigEndian(_head.AsSpan(at));

    double Real(int at, bool wide) =>
        wide ? BitConverter.Int64BitsToDouble(Long(at)) : BitConverter.Int32BitsToSingle(Int(at));
}
