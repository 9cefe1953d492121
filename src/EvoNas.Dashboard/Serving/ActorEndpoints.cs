using EvoNas.Actors.Monitors;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting;
using EvoNas.Reports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>What actors are doing, one by one, in the JSON of <c>evonas actors</c>. They are asked only while somebody
/// looks.</summary>
static class ActorEndpoints
{
    const int PathMax = 500;

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches) =>
        api.MapRead(
            "/actors",
            async (string? watch) =>
            {
                if (watch is { Length: > PathMax })
                    throw new RequestException($"watch has {watch.Length} characters; it takes at most {PathMax}.");
                var (all, _) = await searches.All();
                // A cluster answers once for all its searches; on one machine each process answers for its own.
                var asked = searches.Catalog.Cluster is null ? all.Where(search => search.Place.MayRun) : all.Take(1);
                var nodes = await Task.WhenAll(
                    asked.Select(search => Of(search.Place, watch == "" ? null : watch, searches.Catalog.Cluster))
                );
                return Results.Content(
                    ActorsJson.Of(nodes.SelectMany(ones => ones)).ToJsonString(),
                    "application/json"
                );
            }
        );

    static async Task<IReadOnlyList<NodeActors>> Of(SearchPlace place, string? watch, string? cluster)
    {
        try
        {
            var nodes = await place.Client.Actors(watch);
            return cluster is not null
                ? nodes
                : [.. nodes.Select(node => node with { Name = place.Name, Address = "this machine" })];
        }
        catch (Exception fault) when (fault is RequestException or SearchStoppedException)
        {
            return
            [
                NodeActors.Without(cluster ?? place.Name, cluster ?? "this machine", "silent", null, fault.Message),
            ];
        }
    }
}
