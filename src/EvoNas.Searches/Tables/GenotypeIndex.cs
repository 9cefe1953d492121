using System.Buffers.Binary;
using EvoNas.Genetics;

namespace EvoNas.Searches.Tables;

/// <summary>The number of a row by its genotype: an array over all genotypes of a small space, otherwise a hash table
/// over packed genotypes, a few bytes each.</summary>
sealed class GenotypeIndex
{
    // 64 MiB, of which only what is written takes memory.
    const long PointsMax = 1 << 24;

    // Row numbers + 1 by the rank of the genotype, 0 for none; null where the space is large or no array fits it.
    readonly int[]? _ranks;
    readonly Sequence<int> _choices;

    // Records lie in pieces of this size, so that what grows is never copied.
    const int PieceBits = 20;

    // A record: the row's number, and the packed genotype behind its length.
    const int RowBytes = sizeof(int);

    readonly List<byte[]> _pieces = [];
    int _used = 1 << PieceBits;

    // With linear probing: the hash above, the record's place + 1 below; 0 is free. The length is a power of two.
    ulong[] _slots = new ulong[64];
    byte[] _one = new byte[64];

    /// <param name="choices">See <see cref="GenotypeReader.Choices"/>.</param>
    public GenotypeIndex(Sequence<int> choices)
    {
        _choices = choices;
        var points = 1L;
        foreach (var count in choices)
            points = Math.Min(points * count, PointsMax + 1);
        if (choices.Count > 0 && points <= PointsMax)
            _ranks = new int[points];
    }

    public int Count { get; private set; }

    /// <summary>Gives a genotype the next number.</summary>
    /// <returns>False where it has one.</returns>
    public bool TryAdd(Genotype genotype) =>
        _ranks is null ? TryAdd(Pack(genotype, ref _one)) : TryAdd(RankOf(genotype)!.Value); // It is one of the space.

    /// <summary>The same for a genotype of indices alone.</summary>
    public bool TryAdd(ReadOnlySpan<int> indices)
    {
        if (_ranks is not null)
        {
            var rank = 0;
            for (var place = 0; place < indices.Length; place++)
                rank = rank * _choices[place] + indices[place];
            return TryAdd(rank);
        }
        Reserve(ref _one, indices.Length);
        var length = LengthBytes;
        foreach (var index in indices)
            length += Write(_one.AsSpan(length), index);
        return TryAdd(Finish(_one, length));
    }

    /// <summary>The number of a genotype; null where it has none. May be asked by several threads.</summary>
    public int? Find(Genotype genotype)
    {
        if (_ranks is not null)
            return RankOf(genotype) is { } rank && _ranks[rank] is var number and > 0 ? number - 1 : null;
        var room = new byte[64];
        var packed = Pack(genotype, ref room);
        return _slots[SlotOf(packed, HashOf(packed))] is var slot and > 0
            ? BinaryPrimitives.ReadInt32LittleEndian(RecordOf(slot))
            : null;
    }

    bool TryAdd(int rank)
    {
        if (_ranks![rank] > 0) // Asked only where there are ranks.
            return false;
        _ranks[rank] = ++Count;
        return true;
    }

    // Null for a genotype of another space.
    int? RankOf(Genotype genotype)
    {
        if (genotype.Genes.Count != _choices.Count)
            return null;
        var rank = 0;
        for (var place = 0; place < _choices.Count; place++)
        {
            var gene = genotype.Genes[place];
            if (gene.IsReal || gene.Index >= _choices[place])
                return null;
            rank = rank * _choices[place] + gene.Index;
        }
        return rank;
    }

    bool TryAdd(ReadOnlySpan<byte> packed)
    {
        var hash = HashOf(packed);
        var slot = SlotOf(packed, hash);
        if (_slots[slot] > 0)
            return false;
        if (_used + RowBytes + packed.Length > 1 << PieceBits)
        {
            // One that is longer than a piece has its own.
            _pieces.Add(new byte[Math.Max(1 << PieceBits, RowBytes + packed.Length)]);
            _used = 0;
        }
        var place = ((_pieces.Count - 1) << PieceBits) + _used;
        var record = _pieces[^1].AsSpan(_used);
        BinaryPrimitives.WriteInt32LittleEndian(record, Count);
        packed.CopyTo(record[RowBytes..]);
        _used += RowBytes + packed.Length;
        _slots[slot] = (ulong)hash << 32 | (uint)place + 1;
        Count++;
        if (Count > _slots.Length / 4 * 3)
            Grow();
        return true;
    }

    void Grow()
    {
        var (former, mask) = (_slots, (uint)(_slots.Length * 2 - 1));
        _slots = new ulong[checked(former.Length * 2)];
        foreach (var one in former)
        {
            if (one == 0)
                continue;
            var slot = (uint)(one >> 32) & mask;
            while (_slots[slot] > 0)
                slot = (slot + 1) & mask;
            _slots[slot] = one;
        }
    }

    // The slot that has this genotype, or the free one for it.
    uint SlotOf(ReadOnlySpan<byte> packed, uint hash)
    {
        var mask = (uint)(_slots.Length - 1);
        var slot = hash & mask;
        while (
            _slots[slot] is var one and > 0
            && !((uint)(one >> 32) == hash && RecordOf(one)[RowBytes..].StartsWith(packed))
        )
            slot = (slot + 1) & mask;
        return slot;
    }

    ReadOnlySpan<byte> RecordOf(ulong slot)
    {
        var place = (uint)slot - 1;
        return _pieces[(int)(place >> PieceBits)].AsSpan((int)(place & ((1 << PieceBits) - 1)));
    }

    static uint HashOf(ReadOnlySpan<byte> packed)
    {
        var hash = new HashCode();
        hash.AddBytes(packed);
        return (uint)hash.ToHashCode();
    }

    // Its length comes first, so that no genotype is the beginning of another one.
    const int LengthBytes = sizeof(ushort);

    static ReadOnlySpan<byte> Pack(Genotype genotype, ref byte[] room)
    {
        Reserve(ref room, genotype.Genes.Count);
        var length = LengthBytes;
        foreach (var gene in genotype.Genes)
            if (gene.IsReal)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(room.AsSpan(length), gene.Value);
                length += sizeof(double);
            }
            else
                length += Write(room.AsSpan(length), gene.Index);
        return Finish(room, length);
    }

    static ReadOnlySpan<byte> Finish(byte[] room, int length)
    {
        // The number of bytes modulo 65,536 tells apart what a space can hold: genotypes of one space that begin alike
        // go on alike.
        BinaryPrimitives.WriteUInt16LittleEndian(room, unchecked((ushort)length));
        return room.AsSpan(0, length);
    }

    static void Reserve(ref byte[] room, int genes)
    {
        if (room.Length < LengthBytes + genes * sizeof(double))
            room = new byte[LengthBytes + genes * sizeof(double)];
    }

    // Seven bits a byte, the last one without the eighth.
    static int Write(Span<byte> room, int index)
    {
        var length = 0;
        for (var rest = (uint)index; ; rest >>= 7)
        {
            if (rest < 128)
            {
                room[length++] = (byte)rest;
                return length;
            }
            room[length++] = (byte)(rest | 128);
        }
    }
}
