using System.Net;
using System.Net.Sockets;
using System.Text;
using EvoNas.Dashboard.Security;
using EvoNas.Dashboard.Serving;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Tests;

/// <summary>What a dashboard refuses, and to whom.</summary>
public sealed class SecurityTests : IDisposable
{
    static readonly string[] Methods =
    [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "QUERY",
        "PROPFIND",
    ];

    static readonly HttpStatusCode[] Refusals =
    [
        HttpStatusCode.Unauthorized,
        HttpStatusCode.Forbidden,
        HttpStatusCode.MethodNotAllowed,
        HttpStatusCode.MisdirectedRequest,
    ];

    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task NoEndpointAnswersAnyMethodWithoutCredentials()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = Some.Client(server, withToken: false);
        string[] open = ["/healthz", "{*path}"];
        var tried = 0;
        foreach (var endpoint in server.Endpoints)
        {
            if (open.Contains(endpoint.RoutePattern.RawText))
                continue;
            foreach (var method in Methods)
            {
                // Whoever has the token may exchange it: what the endpoint itself refuses is tested below.
                if (method == "POST" && endpoint.RoutePattern.RawText == "/api/v1/session")
                    continue;
                using var answer = await Patiently(() =>
                    client.Send(new(method), Address(endpoint), method == "GET" ? null : "{}")
                );
                Assert.True(
                    Refusals.Contains(answer.StatusCode),
                    $"{method} {endpoint.RoutePattern.RawText}: {(int)answer.StatusCode}"
                );
                tried++;
            }
        }
        Assert.InRange(tried, 200, 1000);
    }

    [Fact]
    public async Task ACookieIsGoodForReadingOnly()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = await InSession(server);

        Assert.Equal("1.2.3", (string?)(await client.Json("api/v1/session"))["version"]);
        foreach (var endpoint in server.Endpoints)
        foreach (var method in Methods.Except(["GET", "HEAD"]))
        {
            if (method == "POST" && endpoint.RoutePattern.RawText == "/api/v1/session")
                continue;
            if (endpoint.RoutePattern.RawText is "/healthz" or "{*path}")
                continue;
            using var answer = await Patiently(() =>
                client.Send(new(method), Address(endpoint), "{}", ("Idempotency-Key", "1"))
            );
            Assert.True(
                Refusals.Contains(answer.StatusCode),
                $"{method} {endpoint.RoutePattern.RawText}: {(int)answer.StatusCode}"
            );
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.")]
    [InlineData("[::2]")]
    [InlineData("0.0.0.0")]
    public async Task AnotherHostIsRefusedForEveryMethodAndTheStream(string host)
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        foreach (
            var path in (string[])["", "healthz", "api/v1/searches", "api/v1/events", "metrics", "openapi/v1.json"]
        )
        foreach (var method in Methods)
        {
            using var answer = await client.Send(new(method), path, null, ("Host", host));
            Assert.Equal((method, path, HttpStatusCode.MisdirectedRequest), (method, path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task ARequestWithoutAHostIsRefused()
    {
        await using var server = await _some.Open();

        Assert.StartsWith("HTTP/1.1 421", await Raw(server, "GET / HTTP/1.0\r\n\r\n"));
    }

    [Fact]
    public async Task AHostThatIsAllowedIsAnswered()
    {
        await using var server = await _some.Open(settings => settings with { AllowedHosts = ["gpu-1.example"] });
        using var client = Some.Client(server);

        using var answer = await client.Send(HttpMethod.Get, "healthz", null, ("Host", "gpu-1.example:8080"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("none", HttpStatusCode.OK)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    public async Task AnotherSiteReadsNothing(string from, HttpStatusCode expected)
    {
        await using var server = await _some.Open();
        using var client = await InSession(server);

        using var answer = await client.Send(HttpMethod.Get, "api/v1/searches", null, ("Sec-Fetch-Site", from));

        Assert.Equal(expected, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task AnotherSiteCannotWriteEvenWithTheToken()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = Some.Client(server);
        foreach (var from in (string[])["cross-site", "same-site", "none"])
        {
            using var answer = await client.Send(
                HttpMethod.Post,
                "api/v1/searches/day/pause",
                "{}",
                ("Sec-Fetch-Site", from),
                ("Idempotency-Key", "1")
            );
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        using var form = await client.PostAsync(
            "api/v1/searches/day/pause",
            new FormUrlEncodedContent([new("a", "b")])
        );
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
    }

    [Fact]
    public async Task NothingIsControlledUnlessItIsAllowed()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        foreach (var verb in Guard.ControlVerbs)
        {
            using var answer = await client.Send(
                HttpMethod.Post,
                $"api/v1/searches/day/{verb}",
                "{}",
                ("Idempotency-Key", "1")
            );
            Assert.Equal((verb, HttpStatusCode.Forbidden), (verb, answer.StatusCode));
        }
    }

    [Fact]
    public async Task ASearchThatNoProcessRunsCannotBePausedAndTheAnswerSaysWhatToType()
    {
        _some.Write("day", 5);
        await using var server = await _some.Open(settings => settings with { AllowControl = true });
        using var client = Some.Client(server);

        using var resume = await client.Send(
            HttpMethod.Post,
            "api/v1/searches/day/resume",
            "{}",
            ("Idempotency-Key", "1")
        );
        using var keyless = await client.Send(HttpMethod.Post, "api/v1/searches/day/resume", "{}");

        Assert.Equal(HttpStatusCode.Conflict, resume.StatusCode);
        Assert.Contains("evonas resume day", await resume.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, keyless.StatusCode);
    }

    [Fact]
    public async Task TheTokenIsExchangedForACookieThatScriptsCannotRead()
    {
        await using var server = await _some.Open(settings => settings with { PathBase = "/evonas" });
        using var client = Some.Client(server, withToken: false);

        using var wrong = await client.Send(HttpMethod.Post, "api/v1/session", """{"token":"x"}""");
        using var nothing = await client.Send(HttpMethod.Post, "api/v1/session", "{}");
        using var right = await client.Send(
            HttpMethod.Post,
            "api/v1/session",
            $$"""{"token":"{{server.Token.Text}}"}"""
        );

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nothing.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith($"evonas-session-{server.Port}=", cookie);
        foreach (var part in (string[])["path=/evonas", "samesite=strict", "httponly", "expires="])
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(server.Token.Text, cookie);
    }

    [Fact]
    public async Task ASessionOutlivesTheServerButNotItsToken()
    {
        var file = Path.Combine(_some.Home.Folder, "token");
        string cookie;
        await using (var first = await _some.Open(settings => settings with { TokenFile = file, Port = 0 }))
            cookie = await CookieOf(first);
        await using (var second = await _some.Open(settings => settings with { TokenFile = file }))
            Assert.Equal(HttpStatusCode.OK, await With(second, cookie));
        File.Delete(file);
        await using var third = await _some.Open(settings => settings with { TokenFile = file });
        Assert.Equal(HttpStatusCode.Unauthorized, await With(third, cookie));

        static async Task<HttpStatusCode> With(DashboardServer server, string cookie)
        {
            using var client = Some.Client(server, withToken: false);
            using var answer = await client.Send(
                HttpMethod.Get,
                "api/v1/searches",
                null,
                ("Cookie", $"evonas-session-{server.Port}={cookie}")
            );
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task ASessionThatWasEndedOrChangedIsWorthNothing()
    {
        await using var server = await _some.Open();
        var cookie = await CookieOf(server);
        using var client = Some.Client(server);

        foreach (var changed in (string[])[cookie[..^2] + "AA", "A" + cookie[1..], cookie + "A", "", "x"])
            if (changed != cookie)
                Assert.Equal(HttpStatusCode.Unauthorized, await Status(changed));
        Assert.Equal(HttpStatusCode.OK, await Status(cookie));
        using var ended = await client.Send(
            HttpMethod.Delete,
            "api/v1/session",
            null,
            ("Cookie", $"evonas-session-{server.Port}={cookie}")
        );
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Status(cookie));

        async Task<HttpStatusCode> Status(string with)
        {
            using var nobody = Some.Client(server, withToken: false);
            using var answer = await nobody.Send(
                HttpMethod.Get,
                "api/v1/searches",
                null,
                ("Cookie", $"evonas-session-{server.Port}={with}")
            );
            return answer.StatusCode;
        }
    }

    [Fact, System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void ATokenLiesInAFileThatOthersCannotRead()
    {
        var (file, warnings) = (Path.Combine(_some.Home.Folder, "token"), new List<string>());

        var made = AccessToken.At(file, warnings.Add);

        Assert.Equal(43, made.Text.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(made.Text, AccessToken.At(file, warnings.Add).Text);
        Assert.True(made.Matches(made.Text));
        foreach (
            var other in (string[])
                ["", made.Text[..^1], made.Text + "A", new string('x', 10_000), made.Text.ToLowerInvariant()]
        )
            Assert.False(made.Matches(other));
        Assert.Empty(warnings);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.NotEqual(made.Text, AccessToken.At(file, warnings.Add).Text);
        Assert.Contains("others could read", Assert.Single(warnings));
    }

    [Fact]
    public async Task EveryAnswerForbidsWhatThePageDoesNotNeed()
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        foreach (var path in (string[])["", "healthz", "api/v1/searches", "nothing", "metrics"])
        {
            using var answer = await client.GetAsync(path);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self'", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
            Assert.False(answer.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task BehindAPathOnlyThatPathIsAnswered()
    {
        await using var server = await _some.Open(settings => settings with { PathBase = "/tools/evonas" });
        using var client = Some.Client(server);

        Assert.NotNull((await client.Json("api/v1/searches"))["searches"]);
        foreach (var outside in (string[])["/", "/api/v1/searches", "/tools/evonasx/healthz", "/TOOLS/EVONAS/healthz"])
        {
            using var answer = await client.GetAsync(outside);
            Assert.Equal((outside, HttpStatusCode.NotFound), (outside, answer.StatusCode));
        }
    }

    [Fact]
    public async Task WhoAsksTooOftenIsToldToWait()
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => client.GetAsync("api/v1/session")));

        Assert.Contains(
            answers,
            answer => answer.StatusCode == HttpStatusCode.TooManyRequests && answer.Headers.RetryAfter is not null
        );
    }

    [Fact]
    public async Task ALargeBodyIsRefused()
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server, withToken: false);

        using var answer = await client.Send(
            HttpMethod.Post,
            "api/v1/session",
            $$"""{"token":"{{new string('x', 70_000)}}"}"""
        );

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public void AnAddressOfTheNetworkNeedsProtection(string address)
    {
        var settings = new DashboardSettings { Version = "1", Address = IPAddress.Parse(address) };

        Assert.Contains("clear text", Assert.Throws<RequestException>(settings.Checked).Message);
        Assert.Equal(settings.Address, (settings with { BehindProxy = true }).Checked().Address);
    }

    [Theory]
    [InlineData("evonas")]
    [InlineData("/evonas/")]
    [InlineData("/a b")]
    [InlineData("//evil")]
    [InlineData("/a\r\nb")]
    public void APathBaseIsAPath(string path) =>
        Assert.Throws<RequestException>(() => new DashboardSettings { Version = "1", PathBase = path }.Checked());

    static string Address(RouteEndpoint endpoint) =>
        // Tests of routing are the framework's own: here every parameter has a value that it takes.
        endpoint
            .RoutePattern.RawText!.TrimStart('/')
            .Replace("{search}", "day")
            .Replace("{birth}", "1")
            .Replace("{number:long}", "1")
            .Replace("{documentName}", "v1");

    // Who asks so much is told to wait, and asks again.
    static async Task<HttpResponseMessage> Patiently(Func<Task<HttpResponseMessage>> ask)
    {
        while (true)
        {
            var answer = await ask();
            if (answer.StatusCode != HttpStatusCode.TooManyRequests)
                return answer;
            answer.Dispose();
        }
    }

    static async Task<string> CookieOf(DashboardServer server)
    {
        using var client = Some.Client(server, withToken: false);
        using var answer = await client.Send(
            HttpMethod.Post,
            "api/v1/session",
            $$"""{"token":"{{server.Token.Text}}"}"""
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split('=', 2)[1].Split(';')[0];
    }

    static async Task<HttpClient> InSession(DashboardServer server)
    {
        var client = Some.Client(server, withToken: false);
        client.DefaultRequestHeaders.Add("Cookie", $"evonas-session-{server.Port}={await CookieOf(server)}");
        return client;
    }

    static async Task<string> Raw(DashboardServer server, string request)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, server.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadToEndAsync();
    }
}
