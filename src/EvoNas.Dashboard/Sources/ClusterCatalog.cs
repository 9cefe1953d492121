using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Storage;

namespace EvoNas.Dashboard.Sources;

/// <summary>The searches of a cluster: asked at one of its nodes, read in its journal.</summary>
/// <param name="node">The node, as host:port.</param>
/// <param name="client">Asks it; disposed of with this.</param>
/// <param name="open">Opens the cluster's journal to read.</param>
/// <param name="only">Names to show; empty: all there are.</param>
sealed class ClusterCatalog(
    string node,
    SearchClient client,
    Func<JournalReader> open,
    IReadOnlyCollection<string> only
) : SearchCatalog
{
    public override string? Cluster => node;

    public override async Task<IReadOnlyList<SearchPlace>> All() =>
        [
            .. (await client.Report().ConfigureAwait(false))
                .Searches.Where(search => only.Count == 0 || only.Contains(search.Name))
                .Select(search => Place(search.Name)),
        ];

    public override async Task<SearchPlace?> Find(string name) =>
        (await All().ConfigureAwait(false)).FirstOrDefault(place => place.Name == name);

    public override ValueTask DisposeAsync() => client.DisposeAsync();

    SearchPlace Place(string name) => new(name, SearchOrder.PersistenceIdOf(name), open, null, client);
}
