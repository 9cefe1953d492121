using System.Globalization;
using System.Text.RegularExpressions;
using EvoNas.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>A search of 100,000 births, which was written.</summary>
public sealed class LongSearch : Watched, IAsyncLifetime
{
    /// <summary>How many.</summary>
    public const int Births = 100_000;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;
        Write("long", History(Births));
        await Start();
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();
}

/// <summary>What the page asks for, draws and keeps of 100,000 births is bounded by the window, not by the
/// search.</summary>
[Collection(nameof(Chromium))]
public sealed partial class LongSearchTests(Chromium chromium, LongSearch search) : IClassFixture<LongSearch>
{
    const int Width = 1280;

    [BrowserFact]
    public async Task TheFirstSightOfALongSearchIsSmall()
    {
        await using var window = await Window();
        var shown = await search.Show(window);
        var sizes = new Sizes(await window.NewCDPSessionAsync(shown.Page));
        await sizes.Begin();

        await shown.Page.GotoAsync($"{search.Opening.Split('#')[0]}#/long/live");
        await shown.Page.ReloadAsync();
        await shown.Settled();

        // Also the script, the style and the page itself, all from the network.
        Assert.InRange(sizes.Received, 1, 400_000);
        Assert.InRange(sizes.Requests, 5, 20);
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task AChartDrawsAsManyPointsAsItHasPixelsAndSaysOfHowMany()
    {
        await using var window = await Window();
        var shown = await search.Show(window);
        await shown.Go("/long/live");

        var label = await shown.Page.Locator(".plot").First.GetAttributeAsync("aria-label") ?? "";
        var points = Number(Points().Match(label));

        // Two of each pixel column, and those without a score.
        Assert.InRange(points, 100, 4 * Width);
        var note = await shown.Page.Locator(".chart .note").First.InnerTextAsync();
        Assert.Matches(@"[\d,]+ of 9\d,\d{3} points drawn", note);
    }

    [BrowserFact]
    public async Task ATableOfAllHasTheRowsThatAreInSight()
    {
        await using var window = await Window();
        var shown = await search.Show(window);
        await shown.Go("/long/table?sort=-fitness");
        var before = shown.Requests.Count;

        Assert.InRange(await Rows(), 10, 120);
        await shown.Page.Locator("[role=grid], .table, .virtual, .scroll").First.HoverAsync();
        await shown.Page.Mouse.WheelAsync(0, 900_000);
        await shown.Settled();

        Assert.InRange(await Rows(), 10, 120);
        // Of 200 pages of rows only those in sight were asked for.
        Assert.InRange(shown.Requests.Count - before, 1, 12);
        shown.NothingWentWrong();

        Task<int> Rows() =>
            shown.Page.EvaluateAsync<int>("() => document.querySelectorAll('main [role=row], main tr').length");
    }

    [BrowserFact]
    public async Task EveryPageOfALongSearchIsShownInBoundedMemory()
    {
        await using var window = await Window();
        var shown = await search.Show(window);
        foreach (
            var page in (string[])
                ["live", "front", "lineage", "table", "space", "mutations", "journal", "candidate/best"]
        )
        {
            await shown.Go($"/long/{page}");
            Assert.InRange(
                await shown.Page.EvaluateAsync<int>("() => document.querySelectorAll('*').length"),
                50,
                20_000
            );
        }
        var session = await window.NewCDPSessionAsync(shown.Page);
        await session.SendAsync("HeapProfiler.collectGarbage");

        var heap = await session.SendAsync("Runtime.getHeapUsage");

        // Of 150 MB of a tab; what is not on the script's heap are canvases of the size of the window.
        Assert.InRange(heap!.Value.GetProperty("usedSize").GetDouble(), 1, 90e6);
        shown.NothingWentWrong();
    }

    Task<IBrowserContext> Window() =>
        chromium.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = Width, Height = 900 },
            }
        );

    static int Number(Match match) =>
        int.Parse(match.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"([\d,]+) points\.")]
    private static partial Regex Points();

    /// <summary>Bytes that came over the network.</summary>
    sealed class Sizes(ICDPSession session)
    {
        double _received;
        int _requests;

        public double Received => Volatile.Read(ref _received);

        public int Requests => Volatile.Read(ref _requests);

        public async Task Begin()
        {
            session.Event("Network.loadingFinished").OnEvent += (_, told) =>
            {
                Volatile.Write(ref _received, _received + told!.Value.GetProperty("encodedDataLength").GetDouble());
                Interlocked.Increment(ref _requests);
            };
            await session.SendAsync("Network.enable");
            await session.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        }
    }
}
