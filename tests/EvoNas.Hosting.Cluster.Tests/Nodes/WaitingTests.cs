using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>What a node cannot do for one search is that search's trouble: the node works for the others, and whoever
/// asks is told why a search waits.</summary>
public class WaitingTests
{
    [Fact]
    public async Task ASearchWhoseTableANodeLacksWaitsWhileTheNodeWorksForOthers()
    {
        var isThere = false;
        await using var cluster = new SmallCluster
        {
            Lacks = (_, order) =>
                order.Name == "typo" && !Volatile.Read(ref isThere) ? "The table 'mine.csv' is not there." : null,
        };
        cluster.Start("one", 0, NodeRole.Population);
        cluster.Start("two", 2, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(30, "typo")));
        await client.Do(new Request.Run(SmallCluster.Order(100_000, "night")));

        var report = await SmallCluster.Until(
            client,
            report =>
                Of(report, "typo") is { State: "waiting", Detail: { } why }
                && why.Contains("The table 'mine.csv' is not there.")
                && Of(report, "night") is { Slots: 2 }
        );
        Assert.DoesNotContain(report.Nodes.SelectMany(node => node.Slots), slot => slot.Does == "quarantined");

        // Once it is there, the slots are asked again by themselves.
        Volatile.Write(ref isThere, true);
        await SmallCluster.Until(client, now => Of(now, "typo") is { State: "finished", Ended: 30 });
        await cluster.Stop();
        Assert.True(cluster.Verify("typo").Sound);
    }

    [Fact]
    public async Task ASearchThatNoNodeCanBreedForWaitsWithItsReasonAndHoldsNoSlot()
    {
        var knowsSpace = false;
        await using var cluster = new SmallCluster
        {
            Draft = order =>
                order.Name == "typo" && !Volatile.Read(ref knowsSpace)
                    ? throw new RequestException("The space is not known here.")
                    : new(EvoNas.Rehearsal.RehearsalSearch.Space, _ => default),
        };
        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(20, "typo")));
        await client.Do(new Request.Run(SmallCluster.Order(100_000, "night")));

        await SmallCluster.Until(
            client,
            report =>
                Of(report, "typo") is { State: "waiting", Detail: "The space is not known here." }
                && Of(report, "night") is { Slots: 2 }
        );
        Volatile.Write(ref knowsSpace, true);
        await SmallCluster.Until(client, report => Of(report, "typo") is { State: "finished", Ended: 20 });
    }

    [Fact]
    public async Task ASearchWithoutAnEvaluatorSaysSo()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 0, NodeRole.Population);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(20, "night")));

        await SmallCluster.Until(
            client,
            report =>
                Of(report, "night") is { State: "waiting", Detail: { } why } && why.Contains("there is no evaluator")
        );
    }

    [Fact]
    public async Task ASearchWhoseOnlyEvaluatorIsGoneSaysSo()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 0, NodeRole.Population);
        var two = cluster.Start("two", 2, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(100_000, "night")));
        await SmallCluster.Until(client, report => Of(report, "night") is { State: "running", Slots: 2 });

        await two.Abort();

        await SmallCluster.Until(
            client,
            report =>
                Of(report, "night") is { State: "waiting", Detail: { } why } && why.Contains("there is no evaluator")
        );
    }

    static SearchReport? Of(ClusterReport report, string search) =>
        report.Searches.FirstOrDefault(one => one.Name == search);
}
