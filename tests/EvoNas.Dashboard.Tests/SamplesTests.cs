using System.Net;
using EvoNas.Hosting.Workers;

namespace EvoNas.Dashboard.Tests;

public sealed class SamplesTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task ACandidateShowsTheSamplesThatWereKeptOfIt()
    {
        var search = _some.Write("day", 40);
        new SampleShelf(search.Samples).Keep(3, 0.5, "<svg>three</svg>");
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        Assert.True((bool)(await client.Json("api/v1/searches/day/evaluations/3"))["hasSamples"]!);
        Assert.False((bool)(await client.Json("api/v1/searches/day/evaluations/4"))["hasSamples"]!);
        using var drawing = await client.GetAsync("api/v1/searches/day/evaluations/3/samples.svg");
        Assert.Equal("image/svg+xml", drawing.Content.Headers.ContentType?.MediaType);
        Assert.Equal("<svg>three</svg>", await drawing.Content.ReadAsStringAsync());
        Assert.Contains("sandbox", string.Join("", drawing.Headers.GetValues("Content-Security-Policy")));
        foreach (var none in (string[])["4", "41", "x", "..%2F3"])
        {
            using var answer = await client.GetAsync($"api/v1/searches/day/evaluations/{none}/samples.svg");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }
}
