using EvoNas.Browser.Tests.Support;
using EvoNas.Rehearsal;
using EvoNas.Searches.Tests.Support;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>A page that stays open while searches and servers come and go.</summary>
[Collection(nameof(Chromium))]
public sealed class LifeTests(Chromium chromium)
{
    // While no server is there, or it has just begun, the browser says so on its console.
    static readonly string[] OfAnAbsentServer =
    [
        "ERR_CONNECTION_REFUSED",
        "ERR_INCOMPLETE",
        "ERR_CONNECTION_RESET",
        "ERR_EMPTY_RESPONSE",
    ];

    [BrowserFact]
    public async Task ASearchIsWatchedFromItsBeginToItsEndThroughAPauseAndADeath()
    {
        using var cubes = new CubeFolder();
        await using var watched = new Watched(cubes.Home);
        await watched.Start(allowControl: true);
        await using var window = await chromium.Browser.NewContextAsync();
        var shown = await watched.Show(window);
        await shown.Says("There is no search yet");
        string[] command =
        [
            "search",
            "--space",
            cubes.Space,
            "--evaluate",
            $"table:{cubes.Table}",
            "--key",
            "arch",
            "--metric",
            "mean",
            "--budget",
            "100000000",
            "--repeat-duplicates",
            "--name",
            "cubes",
        ];

        var state = shown.Page.Locator(".page-head .badge");
        using (var first = new Evonas(cubes.Home, command))
        {
            first.Drain();
            await shown.Page.Locator("a.strong", new() { HasText = "cubes" }).ClickAsync();
            await Assertions.Expect(state).ToHaveTextAsync("running");
            await Grows(shown);
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
            await Assertions.Expect(state).ToHaveTextAsync("paused");
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
            await Assertions.Expect(state).ToHaveTextAsync("running");
            await Grows(shown);
            first.Kill();
        }
        await Assertions.Expect(state).ToHaveTextAsync("interrupted");
        using (var second = new Evonas(cubes.Home, command))
        {
            second.Drain();
            await Assertions.Expect(state).ToHaveTextAsync("running");
            await Grows(shown);
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
            await Assertions.Expect(state).ToHaveTextAsync("paused");
            var ended = (long)(await watched.Json("searches/cubes"))["ended"]!; // An answer has it.
            shown.Page.Dialog += (_, asked) => asked.AcceptAsync($"{ended + 50}");
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Extend", Exact = true }).ClickAsync();
            await shown.Says($"of {ended + 50:N0}");
            await shown.Page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
            await Assertions.Expect(state).ToHaveTextAsync("finished");
        }

        var events = (long)(await watched.Json("searches/cubes"))["events"]!; // An answer has it.
        await shown.Says($"{events:N0} events");
        await Once(shown);
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task AServerThatIsKilledAndStartedAgainIsFoundByThePageAndNothingIsDoubled()
    {
        var events = Watched.History(120).ToArray();
        await using var watched = new Watched();
        var search = watched.Write("day", events.Take(100));
        string opening;
        ShownPage shown;
        await using var window = await chromium.Browser.NewContextAsync();
        using (var first = new Evonas(watched.Home.Folder, "dashboard", "--port", "0"))
        {
            opening = await first.Line() ?? throw new InvalidOperationException("The dashboard ended.");
            shown = await ShownPage.Open(window, opening);
            await shown.Go("/day/live");
            await shown.Says("100 events");
            await shown.Says("live");
            await shown.Page.EvaluateAsync("() => { window.here = true }");
            shown.NothingWentWrong();
            first.Kill();
        }
        await shown.Says("reconnecting");
        WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(100).Take(100), first: 101);
        using var second = new Evonas(watched.Home.Folder, "dashboard", "--port", $"{new Uri(opening).Port}");
        Assert.Equal(opening, await second.Line());
        await shown.Says("200 events");
        WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(200), first: 201);
        await shown.Says($"{events.Length:N0} events");

        Assert.True(await shown.Page.EvaluateAsync<bool>("() => window.here"));
        Assert.DoesNotContain("reconnecting", await shown.Text());
        await Once(shown);
        shown.NothingWentWrong(OfAnAbsentServer);
    }

    [BrowserFact]
    public async Task WhatIsPausedStandsStillAndGoesOnWithoutAGap()
    {
        var events = Watched.History(200).ToArray();
        await using var watched = new Watched();
        var search = watched.Write("day", events.Take(100));
        await watched.Start();
        await using var window = await chromium.Browser.NewContextAsync();
        var shown = await watched.Show(window);
        await shown.Go("/day/live");
        var newest = shown.Page.Locator(".rows.dense tbody a").First;
        var before = await newest.InnerTextAsync();
        await shown.Page.Keyboard.PressAsync("p");
        await shown.Says("paused");

        WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(100), first: 101);
        // The server has told of them when the numbers, which are not paused, are those of the end.
        await shown.Says($"{events.Length:N0} events");
        Assert.Equal(before, await newest.InnerTextAsync());
        await shown.Page.Keyboard.PressAsync("p");

        await Assertions.Expect(newest).ToHaveTextAsync("#200");
        await Once(shown);
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task ASearchThatIsDeletedSaysSo()
    {
        await using var watched = new Watched();
        var search = watched.Write("day", Watched.History(20));
        await watched.Start();
        await using var window = await chromium.Browser.NewContextAsync();
        var shown = await watched.Show(window);
        await shown.Go("/day/live");

        Directory.Delete(search.Folder, recursive: true);

        await shown.Says("The search day was deleted");
    }

    // The number of events goes up, twice.
    static async Task Grows(ShownPage shown)
    {
        const string count =
            "() => Number(/([\\d,]+) events/.exec(document.body.innerText)?.[1].replaceAll(',', '') ?? 0)";
        for (var turn = 0; turn < 2; turn++)
        {
            var before = await shown.Page.EvaluateAsync<int>(count);
            await shown.Page.WaitForFunctionAsync($"before => ({count})() > before", before);
        }
    }

    static async Task Once(ShownPage shown)
    {
        var rows = await shown.Page.Locator(".rows.dense tbody tr td:first-child a").AllInnerTextsAsync();
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Distinct(), rows);
    }
}
