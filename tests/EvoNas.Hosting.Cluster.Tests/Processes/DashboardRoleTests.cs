using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>The cluster in a browser, as real nodes show it.</summary>
[Collection(nameof(RealNodes))]
public class DashboardRoleTests
{
    [Fact]
    public async Task ANodeShowsItsClusterAndWhichOfItsNodesIsFrozen()
    {
        await using var cluster = new RealCluster { RolesOf = name => name == "three" ? ["dashboard"] : [] };
        await cluster.Start("one");
        var two = await cluster.Start("two", slots: 1);
        var three = await cluster.Start("three", 1, null, "--journal", cluster.Journal, "--dashboard-port", "0");
        var opening = new Uri(await three.Said("#t="));
        using var client = new HttpClient { BaseAddress = new(opening, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new("Bearer", opening.Fragment["#t=".Length..]);
        // Before there is a search.
        await Until(client, "cluster", all => Nodes(all).SequenceEqual(["one", "three", "two"]));
        await cluster.Begin("one");
        await cluster.Ends(3, on: "two");
        await Until(client, "searches", all => (string?)all["searches"]![0]!["state"] == "running");

        two.Signal("STOP");
        var silent = await Until(client, "cluster", all => Of(all, "two") is { } node && (bool)node["silent"]!);
        var actors = await Until(
            client,
            "actors",
            all =>
                all["nodes"]!
                    .AsArray()
                    .Any(node =>
                        (string?)node!["address"] == (string?)Of(silent, "two")!["address"]
                        && node["silentSeconds"] is not null
                    )
        );
        // The search goes on, and its pages with it.
        var before = (long)(await Json(client, $"searches/{RealCluster.Search}"))["events"]!;
        await Until(client, $"searches/{RealCluster.Search}", one => (long)one["events"]! > before);
        var searches = await Json(client, "searches");
        two.Signal("CONT");
        await Until(client, "cluster", all => Of(all, "two") is { } node && !(bool)node["silent"]!);

        Assert.NotNull((string?)Of(silent, "two")!["answered"]);
        Assert.Equal(3, actors["nodes"]!.AsArray().Count);
        Assert.Equal("running", (string?)searches["searches"]![0]!["state"]);
        Assert.Null((string?)searches["trouble"]);
        await cluster.Finish("one");
    }

    [Fact]
    public async Task ANodeThatShowsItsClusterNeedsItsJournal()
    {
        await using var cluster = new RealCluster { RolesOf = _ => ["dashboard"] };
        await cluster.Start("one");

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Start("two", 1));

        Assert.Contains("The journal of the cluster is not named", refused.Message);
    }

    static IEnumerable<string?> Nodes(JsonNode all) => all["nodes"]!.AsArray().Select(node => (string?)node!["name"]);

    static JsonNode? Of(JsonNode all, string name) =>
        all["nodes"]!.AsArray().FirstOrDefault(node => (string?)node!["name"] == name);

    static async Task<JsonNode> Json(HttpClient client, string path) =>
        JsonNode.Parse(await client.GetStringAsync(path))!; // No answer is null.

    static async Task<JsonNode> Until(HttpClient client, string path, Func<JsonNode, bool> good)
    {
        using var patience = new CancellationTokenSource(SmallCluster.Patience);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        JsonNode last;
        do
        {
            last = await Json(client, path);
            if (good(last))
                return last;
        } while (await again.WaitForNextTickAsync(patience.Token));
        throw new TimeoutException($"{path} stayed {last}");
    }
}
