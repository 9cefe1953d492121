using System.Text.Json.Nodes;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;

namespace EvoNas.Hosting.Cluster.Tests.Processes;

/// <summary>Tests with real nodes run alone, one after the other: each has the machine for itself.</summary>
[CollectionDefinition(nameof(RealNodes), DisableParallelization = true)]
public class RealNodes;

/// <summary>A test with a PostgreSQL server of its own; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>A test that trains on images; skipped, with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ImagesFactAttribute : FactAttribute
{
    public ImagesFactAttribute() =>
        Skip = Directory.Exists("/usr/share/datasets/fashion-mnist")
            ? null
            : "Fashion-MNIST is not installed (Debian: apt-get install dataset-fashion-mnist).";
}

/// <summary>Nodes as a person starts, watches and steers them.</summary>
[Collection(nameof(RealNodes))]
public class NodeTests
{
    [Fact]
    public async Task ThreeProcessesEndASearchWithOneExactLineage()
    {
        await using var cluster = new RealCluster(lookUp: "0s");
        await cluster.Start("one");
        await cluster.Start("two", slots: 2);
        await cluster.Start("three", slots: 2);

        var said = await cluster.Does([
            "search",
            "--cluster",
            cluster.At("one"),
            .. cluster.OverTable,
            "--budget",
            "300",
            "--json",
        ]);

        Assert.Equal(
            300,
            said.Split('\n').Count(line => line.Contains("\"event\":\"scored\"", StringComparison.Ordinal))
        );
        await cluster.Check();
    }

    [Fact]
    public async Task ASearchIsWatchedAndSteeredFromOutside()
    {
        await using var cluster = new RealCluster();
        await cluster.Start("one");
        var two = await cluster.Start("two", slots: 1);
        var at = cluster.At("one");
        await cluster.Begin("two");
        await cluster.Ends(5);

        // A report has them.
        var nodes = JsonNode.Parse(await cluster.Does("status", "--cluster", at, "--json"))!["nodes"]!.AsArray();
        Assert.Equal(["one", "two"], nodes.Select(node => (string?)node!["name"]));
        Assert.Contains("cubes, 2 of 2 nodes up", await cluster.Does("top", "--cluster", at, "--once"));
        await cluster.Does("pause", RealCluster.Search, "--cluster", at);
        Assert.Equal(
            "paused",
            (string?)
                JsonNode.Parse(await cluster.Does("status", RealCluster.Search, "--cluster", at, "--json"))!["state"]
        );
        await cluster.Does("resume", RealCluster.Search, "--cluster", at);
        await cluster.Ends(3);
        await cluster.Does("drain", "two", "--cluster", at);
        Assert.Equal(0, await two.Ended());
        await cluster.Start("two", slots: 1);
        await cluster.Ends(3);
        await cluster.Does("extend", RealCluster.Search, "--cluster", at, "--budget", "1000001");
        await cluster.Does("stop", RealCluster.Search, "--cluster", at);
        var (code, _, error) = await cluster.Command("top", RealCluster.Search, "--cluster", at, "--once");

        Assert.Equal((2, "error: The cluster runs no search called 'night'."), (code, error.Split('\n')[0]));
    }

    [Fact]
    public async Task WhereNoNodeAnswersTheErrorSaysSo()
    {
        await using var cluster = new RealCluster();

        var (code, _, error) = await cluster.Command("status", "--cluster", cluster.At("one"));

        Assert.Equal(1, code);
        Assert.StartsWith($"error: No node answers at {cluster.At("one")}.", error);
    }

    [ImagesFact]
    public async Task EvaluatorsTrainForOneSearchAndOneOfThemIsKilled()
    {
        await using var cluster = new RealCluster();
        await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        var three = await cluster.Start("three", slots: 1);
        await cluster.Begin(
            "two",
            """
            evonas { search.limits = ["madds<=1M"]
              training { train-images = 256, validation-images = 128, epochs = 1, measure-latency = false } }
            """
        );
        await cluster.Ends(2, on: "two");
        await cluster.Ends(1, on: "three");

        await three.Kill();
        await cluster.Ends(2, on: "two");
        await cluster.Start("three", slots: 1);
        await cluster.Ends(1, on: "three");

        await cluster.Finish("two");
    }

