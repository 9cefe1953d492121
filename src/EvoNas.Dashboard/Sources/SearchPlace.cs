using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Folders;
using EvoNas.Storage;

namespace EvoNas.Dashboard.Sources;

/// <summary>Where one search is found: its journal to read, and who may be asked what it is doing.</summary>
/// <param name="Name">Its name, checked.</param>
/// <param name="PersistenceId">Its name in the journal.</param>
/// <param name="Open">Opens the journal to read.</param>
/// <param name="Folder">What lies beside the journal; null for a search of a cluster.</param>
/// <param name="Client">Asks and steers it.</param>
sealed record SearchPlace(
    string Name,
    string PersistenceId,
    Func<JournalReader> Open,
    SearchFolder? Folder,
    SearchClient Client
)
{
    /// <summary>A process has its journal open to write; true on a cluster, where only the report knows.</summary>
    public bool MayRun => Folder?.IsRunning ?? true;
}

/// <summary>The searches that a dashboard shows.</summary>
abstract class SearchCatalog : IAsyncDisposable
{
    /// <summary>The node that is asked, as host:port; null on one machine.</summary>
    public abstract string? Cluster { get; }

    /// <summary>What the cluster does; null on one machine, where each search is asked by itself.</summary>
    public abstract SearchReports? Reports { get; }

    /// <summary>All searches, by name, and why they may be others by now; null: they are known.</summary>
    public abstract Task<(IReadOnlyList<SearchPlace> Places, string? Trouble)> All();

    /// <summary>The search of a name, which comes from an address; null where there is none.</summary>
    public abstract Task<SearchPlace?> Find(string name);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
