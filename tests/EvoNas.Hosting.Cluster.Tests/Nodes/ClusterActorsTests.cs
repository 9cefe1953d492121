using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>The actors of all nodes of a cluster, asked at one of them.</summary>
public class ClusterActorsTests
{
    [Fact]
    public async Task EveryNodeTellsWhatItsActorsDoAndOneThatIsGoneIsNotLeftOut()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("first", 0, NodeRole.Population);
        var second = cluster.Start("second", 2, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await SmallCluster.Until(client, report => report.Nodes.Count(node => node.Status == "up") == 2);
        await client.Do(new Request.Run(SmallCluster.Order(30)));
        await SmallCluster.UntilFinished(client);

        var nodes = await client.Actors();
        await second.Abort();
        var left = await client.Actors();

        Assert.Equal(["first", "second"], nodes.Select(node => node.Name));
        Assert.All(nodes, node => Assert.Equal((null, null), (node.SilentSeconds, node.Refusal)));
        Assert.Contains(nodes[0].Actors, actor => (actor.Type, actor.Subject) == ("population", "rehearsal"));
        Assert.Equal(2, nodes[1].Actors.Count(actor => actor.Type == "slot"));
        Assert.All(nodes, node => Assert.Contains(node.Types, type => type.Type == "clusterwatch"));
        var gone = Assert.Single(left, node => node.Name != "first");
        Assert.Equal((second.Endpoint, 0), (gone.Address.Split('@')[1], gone.ActorCount));
        Assert.InRange(gone.SilentSeconds!.Value, 1, 240); // It does not answer.
    }
}
