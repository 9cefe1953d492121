using EvoNas.Browser.Tests.Support;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests;

/// <summary>The page without a mouse.</summary>
[Collection(nameof(Chromium))]
public sealed class KeyboardTests(Chromium chromium, Exhibition exhibition) : IClassFixture<Exhibition>
{
    // Whatever takes a press of the mouse is noted as the page is built.
    const string NotesPresses = """
        const pressed = window.pressed = new Set()
        const listen = EventTarget.prototype.addEventListener
        EventTarget.prototype.addEventListener = function (type, ...rest) {
          if ((type === 'click' || type === 'dblclick') && this instanceof Element) pressed.add(this)
          return listen.call(this, type, ...rest)
        }
        """;

    [BrowserFact]
    public async Task WhateverTakesAPressOfTheMouseTakesTheFocusOfTheKeyboard()
    {
        await using var window = await chromium.Browser.NewContextAsync();
        await window.AddInitScriptAsync(NotesPresses);
        var shown = await exhibition.Show(window);
        var wrong = new List<string>();
        foreach (var address in PagesTests.Addresses)
        {
            await shown.Go(address);
            var mute = await shown.Page.EvaluateAsync<string[]>(
                """
                () => [...window.pressed]
                  .filter(one => one.isConnected)
                  .filter(one => one.closest('a[href], button, input, select, summary, [tabindex="0"]') === null)
                  .map(one => one.outerHTML.slice(0, 120))
                """
            );
            wrong.AddRange(mute.Select(one => $"{address}: {one}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.NotEqual(0, await shown.Page.EvaluateAsync<int>("() => window.pressed.size"));
    }

    [BrowserTheory]
    [InlineData("/")]
    [InlineData("/~compare?names=day,night")]
    [InlineData("/day/live")]
    [InlineData("/day/mutations")]
    public async Task TabReachesEveryControl(string address)
    {
        var shown = await exhibition.Shared(chromium, address, ColorScheme.Light);
        await shown.Page.EvaluateAsync(
            """
            () => {
              window.reached = new Set()
              document.addEventListener('focusin', event => window.reached.add(event.target))
              document.body.focus()
            }
            """
        );
        // A chart is drawn anew while the search goes on, but its controls stay; those in a closed menu are not in
        // sight.
        const string left = """
            () => [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
              .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled)
              .filter(one => !window.reached.has(one))
              .map(one => one.outerHTML.slice(0, 120))
            """;
        string[] missed;
        var presses = 0;
        do
        {
            for (var press = 0; press < 40; press++)
                await shown.Page.Keyboard.PressAsync("Tab");
            missed = await shown.Page.EvaluateAsync<string[]>(left);
        } while (missed.Length > 0 && (presses += 40) < 600);

        Assert.True(missed.Length == 0, string.Join('\n', missed));
    }

    [BrowserFact]
    public async Task KeysGoToEveryPageAndTheListOfKeysSaysWhich()
    {
        var shown = await exhibition.Shared(chromium, "/day/live", ColorScheme.Light);
        await shown.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(shown.Page.Locator("dialog[open]")).ToHaveCountAsync(1);
        var keys = await shown.Page.Locator("dialog kbd").AllInnerTextsAsync();
        await shown.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(shown.Page.Locator("dialog")).ToHaveCountAsync(0);
        var pages = keys.Where(key => key.StartsWith("g ", StringComparison.Ordinal)).ToArray();

        var seen = new HashSet<string>();
        foreach (var key in pages)
        {
            await shown.Go("/day/live");
            await shown.Page.Keyboard.PressAsync("g");
            await shown.Page.Keyboard.PressAsync(key[2..]);
            await shown.Settled();
            seen.Add(await shown.Page.EvaluateAsync<string>("() => location.hash"));
        }

        Assert.Equal(12, pages.Length);
        Assert.Equal(pages.Length, seen.Count);
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task AChartIsWalkedZoomedAndOpenedByKeys()
    {
        var shown = await exhibition.Shared(chromium, "/day/live", ColorScheme.Light);
        var chart = shown.Page.Locator(".plot").First;

        await chart.FocusAsync();
        await shown.Page.Keyboard.PressAsync("+");
        Assert.Contains("zx=", await shown.Address());
        await shown.Page.Keyboard.PressAsync("0");
        Assert.DoesNotContain("zx=", await shown.Address());
        await shown.Settled();
        await shown.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(shown.Page.Locator(".tip").First).ToBeVisibleAsync();
        await shown.Page.Keyboard.PressAsync("Enter");
        await shown.Settled();

        Assert.Contains("#/day/candidate/", await shown.Address());
        shown.NothingWentWrong();
    }

    [BrowserFact]
    public async Task ArrowsWalkAlongATableAndEnterOpensARow()
    {
        var shown = await exhibition.Shared(chromium, "/", ColorScheme.Light);
        await shown.Page.Locator("tbody a").First.FocusAsync();
        var first = await shown.Page.EvaluateAsync<string>("() => document.activeElement.textContent");

        await shown.Page.Keyboard.PressAsync("ArrowDown");
        var second = await shown.Page.EvaluateAsync<string>("() => document.activeElement.textContent");
        await shown.Page.Keyboard.PressAsync("Enter");
        await shown.Settled();

        Assert.Equal(["day", "night"], new[] { first, second }.Order());
        Assert.Contains($"#/{second}/live", await shown.Address());
    }
}
