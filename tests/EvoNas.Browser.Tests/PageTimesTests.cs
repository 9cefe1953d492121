using System.Diagnostics;
using System.Globalization;
using EvoNas.Browser.Tests.Support;
using Xunit.Abstractions;

namespace EvoNas.Browser.Tests;

/// <summary>What the pages of 100,000 births take, for docs/benchmarks.md; runs where <c>EVONAS_LONG</c> is
/// set.</summary>
[Collection(nameof(Chromium))]
public sealed class PageTimesTests(Chromium chromium, LongSearch search, ITestOutputHelper output)
    : IClassFixture<LongSearch>
{
    const int Repeats = 5;

    static readonly string[] Pages =
    [
        "live",
        "front",
        "lineage",
        "table?sort=-fitness",
        "space",
        "mutations",
        "journal",
        "candidate/best",
        "actors",
    ];

    [LongBrowserFact]
    public async Task EveryPageIsDrawnInTurnAndTheTimesArePrinted()
    {
        await using var window = await chromium.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1280, Height = 900 },
            }
        );
        var shown = await search.Show(window);
        foreach (var page in Pages)
        {
            var seconds = new List<double>();
            for (var again = 0; again < Repeats; again++)
            {
                await shown.Page.GotoAsync("about:blank");
                var clock = Stopwatch.StartNew();
                await shown.Page.GotoAsync($"{search.Opening.Split('#')[0]}#/long/{page}");
                await shown.Settled();
                seconds.Add(clock.Elapsed.TotalSeconds);
            }
            seconds.Sort();
            Say($"{page, -22}{seconds[Repeats / 2], 7:0.00} s, at most {seconds[^1]:0.00} s");
        }
        Say($"memory of its renderer {await RendererMegabytes(), 7:0} MB");
        shown.NothingWentWrong();
    }

    void Say(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    // Of the tab that has more than any other: what is its own, and its share of what it shares.
    async Task<double> RendererMegabytes()
    {
        var session = await chromium.Browser.NewBrowserCDPSessionAsync();
        var told = await session.SendAsync("SystemInfo.getProcessInfo");
        return told!
            .Value.GetProperty("processInfo")
            .EnumerateArray()
            .Where(process => process.GetProperty("type").GetString() == "renderer")
            .Max(process => ProportionalKilobytes(process.GetProperty("id").GetInt32()) / 1024.0);
    }

    static long ProportionalKilobytes(int process) =>
        File.ReadLines($"/proc/{process}/smaps_rollup")
            .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
            .Select(number => long.Parse(number, CultureInfo.InvariantCulture))
            .Single();
}

/// <summary>A test with a browser that asserts little and takes minutes.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class LongBrowserFactAttribute : FactAttribute
{
    public LongBrowserFactAttribute() =>
        Skip = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("EVONAS_LONG"))
            ? "Takes minutes; set EVONAS_LONG to run it."
            : Chromium.Missing;
}
