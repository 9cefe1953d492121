using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Searches.Folders;
using EvoNas.Storage;

namespace EvoNas.Dashboard.Sources;

/// <summary>The searches of a cluster: asked at one of its nodes, read in its journal.</summary>
/// <param name="node">The node, as host:port.</param>
/// <param name="client">Asks it; disposed of with this.</param>
/// <param name="open">Opens the cluster's journal to read.</param>
/// <param name="only">Names to show; empty: all there are.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <remarks>While no node knows the searches, those that were known last are shown: their journal can be read all the
/// same.</remarks>
sealed class ClusterCatalog(
    string node,
    SearchClient client,
    Func<JournalReader> open,
    IReadOnlyCollection<string> only,
    TimeProvider? time = null
) : SearchCatalog
{
    volatile IReadOnlyList<SearchPlace> _known = [];

    public override string? Cluster => node;

    public override SearchReports Reports { get; } = new(client, time ?? TimeProvider.System);

    public override async Task<(IReadOnlyList<SearchPlace> Places, string? Trouble)> All()
    {
        if (await Reports.Get().ConfigureAwait(false) is not { } report)
            return (_known, $"No node answers at {node}.");
        // With a trouble, no coordinator has told.
        if (report.Trouble is null || report.Searches.Length > 0)
            _known = [.. report.Searches.Select(search => search.Name).Where(IsShown).Select(Place)];
        return (_known, report.Trouble);
    }

    public override async Task<SearchPlace?> Find(string name) =>
        (await All().ConfigureAwait(false)).Places.FirstOrDefault(place => place.Name == name);

    public override ValueTask DisposeAsync() => client.DisposeAsync();

    // A name becomes that of a file.
    bool IsShown(string name) => Home.IsName(name) && (only.Count == 0 || only.Contains(name));

    SearchPlace Place(string name) => new(name, SearchOrder.PersistenceIdOf(name), open, null, client);
}
