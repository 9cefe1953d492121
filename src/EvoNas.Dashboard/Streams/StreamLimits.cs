using EvoNas.Dashboard.Serving;

namespace EvoNas.Dashboard.Streams;

/// <summary>How many streams may be open: a browser that forgets to close them must not take them all.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class StreamLimits
{
    /// <summary>Streams at the same time, in all and of one session.</summary>
    public const int OpenMax = 32,
        OfSessionMax = 8;

    readonly Lock _lock = new();
    readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <summary>Streams that are open.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _open.Values.Sum();
        }
    }

    /// <summary>Takes a place until the returned object is disposed of.</summary>
    /// <exception cref="ApiException">All are taken.</exception>
    public IDisposable Take(string asker)
    {
        lock (_lock)
        {
            if (_open.GetValueOrDefault(asker) >= OfSessionMax)
                throw new ApiException(
                    429,
                    $"{OfSessionMax} streams of this session are open.",
                    "Close a page of this dashboard."
                );
            if (_open.Values.Sum() >= OpenMax)
                throw new ApiException(503, $"{OpenMax} streams are open.", "Close pages of this dashboard.");
            _open[asker] = _open.GetValueOrDefault(asker) + 1;
        }
        return new Place(this, asker);
    }

    sealed class Place(StreamLimits limits, string asker) : IDisposable
    {
        int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) != 0)
                return;
            lock (limits._lock)
                if (--limits._open[asker] == 0)
                    limits._open.Remove(asker);
        }
    }
}
