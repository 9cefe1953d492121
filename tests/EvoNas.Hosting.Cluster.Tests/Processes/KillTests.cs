using EvoNas.Rehearsal;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Processes of a cluster that are killed, frozen, ended and started again, while a search runs.</summary>
[Collection(nameof(RealNodes))]
public class KillTests
{
    // What a coordinator says when it is the one that runs the searches.
    const string Runs = "this node runs the searches";

    [Fact]
    public async Task WhatAKilledEvaluatorHeldIsEvaluatedAndItComesBack()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        var three = await cluster.Start("three", slots: 2);
        await cluster.Begin("two");
        await cluster.Ends(4, on: "three");

        await three.Kill();
        await cluster.Ends(5, on: "two");
        await cluster.Start("three", slots: 2);
        await cluster.Ends(3, on: "three");

        await cluster.Finish("two");
    }

    // It leaves its cluster in good order, so nobody is unreachable, and begins another: the evaluators are alone.
    [Fact]
    public async Task TheOnlyCoordinatorMayBeStoppedAndStartedAgain()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        var one = await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        await cluster.Start("three", slots: 1);
        await cluster.Begin("two");
        await cluster.Ends(2, on: "three");

        Assert.Equal(0, await one.Terminate());
        await cluster.Start("one");
        await cluster.Ends(2, on: "two");
        await cluster.Ends(2, on: "three");

        await cluster.Finish("two");
    }

    [Fact]
    public async Task AFrozenEvaluatorIsGivenUpAndJoinsAgainWhenItThaws()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        var one = await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        var three = await cluster.Start("three", slots: 1);
        await cluster.Begin("two");
        await cluster.Ends(2, on: "three");

        three.Signal("STOP");
        await one.Said($"{cluster.At("three")} is removed");
        await cluster.Ends(2, on: "two");
        var before = three.Count;
        three.Signal("CONT");
        await three.Said("three at ", after: before);
        await cluster.Ends(2, on: "three");

        await cluster.Finish("two");
    }

    // The goal: whichever coordinator runs the searches, and however often it is killed, another takes over and nothing
    // is lost. The method: three times kill the one that says that it runs them, and start it again.
    [PostgresFact]
    public async Task AnotherCoordinatorTakesOverHoweverOftenItIsKilled()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "100ms")
        {
            Coordinators = ["one", "two", "three"],
        };
        Dictionary<string, NodeProcess> coordinators = [];
        foreach (var name in cluster.Coordinators)
            coordinators[name] = await cluster.Start(name);
        await cluster.Start("four", slots: 2);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("four");
        await cluster.Ends(5);
        var running = "one";

        for (var kills = 0; kills < 3; kills++)
        {
            var said = coordinators.ToDictionary(pair => pair.Key, pair => pair.Value.Count);
            await coordinators[running].Kill();
            var ends = cluster.Ends(3);
            var next = await Task.WhenAny(
                coordinators
                    .Where(pair => pair.Key != running)
                    .Select(async pair =>
                    {
                        await pair.Value.Said(Runs, said[pair.Key]);
                        return pair.Key;
                    })
            );
            await ends;
            coordinators[running] = await cluster.Start(running);
            // Each of the others must know of it: two coordinators that know of no third give each other up when one is
            // killed.
            foreach (var (name, other) in coordinators)
                if (name != running)
                    await other.Said($"{cluster.At(running)} is up", said[name]);
            running = await next;
        }

        await cluster.Finish("four");
    }

    // The one that runs the searches sleeps until another does, and wakes with appends under way: the journal lets only
    // one of them write.
    [PostgresFact]
    public async Task AFrozenCoordinatorThatThawsIsTooLate()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms")
        {
            Coordinators = ["one", "two", "three"],
        };
        var one = await cluster.Start("one");
        NodeProcess[] others = [await cluster.Start("two"), await cluster.Start("three")];
        await cluster.Start("four", slots: 2);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("four");
        await cluster.Ends(5);

        one.Signal("STOP");
        await await Task.WhenAny(others.Select(node => node.Said(Runs)));
        await cluster.Ends(3);
        one.Signal("CONT");
        await one.Said("it joins again");
        await cluster.Ends(3);

        await cluster.Finish("four");
    }

    // The goal: an append that the journal has, but whose answer was lost, is there once. The method: a proxy of the
    // database that lets the commit through and holds its answer; then the coordinator is killed.
    [PostgresFact]
    public async Task AnAppendWhoseAnswerNeverCameIsThereOnce()
    {
        using var server = new PostgresServer();
        using var cable = new Cable(server.Port);
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "50ms")
        {
            ServerOf = _ => server.ConnectionString(port: cable.Port),
        };
        var one = await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        await cluster.Begin("two");
        await cluster.Ends(5);

        await cable.HoldAnswerTo("COMMIT\0"u8.ToArray());
        await one.Kill();
        var kept = await cluster.LastKept();
        Assert.True(
            kept > cluster.LastTold,
            $"The journal has {kept} events, and {cluster.LastTold} were told: nothing was held back."
        );
        cable.Release();
        await cluster.Start("one");
        await cluster.Ends(5);

        await cluster.Finish("two");
    }

    // Everything is replaced during a search, as in an upgrade: evaluators first, the coordinator that runs the
    // searches last.
    [PostgresFact]
    public async Task EveryNodeIsRestartedInTurnAndTheSearchGoesOn()
    {
        using var server = new PostgresServer();
        await using var cluster = new RealCluster(server.ConnectionString(), lookUp: "100ms")
        {
            Coordinators = ["one", "two", "three"],
        };
        Dictionary<string, NodeProcess> nodes = [];
        foreach (var name in cluster.Coordinators)
            nodes[name] = await cluster.Start(name);
        foreach (var name in (string[])["four", "five"])
            nodes[name] = await cluster.Start(name, slots: 1);
        await cluster.AllKnowTheCoordinators();
        await cluster.Begin("three");
        await cluster.Ends(5);

        foreach (var name in (string[])["four", "five", "two", "three", "one"])
        {
            Assert.Equal(0, await nodes[name].Terminate());
            var slots = name is "four" or "five" ? 1 : 0;
            nodes[name] = await cluster.Start(name, slots);
            await nodes[name].Said($"{cluster.At(name)} is up");
            await cluster.Ends(3, on: slots > 0 ? name : "");
        }

        await cluster.Finish("three");
    }
}
