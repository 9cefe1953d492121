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

    [PostgresFact]
    public async Task AServerThatTakesNoWritesIsSaidToWhoeverAsks()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms");
        var one = await SearchingCoordinator(cluster);
        await using var client = cluster.Client("one");

        server.SetReadOnly(true);
        var report = await SmallCluster.Until(
            client,
            report => report is { Trouble: not null, Searches: [{ State: "waiting" or "recovering" }] }
        );
        Assert.Contains("takes no writes: it is a standby, or was made read-only", report.Trouble); // Waited for.
        await one.Said("takes no writes: it is a standby");
        var (code, _, error) = await cluster.Command("pause", RealCluster.Search, "--cluster", cluster.At("one"));
        Assert.Equal(1, code);
        Assert.Contains("The cluster's journal does not answer", error);

        server.SetReadOnly(false);
        await cluster.Ends(5);
        await cluster.Finish("two");
    }

    [PostgresFact]
    public async Task AClusterThatStartsBeforeItsDatabaseSaysWhatItWaitsFor()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms");
        server.Crash();
        var one = await cluster.Start("one");
        await cluster.Start("two", slots: 2);
        await one.Said("the list of searches cannot be read or kept");

        var (code, _, error) = await cluster.Command([
            "search",
            "--cluster",
            cluster.At("one"),
            .. cluster.OverTable,
            "--budget",
            "10",
        ]);

        Assert.Equal(1, code);
        Assert.Contains("The cluster's journal does not answer", error);
        server.Start();
        await one.Said("the list of searches is read and kept again");
        await cluster.Begin("two");
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
