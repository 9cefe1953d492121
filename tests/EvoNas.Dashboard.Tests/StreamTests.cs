using System.Net;
using System.Text.Json.Nodes;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Streams;
using EvoNas.Lineages;
using EvoNas.Rehearsal;

namespace EvoNas.Dashboard.Tests;

/// <summary>What a page is told while it is open.</summary>
public sealed class StreamTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task WhatIsAppendedIsToldOnceAndInOrder()
    {
        var events = Some.History(300);
        var search = _some.Write("day", events.Take(400));
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        using var stream = await Stream.Open(client, "api/v1/events?searches=day");

        Assert.Equal("hello", (await stream.Next()).Event);
        WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(400), first: 401);
        var births = await stream.BirthsUntil(events.Length);

        var expected = events.Skip(400).OfType<LineageEvent.Born>().Select(born => (int)born.Birth.Value);
        Assert.Empty(expected.Except(births));
        Assert.Equal($"day:{events.Length}", stream.Id);
    }

    [Fact]
    public async Task AStreamGoesOnWhereItWasCutAlsoAfterTheServerWasStartedAgain()
    {
        var events = Some.History(100);
        var search = _some.Write("day", events.Take(100));
        string id;
        await using (var first = await _some.Open())
        {
            using var client = Some.Client(first);
            using var stream = await Stream.Open(client, "api/v1/events?searches=day");
            await stream.Next();
            id = stream.Id;
        }
        Assert.Equal("day:100", id);
        WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(100), first: 101);
        await using var second = await _some.Open();
        using var again = Some.Client(second);
        again.DefaultRequestHeaders.Add("Last-Event-ID", id);
        using var resumed = await Stream.Open(again, "api/v1/events?searches=day");

        Assert.Equal("hello", (await resumed.Next()).Event);
        var births = await resumed.BirthsUntil(events.Length);

        var ended = events
            .Skip(100)
            .Select(happened => happened as LineageEvent.Scored)
            .Where(scored => scored is not null)
            .Select(scored => (int)scored!.Birth.Value);
        Assert.Empty(ended.Except(births));
    }

    [Fact]
    public async Task APageThatIsFarBehindIsToldToFetchAgain()
    {
        var events = Some.History(600);
        _some.Write("day", events);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        using var stream = await Stream.Open(client, "api/v1/events?searches=day&after=day:1");

        (string Event, JsonNode Data) told;
        do told = await stream.Next();
        while (told.Event != "resync");

        Assert.Equal(events.Length, (int)told.Data["event"]!);
    }

    [Fact]
    public async Task WithoutNamesTheNumbersOfAllSearchesAreTold()
    {
        _some.Write("day", 10);
        _some.Write("night", 10);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        using var stream = await Stream.Open(client, "api/v1/events");

        Assert.Equal("hello", (await stream.Next()).Event);
        var (kind, data) = await stream.Next();

        Assert.Equal("searches", kind);
        Assert.Equal(2, data["searches"]!.AsArray().Count);
    }

    [Fact]
    public async Task ASearchThatIsDeletedIsGone()
    {
        var search = _some.Write("day", 10);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        using var stream = await Stream.Open(client, "api/v1/events?searches=day");
        await stream.Next();

        Directory.Delete(search.Folder, recursive: true);

        string told;
        do told = (await stream.Next()).Event;
        while (told != "gone");
    }

    [Fact]
    public async Task ASessionHasEightStreamsAndGetsThemBack()
    {
        _some.Write("day", 10);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        var streams = new List<Stream>();
        for (var i = 0; i < StreamLimits.OfSessionMax; i++)
            streams.Add(await Stream.Open(client, "api/v1/events"));

        using (var refused = await client.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead))
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        streams.ForEach(stream => stream.Dispose());

        HttpStatusCode status;
        do
        {
            using var answer = await client.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            status = answer.StatusCode;
        } while (status != HttpStatusCode.OK);
    }

    [Fact]
    public void OfAllSessionsTogetherThirtyTwoStreamsAreOpen()
    {
        var limits = new StreamLimits();
        var places = Enumerable.Range(0, StreamLimits.OpenMax).Select(i => limits.Take($"{i / 8}")).ToArray();

        Assert.Equal(503, Assert.Throws<ApiException>(() => limits.Take("another")).Status);
        places[0].Dispose();
        places[0].Dispose();
        limits.Take("another").Dispose();
        Assert.Equal(StreamLimits.OpenMax - 1, limits.Open);
    }

    [Fact]
    public void AMessageHasTwoHundredChangesAndTheNextGoesOnBehindThem()
    {
        var (projection, number) = (new Projection(), 0L);
        foreach (var happened in Some.History(1000))
            projection.See(++number, DateTime.UnixEpoch, happened);

        var (after, seen) = (0L, new HashSet<int>());
        while (after < projection.Event)
        {
            var (births, upTo) = SearchFeed.Changed(projection, after);
            Assert.InRange(births.Count, 0, 200);
            Assert.True(upTo > after);
            seen.UnionWith(births);
            after = upTo;
        }
        Assert.Equal(1000, seen.Count);
    }

    [Theory]
    [InlineData("day:12,night:3", 12, 3)]
    [InlineData("day:12,night:-3", 12, null)]
    [InlineData("day:12:1,night:3", null, 3)]
    [InlineData("day:99999999999999999999", null, null)]
    [InlineData(":::,,,day", null, null)]
    public void AnIdSaysWhatThePageKnows(string id, int? day, int? night)
    {
        var known = StreamPosition.Read(id);

        Assert.Equal(day, known.TryGetValue("day", out var number) ? (int)number : null);
        Assert.Equal(night, known.TryGetValue("night", out number) ? (int)number : null);
    }

    sealed class Stream(HttpResponseMessage answer, StreamReader lines) : IDisposable
    {
        public string Id { get; private set; } = "";

        public static async Task<Stream> Open(HttpClient client, string path)
        {
            var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("no", Assert.Single(answer.Headers.GetValues("X-Accel-Buffering")));
            return new(answer, new(await answer.Content.ReadAsStreamAsync()));
        }

        public async Task<(string Event, JsonNode Data)> Next()
        {
            var kind = "";
            while (await lines.ReadLineAsync() is { } line)
                if (line.StartsWith("event: "))
                    kind = line[7..];
                else if (line.StartsWith("id: "))
                    Id = line[4..];
                else if (line.StartsWith("data: "))
                    return (kind, JsonNode.Parse(line[6..])!); // No message is null.
            throw new EndOfStreamException();
        }

        public async Task<HashSet<int>> BirthsUntil(long last)
        {
            var births = new HashSet<int>();
            while (true)
            {
                var (kind, data) = await Next();
                if (kind != "evaluation")
                    continue;
                births.UnionWith(data["rows"]!.AsArray().Select(row => (int)row!["birth"]!));
                if ((long)data["event"]! == last)
                    return births;
            }
        }

        public void Dispose()
        {
            lines.Dispose();
            answer.Dispose();
        }
    }
}
