using EvoNas.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>What is chosen on a page stands in its address: it is there again after a reload, and for whoever is sent
/// the address.</summary>
[Collection(nameof(Chromium))]
public sealed class AddressTests(Chromium chromium, Exhibition exhibition) : IClassFixture<Exhibition>
{
    // Every control of the page and what it says. Files of charts are no choices.
    const string Chosen = """
        () => [...document.querySelectorAll('main select, main input:not([type=file]), main [aria-pressed]')]
          .map(one => one.matches('[aria-pressed]')
            ? `${one.textContent}: ${one.getAttribute('aria-pressed')}`
            : one.type === 'checkbox'
              ? `${one.getAttribute('aria-label')}: ${one.checked}`
              : `${(one.closest('label')?.querySelector('span') ?? one).textContent || one.ariaLabel}: ${one.value}`)
        """;

    [BrowserTheory]
    [InlineData("/")]
    [InlineData("/~compare?names=day,night")]
    [InlineData("/~actors")]
    [InlineData("/day/live")]
    [InlineData("/day/live?at=500")]
    [InlineData("/day/front")]
    [InlineData("/day/lineage?of=300")]
    [InlineData("/day/table")]
    [InlineData("/day/space")]
    [InlineData("/day/mutations")]
    public async Task WhatIsChosenIsThereAgainAfterAReload(string address)
    {
        var shown = await exhibition.Shared(chromium, address, ColorScheme.Light);
        var before = await shown.Page.EvaluateAsync<string[]>(Chosen);
        var selects = shown.Page.Locator("main select:visible");
        for (var i = 0; i < await selects.CountAsync(); i++)
        {
            var options = await selects.Nth(i).Locator("option").CountAsync();
            await selects.Nth(i).SelectOptionAsync(new SelectOptionValue { Index = options - 1 });
            await shown.Settled();
        }
        var toggles = shown.Page.Locator("main button.toggle:visible:enabled");
        for (var i = 0; i < await toggles.CountAsync(); i++)
        {
            await toggles.Nth(i).ClickAsync();
            await shown.Settled();
        }
        var choices = shown.Page.Locator("main button[aria-pressed=false]:not(.toggle):visible");
        if (await choices.CountAsync() > 0)
            await choices.Last.ClickAsync();
        var fields = shown.Page.Locator("main input[type=checkbox]:visible");
        for (var i = 0; i < Math.Min(3, await fields.CountAsync()); i++)
            await fields.Nth(i).ClickAsync();
        var texts = shown.Page.Locator("main input[type=search]:visible");
        for (var i = 0; i < await texts.CountAsync(); i++)
        {
            await texts.Nth(i).FillAsync("fitness>=0.5");
            await texts.Nth(i).PressAsync("Enter");
        }
        await shown.Settled();
        var chosen = await shown.Page.EvaluateAsync<string[]>(Chosen);
        var url = await shown.Address();

        await shown.Reload();

        Assert.NotEqual(before, chosen);
        Assert.Equal(url, await shown.Address());
        Assert.Equal(chosen, await shown.Page.EvaluateAsync<string[]>(Chosen));
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task BackGoesToWhatWasLookedAtBefore()
    {
        var shown = await exhibition.Shared(chromium, "/day/mutations", ColorScheme.Light);
        await shown.Page.Locator("td button.link").Nth(3).ClickAsync();
        var chosen = await shown.Address();
        await shown.Page.Locator("nav.tabs a").First.ClickAsync();
        await shown.Settled();

        await shown.Page.GoBackAsync();
        await shown.Settled();
        Assert.Equal(chosen, await shown.Address());
        await shown.Page.GoBackAsync();
        await shown.Settled();

        Assert.EndsWith("#/day/mutations", await shown.Address());
    }

    [BrowserFact]
    public async Task TheTokenLeavesTheAddressAndWithoutOneThePageAsksForIt()
    {
        await using var window = await chromium.Browser.NewContextAsync();
        var stranger = await ShownPage.Open(window, exhibition.Opening.Split('#')[0]);
        Assert.Contains("Sign in", await stranger.Text());
        await stranger.Page.Locator("input[type=password]").FillAsync(exhibition.Opening);
        await stranger.Page.Locator("button.primary").ClickAsync();
        await stranger.Says("Searches");
        stranger.NothingWentWrong("401");

        var shown = await exhibition.Show(window);

        Assert.DoesNotContain("t=", await shown.Address());
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task TimesAreOfTheZoneThatIsNamed()
    {
        await using var window = await chromium.Browser.NewContextAsync(
            new() { TimezoneId = "Asia/Kathmandu", ReducedMotion = ReducedMotion.Reduce }
        );
        var shown = await exhibition.Show(window);
        await shown.Go("/day/candidate/1");
        var local = await shown.Text();
        await shown.Page.Keyboard.PressAsync("u");
        await shown.Says("times in UTC");
        var utc = await shown.Text();

        // Event 2 was kept a second after midnight, UTC.
        Assert.Contains("2026-11-01 05:45:01", local);
        Assert.Contains("2026-11-01 00:00:01", utc);
    }
}
