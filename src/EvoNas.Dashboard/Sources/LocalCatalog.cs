using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Folders;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Dashboard.Sources;

/// <summary>The searches of this machine, whichever process runs them.</summary>
/// <param name="home">The folder in which they live.</param>
/// <param name="only">Names to show; empty: all there are, also those that begin later.</param>
sealed class LocalCatalog(Home home, IReadOnlyCollection<string> only) : SearchCatalog
{
    // A reader that waits keeps nobody from writing, but its answer is late: better none.
    static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(1);

    public override string? Cluster => null;

    public override SearchReports? Reports => null;

    public override Task<(IReadOnlyList<SearchPlace> Places, string? Trouble)> All() =>
        Task.FromResult<(IReadOnlyList<SearchPlace>, string?)>(
            ([.. home.All().Where(folder => only.Count == 0 || only.Contains(folder.Name)).Select(Place)], null)
        );

    // Names match the list; they are never joined to a path unchecked.
    public override Task<SearchPlace?> Find(string name)
    {
        if (only.Count > 0 && !only.Contains(name))
            return Task.FromResult<SearchPlace?>(null);
        try
        {
            return Task.FromResult(home.At(name) is { Exists: true } folder ? Place(folder) : null);
        }
        catch (RequestException)
        {
            return Task.FromResult<SearchPlace?>(null);
        }
    }

    static SearchPlace Place(SearchFolder folder) =>
        new(
            folder.Name,
            folder.PersistenceId,
            () => SqliteReader.Open(folder.Journal, BusyTimeout),
            folder,
            new SocketClient(folder.Socket)
        );
}
