using EvoNas.Actors.Monitors;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting;
using EvoNas.Hosting.Nodes;
using EvoNas.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>What actors are doing, one by one, in the JSON of <c>evonas actors</c>. They are asked only while somebody
/// looks.</summary>
static class ActorEndpoints
{
    const int PathMax = 500;

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches, bool withPayloads) =>
        api.MapRead(
            "/actors",
            async (string? watch) =>
            {
                if (watch is { Length: > PathMax })
                    throw new RequestException($"watch has {watch.Length} characters; it takes at most {PathMax}.");
                // A cluster answers once for all its searches, and has actors before it has one; on one machine each
                // process answers for its own.
                (string Name, SearchClient Client)[] asked = searches.Catalog.Reports is { } cluster
                    ? [(searches.Catalog.Cluster!, cluster.Client)] // A cluster has a name.
                    :
                    [
                        .. (await searches.All())
                            .Searches.Where(search => search.Place.MayRun)
                            .Select(search => (search.Place.Name, search.Place.Client)),
                    ];
                var nodes = await Task.WhenAll(
                    asked.Select(one =>
                        Of(
                            one.Name,
                            searches.Catalog.Cluster is not null,
                            () => one.Client.Actors(watch == "" ? null : watch, withPayloads)
                        )
                    )
                );
                return Results.Content(
                    ActorsJson.Of(nodes.SelectMany(ones => ones)).ToJsonString(),
                    "application/json"
                );
            }
        );

    static async Task<IReadOnlyList<NodeActors>> Of(
        string name,
        bool isCluster,
        Func<Task<IReadOnlyList<NodeActors>>> ask
    )
    {
        try
        {
            var nodes = await ask();
            return isCluster ? nodes : [.. nodes.Select(node => node with { Name = name, Address = "this machine" })];
        }
        catch (Exception fault) when (fault is RequestException or SearchStoppedException)
        {
            return [NodeActors.Without(name, isCluster ? name : "this machine", "silent", null, fault.Message)];
        }
    }
}