    // A training goes on where its checkpoint lies. Where that node is gone it begins at zero, and the score says so.
    [ImagesFact]
    public async Task ARungGoesOnAtTheNodeOfItsCheckpointAndAtZeroWhereThatWasKilled()
    {
        await using var cluster = new RealCluster();
        await cluster.Start("one");
        await cluster.Start("two", slots: 1);
        var three = await cluster.Start("three", slots: 1);
        await cluster.Begin(
            "two",
            """
            evonas { search { limits = ["madds<=1M"], algorithm = asha, reduction = 2, population-size = 4 }
              training { train-images = 128, validation-images = 64, epochs = 4, measure-latency = false } }
            """
        );
        await cluster.Ends(4, on: "three");

        await three.Kill();
        await cluster.Ends(6, on: "two");
        await cluster.Finish("two");

        var events = cluster.Happened;
        var born = events.OfType<LineageEvent.Born>().ToDictionary(one => one.Birth);
        var scores = events.OfType<LineageEvent.Scored>().ToDictionary(one => one.Birth);
        var promoted = scores.Values.Where(one => born[one.Birth].Promoted is not null).ToArray();
        Assert.NotEmpty(promoted);
        Assert.All(
            promoted,
            one =>
            {
                var made = scores[born[one.Birth].Promoted!.Value].Run.Slot; // Filtered above.
                Assert.Equal(made == one.Run.Slot ? null : 0, one.From);
            }
        );
    }

    [Fact]
    public async Task WhoeverFollowsASearchGoesOnThroughAnotherNodeWhenTheirsIsKilled()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        await cluster.Start("one");
        var two = await cluster.Start("two", slots: 1);
        await cluster.Start("three", slots: 2);
        await using var client = cluster.Client("one");
        var following = cluster.Command([
            "search",
            "--cluster",
            cluster.At("two"),
            "--config",
            cluster.Settings,
            .. cluster.OverTable,
            "--budget",
            "400",
        ]);
        await SmallCluster.Until(client, report => State(report, RealCluster.Search).Ended > 40);

        await two.Kill();
        var (code, said, error) = await following.WaitAsync(SmallCluster.Patience);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{cluster.At("two")} does not answer; trying again", said);
        Assert.Contains("400/400", said);
    }

    [Fact]
    public async Task WhoeverFollowsASearchIsToldWhenTheClusterIsGone()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        var one = await cluster.Start("one", slots: 1);
        await using var client = cluster.Client("one");
        var following = cluster.Command([
            "search",
            "--cluster",
            cluster.At("one"),
            "--config",
            cluster.Settings,
            .. cluster.OverTable,
            "--budget",
            "999",
        ]);
        await SmallCluster.Until(client, report => State(report, RealCluster.Search).Ended > 4);

        await one.Kill();
        var (code, _, error) = await following.WaitAsync(SmallCluster.Patience);

        Assert.Equal(1, code);
        Assert.Contains($"No node answers any more: {cluster.At("one")}.", error);
    }

    [Fact]
    public async Task WhoeverFollowsASearchIsToldWhenItIsStopped()
    {
        await using var cluster = new RealCluster(lookUp: "200ms");
        await cluster.Start("one", slots: 1);
        await using var client = cluster.Client("one");
        var following = cluster.Command([
            "search",
            "--cluster",
            cluster.At("one"),
            "--config",
            cluster.Settings,
            .. cluster.OverTable,
            "--budget",
            "999",
        ]);
        await SmallCluster.Until(client, report => State(report, RealCluster.Search).Ended > 2);

        await cluster.Does("stop", RealCluster.Search, "--cluster", cluster.At("one"));
        var (code, said, error) = await following.WaitAsync(SmallCluster.Patience);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("stopped: the cluster runs it no longer", said);
    }

    // The golden file holds a search that ended, one that was paused by hand, and one that ran when its node was
    // killed.
    [Fact]
    public async Task TheFileOfAClusterOfAnEarlierVersionGoesOn()
    {
        await using var cluster = new RealCluster();
        GoldenSearches.Unpack(GoldenSearches.Cluster, Path.GetDirectoryName(cluster.Journal)!); // In a folder.
        cluster.AddTable("five-choices.csv", GoldenSearches.TableText);
        await cluster.Start("one", slots: 2);
        await using var client = cluster.Client("one");

        await SmallCluster.Until(client, report => State(report, "third") == ("finished", 60));
        Assert.Equal(
            ("finished", "paused"),
            (State(await client.Report(), "first").State, State(await client.Report(), "second").State)
        );
        await client.Do(new Request.Resume("second"));
        await SmallCluster.Until(client, report => State(report, "second").State == "finished");

        cluster.EndNodes();
        foreach (var search in (string[])["first", "second", "third", "stopped"])
        {
            var verification = SqliteVerification.Of(cluster.Journal, SearchOrder.PersistenceIdOf(search));
            Assert.True(verification.Sound, $"{search}: {verification.Advice}");
        }
    }

    static (string State, long Ended) State(ClusterReport report, string search)
    {
        var found = report.Searches.FirstOrDefault(one => one.Name == search);
        return found is null ? ("unknown", 0) : (found.State, found.Ended);
    }
}
