using System.Net;

namespace EvoNas.Dashboard.Tests;

/// <summary>The files of the page, as they are built in.</summary>
public sealed class PageTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task ThePageIsThereBeforeASessionAndChangesWithItsTagOnly()
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server, withToken: false);
        foreach (
            var (path, type) in ((string, string)[])
                [("", "text/html"), ("app.js", "text/javascript"), ("app.css", "text/css")]
        )
        {
            using var answer = await client.GetAsync(path);
            using var again = await client.Send(
                HttpMethod.Get,
                path,
                null,
                ("If-None-Match", $"{answer.Headers.ETag}")
            );
            using var small = await client.Send(HttpMethod.Get, path, null, ("Accept-Encoding", "gzip, br"));

            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
            Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            if (path != "")
                Assert.Equal("br", Assert.Single(small.Content.Headers.ContentEncoding));
        }
    }

    [Theory]
    [InlineData("..%2fEvoNas.Dashboard.dll")]
    [InlineData("app.js.br")]
    [InlineData("web/index.html")]
    [InlineData("api")]
    [InlineData("wwwroot/app.js")]
    public async Task NothingElseIsServed(string path)
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        using var answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
