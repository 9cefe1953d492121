using System.Net.Sockets;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Tests.Inspection;

/// <summary>The actors of a real search, asked one by one.</summary>
public sealed class ActorsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    // An earlier version answers that it is no request.
    [Fact]
    public async Task AProcessOfAnEarlierVersionIsSaidToBeOne()
    {
        var place = _folder.File("earlier.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(place));
        listener.Listen();
        await using var client = new SocketClient(place);

        var asked = client.Actors();
        using var asker = await listener.AcceptAsync();
        var line = new byte[1000];
        var read = await asker.ReceiveAsync(line);
        await asker.SendAsync("{\"refused\":\"This is no request: unknown\"}\n"u8.ToArray());
        var refused = await Assert.ThrowsAsync<RequestException>(() => asked);

        Assert.Equal("{\"ask\":\"actors\"}\n", System.Text.Encoding.UTF8.GetString(line, 0, read));
        Assert.StartsWith("It runs an earlier version", refused.Message);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryActorOfASearchTellsWhatItDoes()
    {
        await using var search = await Some.Start(Some.Plan(budget: 40, slots: 2));
        await search.Completion;

        var node = Assert.Single(await search.Client.Actors());

        Assert.Equal(("local", "up", null, null), (node.Name, node.Status, node.SilentSeconds, node.Refusal));
        Assert.Equal(
            ["gate", "journal", "monitor", "mutator", "population", "searches", "searchlist", "slot", "slot"],
            node.Actors.Select(actor => actor.Type).Order(StringComparer.Ordinal)
        );
        Assert.All(node.Actors, actor => Assert.Equal((0, null), (actor.Failures, actor.Stuck)));
        var population = Assert.Single(node.Actors, actor => actor.Type == "population");
        Assert.Equal("test", population.Subject);
        Assert.InRange(population.Messages, 40, 4000);
        Assert.InRange(population.Times.HandlingP99, 1e-9, 600);
        // The gateway is answering this.
        Assert.Equal("Actors", Assert.Single(node.Actors, actor => actor.Type == "gate").Current);
        Assert.Equal(2, Assert.Single(node.Types, type => type.Type == "slot").Live);
    }

    [Fact]
    public async Task ABirthIsFollowedThroughAllActorsThatHandledIt()
    {
        await using var search = await Some.Start(Some.Plan(budget: 40, slots: 2));
        await search.Completion;
        var place = _folder.File("evonas.sock");
        await using var socket = SearchSocket.Listen(place, search.Client, Serilog.Core.Logger.None);
        await using var client = new SocketClient(place);

        var node = Assert.Single(await client.Trace("test", 40));

        Assert.Equal(("local", null, null), (node.Name, node.Refusal, node.KeptSeconds));
        Assert.Equal(
            ["population Mutated", "slot Evaluate", "slot Ended", "population Evaluated"],
            node.Steps.Where(step => step.Actor != "searches" && step.Message != "Recorded")
                .Select(step => $"{step.Actor} {step.Message}")
        );
        Assert.All(
            node.Steps.Where(step => step.Message is "Evaluate" or "Ended" or "Evaluated"),
            step => Assert.Equal(1, step.Attempt)
        );
        Assert.Equal(
            node.Steps.Select(step => step.SecondsAgo).OrderDescending(),
            node.Steps.Select(step => step.SecondsAgo)
        );
        Assert.Empty(Assert.Single(await client.Trace("test", 41)).Steps);
        Assert.DoesNotContain(
            Assert.Single(await client.Trace("another", 40)).Steps,
            step => step.Actor is "slot" or "population"
        );
    }

    [Fact]
    public async Task AnotherProcessIsToldTheSame()
    {
        await using var search = await Some.Start(Some.Plan(budget: 40, slots: 1));
        await search.Completion;
        var place = _folder.File("evonas.sock");
        await using var socket = SearchSocket.Listen(place, search.Client, Serilog.Core.Logger.None);
        await using var client = new SocketClient(place);

        await client.Actors("/user/slot-1");
        await client.Do(new EvoNas.Hosting.Messages.Request.Extend("test", new(60)));
        await Until.Holds(() => search.Lineage is { Ended: 60, Finished: not null });
        var slot = Assert.Single(
            Assert.Single(await client.Actors("/user/slot-1")).Actors,
            actor => actor.Path == "/user/slot-1"
        );

        Assert.NotEmpty(slot.Recent);
        Assert.All(slot.Recent, one => Assert.Null(one.Failure));
        Assert.Contains(slot.Recent, one => one.Type == "ToSlot");
        Assert.All(slot.Recent, one => Assert.Null(one.Payload));

        await client.Actors("/user/slot-1", withPayloads: true);
        await client.Do(new EvoNas.Hosting.Messages.Request.Extend("test", new(80)));
        await Until.Holds(() => search.Lineage is { Ended: 80, Finished: not null });
        slot = Assert.Single(
            Assert.Single(await client.Actors("/user/slot-1", withPayloads: true)).Actors,
            actor => actor.Path == "/user/slot-1"
        );
        Assert.Contains(slot.Recent, one => one.Payload?.Contains("Evaluate") == true);
    }
}
