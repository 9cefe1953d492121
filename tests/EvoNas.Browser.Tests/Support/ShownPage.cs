using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EvoNas.Browser.Tests.Support;

/// <summary>The dashboard in a tab, and what went wrong in it: errors of scripts, refused and failed requests, requests
/// to others.</summary>
sealed class ShownPage
{
    // What the page does after the last answer: nothing is loading, and two frames were drawn.
    const string IsSettled = """
        () => document.querySelector("main h1, main .state, form") !== null
          && document.querySelector('.state.loading') === null
        """;

    const string TwoFrames =
        "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(null))))";

    readonly ConcurrentQueue<string> _troubles = [];
    readonly Uri _root;

    ShownPage(IPage page, Uri root)
    {
        (Page, _root) = (page, root);
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning")
                _troubles.Enqueue($"console: {said.Text} {said.Location}");
        };
        page.PageError += (_, error) => _troubles.Enqueue($"script: {error}");
        page.Crash += (_, _) => _troubles.Enqueue("the tab crashed");
        page.Request += (_, request) =>
        {
            Requests.Enqueue(request.Url);
            var to = new Uri(request.Url);
            if (to.Scheme is "http" or "https" && to.Authority != root.Authority)
                _troubles.Enqueue($"a request to another host: {request.Url}");
        };
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                _troubles.Enqueue($"{answer.Request.Method} {answer.Url}: {answer.Status}");
        };
        // A page that is left gives up what it has asked for.
        page.RequestFailed += (_, request) =>
        {
            if (request.Failure != "net::ERR_ABORTED")
                _troubles.Enqueue($"{request.Method} {request.Url}: {request.Failure}");
        };
    }

    /// <summary>The tab.</summary>
    public IPage Page { get; }

    /// <summary>The addresses that were asked for, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Opens the dashboard as a person does, with the printed address, in a tab of a browser's
    /// window.</summary>
    /// <param name="window">The window; tabs of one share cookies and storage.</param>
    /// <param name="opening">The printed address; without its token the page asks for one.</param>
    public static async Task<ShownPage> Open(IBrowserContext window, string opening)
    {
        var shown = await Tab(window, new(opening.Split('#')[0]));
        await shown.Page.GotoAsync(opening);
        await shown.Settled();
        return shown;
    }

    /// <summary>An empty tab for pages of a dashboard.</summary>
    /// <param name="window">The window.</param>
    /// <param name="root">The dashboard.</param>
    public static async Task<ShownPage> Tab(IBrowserContext window, Uri root)
    {
        var page = await window.NewPageAsync();
        page.SetDefaultTimeout(Chromium.PatienceMilliseconds);
        return new(page, root);
    }

    /// <summary>Goes to a page of the dashboard, as by a link.</summary>
    /// <param name="address">What stands behind <c>#</c>.</param>
    public async Task Go(string address)
    {
        await Page.EvaluateAsync("address => { location.hash = address }", address);
        await Settled();
    }

    /// <summary>Loads the page anew.</summary>
    public async Task Reload()
    {
        await Page.ReloadAsync();
        await Settled();
    }

    /// <summary>Waits until nothing is loading and what came is drawn.</summary>
    public async Task Settled()
    {
        await Page.EvaluateAsync(TwoFrames);
        await Page.WaitForFunctionAsync(IsSettled);
        await Page.EvaluateAsync(TwoFrames);
        await Page.WaitForFunctionAsync(IsSettled);
    }

    /// <summary>Waits until a text is in sight.</summary>
    public Task Says(string text) => Page.WaitForFunctionAsync("text => document.body.innerText.includes(text)", text);

    /// <summary>All text that is in sight.</summary>
    public Task<string> Text() => Page.EvaluateAsync<string>("() => document.body.innerText");

    /// <summary>The address as the page has it now: the browser tells the test of a change a moment later.</summary>
    public Task<string> Address() => Page.EvaluateAsync<string>("() => location.href");

    /// <summary>Fails where anything went wrong since the last time.</summary>
    /// <param name="but">Parts of what is expected to go wrong.</param>
    public void NothingWentWrong(params string[] but)
    {
        var troubles = new List<string>();
        while (_troubles.TryDequeue(out var trouble))
            if (!but.Any(part => trouble.Contains(part, StringComparison.Ordinal)))
                troubles.Add(trouble);
        Assert.True(troubles.Count == 0, $"{Page.Url}:\n{string.Join('\n', troubles.Take(20))}");
    }

    /// <summary>What sticks out of the window to the right, at a width.</summary>
    public async Task<string[]> Overflowing(int width)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await Settled();
        return await Page.EvaluateAsync<string[]>(
            """
            () => {
              const width = document.documentElement.clientWidth
              if (document.documentElement.scrollWidth <= width) return []
              return [`the page is ${document.documentElement.scrollWidth} wide`,
                ...[...document.body.querySelectorAll('*')]
                  .filter(one => one.getBoundingClientRect().right > width + 0.5)
                  .filter(one => one.parentElement.closest('.scroll, .tabs, pre, code') === null)
                  .slice(0, 5)
                  .map(one => `${one.tagName}.${one.className} ends at ${one.getBoundingClientRect().right}`)]
            }
            """
        );
    }

    /// <summary>What axe says is wrong, however slightly, each with the first elements that have it.</summary>
    public async Task<string[]> Violations()
    {
#pragma warning disable CS0618 // The other way opens another tab for every run; only pages with frames need it.
        var result = await Page.Locator("html").RunAxeLegacy(new() { ResultTypes = [ResultType.Violations] });
#pragma warning restore CS0618
        return
        [
            .. result.Violations.Select(one =>
                $"{one.Impact} {one.Id}: {one.Help}\n    "
                + string.Join("\n    ", one.Nodes.Take(4).Select(node => $"{node.Target} {node.Html}"))
            ),
        ];
    }
}
