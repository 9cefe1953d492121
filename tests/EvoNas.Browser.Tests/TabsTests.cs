using System.Net;
using System.Net.Http.Json;
using EvoNas.Browser.Tests.Support;
using EvoNas.Rehearsal;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>Several tabs, several searches, and more listeners than a server takes.</summary>
[Collection(nameof(Chromium))]
public sealed class TabsTests(Chromium chromium)
{
    [BrowserFact]
    public async Task SevenTabsOfOneBrowserShareAStreamAndAllHearOfEverySearch()
    {
        var events = Watched.History(200).ToArray();
        await using var watched = new Watched();
        var searches = new[] { "day", "night" }.Select(name => watched.Write(name, events.Take(100))).ToArray();
        await watched.Start();
        await using var window = await chromium.Browser.NewContextAsync();
        var tabs = new List<ShownPage> { await watched.Show(window) };
        for (var i = 1; i < 7; i++)
            tabs.Add(await ShownPage.Open(window, watched.Opening.Split('#')[0]));
        for (var i = 0; i < tabs.Count; i++)
            await tabs[i].Go($"/{searches[i % 2].Name}/live");

        foreach (var search in searches)
            WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(100).Take(50), first: 101);
        foreach (var tab in tabs)
            await tab.Says("150 events");
        // The first tab holds the streams, and another takes them over.
        await tabs[0].Page.CloseAsync();
        foreach (var search in searches)
            WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(150), first: 151);
        foreach (var tab in tabs.Skip(1))
            await tab.Says($"{events.Length:N0} events");

        Assert.Single(tabs.Skip(1), tab => tab.Requests.Any(IsStream));
        Assert.Contains(tabs[0].Requests, IsStream);
        foreach (var tab in tabs)
            tab.NothingWentWrong();
    }

    [BrowserFact]
    public async Task WithAllStreamsTakenAPageIsShownAndBecomesLiveWhenOneIsFree()
    {
        await using var watched = new Watched();
        watched.Write("day", Watched.History(40));
        await watched.Start();
        var streams = new List<IDisposable>();
        try
        {
            for (var session = 0; session < 4; session++)
                streams.AddRange(await Listeners(watched, 8));
            await using var window = await chromium.Browser.NewContextAsync();
            var shown = await watched.Show(window);
            await shown.Go("/day/live");

            await shown.Says("reconnecting");
            Assert.Contains("Course of the search", await shown.Text());
            foreach (var stream in streams)
                stream.Dispose();
            await Assertions.Expect(shown.Page.Locator(".pulse-live")).ToBeVisibleAsync();

            shown.NothingWentWrong("503", "429");
        }
        finally
        {
            foreach (var stream in streams)
                stream.Dispose();
        }
    }

    // Streams of a session of their own.
    static async Task<List<IDisposable>> Listeners(Watched watched, int count)
    {
        var opening = new Uri(watched.Opening);
        var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer(), MaxConnectionsPerServer = 16 };
        var client = new HttpClient(handler) { BaseAddress = new(opening.GetLeftPart(UriPartial.Path)) };
        using (
            var begun = await client.PostAsJsonAsync("api/v1/session", new { token = opening.Fragment["#t=".Length..] })
        )
            Assert.True(begun.IsSuccessStatusCode, $"{begun.StatusCode}");
        var streams = new List<IDisposable>();
        for (var i = 0; i < count; i++)
        {
            var stream = await client.GetAsync("api/v1/events", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
            streams.Add(stream);
        }
        streams.Add(client);
        return streams;
    }

    static bool IsStream(string address) => address.Contains("/api/v1/events", StringComparison.Ordinal);
}
