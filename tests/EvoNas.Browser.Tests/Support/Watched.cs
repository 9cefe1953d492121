using System.Text.Json.Nodes;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Spaces;
using Microsoft.Playwright;
using Serilog.Core;

namespace EvoNas.Browser.Tests.Support;

/// <summary>A home folder with searches that were written, not run, and a dashboard over it; thrown away at the
/// end.</summary>
/// <param name="home">A home folder that is another's to remove; null: one of its own.</param>
public class Watched(string? home) : IAsyncDisposable
{
    readonly DirectoryInfo _folder = home is null
        ? Directory.CreateTempSubdirectory("evonas-browser-")
        : new DirectoryInfo(home);
    DashboardServer? _server;
    string? _opening;
    int _port;

    /// <summary>A home folder of its own.</summary>
    public Watched()
        : this(null) { }

    internal Home Home => new(_folder.FullName);

    /// <summary>The address that a dashboard prints.</summary>
    public string Opening => _opening ?? throw new InvalidOperationException("The dashboard was not started.");

    /// <summary>Writes a search.</summary>
    internal SearchFolder Write(string name, IEnumerable<LineageEvent> events)
    {
        var search = Home.At(name);
        Directory.CreateDirectory(search.Folder);
        WrittenJournal.Append(search.Journal, search.PersistenceId, events);
        return search;
    }

    /// <summary>The events of a made-up search over a space whose networks can be drawn.</summary>
    public static IEnumerable<LineageEvent> History(int births, ulong seed = 7)
    {
        var space = SpaceCatalog.Find("mnasnet");
        var settings = SampleHistory.Settings(space.Name, SearchRequest.FingerprintOf(space), births) with
        {
            Seed = seed,
        };
        return SampleHistory.Events(settings, space.Decisions, births);
    }

    /// <summary>Starts the dashboard; again, on the same port, after it was stopped.</summary>
    internal async Task Start(SearchCatalog? catalog = null, bool allowControl = false)
    {
        _server = await DashboardServer.Start(
            new()
            {
                Version = "1.2.3",
                Port = _port,
                AllowControl = allowControl,
                TokenFile = Path.Combine(_folder.FullName, "token"),
            },
            catalog ?? new LocalCatalog(Home, []),
            Logger.None
        );
        (_port, _opening) = (_server.Port, _server.OpeningAddress);
    }

    /// <summary>Stops the dashboard.</summary>
    public async Task Stop()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>What the API answers.</summary>
    internal async Task<JsonNode> Json(string path)
    {
        using var client = new HttpClient { BaseAddress = new(_server!.Root, "api/v1/") }; // It was started.
        client.DefaultRequestHeaders.Authorization = new("Bearer", _server.Token.Text);
        return JsonNode.Parse(await client.GetStringAsync(path))!; // No answer is null.
    }

    /// <summary>Opens the dashboard in a window of its own.</summary>
    internal Task<ShownPage> Show(IBrowserContext window) => ShownPage.Open(window, Opening);

    /// <summary>Stops the dashboard and removes the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        if (home is null)
            _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
