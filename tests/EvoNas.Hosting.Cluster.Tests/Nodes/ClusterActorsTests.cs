using System.IO.Compression;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

/// <summary>What all nodes of a cluster know, asked at one of them.</summary>
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

    [Fact]
    public async Task ADrawingOfSamplesIsSentByTheNodeThatKeepsItUnlessItIsTooLong()
    {
        var kept = Directory.CreateTempSubdirectory("evonas-samples-");
        await using var cluster = new SmallCluster
        {
            SamplesFolder = (node, search) => Path.Combine(kept.FullName, node, search),
        };
        cluster.Start("first", 0, NodeRole.Population);
        cluster.Start("second", 1, NodeRole.Evaluator);
        await using var client = cluster.Client();
        await SmallCluster.Until(client, report => report.Nodes.Count(node => node.Status == "up") == 2);
        var drawing = $"<svg>{new string('ä', 100_000)}</svg>";
        var noise = new byte[SampleShelf.MessageMax];
        new Random(1).NextBytes(noise);
        var shelf = new SampleShelf(Path.Combine(kept.FullName, "second", "night"));
        shelf.Keep(3, 0.5, drawing);
        shelf.Keep(4, 0.5, Convert.ToBase64String(noise));

        var sent = await client.Samples("night", 3);
        var tooLong = await client.Samples("night", 4);
        var none = await client.Samples("night", 5);
        var another = await client.Samples("day", 3);

        using var text = new StreamReader(
            new GZipStream(new MemoryStream(Assert.IsType<byte[]>(sent.Compressed)), CompressionMode.Decompress)
        );
        Assert.Equal(drawing, await text.ReadToEndAsync());
        Assert.Null(tooLong.Compressed);
        Assert.InRange(tooLong.Bytes, SampleShelf.MessageMax + 1, 2 * SampleShelf.MessageMax);
        Assert.Equal((SampleShelf.Nothing, SampleShelf.Nothing), (none, another));
        kept.Delete(recursive: true);
    }
}
