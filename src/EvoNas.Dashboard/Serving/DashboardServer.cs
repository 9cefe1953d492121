using System.Net;
using EvoNas.Dashboard.Security;
using EvoNas.Dashboard.Sources;
using EvoNas.Dashboard.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace EvoNas.Dashboard.Serving;

/// <summary>A dashboard that listens: the page, its API and its stream of events.</summary>
sealed class DashboardServer : IAsyncDisposable
{
    const int BodyBytesMax = 64 << 10,
        HeaderBytesMax = 16 << 10,
        ConnectionsMax = 256;

    static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(10),
        ShutdownPatience = TimeSpan.FromSeconds(3);

    readonly WebApplication _app;
    readonly WatchedSearches _searches;
    readonly PrometheusMetrics _metrics;

    DashboardServer(
        WebApplication app,
        WatchedSearches searches,
        PrometheusMetrics metrics,
        AccessToken token,
        DashboardSettings settings
    )
    {
        (_app, _searches, _metrics, Token) = (app, searches, metrics, token);
        // A server that has started has an address.
        var bound = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        Port = bound.Port;
        // Every address of the machine is no name of it.
        var host =
            settings.Address.Equals(IPAddress.Any) || settings.Address.Equals(IPAddress.IPv6Any)
                ? settings.AllowedHosts.FirstOrDefault("localhost")
            : IPAddress.IsLoopback(settings.Address) ? "127.0.0.1"
            : settings.Address.ToString();
        if (settings.Address.Equals(IPAddress.IPv6Loopback))
            host = "[::1]";
        Root = new($"{bound.Scheme}://{host}:{Port}{settings.PathBase}/");
    }

    /// <summary>The address of the page.</summary>
    public Uri Root { get; }

    /// <summary>The port that it listens at.</summary>
    public int Port { get; }

    /// <summary>The secret that opens it.</summary>
    public AccessToken Token { get; }

    /// <summary>The address to open: its fragment holds the token, and a fragment is sent to no server.</summary>
    public string OpeningAddress => $"{Root}#t={Token.Text}";

    /// <summary>Endpoints, for tests that try them all.</summary>
    internal IEnumerable<RouteEndpoint> Endpoints =>
        _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Opens a dashboard.</summary>
    /// <param name="settings">How it is reached.</param>
    /// <param name="catalog">What it shows; disposed of with it.</param>
    /// <param name="log">Told of defects and of what is left out; never of tokens.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="RequestException">It may not be opened so.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<DashboardServer> Start(
        DashboardSettings settings,
        SearchCatalog catalog,
        ILogger log,
        TimeProvider? time = null
    )
    {
        settings = settings.Checked();
        var clock = time ?? TimeProvider.System;
        var token = settings.TokenFile is { } file
            ? AccessToken.At(file, warning => log.Warning("dashboard: {Warning}", warning))
            : AccessToken.New();
        var searches = new WatchedSearches(catalog, settings.ProjectionFolder, clock, log);
        // Empty: no file of the current folder and no variable of the environment opens another port.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "EvoNas.Dashboard" });
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(options =>
            {
                options.AddServerHeader = false;
                options.Limits.MaxRequestBodySize = BodyBytesMax;
                options.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
                options.Limits.MaxConcurrentConnections = ConnectionsMax;
                options.Limits.RequestHeadersTimeout = HeaderPatience;
                options.Listen(
                    settings.Address,
                    settings.Port,
                    listen =>
                    {
                        if (settings.Certificate is { } certificate)
                            listen.UseHttps(certificate);
                    }
                );
            });
        builder.Services.AddRouting();
        builder.Services.AddOpenApi("v1");
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownPatience);
        var app = builder.Build();
        var guard = new Guard(settings, token, new(token, clock), clock, log);
        app.Use((context, next) => guard.Pass(context, () => next(context)));
        app.UseRouting();
        Map(app, settings, guard, searches, clock);
        var metrics = new PrometheusMetrics();
        metrics.Map(app);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch
        {
            metrics.Dispose();
            await app.DisposeAsync().ConfigureAwait(false);
            await searches.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        var server = new DashboardServer(app, searches, metrics, token, settings);
        guard.CookieName = $"evonas-session-{server.Port}";
        return server;
    }

    static void Map(
        WebApplication app,
        DashboardSettings settings,
        Guard guard,
        WatchedSearches searches,
        TimeProvider time
    )
    {
        var api = app.MapGroup("/api/v1");
        SessionEndpoints.Map(api, guard, settings, searches.Catalog.Cluster, time);
        SearchEndpoints.Map(api, searches);
        EvaluationEndpoints.Map(api, searches);
        ActorEndpoints.Map(api, searches, settings.ShowPayloads);
        ReportEndpoint.Map(api, searches, settings.Version, time);
        ControlEndpoints.Map(api, searches, time);
        var stream = new EventStream(searches, new(), settings.Version, time, app.Lifetime.ApplicationStopping);
        api.MapRead(
            "/events",
            (HttpContext context, string? searches, string? after) =>
                stream.Serve(context, searches, after, guard.SessionOf(context)?.Expires ?? DateTime.MaxValue)
        );
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapRead("/healthz", () => Results.NoContent());
        var assets = Assets.Of(typeof(DashboardServer).Assembly);
        app.MapFallback(
            "{*path}",
            async context =>
            {
                var isSafe = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
                if (!isSafe || !await assets.Serve(context))
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
            }
        );
    }

    /// <summary>Ends the streams and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        _metrics.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        await _searches.DisposeAsync().ConfigureAwait(false);
    }
}
