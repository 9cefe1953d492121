using System.Net;

namespace EvoNas.Dashboard.Tests;

/// <summary>The report that a dashboard serves.</summary>
public sealed class ReportTests : IDisposable
{
    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Theory]
    [InlineData("day/report", "day.html", "day")]
    [InlineData("day/report?with=night,day", "report.html", "day", "night")]
    public async Task AReportIsThePageOfTheCommandLine(string path, string file, params string[] names)
    {
        _some.Write("day", 60);
        _some.Write("night", 40);
        await using var server = await _some.Open(clock: new StoppedClock());
        using var client = Some.Client(server);

        using var answer = await client.GetAsync($"api/v1/searches/{path}");

        var page = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("<!DOCTYPE html>", page);
        Assert.EndsWith("</html>\n", page);
        Assert.Contains("Report of EvoNas 1.2.3, made 2026-11-30 04:21.", page);
        Assert.Equal(names.Length, page.Split("<section id=\"search-").Length - 1);
        Assert.All(names, name => Assert.Contains(name, page));
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(file, answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.StartsWith("sandbox;", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData("nobody/report", HttpStatusCode.NotFound)]
    [InlineData("day/report?with=nobody", HttpStatusCode.NotFound)]
    [InlineData("day/report?with=a,b,c,d,e,f,g,h", HttpStatusCode.BadRequest)]
    public async Task OfWhatIsNotThereThereIsNoReport(string path, HttpStatusCode status)
    {
        _some.Write("day", 10);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        using var answer = await client.GetAsync($"api/v1/searches/{path}");

        Assert.Equal(status, answer.StatusCode);
    }

    sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 30, 4, 21, 0, TimeSpan.Zero);
    }
}
