using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class ClusterRecoveryTests
{
    [Fact]
    public async Task ADamagedEventStopsTheSearchWithItsNumber()
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);
        cluster.Damage("DELETE FROM snapshot");
        cluster.Damage("UPDATE journal SET message = x'7b7d' WHERE sequence_number = 17");
        var report = await UntilState(cluster, "broken");

        Assert.Contains("17", report.Detail);
        Assert.Equal(0, report.Slots);
    }

    [Fact]
    public async Task AMissingEventStopsTheSearch()
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);
        cluster.Damage("DELETE FROM snapshot");
        cluster.Damage("DELETE FROM journal WHERE sequence_number = 17");
        var report = await UntilState(cluster, "broken");

        Assert.Contains("Event 17 is missing", report.Detail);
    }

    [Fact]
    public async Task ASnapshotThatCannotBeReadCostsTimeNotData()
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);
        cluster.Damage("UPDATE snapshot SET snapshot = x'00'");
        var report = await UntilState(cluster, "finished");

        Assert.Equal(60, report.Ended);
    }

    static async Task<SearchReport> UntilState(SmallCluster cluster, string state)
    {
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(60)));
        return Assert.Single(
            (
                await SmallCluster.Until(client, report => report.Searches is [var search] && search.State == state)
            ).Searches
        );
    }
}
