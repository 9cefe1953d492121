using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class ClusterSearchTests
{
    [Fact]
    public async Task ASpaceAsLargeAsASpaceMayBeIsSearched()
    {
        var text = new string(' ', SearchOrder.SpaceBytesMax);
        await using var cluster = new SmallCluster();
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        cluster.Start("two", 2, NodeRole.Mutator, NodeRole.Evaluator);
        await using var client = cluster.Client();

        await client.Do(new Request.Run(SearchOrder.Of("rehearsal", SmallCluster.Settings(60), text)));
        await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        Assert.True(cluster.Verify().Sound);
        var refused = Assert.Throws<RequestException>(() =>
            SearchOrder.Of("rehearsal", SmallCluster.Settings(60), text + " ")
        );
        Assert.Contains("a cluster takes at most 524288", refused.Message);
    }

    [Fact]
    public async Task OfTwoNodesOfOneNameTheYoungerEndsAndSaysWhy()
    {
        await using var cluster = new SmallCluster();
        var one = cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        var first = cluster.Start("two", 1, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await SmallCluster.Until(client, report => report.Nodes.Count(node => node.Status == "up") == 2);

        var second = cluster.Start("two", 1, NodeRole.Evaluator);
        await second.Ended.WaitAsync(SmallCluster.Patience);

        Assert.Equal($"The node at {first.Endpoint} has the name 'two' already.", second.Refused);
        await client.Do(new Request.Run(SmallCluster.Order(20)));
        await SmallCluster.UntilFinished(client);
        Assert.Equal((null, null), (one.Refused, first.Refused));
    }

    // Asked of a node that runs no searches, for one that waits for slots.
    [Fact]
    public async Task AProposalIsBornFirstOnWhateverNodeItIsAskedFor()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 0, NodeRole.Mutator);
        cluster.Start("two", 0, NodeRole.Population);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(20)));

        await client.Propose(new("rehearsal", ["2,2,2,2,2,2,2,2"]));
        var refused = await Assert.ThrowsAsync<RequestException>(() => client.Propose(new("rehearsal", ["2,2"])));
        cluster.Start("three", 1, NodeRole.Evaluator);
        var events = await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        Assert.StartsWith("'2,2' is no genotype of the space: ", refused.Message);
        var first = events.OfType<LineageEvent.Born>().First();
        Assert.Equal(("2,2,2,2,2,2,2,2", "proposed"), ($"{first.Genotype}", first.Origin));
        Assert.Equal(20, events.OfType<LineageEvent.Scored>().Count());
        Assert.True(cluster.Verify().Sound);
    }

    [Fact]
    public async Task SeveralNodesEndASearchWithOneExactLineage()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 0, NodeRole.Population);
        cluster.Start("two", 2, NodeRole.Evaluator);
        cluster.Start("three", 2, NodeRole.Evaluator, NodeRole.Mutator);
        await using var client = cluster.Client();

        await client.Do(new Request.Run(SmallCluster.Order(200)));
        var events = await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        var verification = cluster.Verify();
        Assert.True(verification.Sound, verification.Advice + string.Join('\n', verification.Findings));
        var lineage = cluster.Lineage();
        Assert.Equal((200, FinishedReason.Budget), (lineage.Ended, lineage.Finished));
        Assert.Equal(events.Count, lineage.Events);
        Assert.All(
            events.OfType<LineageEvent.Scored>(),
            scored => Assert.Matches("^(two|three)-[12]$", scored.Run.Slot)
        );
    }

    // What the node knows of itself comes by events; the cluster's own view was often a moment behind them, and no
    // later event told of it.
    [Fact]
    public async Task EveryNodeThatIsUpBecomesReady()
    {
        await using var cluster = new SmallCluster();
        ClusterNode[] nodes =
        [
            cluster.Start("one", 0, NodeRole.Population),
            cluster.Start("two", 1, NodeRole.Evaluator),
            cluster.Start("three", 0, NodeRole.Monitor),
        ];
        await using var client = cluster.Client();
        await SmallCluster.Until(client, _ => nodes.All(node => node.Readiness.NotReady is null));
    }

    // The default is a minute: a node that waited for it would be given up here.
    [Fact]
    public async Task ANodeLeavesWhenItsDrainTimeIsOverAndItsTrainingGoesToAnother()
    {
        var (started, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var cluster = new SmallCluster
        {
            DrainTime = TimeSpan.FromSeconds(1),
            Evaluate = async (assignment, stop) =>
            {
                started.TrySetResult();
                await mayEnd.Task.WaitAsync(stop);
                return SmallCluster.Score(assignment);
            },
        };
        cluster.Start("one", 0, NodeRole.Population);
        var two = cluster.Start("two", 1, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(3)));
        await started.Task.WaitAsync(SmallCluster.Patience);

        await two.Leave().WaitAsync(TimeSpan.FromSeconds(50));
        mayEnd.SetResult();
        cluster.Start("three", 1, NodeRole.Evaluator);
        var events = await SmallCluster.UntilFinished(client);

        Assert.All(events.OfType<LineageEvent.Scored>(), scored => Assert.Equal("three-1", scored.Run.Slot));
    }

    [Fact]
    public async Task ASearchBegunInProcessGoesOnInTheClusterAndEndsInProcess()
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);

        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using (var client = cluster.Client())
        {
            await client.Do(new Request.Run(SmallCluster.Order(60)));
            await SmallCluster.Until(client, report => report.Searches is [{ State: "finished", Ended: 60 }]);
        }
        await cluster.Stop();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await cluster.RunInProcess(90);

        var verification = cluster.Verify();
        Assert.True(verification.Sound, verification.Advice + string.Join('\n', verification.Findings));
        Assert.Equal(90, (cluster.Lineage()).Ended);
    }

    // What a person told the cluster is the cluster's: the next start in a process of its own continues the search.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASearchThatWasPausedOrStoppedOnTheClusterEndsInProcess(bool isStopped)
    {
        await using var cluster = new SmallCluster();
        await cluster.RunInProcess(30);

        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using (var client = cluster.Client())
        {
            await client.Do(new Request.Run(SmallCluster.Order(1_000_000)));
            await SmallCluster.Until(client, report => report.Searches is [{ Ended: > 40 }]);
            await client.Do(isStopped ? new Request.Stop("rehearsal") : new Request.Pause("rehearsal"));
            if (!isStopped)
                await SmallCluster.Until(client, report => report.Searches is [{ State: "paused", Slots: 0 }]);
        }
        await cluster.Stop();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var ended = (int)cluster.Lineage().Ended;
        await cluster.RunInProcess(ended + 50);

        var verification = cluster.Verify();
        Assert.True(verification.Sound, verification.Advice + string.Join('\n', verification.Findings));
        Assert.Equal((ended + 50, FinishedReason.Budget), (cluster.Lineage().Ended, cluster.Lineage().Finished));
    }

    [Fact]
    public async Task AStoppedSearchGoesOnUnderItsOwnSettingsOnly()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(20)));
        await SmallCluster.Until(client, report => report.Searches is [{ State: "finished" }]);
        await client.Do(new Request.Stop("rehearsal"));

        var refusal = await Assert.ThrowsAsync<RequestException>(() =>
            client.Do(new Request.Run(SmallCluster.Order(40, seed: 8)))
        );
        Assert.Contains("'rehearsal' was begun with other settings.", refusal.Message);
        Assert.Empty((await client.Report()).Searches);
        await client.Do(new Request.Run(SmallCluster.Order(40)));
        await SmallCluster.Until(client, report => report.Searches is [{ State: "finished", Ended: 40 }]);

        await cluster.Stop();
        Assert.True(cluster.Verify().Sound);
    }

    [Fact]
    public async Task OfClientsThatBeginOneNameAtOnceWithDifferentSettingsOneIsAccepted()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Report();

        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(seed => Begin((ulong)seed)));

        Assert.Single(answers, refusal => refusal is null);
        Assert.Equal(7, answers.Count(refusal => refusal == "'rehearsal' was begun with other settings."));

        async Task<string?> Begin(ulong seed)
        {
            try
            {
                await client.Do(new Request.Run(SmallCluster.Order(10, seed: seed)));
                return null;
            }
            catch (RequestException refusal)
            {
                return refusal.Message;
            }
        }
    }

    [Fact]
    public async Task WithOneSlotAClusterFindsWhatOneProcessFinds()
    {
        await using var inProcess = new SmallCluster();
        await inProcess.RunInProcess(50);
        await using var cluster = new SmallCluster();
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(50)));
        await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        var (expected, found) = (inProcess.Lineage(), cluster.Lineage());
        Assert.Equal(expected.Population.Members, found.Population.Members);
        Assert.Equal(expected.Best, found.Best);
    }

    [Fact]
    public async Task TwoSearchesShareTheSlotsAndBothEnd()
    {
        var bothRun = new TaskCompletionSource();
        await using var cluster = new SmallCluster
        {
            Evaluate = async (assignment, stop) =>
            {
                await bothRun.Task.WaitAsync(stop);
                return SmallCluster.Score(assignment);
            },
        };
        cluster.Start("one", 2, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(60, "left")));
        await client.Do(new Request.Run(SmallCluster.Order(60, "right", seed: 8)));
        bothRun.SetResult();

        await SmallCluster.UntilFinished(client, "left");
        await SmallCluster.UntilFinished(client, "right");
        await cluster.Stop();

        Assert.True(cluster.Verify("left").Sound);
        Assert.True(cluster.Verify("right").Sound);
    }

    [Fact]
    public async Task WhatANodeHeldThatVanishedIsEvaluatedElsewhere()
    {
        var gone = new TaskCompletionSource();
        await using var cluster = new SmallCluster
        {
            Evaluate = async (assignment, stop) =>
            {
                if (assignment.Birth.Value > 12)
                    await gone.Task.WaitAsync(stop);
                return SmallCluster.Score(assignment);
            },
        };
        cluster.Start("one", 0, NodeRole.Population);
        cluster.Start("two", 1, NodeRole.Evaluator);
        var lost = cluster.Start("three", 1, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(60)));
        var ended = 0;
        using var patience = new CancellationTokenSource(SmallCluster.Patience);
        await foreach (var told in client.Subscribe("rehearsal", patience.Token))
            if (told.Manifest == "scored" && ++ended == 12)
                break;

        await lost.Abort();
        gone.SetResult();
        await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        Assert.True(cluster.Verify().Sound);
        Assert.Equal(60, (cluster.Lineage()).Scored);
    }

    [Fact]
    public async Task APausedSearchWaitsAndGoesOn()
    {
        var told = new TaskCompletionSource();
        await using var cluster = new SmallCluster
        {
            Evaluate = async (assignment, stop) =>
            {
                await told.Task.WaitAsync(stop);
                return SmallCluster.Score(assignment);
            },
        };
        cluster.Start("one", 1, NodeRole.Population, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await client.Do(new Request.Run(SmallCluster.Order(2000)));
        await client.Do(new Request.Pause("rehearsal"));
        told.SetResult();
        var paused = Assert.Single(
            (await SmallCluster.Until(client, report => report.Searches is [{ State: "paused", Slots: 0 }])).Searches
        );
        Assert.Equal(paused.Ended, Assert.Single((await client.Report()).Searches).Ended);

        await client.Do(new Request.Extend("rehearsal", new(paused.Ended + 5)));
        await client.Do(new Request.Resume("rehearsal"));
        await SmallCluster.UntilFinished(client);
        await cluster.Stop();

        Assert.Equal(paused.Ended + 5, (cluster.Lineage()).Ended);
    }

    [Fact]
    public async Task AnUnknownSearchIsRefused()
    {
        await using var cluster = new SmallCluster();
        cluster.Start("one", 0, NodeRole.Population);
        await using var client = cluster.Client();

        var fault = await Assert.ThrowsAsync<RequestException>(() => client.Do(new Request.Pause("nowhere")));

        Assert.Contains("no search of that name", fault.Message);
    }
}
