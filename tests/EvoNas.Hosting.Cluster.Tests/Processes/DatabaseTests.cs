using EvoNas.Rehearsal;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>The database of a cluster stops, hangs, and returns; nothing is restarted.</summary>
[Collection(nameof(RealNodes))]
public class DatabaseTests
{
    [PostgresFact]
    public async Task ADatabaseThatIsKilledAndReturnsIsWaitedFor()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms");
        var one = await SearchingCoordinator(cluster);

        server.Crash();
        await one.Said("the journal is not available");
        server.Start();
        await cluster.Ends(5);

        await cluster.Finish("two");
    }

    [PostgresFact]
    public async Task ADatabaseThatHangsAndGoesOnIsRecoveredFrom()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms");
        var one = await SearchingCoordinator(cluster);

        var frozen = server.Processes;
        NodeProcess.Signal("STOP", frozen);
        // The fate of an append is unknown: the population is thrown away.
        await one.Said("the journal is not available");
        NodeProcess.Signal("CONT", frozen);
        await cluster.Ends(5);

        await cluster.Finish("two");
    }

    static async Task<NodeProcess> SearchingCoordinator(RealCluster cluster)
    {
        var one = await cluster.Start("one");
        await cluster.Start("two", slots: 2);
        await cluster.Begin("two");
        await cluster.Ends(5);
        return one;
    }
}
