using System.Text;
using EvoNas.Dashboard.Sources;
using EvoNas.Reports.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>The page of <c>evonas report</c>, of one search or of several compared.</summary>
static class ReportEndpoint
{
    const int SearchesMax = 8;

    // It has its own style, asks for nothing and runs nothing: it has no origin, should a text in it ever be more.
    const string Policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches, string version, TimeProvider time)
    {
        // The whole history of a search is in memory while its report is made: one at a time.
        var turn = new SemaphoreSlim(1);
        api.MapRead(
            "/searches/{search}/report",
            async (HttpContext context, string search, string? with) =>
            {
                string[] names =
                [
                    .. (with ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Prepend(search).Distinct(),
                ];
                if (names.Length > SearchesMax)
                    throw new RequestException(
                        $"with names {names.Length - 1} searches; it takes at most {SearchesMax - 1}."
                    );
                var places = new List<SearchPlace>();
                foreach (var name in names)
                    places.Add((await searches.Find(name)).Place);
                var page = await Page(places, context.RequestAborted);
                context.Response.Headers.ContentSecurityPolicy = Policy;
                context.Response.Headers.ContentDisposition =
                    $"inline; filename=\"{(names is [var only] ? only : "report")}.html\"";
                return Results.Text(page, "text/html", Encoding.UTF8);
            }
        );

        async Task<string> Page(List<SearchPlace> places, CancellationToken stop)
        {
            await turn.WaitAsync(stop);
            try
            {
                return await Task.Run(
                    () => ReportPage.Of([.. places.Select(SearchHistory.Read)], version, time.GetUtcNow().UtcDateTime),
                    stop
                );
            }
            finally
            {
                turn.Release();
            }
        }
    }
}
