using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using Xunit.Abstractions;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class ManySearchesTests(ITestOutputHelper output)
{
    const int Warm = 100,
        All = 1000;

    // Of the managed heap, for each search that was begun, finished and stopped.
    const int BytesMax = 10_000;

    /// <summary>What a node keeps of a search that was stopped must not add up.</summary>
    [LongFact]
    public async Task AThousandSearchesOneAfterTheOtherLeaveNoMemoryBehind()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        long warm = 0;

        for (var i = 1; i <= All; i++)
        {
            var name = $"night-{i}";
            await client.Do(new Request.Run(SmallCluster.Order(5, name)));
            await SmallCluster.UntilFinished(client, name);
            await client.Do(new Request.Stop(name));
            if (i is not (Warm or All))
                continue;
            await SmallCluster.Until(client, report => report.Searches.Length == 0);
            var bytes = GC.GetTotalMemory(forceFullCollection: true);
            output.WriteLine($"after {i} searches: {bytes} bytes");
            if (i == Warm)
                warm = bytes;
            else
                Assert.InRange((bytes - warm) / (All - Warm), long.MinValue, BytesMax);
        }
    }
}
