using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EvoNas.Dashboard.Serving;
using EvoNas.Dashboard.Sources;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Spaces;
using Serilog.Core;

namespace EvoNas.Dashboard.Tests;

/// <summary>A home folder with searches that were written, not run, and dashboards over it; thrown away at the
/// end.</summary>
sealed class Some : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("evonas-dashboard-");

    public Home Home => new(_folder.FullName);

    /// <summary>A space with conditional decisions whose networks can be drawn.</summary>
    public static Space Space { get; } = SpaceCatalog.Find("mnasnet");

    public static SearchSettings Settings(long births = 1000) =>
        SampleHistory.Settings(Space.Name, SearchRequest.FingerprintOf(Space), births);

    /// <summary>The events of a search of so many births.</summary>
    public static LineageEvent[] History(int births) =>
        [.. SampleHistory.Events(Settings(births), Space.Decisions, births)];

    /// <summary>Writes a search.</summary>
    public SearchFolder Write(string name, IEnumerable<LineageEvent> events)
    {
        var search = Home.At(name);
        Directory.CreateDirectory(search.Folder);
        WrittenJournal.Append(search.Journal, search.PersistenceId, events);
        return search;
    }

    /// <summary>A search of so many births.</summary>
    public SearchFolder Write(string name, int births) => Write(name, History(births));

    /// <summary>A dashboard over the home folder.</summary>
    public Task<DashboardServer> Open(
        Func<DashboardSettings, DashboardSettings>? with = null,
        string[]? only = null,
        TimeProvider? clock = null
    )
    {
        var settings = new DashboardSettings
        {
            Version = "1.2.3",
            ProjectionFolder = Path.Combine(Home.Folder, "kept"),
        };
        return DashboardServer.Start(
            with?.Invoke(settings) ?? settings,
            new LocalCatalog(Home, only ?? []),
            Logger.None,
            clock
        );
    }

    /// <summary>A client that shows the token.</summary>
    public static HttpClient Client(DashboardServer server, bool withToken = true)
    {
        // Fewer connections than a server takes.
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 16, UseCookies = false };
        var client = new HttpClient(handler) { BaseAddress = server.Root };
        if (withToken)
            client.DefaultRequestHeaders.Authorization = new("Bearer", server.Token.Text);
        return client;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>A calendar that a test turns by hand.</summary>
sealed class HandClock : TimeProvider
{
    long _passed;

    public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, time.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _passed));
}

static class ClientExtensions
{
    /// <summary>The JSON of an answer that must succeed.</summary>
    public static async Task<JsonNode> Json(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!; // No answer is null.
    }

    /// <summary>Sends a request with a body of JSON.</summary>
    public static Task<HttpResponseMessage> Send(
        this HttpClient client,
        HttpMethod method,
        string path,
        string? json = null,
        params (string Name, string Value)[] headers
    )
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, new MediaTypeHeaderValue("application/json"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request);
    }
}
