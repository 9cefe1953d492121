using EvoNas.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>Every page, in both schemes and three widths.</summary>
[Collection(nameof(Chromium))]
public sealed class PagesTests(Chromium chromium, Exhibition exhibition) : IClassFixture<Exhibition>
{
    /// <summary>Every page, and what its address chooses.</summary>
    public static readonly string[] Addresses =
    [
        "/",
        "/?names=day,night",
        "/~compare?names=day,night",
        "/~cluster",
        "/~actors",
        $"/~actors?watch={Exhibition.WatchedActor}",
        "/~nowhere",
        "/day/live",
        "/day/live?at=500",
        "/day/live?x=clock&zx=",
        "/day/front",
        "/day/candidate/best",
        "/day/candidate/7",
        "/day/lineage?of=300",
        "/day/table?sort=-fitness",
        "/day/space",
        "/day/mutations",
        "/day/journal",
        "/day/candidate/999999",
        "/nobody/live",
    ];

    public static TheoryData<string, ColorScheme> PagesInBothSchemes()
    {
        var data = new TheoryData<string, ColorScheme>();
        foreach (var address in Addresses)
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            data.Add(address, scheme);
        return data;
    }

    [BrowserTheory]
    [MemberData(nameof(PagesInBothSchemes))]
    public async Task APageFitsIsAccessibleAndAsksNobodyElse(string address, ColorScheme scheme)
    {
        var shown = await exhibition.Shared(chromium, address, scheme);

        var wrong = new List<string>();
        foreach (var width in (int[])[2560, 375, 1280])
        {
            wrong.AddRange((await shown.Overflowing(width)).Select(what => $"{width} px: {what}"));
            // A wide window has the layout of a desk, and the colours of a telephone are those of a desk.
            if (width == 1280 || (width == 375 && scheme == ColorScheme.Light))
                wrong.AddRange((await shown.Violations()).Select(what => $"{width} px: {what}"));
        }

        Assert.True(wrong.Count == 0, $"{address}:\n{string.Join('\n', wrong)}");
        // What does not exist is answered with 404, which the browser says on its console. The stream of a search that
        // does not exist may be asked for once more while the next page is shown already.
        shown.NothingWentWrong(address is "/nobody/live" or "/day/candidate/999999" ? "404" : "events?searches=nobody");
    }
}
