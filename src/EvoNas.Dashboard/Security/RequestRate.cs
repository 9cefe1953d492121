namespace EvoNas.Dashboard.Security;

/// <summary>How often each asker may ask: a bucket that fills again.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class RequestRate(double perSecond, double burst, TimeProvider time)
{
    // Askers that are remembered; those that have not asked for longest are forgotten.
    const int AskersMax = 4096;

    readonly Lock _lock = new();
    readonly Dictionary<string, (double Left, long At)> _askers = new(StringComparer.Ordinal);

    /// <summary>Takes one request of an asker; false where it asks too often.</summary>
    public bool TryTake(string asker)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_askers.Count >= AskersMax && !_askers.ContainsKey(asker))
                foreach (var old in _askers.OrderBy(pair => pair.Value.At).Take(AskersMax / 4).ToArray())
                    _askers.Remove(old.Key);
            var (left, at) = _askers.GetValueOrDefault(asker, (burst, now));
            left = Math.Min(burst, left + time.GetElapsedTime(at, now).TotalSeconds * perSecond);
            var granted = left >= 1;
            _askers[asker] = (granted ? left - 1 : left, now);
            return granted;
        }
    }
}
