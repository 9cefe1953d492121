using Microsoft.Playwright;

namespace EvoNas.Browser.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright. Nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The first has no windows, and needs half the time.
    static readonly string[] Programs =
    [
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ];

    // What it would ask of the network by itself is switched off; root's processes have no sandbox.
    static readonly string[] Quiet =
    [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
    ];

    /// <summary>How long a test waits for what must come: it ends only a test that has failed, so that a busy machine
    /// fails none.</summary>
    internal const float PatienceMilliseconds = 120_000;

    IPlaywright? _playwright;
    IBrowser? _browser;

    static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => Programs.Select(program => Path.Combine(folder, program)))
            .Where(File.Exists)
            .MinBy(path => Array.IndexOf(Programs, Path.GetFileName(path)));

    /// <summary>Why no page can be shown here; null where one can.</summary>
    public static string? Missing { get; } =
        Program is null ? "No Chromium is installed (Debian: apt-get install chromium-headless-shell)." : null;

    /// <summary>The browser; one for all tests.</summary>
    public IBrowser Browser =>
        _browser ?? throw new InvalidOperationException("A test that uses the browser is a BrowserFact.");

    /// <summary>Starts the browser, where there is one: all tests are skipped where there is none.</summary>
    public async Task InitializeAsync()
    {
        if (Missing is null)
            (_playwright, _browser) = await Start();
    }

    /// <summary>Starts a browser of one's own.</summary>
    public static async Task<(IPlaywright Playwright, IBrowser Browser)> Start()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Program,
                Args = Quiet,
                ChromiumSandbox = !Environment.IsPrivilegedProcess,
            }
        );
        return (playwright, browser);
    }

    /// <summary>Ends the browser.</summary>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>All tests share one browser, so they run one after the other.</summary>
[CollectionDefinition(nameof(Chromium))]
public sealed class ChromiumCollection : ICollectionFixture<Chromium>;

/// <summary>A test with a browser; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.Missing;
}

/// <summary>A theory with a browser; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.Missing;
}
