using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Sources;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Workers;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Folders;
using EvoNas.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>What is asked about single births and tables of them.</summary>
static class EvaluationEndpoints
{
    const int PageMax = 500,
        BirthsMax = 500,
        RelativesMax = 500,
        DescendantsMax = 5000,
        DepthMax = 64,
        LogLinesMax = 2000,
        ReasonCharactersMax = 64 << 10,
        ExportedAtOnce = 2000;

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches)
    {
        api.MapRead(
            "/searches/{search}/evaluations",
            async (string search, string? sort, string[]? filter, string? births, string? cursor, int? size) =>
            {
                var query = Query(sort, filter, births);
                var most = SearchEndpoints.Within("size", size ?? 100, 1, PageMax);
                return await Run(
                    await searches.Find(search),
                    query,
                    (projection, decisions) =>
                    {
                        var (page, next, total) = query.Page(projection, decisions, cursor, most);
                        return new EvaluationsAnswer(
                            EvaluationRows.Of(projection, page),
                            next,
                            total,
                            projection.Count,
                            projection.Event
                        );
                    }
                );
            }
        );
        api.MapRead(
            "/searches/{search}/export",
            async (HttpContext context, string search, string? format, string? sort, string[]? filter) =>
                await Export(context, await searches.Find(search), format ?? "csv", Query(sort, filter, births: null))
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}",
            async (string search, string birth) => await Candidate(await searches.Find(search), birth)
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}/network.svg",
            async (HttpContext context, string search, string birth) =>
            {
                var svg = await (await searches.Find(search)).Ask(
                    (projection, spaces) =>
                    {
                        var number = BirthOf(projection, birth);
                        return spaces.Drawing(
                            number,
                            DecisionColumns.GenotypeOf(projection.Genotype.Bytes(number - 1))
                        );
                    }
                );
                context.Response.Headers.CacheControl = "private, max-age=3600";
                return svg is null
                    ? throw new ApiException(404, "The networks of this search cannot be drawn here.")
                    : Drawing(context, svg);
            }
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}/samples.svg",
            async (HttpContext context, string search, string birth) =>
            {
                var watched = await searches.Find(search);
                var number = await watched.Ask(projection => BirthOf(projection, birth));
                return Drawing(
                    context,
                    watched.Place.Folder is { } folder
                        ? await KeptSamples(folder, number)
                        : await SentSamples(watched.Place, number)
                );
            }
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}/ancestors",
            async (string search, string birth) =>
                await (await searches.Find(search)).Ask(projection =>
                {
                    var line = new List<int>();
                    for (var one = BirthOf(projection, birth); one != 0; one = projection.Parent[one - 1])
                        line.Add(one);
                    return new AncestorsAnswer(EvaluationRows.Of(projection, line));
                })
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}/descendants",
            async (string search, string birth, int? depth, int? limit) =>
            {
                var (deepest, most) = (
                    SearchEndpoints.Within("depth", depth ?? 3, 1, DepthMax),
                    SearchEndpoints.Within("limit", limit ?? 1000, 1, DescendantsMax)
                );
                return await (await searches.Find(search)).Ask(projection =>
                    Descendants(projection, BirthOf(projection, birth), deepest, most)
                );
            }
        );
        api.MapRead(
            "/searches/{search}/evaluations/{birth}/log",
            async (string search, string birth, int? tail) =>
            {
                var lines = SearchEndpoints.Within("tail", tail ?? 200, 1, LogLinesMax);
                var watched = await searches.Find(search);
                var number = await watched.Ask(projection => BirthOf(projection, birth));
                return watched.Place.Folder is { } folder
                    ? await Task.Run(() => BirthLog.Read(folder.Logs, number, lines))
                    : new LogAnswer([], false);
            }
        );
    }

    static ApiException NoSamples => new(404, "No samples of this candidate are kept.");

    static async Task<string> KeptSamples(SearchFolder folder, long birth)
    {
        try
        {
            return await File.ReadAllTextAsync(new SampleShelf(folder.Samples).Find(birth) ?? throw NoSamples);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw NoSamples; // It was removed meanwhile, for a better one.
        }
    }

    // The nodes of a cluster keep what they drew.
    static async Task<string> SentSamples(SearchPlace place, long birth)
    {
        SamplesAnswer answer;
        try
        {
            answer = await place.Client.Samples(place.Name, birth);
        }
        catch (Hosting.SearchStoppedException silent)
        {
            throw new ApiException(503, silent.Message);
        }
        if (answer.Bytes == 0)
            throw NoSamples;
        if (answer.Compressed is not { } compressed)
            throw new ApiException(
                404,
                $"The samples of this candidate are {Figures.Bytes(answer.Bytes)} long, more than a node sends "
                    + $"({Figures.Bytes(SampleShelf.MessageMax)}). They lie in the folder of the node that drew them."
            );
        using var unpacked = new StreamReader(
            new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress),
            Encoding.UTF8
        );
        return await unpacked.ReadToEndAsync();
    }

    // Null: a node may keep some, which is known when it is asked.
    static bool? HasSamples(WatchedSearch search, Projection projection, int birth) =>
        search.Place.Folder is { } folder ? new SampleShelf(folder.Samples).Find(birth) is not null
        : !double.IsNaN(projection.Fitness[birth - 1]) && Draws(projection.Settings?.Evaluation ?? "null") ? null
        : false;

    // Trainings for classification draw nothing, nor do look-ups.
    static bool Draws(string evaluation) =>
        JsonNode.Parse(evaluation) is JsonObject plan
        && (string?)plan["settings"]?["task"] is { } task
        && task != TaskCatalog.Classification.Name;

    // A drawing that is opened by itself runs nothing either.
    static IResult Drawing(HttpContext context, string svg)
    {
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
        return Results.Text(svg, "image/svg+xml", Encoding.UTF8);
    }

    static EvaluationQuery Query(string? sort, string[]? filters, string? births)
    {
        var numbers = new List<int>();
        foreach (var text in (births ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            numbers.Add(
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : throw new RequestException($"births has '{text}', which is no number.")
            );
        return numbers.Count <= BirthsMax
            ? new(sort ?? "birth", filters ?? [], [.. numbers.Distinct()])
            : throw new RequestException($"births has {numbers.Count} numbers; it takes at most {BirthsMax}.");
    }

    static Task<T> Run<T>(WatchedSearch search, EvaluationQuery query, Func<Projection, DecisionColumns?, T> of) =>
        query.NeedsDecisions
            ? search.Ask(
                (projection, spaces) =>
                {
                    spaces.Decisions?.CatchUp(projection);
                    return of(projection, spaces.Decisions);
                }
            )
            : search.Ask(projection => of(projection, null));

    /// <summary>A birth of an address: its number, or <c>best</c>.</summary>
    static int BirthOf(Projection projection, string text)
    {
        if (text == "best")
            return projection.Best > 0
                ? projection.Best
                : throw new ApiException(404, "The search has no scored candidate yet.");
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1
            && number <= projection.Count
            ? number
            : throw new ApiException(404, $"The search has no birth '{text}'; it has {projection.Count}.");
    }

    static async Task<CandidateAnswer> Candidate(WatchedSearch search, string text)
    {
        var candidate = await search.Ask(
            (projection, spaces) =>
            {
                var birth = BirthOf(projection, text);
                var place = birth - 1;
                var parent = projection.Parent[place];
                var fitness = projection.Fitness[place];
                var population = projection.PopulationAt(projection.Event).ToHashSet();
                var values = Values(projection, spaces, birth);
                return new CandidateAnswer(EvaluationRows.Of(projection, birth))
                {
                    Rank =
                        double.IsNaN(fitness) || !projection.IsFull(birth - 1) ? null : 1 + Better(projection, fitness),
                    ChildBirths = [.. projection.Children(birth).Take(RelativesMax)],
                    Siblings =
                        parent == 0
                            ? []
                            : [.. projection.Children(parent).Where(child => child != birth).Take(RelativesMax)],
                    Values = values,
                    Command = search.Place.Folder is null
                        ? null
                        : $"evonas train --search {search.Place.Name} --birth {birth}",
                    HasDrawing = spaces.Draws,
                    HasSamples = HasSamples(search, projection, birth),
                    IsBest = projection.Best == birth,
                    InPopulation = population.Contains(birth),
                    Heirs = population.Count(member => DescendsFrom(projection, member, birth)),
                };
            }
        );
        if (candidate.EndedAt is not { } ended)
            return candidate;
        return await Task.Run(() => search.EventAt(ended)) switch
        {
            LineageEvent.Scored scored => candidate with { Curve = [.. scored.Curve] },
            LineageEvent.RuledOut ruledOut => candidate with
            {
                Failure =
                    ruledOut.Detail.Length <= ReasonCharactersMax
                        ? ruledOut.Detail
                        : ruledOut.Detail[..ReasonCharactersMax] + "…",
            },
            _ => candidate,
        };
    }

    static List<ValueAnswer>? Values(Projection projection, SearchSpaces spaces, int birth)
    {
        if (Of(birth) is not { } own)
            return null;
        var parents = projection.Parent[birth - 1] is var parent and > 0
            ? Of(parent)?.ToDictionary(pair => pair.Id, pair => pair.Value)
            : null;
        return
        [
            .. own.Select(pair => new ValueAnswer(
                pair.Id,
                pair.Value,
                parents is not null && parents.GetValueOrDefault(pair.Id, "–") is var was && was != pair.Value
                    ? was
                    : null
            )),
        ];

        IReadOnlyList<(string Id, string Value)>? Of(int one) =>
            spaces.Values(DecisionColumns.GenotypeOf(projection.Genotype.Bytes(one - 1)));
    }

    static int Better(Projection projection, double fitness)
    {
        var (better, place) = (0, 0);
        foreach (var other in projection.Fitness.Values)
        {
            if (other > fitness && projection.IsFull(place))
                better++;
            place++;
        }
        return better;
    }

    static bool DescendsFrom(Projection projection, int member, int birth)
    {
        var one = member;
        while (one > birth)
            one = projection.Parent[one - 1];
        return one == birth && member != birth;
    }

    static DescendantsAnswer Descendants(Projection projection, int birth, int deepest, int most)
    {
        var (found, truncated) = (new List<int>(), false);
        var open = new Stack<(int Birth, int Depth)>();
        Push(birth, 1);
        while (open.TryPop(out var next))
        {
            if (found.Count == most)
            {
                truncated = true;
                break;
            }
            found.Add(next.Birth);
            if (next.Depth < deepest)
                Push(next.Birth, next.Depth + 1);
            else
                truncated |= projection.ChildCount[next.Birth - 1] > 0;
        }
        return new(EvaluationRows.Of(projection, found), projection.SubtreeSizes()[birth - 1], truncated);

        void Push(int of, int depth)
        {
            foreach (var child in projection.Children(of).Reverse())
                open.Push((child, depth));
        }
    }

    // A search of a million births is written a part at a time, so that others are answered in between.
    static async Task Export(HttpContext context, WatchedSearch search, string format, EvaluationQuery query)
    {
        if (format is not ("csv" or "json"))
            throw new RequestException($"format is '{format}'; it takes csv or json.");
        var (births, metrics) = await Run(
            search,
            query,
            (projection, decisions) => (query.All(projection, decisions), projection.Metrics.ToArray())
        );
        var isCsv = format == "csv";
        context.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{search.Place.Name}.{format}\"";
        var text = new StringBuilder(isCsv ? CandidateCsv.Head(metrics) : "[");
        for (var at = 0; at < births.Count; at += ExportedAtOnce)
        {
            var part = births.GetRange(at, Math.Min(ExportedAtOnce, births.Count - at));
            foreach (var row in await search.Ask(projection => EvaluationRows.Of(projection, part)))
                if (isCsv)
                    text.Append(Csv(row, metrics));
                else
                    text.Append(text.Length > 1 || at > 0 ? ",\n" : "")
                        .Append(JsonSerializer.Serialize(row, JsonSerializerOptions.Web));
            await Flush();
        }
        if (!isCsv)
            text.Append("]\n");
        await Flush();

        async Task Flush()
        {
            if (text.Length <= 1 && !isCsv && births.Count > 0)
                return;
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
            text.Clear();
        }
    }

    static string Csv(Evaluation row, string[] metrics) =>
        CandidateCsv.Row([
            row.Birth,
            row.Parent,
            row.Genotype,
            row.Draw,
            row.Change?.Decision,
            row.Change?.From,
            row.Change?.To,
            row.Outcome,
            row.Fitness,
            row.Feasible,
            row.Gain,
            row.StoppedAtEpoch,
            row.Attempt,
            row.Slot,
            row.Seconds,
            row.AtSeconds,
            row.BornAt,
            row.EndedAt,
            .. metrics.Select(metric => row.Metrics.TryGetValue(metric, out var value) ? value : (object?)null),
        ]);
}
