using EvoNas.Evolution;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>Nodes of different builds in one cluster, and journals of newer builds.</summary>
public class MixedVersionTests
{
    [Fact]
    public async Task AnOlderNodeTakesNoWorkOfANewerSearchAndHindersNoOther()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("new", 0, protocol: SearchOrder.Protocol + 1, NodeRole.Population);
        cluster.Start("old", 1, protocol: SearchOrder.Protocol, NodeRole.Evaluator);
        cluster.Start("other", 1, protocol: SearchOrder.Protocol + 1, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await SmallCluster.Until(client, report => report.Nodes.Count(node => node.Status == "up") == 3);

        await client.Do(new Request.Run(SmallCluster.Order(60)));
        var events = await SmallCluster.UntilFinished(client);
        var report = await client.Report();
        await cluster.Stop();

        Assert.All(events.OfType<LineageEvent.Scored>(), scored => Assert.Equal("other-1", scored.Run.Slot));
        Assert.Equal("idle", Assert.Single(report.Nodes, node => node.Name == "old").Slots[0].Does);
        Assert.True(cluster.Verify().Sound);
    }

    [Fact]
    public async Task ANewerNodeWorksForAnOlderCoordinator()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("old", 0, protocol: SearchOrder.Protocol, NodeRole.Population);
        cluster.Start("new", 1, protocol: SearchOrder.Protocol + 1, NodeRole.Evaluator);
        await using var client = cluster.Client();

        await client.Do(new Request.Run(SmallCluster.Order(20)));
        await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        Assert.Equal(20, (cluster.Lineage()).Scored);
    }

    // What rungs ask of a slot is new; a search of full trainings goes on while the nodes are replaced.
    [Fact]
    public async Task ANodeOfTheBuildBeforeRungsTrainsInFullAndTakesNoRung()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("new", 0, NodeRole.Population);
        cluster.Start("old", 1, protocol: 2, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(20)));
        var full = await SmallCluster.UntilFinished(client);
        var inRungs = SmallCluster.Settings(6, 7) with
        {
            Algorithm = Algorithm.Asha,
            Rungs = RungRules.Of(9),
            EarlyStopping = false,
        };

        await client.Do(new Request.Run(SearchOrder.Of("rungs", inRungs, null)));
        cluster.Start("other", 1, NodeRole.Evaluator);
        var rungs = await SmallCluster.UntilFinished(client, "rungs");
        await cluster.Stop();

        Assert.All(full.OfType<LineageEvent.Scored>(), scored => Assert.Equal("old-1", scored.Run.Slot));
        Assert.All(rungs.OfType<LineageEvent.Scored>(), scored => Assert.Equal("other-1", scored.Run.Slot));
        Assert.Contains(rungs.OfType<LineageEvent.Born>(), born => born.Rung == 2);
        Assert.True(cluster.Verify("rungs").Sound);
    }

    // A newer build wrote an event that this one does not know: it must neither skip it nor write behind it.
    [Fact]
    public async Task AnEventOfANewerBuildStopsTheSearchCleanly()
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);
        cluster.Damage("DELETE FROM snapshot");
        cluster.Damage("UPDATE journal SET manifest = 'scored-2' WHERE sequence_number = 17");
        var before = cluster.Rows("search-rehearsal");
        cluster.Start("one", 1, protocol: SearchOrder.Protocol, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(60)));
        // Another search is not hindered.
        await client.Do(new Request.Run(SmallCluster.Order(20, "healthy")));
        await SmallCluster.UntilFinished(client, "healthy");
        var report = await SmallCluster.Until(
            client,
            report => report.Searches.Any(search => search.State == "broken")
        );
        await cluster.Stop();

        var broken = Assert.Single(report.Searches, search => search.Name == "rehearsal");
        Assert.Contains(
            "Event 17 has the unknown manifest 'scored-2': it was written by a newer EvoNas",
            broken.Detail
        );
        Assert.Equal(before, cluster.Rows("search-rehearsal"));
    }
}
