using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EvoNas.Evolution;

/// <summary>The fingerprints of all genotypes that were born, 8 bytes each. Immutable: adding gives another set that
/// shares most of this one.</summary>
/// <remarks>Sorted runs whose lengths halve (Bentley and Saxe 1980, the logarithmic method): an addition merges equal
/// runs, log n copies in the mean. A hash set of a million would take ten times the memory, and a copy of it could not
/// be kept for a snapshot. Two genotypes of a million share a fingerprint once in 40 million searches; then one of them
/// is not trained.</remarks>
public sealed class FingerprintSet
{
    /// <summary>Nothing.</summary>
    public static readonly FingerprintSet Empty = new([]);

    readonly ImmutableArray<ulong[]> _runs;

    FingerprintSet(ImmutableArray<ulong[]> runs) => _runs = runs;

    /// <summary>How many.</summary>
    public long Count => _runs.Sum(run => (long)run.Length);

    /// <summary>Is it among them?</summary>
    public bool Contains(ulong fingerprint)
    {
        foreach (var run in _runs)
            if (Array.BinarySearch(run, fingerprint) >= 0)
                return true;
        return false;
    }

    /// <summary>With one more; this set where it is in it already.</summary>
    public FingerprintSet Add(ulong fingerprint)
    {
        if (Contains(fingerprint))
            return this;
        ulong[] added = [fingerprint];
        var keep = _runs.Length;
        while (keep > 0 && _runs[keep - 1].Length <= added.Length)
            added = Merge(_runs[--keep], added);
        return new(_runs[..keep].Add(added));
    }

    /// <summary>All of them, little-endian, in ascending order.</summary>
    public ReadOnlySpan<byte> ToBytes()
    {
        ulong[] all = [];
        for (var i = _runs.Length - 1; i >= 0; i--)
            all = Merge(_runs[i], all);
        return MemoryMarshal.AsBytes<ulong>(all);
    }

    /// <summary>Reads <see cref="ToBytes"/>.</summary>
    /// <exception cref="ArgumentException">The length is no multiple of 8, or the order is not ascending.</exception>
    public static FingerprintSet FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 8 != 0)
            throw new ArgumentException($"{bytes.Length} bytes are no fingerprints of 8 bytes.");
        var all = MemoryMarshal.Cast<byte, ulong>(bytes).ToArray();
        for (var i = 1; i < all.Length; i++)
            if (all[i - 1] >= all[i])
                throw new ArgumentException($"Fingerprint {i} is not above the one before it.");
        return all.Length == 0 ? Empty : new([all]);
    }

    static ulong[] Merge(ulong[] a, ulong[] b)
    {
        var merged = new ulong[a.Length + b.Length];
        for (int i = 0, j = 0, k = 0; k < merged.Length; k++)
            merged[k] = j >= b.Length || (i < a.Length && a[i] < b[j]) ? a[i++] : b[j++];
        return merged;
    }
}
