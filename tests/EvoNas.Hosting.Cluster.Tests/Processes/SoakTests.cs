using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Rehearsal;
using Xunit.Abstractions;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Two coordinators and three evaluators over PostgreSQL for two hours (EVONAS_SOAK_MINUTES: another time): an
/// evaluator is killed every minute, the active coordinator every ten, the database twice. The figures are
/// printed.</summary>
[Collection(nameof(RealNodes))]
public class SoakTests(ITestOutputHelper output)
{
    const int BetweenCoordinators = 10;

    const double GrowthMax = 1.25,
        // Of what `simulate plan` foretells.
        RateMin = 0.9;

    // Memory and threads are compared with those of a process after so many minutes of its life, and of a coordinator
    // that took the searches over so many after that: it does more from then on.
    const int SettledMinutes = 10,
        SettledMinutesAtWork = 2;

    static readonly TimeSpan Down = TimeSpan.FromSeconds(5);

    readonly Dictionary<int, Life> _lives = [];

    [LongPostgresFact]
    public async Task TwoHoursOfKillsLoseNothingAndLeaveMemoryAndThreadsFlat()
    {
        var minutes = int.TryParse(Environment.GetEnvironmentVariable("EVONAS_SOAK_MINUTES"), out var some)
            ? some
            : 120;
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "1s", pause: null)
        {
            Coordinators = ["one", "two"],
        };
        foreach (var name in cluster.Coordinators)
            await cluster.Start(name);
        foreach (var name in (string[])["three", "four", "five"])
            await cluster.Start(name, slots: 2);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("five");
        await cluster.Ends(5);
        var (begun, ended) = (Stopwatch.GetTimestamp(), cluster.Scored);

        for (var minute = 1; minute <= minutes; minute++)
        {
            await Task.Delay(TimeSpan.FromSeconds(60) - Down);
            // The third evaluator lives on, and shows what two hours do to a process.
            var victim = minute % 2 == 0 ? "three" : "four";
            await cluster.Node(victim).Kill();
            if (minute % BetweenCoordinators == 0)
            {
                var (killed, other) = minute / BetweenCoordinators % 2 == 0 ? ("two", "one") : ("one", "two");
                await cluster.Node(killed).Kill();
                if (_lives.TryGetValue(cluster.Node(other).Id, out var life))
                    life.TakesOver();
            }
            if (minute == minutes / 3 || minute == 2 * minutes / 3)
                server.Crash();
            await Task.Delay(Down);
            if (minute == minutes / 3 || minute == 2 * minutes / 3)
                server.Start();
            if (minute % BetweenCoordinators == 0)
                await cluster.Start(minute / BetweenCoordinators % 2 == 0 ? "two" : "one");
            await cluster.Start(victim, slots: 2);
            Look(cluster, minute);
        }

        var rate = (cluster.Scored - ended) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var foretold = await Foretold(cluster);
        output.WriteLine($"{rate:0.00} births/s; foretold: {foretold:0.00}");
        await cluster.Finish("five");
        foreach (var life in _lives.Values)
            Assert.True(life.IsFlat(GrowthMax), life.ToString());
        Assert.True(rate >= RateMin * foretold, $"{rate:0.00} births/s of {foretold:0.00} that were foretold.");
    }

    void Look(RealCluster cluster, int minute)
    {
        foreach (var name in (string[])["one", "two", "three", "four", "five"])
        {
            var node = cluster.Node(name);
            var status = File.ReadLines($"/proc/{node.Id}/status").ToArray();
            var (memory, threads) = (Of(status, "VmRSS:") / 1024, Of(status, "Threads:"));
            if (!_lives.TryGetValue(node.Id, out var life))
                life = _lives[node.Id] = new(name);
            life.Seen.Add((memory, threads));
            output.WriteLine($"minute {minute}: {name} ({node.Id}): {memory} MiB, {threads} threads");
        }
    }

    static long Of(string[] status, string key) =>
        long.Parse(
            status.First(line => line.StartsWith(key, StringComparison.Ordinal))[key.Length..].Split(" kB")[0],
            CultureInfo.InvariantCulture
        );

    // Each of two of three machines fails every two minutes; half a minute passes until its slots are at work again.
    static async Task<double> Foretold(RealCluster cluster)
    {
        const int Budget = 5000;
        var plan = await cluster.Does(
            "simulate",
            "plan",
            "--evaluators",
            "6",
            "--per-node",
            "2",
            "--mean",
            "1s",
            "--sigma",
            "0",
            "--failures",
            "480/day/node",
            "--repair",
            "30s",
            "--budget",
            $"{Budget}",
            "--json"
        );
        return Budget / (double)JsonNode.Parse(plan)![0]!["seconds"]!; // A forecast has them.
    }

    /// <summary>A process, looked at each minute.</summary>
    sealed class Life(string name)
    {
        int _settled = SettledMinutes;

        public List<(long Memory, long Threads)> Seen { get; } = [];

        /// <summary>It runs the searches from now on.</summary>
        public void TakesOver() => _settled = Seen.Count + SettledMinutesAtWork;

        /// <summary>True where nothing has grown since it settled.</summary>
        public bool IsFlat(double growthMax) =>
            Seen.Count <= _settled
            || Seen[^1].Memory <= growthMax * Seen[_settled].Memory
                && Seen[^1].Threads <= growthMax * Seen[_settled].Threads;

        public override string ToString() =>
            $"{name}: {string.Join(", ", Seen.Select(one => $"{one.Memory} MiB {one.Threads} threads"))}";
    }
}
