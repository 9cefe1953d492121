using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EvoNas.Hosting;

/// <summary>Values that are read when metrics are collected, by functions that their owners add and remove. May be
/// used from any thread.</summary>
sealed class Readings<T>
    where T : struct
{
    readonly ConcurrentDictionary<Source, byte> _sources = new();

    /// <summary>Has these read from now on, until the returned object is disposed of.</summary>
    public IDisposable Add(Func<IEnumerable<Measurement<T>>> read)
    {
        var source = new Source(this, read);
        _sources[source] = 0;
        return source;
    }

    /// <summary>One value.</summary>
    public IDisposable Add(Func<T> read, params KeyValuePair<string, object?>[] tags) =>
        Add(() => [new Measurement<T>(read(), tags)]);

    public IEnumerable<Measurement<T>> Read()
    {
        foreach (var source in _sources.Keys)
        foreach (var measurement in source.Read())
            yield return measurement;
    }

    sealed class Source(Readings<T> all, Func<IEnumerable<Measurement<T>>> read) : IDisposable
    {
        public IEnumerable<Measurement<T>> Read() => read();

        public void Dispose() => all._sources.TryRemove(this, out _);
    }
}
