using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Serving;
using Serilog;

namespace EvoNas.Dashboard.Sources;

/// <summary>All searches that were looked at, each once for all pages.</summary>
/// <remarks>May be shared between threads.</remarks>
sealed class WatchedSearches(SearchCatalog catalog, string? projectionFolder, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    // A history that was not requested for so long is unloaded.
    static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    readonly Lock _lock = new();
    readonly Dictionary<string, WatchedSearch> _searches = new(StringComparer.Ordinal);

    public SearchCatalog Catalog => catalog;

    /// <summary>A search.</summary>
    /// <exception cref="ApiException">There is none of this name.</exception>
    public async Task<WatchedSearch> Find(string name) =>
        await TryFind(name).ConfigureAwait(false)
        ?? throw new ApiException(404, $"There is no search '{name}' here.", "All: api/v1/searches.");

    /// <summary>A search; null where there is none of this name.</summary>
    public async Task<WatchedSearch?> TryFind(string name)
    {
        if (await catalog.Find(name).ConfigureAwait(false) is { } place)
            return Of(place);
        lock (_lock)
            if (_searches.Remove(name, out var gone))
                gone.Dispose();
        return null;
    }

    /// <summary>All searches, and why they are not known.</summary>
    public async Task<(IReadOnlyList<WatchedSearch> Searches, string? Trouble)> All()
    {
        var (places, trouble) = await catalog.All().ConfigureAwait(false);
        return ([.. places.Select(Of)], trouble);
    }

    /// <summary>All searches in numbers.</summary>
    public async Task<SearchesAnswer> Summaries()
    {
        var (searches, trouble) = await All().ConfigureAwait(false);
        var summaries = await Task.WhenAll(searches.Select(search => Task.Run(search.Summary))).ConfigureAwait(false);
        Sweep();
        return new(summaries, time.GetUtcNow().UtcDateTime, trouble);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var search in _searches.Values)
                search.Dispose();
            _searches.Clear();
        }
        await catalog.DisposeAsync().ConfigureAwait(false);
    }

    WatchedSearch Of(SearchPlace place)
    {
        lock (_lock)
        {
            if (_searches.TryGetValue(place.Name, out var watched))
                return watched;
            // A cluster answers for all of its searches at once.
            var reports = catalog.Reports ?? new(place.Client, time);
            var kept = projectionFolder is null
                ? null
                : new ProjectionFile(Path.Combine(projectionFolder, $"{place.Name}.db"), log)
                {
                    PersistenceId = place.PersistenceId,
                };
            return _searches[place.Name] = new(place, reports, kept, time, log);
        }
    }

    void Sweep()
    {
        WatchedSearch[] old;
        lock (_lock)
            old =
            [
                .. _searches.Values.Where(search =>
                    search.Folded.Event > 0 && time.GetUtcNow().UtcDateTime - search.Asked > KeptFor
                ),
            ];
        foreach (var search in old)
            search.Forget();
    }
}
