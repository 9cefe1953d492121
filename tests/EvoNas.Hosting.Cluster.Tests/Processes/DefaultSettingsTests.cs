using System.Diagnostics;
using EvoNas.Rehearsal;
using Xunit.Abstractions;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Three coordinators with the patience that users' clusters have: how long another takes over, and what a
/// loaded machine does to them. The figures are printed.</summary>
[Collection(nameof(RealNodes))]
public class DefaultSettingsTests(ITestOutputHelper output)
{
    const string Runs = "this node runs the searches";

    [LongPostgresFact]
    public async Task ACoordinatorThatIsKilledTenTimesIsReplacedEachTime()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "100ms", pause: null)
        {
            Coordinators = ["one", "two", "three"],
        };
        var coordinators = await Start(cluster);
        var running = "one";

        for (var kill = 1; kill <= 10; kill++)
        {
            var said = coordinators.ToDictionary(pair => pair.Key, pair => pair.Value.Count);
            var next = NextToRun(coordinators, running, said);
            var killed = Stopwatch.GetTimestamp();
            await coordinators[running].Kill();
            // What the evaluators were told before is not the next coordinator's.
            await next;
            await cluster.Ends(1);
            output.WriteLine($"kill {kill}: {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s to the next end");

            coordinators[running] = await cluster.Start(running);
            foreach (var (name, other) in coordinators)
                if (name != running)
                    await other.Said($"{cluster.At(running)} is up", said[name]);
            running = await next;
        }

        await cluster.Finish("four");
    }

    // EVONAS_SOAK_MINUTES shortens it. Each minute another node sleeps for five seconds, while eight processes burn
    // the processors.
    [LongPostgresFact]
    public async Task AnHourOfLoadAndOfNodesThatSleepForFiveSecondsDownsNoMember()
    {
        var minutes = int.TryParse(Environment.GetEnvironmentVariable("EVONAS_SOAK_MINUTES"), out var some) ? some : 60;
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "1s", pause: null)
        {
            Coordinators = ["one", "two", "three"],
        };
        var coordinators = await Start(cluster);
        NodeProcess[] nodes = [.. coordinators.Values, cluster.Node("four")];
        var burners = Enumerable.Range(0, 8).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToArray();
        try
        {
            for (var minute = 0; minute < minutes; minute++)
            {
                var sleeper = nodes[minute % nodes.Length];
                sleeper.Signal("STOP");
                await Task.Delay(TimeSpan.FromSeconds(5));
                sleeper.Signal("CONT");
                await Task.Delay(TimeSpan.FromSeconds(55));
            }
        }
        finally
        {
            foreach (var burner in burners)
            {
                burner.Kill();
                burner.Dispose();
            }
        }

        foreach (var node in nodes)
        {
            Assert.Equal(0, node.Times("is removed"));
            output.WriteLine($"{node.Name}: {node.Times("is unreachable")} times it took another for unreachable");
        }
        await cluster.Finish("four");
    }

    static async Task<Dictionary<string, NodeProcess>> Start(RealCluster cluster)
    {
        Dictionary<string, NodeProcess> coordinators = [];
        foreach (var name in cluster.Coordinators)
            coordinators[name] = await cluster.Start(name);
        await cluster.Start("four", slots: 2);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("four");
        await cluster.Ends(5);
        return coordinators;
    }

    static async Task<string> NextToRun(
        Dictionary<string, NodeProcess> coordinators,
        string running,
        Dictionary<string, int> said
    ) =>
        await await Task.WhenAny(
            coordinators
                .Where(pair => pair.Key != running)
                .Select(async pair =>
                {
                    await pair.Value.Said(Runs, said[pair.Key]);
                    return pair.Key;
                })
        );
}
