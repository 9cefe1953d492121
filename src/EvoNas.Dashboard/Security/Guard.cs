using EvoNas.Dashboard.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serilog;

namespace EvoNas.Dashboard.Security;

/// <summary>What a request must pass before any endpoint sees it, in this order: host, path base, headers, session or
/// token, method.</summary>
/// <remarks>Methods and hosts are allowed by lists: what is not named is refused, also for the stream.</remarks>
sealed class Guard(DashboardSettings settings, AccessToken token, Sessions sessions, TimeProvider time, ILogger log)
{
    /// <summary>Requests of one session, or of one address without a session.</summary>
    const double PerSecond = 50,
        Burst = 100;

    const string SessionPath = "/api/v1/session";

    static readonly string[] LocalHosts = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>What may be done to a search, where control is allowed.</summary>
    public static readonly string[] ControlVerbs = ["pause", "resume", "extend", "propose", "stop"];

    static readonly (string Name, string Value)[] Headers =
    [
        (
            HeaderNames.ContentSecurityPolicy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
                + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
        ),
        (HeaderNames.XContentTypeOptions, "nosniff"),
        (HeaderNames.XFrameOptions, "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ];

    readonly RequestRate _rate = new(PerSecond, Burst, time);
    readonly HashSet<string> _hosts = new([.. LocalHosts, .. settings.AllowedHosts], StringComparer.OrdinalIgnoreCase);

    /// <summary>The name of the cookie: two dashboards on one host must not overwrite each other's.</summary>
    public string CookieName { get; set; } = "evonas-session";

    /// <summary>Lets a request pass, or answers it.</summary>
    public async Task Pass(HttpContext context, Func<Task> next)
    {
        try
        {
            if (await Refuses(context).ConfigureAwait(false))
                return;
            await next().ConfigureAwait(false);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentLength: null } unanswered)
                await Problem
                    .Write(
                        context,
                        unanswered.StatusCode,
                        unanswered.StatusCode == StatusCodes.Status404NotFound
                            ? "There is nothing at this address."
                            : "This address does not take that method."
                    )
                    .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { } // It left.
        catch (Exception fault) when (Problem.Of(fault) is { } problem)
        {
            await Problem.Write(context, problem.Status, problem.Detail, problem.Hint).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.RequestAborted.IsCancellationRequested)
        {
            log.Error(
                fault,
                "the dashboard failed to answer {Method} {Path}",
                context.Request.Method,
                context.Request.Path.Value
            );
            await Problem
                .Write(
                    context,
                    StatusCodes.Status500InternalServerError,
                    "This is a defect of EvoNas; the log has the details."
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>The session that a request shows; null for one that shows none, or the token.</summary>
    public (string Id, DateTime Expires)? SessionOf(HttpContext context) =>
        sessions.Find(context.Request.Cookies[CookieName]);

    /// <summary>Who asks, for limits.</summary>
    public static string AskerOf(HttpContext context) => (string)context.Items["asker"]!; // Set before any endpoint.

    /// <summary>Begins a session where the token is right.</summary>
    public DateTime? Exchange(HttpContext context, string written)
    {
        if (!token.Matches(written))
            return null;
        var (cookie, expires) = sessions.Begin();
        context.Response.Cookies.Append(CookieName, cookie, CookieOptions(context, expires));
        return expires;
    }

    /// <summary>Ends the session that a request shows.</summary>
    public void End(HttpContext context)
    {
        if (SessionOf(context) is { } session)
            sessions.End(session.Id, session.Expires);
        context.Response.Cookies.Delete(CookieName, CookieOptions(context, null));
    }

    async Task<bool> Refuses(HttpContext context)
    {
        var request = context.Request;
        if (!IsKnownHost(request.Host))
        {
            await Problem
                .Write(
                    context,
                    StatusCodes.Status421MisdirectedRequest,
                    "This dashboard does not answer for this host.",
                    "Allow it with --allowed-hosts."
                )
                .ConfigureAwait(false);
            return true;
        }
        var isInBase = TakePathBase(request);
        foreach (var (name, value) in Headers)
            context.Response.Headers[name] = value;
        if (!isInBase)
        {
            await Problem
                .Write(context, StatusCodes.Status404NotFound, "There is nothing at this address.")
                .ConfigureAwait(false);
            return true;
        }
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var isProtected = IsProtected(request.Path);
        var opensSession = HttpMethods.IsPost(request.Method) && request.Path == SessionPath;
        if (isProtected)
            context.Response.Headers.CacheControl = "no-store";
        var hasToken = HasToken(request);
        var session = SessionOf(context);
        context.Items["asker"] = hasToken ? "token" : session?.Id ?? $"{context.Connection.RemoteIpAddress}";
        if (!_rate.TryTake(AskerOf(context)))
        {
            context.Response.Headers.RetryAfter = "1";
            return await Refuse(context, StatusCodes.Status429TooManyRequests, "Too many requests.")
                .ConfigureAwait(false);
        }
        // A cookie is no right to change anything: another site could send it.
        if (isProtected && !opensSession && !(hasToken || (isSafe && session is not null)))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return await Refuse(
                    context,
                    StatusCodes.Status401Unauthorized,
                    isSafe ? "There is no session." : "This needs the token in the header Authorization.",
                    "Open the address that evonas dashboard printed."
                )
                .ConfigureAwait(false);
        }
        if (isProtected && IsCrossSite(request, isSafe))
            return await Refuse(context, StatusCodes.Status403Forbidden, "Another site must not ask this.")
                .ConfigureAwait(false);
        return !isSafe && await RefusesMethod(context, opensSession).ConfigureAwait(false);
    }

    async Task<bool> RefusesMethod(HttpContext context, bool opensSession)
    {
        var request = context.Request;
        var endsSession = HttpMethods.IsDelete(request.Method) && request.Path == SessionPath;
        var controls = HttpMethods.IsPost(request.Method) && IsControl(request.Path);
        if (!opensSession && !endsSession && !controls)
            return await Refuse(
                    context,
                    StatusCodes.Status405MethodNotAllowed,
                    "This address does not take that method."
                )
                .ConfigureAwait(false);
        if (controls && !settings.AllowControl)
            return await Refuse(
                    context,
                    StatusCodes.Status403Forbidden,
                    "This dashboard only shows.",
                    "Start it with --allow-control."
                )
                .ConfigureAwait(false);
        if (
            !endsSession
            && (
                !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            )
        )
            return await Refuse(
                    context,
                    StatusCodes.Status415UnsupportedMediaType,
                    "The body must be application/json."
                )
                .ConfigureAwait(false);
        return false;
    }

    static async Task<bool> Refuse(HttpContext context, int status, string detail, string? hint = null)
    {
        await Problem.Write(context, status, detail, hint).ConfigureAwait(false);
        return true;
    }

    bool IsKnownHost(HostString host) => host.HasValue && _hosts.Contains(host.Host);

    bool TakePathBase(HttpRequest request)
    {
        if (settings.PathBase == "")
            return true;
        if (!request.Path.StartsWithSegments(settings.PathBase, StringComparison.Ordinal, out var rest))
            return false;
        (request.PathBase, request.Path) = (settings.PathBase, rest);
        return true;
    }

    // Not by case, as addresses are: an endpoint that routing finds in spite of its case must be found here too.
    static bool IsProtected(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/openapi") || path.StartsWithSegments("/metrics");

    static bool IsControl(PathString path) =>
        path.Value?.Split('/') is ["", "api", "v1", "searches", _, var verb] && ControlVerbs.Contains(verb);

    bool HasToken(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        return request.Headers.Authorization is [{ } written]
            && written.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && token.Matches(written.AsSpan(Scheme.Length).Trim());
    }

    // Browsers say where a request comes from; other programs say nothing. An address that was typed in is "none".
    static bool IsCrossSite(HttpRequest request, bool isSafe) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } from
        && from != "same-origin"
        && !(isSafe && from == "none");

    CookieOptions CookieOptions(HttpContext context, DateTime? expires) =>
        new()
        {
            HttpOnly = true,
            SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Strict,
            Path = settings.PathBase == "" ? "/" : settings.PathBase,
            Expires = expires,
            Secure =
                context.Request.IsHttps
                || (settings.BehindProxy && context.Request.Headers["X-Forwarded-Proto"] == "https"),
        };
}
