using System.Diagnostics;
using System.Numerics;

namespace EvoNas.Hosting.Inspection;

/// <summary>Counts durations by powers of two: 40 counts instead of samples, and quantiles within a factor of
/// two.</summary>
/// <remarks>One thread at a time adds; any may read, and may miss what is being added.</remarks>
sealed class LogHistogram
{
    /// <summary>The last one holds everything from 2^39 ticks on: nine minutes.</summary>
    const int BucketCount = 40;

    readonly long[] _counts = new long[BucketCount];

    /// <summary>Counts one duration.</summary>
    /// <param name="ticks">Of <see cref="Stopwatch"/>; one below 1 counts as 1.</param>
    public void Add(long ticks)
    {
        ref var count = ref _counts[Math.Min(BitOperations.Log2((ulong)Math.Max(ticks, 1)), BucketCount - 1)];
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>Adds all that another one has counted.</summary>
    public void Add(LogHistogram other)
    {
        for (var i = 0; i < BucketCount; i++)
            Volatile.Write(ref _counts[i], _counts[i] + Volatile.Read(ref other._counts[i]));
    }

    /// <summary>How many were counted.</summary>
    public long Count => _counts.Sum();

    /// <summary>The duration that a share of all lies below, in seconds; 0 where nothing was counted.</summary>
    /// <param name="share">0 to 1.</param>
    /// <remarks>Within a power of two the durations are taken as spread evenly on a logarithmic scale.</remarks>
    public double Quantile(double share)
    {
        var counts = new long[BucketCount];
        for (var i = 0; i < BucketCount; i++)
            counts[i] = Volatile.Read(ref _counts[i]);
        var left = counts.Sum() * share;
        for (var i = 0; i < BucketCount; i++)
        {
            if (counts[i] > 0 && left <= counts[i])
                return Math.Pow(2, i + left / counts[i]) / Stopwatch.Frequency;
            left -= counts[i];
        }
        return 0;
    }
}
