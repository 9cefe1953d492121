using System.Net.Sockets;
using System.Text;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using Serilog.Core;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>Asking a search as another process of the machine does.</summary>
public sealed class SearchSocketTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    LocalSearch _search = null!; // Set before each test.

    string Place => _folder.File("evonas.sock");

    public async Task InitializeAsync() => _search = await Some.Start(Some.Plan(budget: 40, slots: 1));

    public async Task DisposeAsync()
    {
        await _search.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AnAskerLearnsWhatTheSearchDoes()
    {
        await _search.Completion;
        await using var socket = Listen();
        await using var client = new SocketClient(Place);

        var report = await client.Report();

        Assert.True(await client.IsListening());
        Assert.Equal(
            ("test", "finished", 40L),
            (report.Searches[0].Name, report.Searches[0].State, report.Searches[0].Ended)
        );
        Assert.Equal("slot-1", Assert.Single(Assert.Single(report.Nodes).Slots).Name);
    }

    [Fact]
    public async Task ARequestIsDoneOrRefusedWithAHint()
    {
        await using var socket = Listen();
        await using var client = new SocketClient(Place);

        await client.Do(new Request.Extend("test", new(60)));
        await Until.Holds(() => _search.Lineage is { Ended: 60, Finished: not null });
        var refused = await Assert.ThrowsAsync<RequestException>(() => client.Do(new Request.Pause("tset")));

        Assert.Contains("test", refused.Hint);
    }

    // Goal: a running search evaluates a proposal next. Method: its only slot holds the first birth until the proposal
    // was answered.
    [Fact]
    public async Task AProposalIsTheNextBirthOfARunningSearch()
    {
        var (began, end) = (
            new TaskCompletionSource<BirthNumber>(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        var plan = Some.Plan(budget: 5, slots: 1);
        await using var search = await Some.Start(
            plan with
            {
                Slots = [Some.SlotThatWaits(plan.Slots[0], began, end.Task)],
            }
        );
        await using var socket = SearchSocket.Listen(_folder.File("other.sock"), search.Client, Logger.None);
        await using var client = new SocketClient(_folder.File("other.sock"));
        await began.Task;

        await client.Propose(new("test", ["2,2,2,2,2,2,2,2"]));
        // The answer and the news of the event go different ways.
        await Until.Holds(() => search.Lineage.Proposals.Count > 0);
        var proposed = search.Lineage.Proposals;
        end.SetResult();
        await search.Completion;

        Assert.Equal("proposed", Assert.Single(proposed).Origin);
        Assert.Equal(new(2), search.Lineage.Best!.Individual.Birth); // A search that has ended has one.
        Assert.Equal(5, search.Lineage.Born);
        var again = await Assert.ThrowsAsync<RequestException>(() => client.Propose(new("test", ["2,2,2,2,2,2,2,2"])));
        Assert.Equal("2,2,2,2,2,2,2,2 was born or proposed already.", again.Message);
    }

    [Fact]
    public async Task AProposalThatBreaksALimitIsRefusedWithTheLimit()
    {
        var plan = Some.Plan(budget: 5, slots: 1);
        await using var search = await Some.Start(
            plan with
            {
                Settings = plan.Settings with
                {
                    Objective = plan.Settings.Objective with
                    {
                        Limits = [new(Metrics.MultiplyAdds, 5, AtLeast: false, Hard: true, Power: -1)],
                    },
                },
                KnownMetrics = genotype => Metrics.Of((Metrics.MultiplyAdds, genotype.Genes.Sum(gene => gene.Index))),
            }
        );

        var refused = await Assert.ThrowsAsync<RequestException>(() =>
            search.Client.Propose(new("test", ["0,0,0,0,0,0,0,2", "0,0,0,0,0,2,2,2"]))
        );

        Assert.Equal("0,0,0,0,0,2,2,2 breaks the limit madds<=5: it has 6.", refused.Message);
        Assert.DoesNotContain(search.Lineage.Proposals, one => one.Genotype == Genotype.Of(0, 0, 0, 0, 0, 0, 0, 2));
    }

    [Fact]
    public async Task ASubscriberIsToldEveryEvent()
    {
        await using var socket = Listen();
        await using var client = new SocketClient(Place);
        var numbers = new List<long>();
        await foreach (var told in client.Subscribe("test", CancellationToken.None))
        {
            numbers.Add(told.Number);
            if (EventSerializer.Read("search-test", told.Number, told.Manifest, told.Payload) is LineageEvent.Finished)
                break;
        }

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => (long)number), numbers);
    }

    // A process that was killed leaves its socket.
    [Fact]
    public async Task AStaleSocketIsReplaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            dead.Bind(new UnixDomainSocketEndPoint(Place));
        await using var client = new SocketClient(Place);
        Assert.False(await client.IsListening());

        await using var socket = Listen();

        Assert.True(await client.IsListening());
    }

    [Fact]
    public async Task TheSocketGoesWithItsListener()
    {
        await using (Listen())
            Assert.True(File.Exists(Place));

        Assert.False(File.Exists(Place));
    }

    [Fact]
    public async Task ManyMayAskAtOnceAndOneThatSaysNothingDelaysNoOther()
    {
        await using var socket = Listen();
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(Place));

        var reports = await Task.WhenAll(
            Enumerable
                .Range(0, 30)
                .Select(async _ =>
                {
                    await using var client = new SocketClient(Place);
                    return await client.Report();
                })
        );

        Assert.All(reports, report => Assert.Single(report.Searches));
    }

    [Fact]
    public async Task WhatIsNoRequestIsRefused()
    {
        await using var socket = Listen();
        using var asker = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await asker.ConnectAsync(new UnixDomainSocketEndPoint(Place));
        using var stream = new NetworkStream(asker);
        await stream.WriteAsync("{\"ask\":\"format the disk\"}\n"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.Contains("This is no request", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task OnlyTheOwnerMayAsk()
    {
        if (OperatingSystem.IsWindows())
            return; // It has no such modes.
        await using var socket = Listen();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Place));
    }

    // The address of a socket holds about a hundred bytes.
    [Fact]
    public async Task ASocketInADeepFolderIsReached()
    {
        var deep = Directory.CreateDirectory(Path.Combine(_folder.Path, new string('a', 80), new string('b', 80)));
        var place = Path.Combine(deep.FullName, "evonas.sock");
        await using var socket = SearchSocket.Listen(place, _search.Client, Logger.None);
        await using var client = new SocketClient(place);

        Assert.True(await client.IsListening());
        Assert.True(File.Exists(place));
    }

    SearchSocket Listen() =>
        SearchSocket.Listen(Place, _search.Client, Logger.None)
        ?? throw new InvalidOperationException("No socket could be made.");
}
