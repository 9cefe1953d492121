using System.Text;
using System.Text.Json;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Security;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EvoNas.Dashboard.Streams;

/// <summary>Tells pages what happens, as server-sent events.</summary>
sealed class EventStream(
    WatchedSearches searches,
    StreamLimits limits,
    string version,
    TimeProvider time,
    CancellationToken stopping
)
{
    const int SearchesMax = 8;

    // Four messages a second at most.
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250),
        BetweenSummaries = TimeSpan.FromSeconds(2),
        BetweenComments = TimeSpan.FromSeconds(15),
        WritePatience = TimeSpan.FromSeconds(10);

    /// <summary>Answers until the page leaves, its session is over, or the dashboard ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="names">With commas; empty: all searches, in numbers only.</param>
    /// <param name="after">What the page knows, see <see cref="StreamPosition"/>.</param>
    /// <param name="until">When the session ends, UTC.</param>
    public async Task Serve(HttpContext context, string? names, string? after, DateTime until)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            Head(context.Response);
            return;
        }
        string[] wanted = [.. (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        if (wanted.Length > SearchesMax)
            throw new RequestException($"searches names {wanted.Length}; it takes at most {SearchesMax}.");
        using var place = limits.Take(Guard.AskerOf(context));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        string? resumed = context.Request.Headers["Last-Event-ID"];
        var known = StreamPosition.Read(resumed ?? after);
        var feeds = new List<SearchFeed>();
        foreach (var name in wanted)
        {
            var feed = new SearchFeed(await searches.Find(name), time);
            await feed.Begin(known.TryGetValue(name, out var last) ? last : null);
            feeds.Add(feed);
        }
        Head(context.Response);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await Write(context, "retry: 1000\n\n", stop.Token);
            await Send(
                context,
                feeds,
                SearchFeed.Message(
                    "hello",
                    new
                    {
                        version,
                        projection = Projection.Version,
                        ids = feeds.ToDictionary(feed => feed.Name, feed => feed.Event),
                    }
                ),
                stop.Token
            );
            await Tell(context, feeds, until, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // It left, or the dashboard ends; one that takes nothing is cut off.
            context.Abort();
        }
    }

    async Task Tell(HttpContext context, List<SearchFeed> feeds, DateTime until, CancellationToken stop)
    {
        var (turn, summaries, asked, said) = (0, "", DateTime.MinValue, Now);
        var all = feeds.Count == 0;
        while (Now < until)
        {
            await Task.Delay(Tick, time, stop);
            StreamMessage? message = null;
            if (all && Now - asked >= BetweenSummaries)
            {
                asked = Now;
                // The time of the answer is no news.
                var answer = await searches.Summaries();
                var text = JsonSerializer.Serialize(answer.Searches, JsonSerializerOptions.Web);
                if (text != summaries)
                    message = SearchFeed.Message("searches", answer);
                summaries = text;
            }
            for (var i = 0; i < feeds.Count && message is null; i++)
            {
                var feed = feeds[turn++ % feeds.Count];
                if (await searches.TryFind(feed.Name) is null)
                {
                    feeds.Remove(feed);
                    message = SearchFeed.Message("gone", new { search = feed.Name });
                }
                else
                    message = await Next(feed);
            }
            if (message is { } told)
                await Send(context, feeds, told, stop);
            else if (Now - said >= BetweenComments)
                await Write(context, ": still here\n\n", stop);
            else
                continue;
            said = Now;
        }
    }

    // A journal that cannot be read at the moment is told by the state of the search.
    static async Task<StreamMessage?> Next(SearchFeed feed)
    {
        try
        {
            return await feed.Next();
        }
        catch (Exception fault) when (Problem.Of(fault) is not null)
        {
            return null;
        }
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    static void Head(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    // JSON has no line breaks: a message is one line of data.
    static Task Send(HttpContext context, List<SearchFeed> feeds, StreamMessage message, CancellationToken stop)
    {
        var id = StreamPosition.Write(feeds.Select(feed => KeyValuePair.Create(feed.Name, feed.Event)));
        return Write(context, $"event: {message.Event}\nid: {id}\ndata: {message.Data}\n\n", stop);
    }

    static async Task Write(HttpContext context, string text, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(WritePatience);
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), patience.Token);
        await context.Response.Body.FlushAsync(patience.Token);
    }
}
