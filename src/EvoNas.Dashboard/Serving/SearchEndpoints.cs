using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Dashboard.Answers;
using EvoNas.Dashboard.Projections;
using EvoNas.Dashboard.Sources;
using EvoNas.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EvoNas.Dashboard.Serving;

/// <summary>What is asked about searches as a whole.</summary>
static class SearchEndpoints
{
    const int WidthMin = 16,
        WidthMax = 4000,
        JournalMax = 500,
        BinsMax = 50,
        ComparedMax = 7,
        MinutesMax = 60,
        DetailBirthsMax = 1000;

    static readonly string[] Read = ["GET", "HEAD"];

    /// <summary>Adds a question: GET, and HEAD where GET is.</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder to, string pattern, Delegate answer) =>
        to.MapMethods(pattern, Read, answer);

    public static void Map(IEndpointRouteBuilder api, WatchedSearches searches)
    {
        api.MapRead("/searches", () => searches.Summaries());
        api.MapRead(
            "/searches/{search}",
            async (string search, string? cost) => await Detail(await searches.Find(search), cost)
        );
        api.MapRead(
                "/searches/{search}/series",
                async (
                    HttpContext context,
                    string search,
                    string? x,
                    string? y,
                    double? from,
                    double? to,
                    int? width
                ) =>
                {
                    var query = new SeriesQuery(
                        EndAxis.Named(x ?? "evaluations"),
                        (y ?? "best,fitness,band,failures").Split(',', StringSplitOptions.RemoveEmptyEntries),
                        from,
                        to,
                        Within("width", width ?? 1200, WidthMin, WidthMax)
                    );
                    return await Ask(context, await searches.Find(search), projection => query.Of(search, projection));
                }
            )
            .Produces<SeriesAnswer>();
        api.MapRead(
                "/searches/{search}/columns",
                async (HttpContext context, string search, string? names, long? after) =>
                {
                    var wanted = (names ?? "fitness").Split(',', StringSplitOptions.RemoveEmptyEntries);
                    var watched = await searches.Find(search);
                    var bytes = BinaryColumns.NeedsDecisions(wanted)
                        ? await watched.Ask(
                            (projection, spaces) =>
                            {
                                spaces.Decisions?.CatchUp(projection);
                                return Columns(projection, spaces.Decisions);
                            }
                        )
                        : await watched.Ask(projection => Columns(projection, null));
                    return Results.Bytes(bytes, BinaryColumns.ContentType);

                    byte[] Columns(Projection projection, DecisionColumns? decisions) =>
                        BinaryColumns.Of(search, projection, decisions, wanted, after ?? 0);
                }
            )
            .Produces<byte[]>(contentType: BinaryColumns.ContentType);
        api.MapRead(
                "/searches/{search}/curves",
                async (HttpContext context, string search) =>
                    await Ask(context, await searches.Find(search), SearchStatistics.Curves)
            )
            .Produces<CurvesAnswer>();
        api.MapRead(
            "/searches/{search}/decisions",
            async (string search, int? bins) =>
            {
                var count = Within("bins", bins ?? 20, 1, BinsMax);
                return await (await searches.Find(search)).Ask(
                    (projection, spaces) =>
                    {
                        spaces.Decisions?.CatchUp(projection);
                        return DecisionQuery.Of(projection, spaces.Decisions, count);
                    }
                );
            }
        );
        api.MapRead(
            "/searches/{search}/decisions/pair",
            async (string search, string a, string b) =>
                await (await searches.Find(search)).Ask(
                    (projection, spaces) =>
                    {
                        var decisions =
                            spaces.Decisions
                            ?? throw new ApiException(404, "The space of this search is not known here.");
                        decisions.CatchUp(projection);
                        return DecisionQuery.Pair(projection, decisions, a, b);
                    }
                )
        );
        api.MapRead(
                "/searches/{search}/mutations",
                async (HttpContext context, string search) =>
                    await Ask(context, await searches.Find(search), SearchStatistics.Mutations)
            )
            .Produces<MutationsAnswer>();
        api.MapRead(
            "/searches/{search}/failures",
            async (string search) => await Failures(await searches.Find(search))
        );
        api.MapRead(
            "/searches/{search}/compare",
            async (string search, string? with, string? x) =>
                await Compare(searches, search, with ?? "", x ?? "evaluations")
        );
        api.MapRead(
            "/searches/{search}/at/{number:long}",
            async (string search, long number) =>
                await (await searches.Find(search)).Ask(projection =>
                    SearchStatistics.Moment(
                        projection,
                        number >= 0 && number <= projection.Event
                            ? number
                            : throw new ApiException(
                                404,
                                $"The search has no event {number}; it has {projection.Event}."
                            )
                    )
                )
        );
        api.MapRead(
            "/searches/{search}/journal",
            async (string search, long? before, long? after, int? size) =>
                await Journal(await searches.Find(search), before, after, Within("size", size ?? 100, 1, JournalMax))
        );
        api.MapRead("/cluster", () => ClusterOf(searches));
    }

    /// <summary>An answer that changes with the events alone: nothing is computed for who has it.</summary>
    public static async Task<IResult> Ask<T>(HttpContext context, WatchedSearch search, Func<Projection, T> query)
    {
        var (tag, answer) = await search.Ask(projection =>
        {
            var current = $"\"{Projection.Version}-{projection.Event}\"";
            return context.Request.Headers.IfNoneMatch.Contains(current)
                ? (current, default(T))
                : (current, query(projection));
        });
        context.Response.Headers.ETag = tag;
        // The browser may keep it, and must ask whether it is still so.
        context.Response.Headers.CacheControl = "private, no-cache";
        return answer is null ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Ok(answer);
    }

    /// <summary>A number of an address, within bounds.</summary>
    public static int Within(string name, int value, int min, int max) =>
        value >= min && value <= max
            ? value
            : throw new RequestException($"{name} is {value}; it takes {min} to {max}.");

    static async Task<SearchDetail> Detail(WatchedSearch search, string? cost)
    {
        var summary = await search.Summary();
        var (slots, answered) = await search.Slots();
        var file = search.Place.Folder is { } folder ? SettingsFile.Read(folder) : null;
        return await search.Ask(
            (projection, spaces) =>
            {
                var costMetric = cost ?? SearchStatistics.CostMetric(projection);
                if (cost is not null && projection.Metric(cost) is null)
                    throw new RequestException(
                        $"cost is '{cost}', which no candidate has.",
                        $"There are {string.Join(", ", projection.Metrics)}."
                    );
                spaces.Decisions?.CatchUp(projection, DetailBirthsMax);
                return new SearchDetail(summary)
                {
                    Settings = projection.Settings is { } settings
                        ? JsonSerializer.SerializeToNode(settings, EventJson.Default.SearchSettings)
                        : null,
                    File = file?.Settings,
                    Evaluation = projection.Settings is { } plan ? ComparisonQuery.Json(plan.Evaluation) : null,
                    SlotList = slots,
                    Report = answered,
                    Metrics = SearchStatistics.Metrics(projection),
                    StoppedEarly = projection.StoppedEarly,
                    Duplicates = projection.Duplicates,
                    Redraws = projection.Redraws,
                    SecondsSaved = SearchStatistics.SecondsSaved(projection),
                    BusyShare = SearchStatistics.BusyShare(projection, slots.Count),
                    Front = SearchStatistics.Front(projection, costMetric),
                    CostMetric = costMetric,
                    PopulationMembers = SearchStatistics.Population(projection, projection.Event),
                    Decisions = spaces.Decisions?.Ids.ToArray() ?? [],
                    Projection = new(
                        Projection.Version,
                        projection.Event,
                        Math.Max(summary.Events, projection.Event),
                        search.Folded.FoldSeconds
                    ),
                };
            }
        );
    }

    static async Task<FailuresAnswer> Failures(WatchedSearch search)
    {
        var (report, _) = await search.Report();
        return await search.Ask(projection => new FailuresAnswer(
            projection.Event,
            projection.RuledOut,
            projection.Ends.Count,
            [
                .. projection
                    .Causes.OrderByDescending(cause => cause.Value.Count)
                    .Select(cause => new CauseAnswer(
                        cause.Key.Word(),
                        cause.Value.Count,
                        (double)cause.Value.Count / projection.Ends.Count,
                        cause.Value.Birth,
                        cause.Value.Detail,
                        EvaluationRows.Time(projection.EndedTicks[cause.Value.Birth - 1])
                    )),
            ],
            SearchStatistics.Slots(projection),
            [
                .. projection
                    .RecentFailures.Reverse()
                    .Select(failure => new FailureAnswer(
                        failure.Birth,
                        projection.Outcome[failure.Birth - 1].Word(),
                        failure.Detail,
                        projection.Slots.Texts[projection.Slot[failure.Birth - 1]],
                        projection.Attempt[failure.Birth - 1],
                        EvaluationRows.Time(projection.EndedTicks[failure.Birth - 1])
                    )),
            ],
            [
                .. (report?.Nodes ?? []).SelectMany(node =>
                    node.Losses.Select(loss => new LossAnswer(node.Name, loss.Cause, loss.Count))
                ),
            ]
        ));
    }

    static async Task<CompareAnswer> Compare(WatchedSearches searches, string first, string with, string x)
    {
        string[] names = [first, .. with.Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        if (names.Length > ComparedMax + 1)
            throw new RequestException($"with names {names.Length - 1} searches; it takes at most {ComparedMax}.");
        var parts = new List<ComparisonQuery.Part>();
        foreach (var name in names.Distinct())
            parts.Add(await (await searches.Find(name)).Ask(projection => ComparisonQuery.Of(name, projection, x)));
        return ComparisonQuery.Of(x, parts);
    }

    static async Task<JournalAnswer> Journal(WatchedSearch search, long? before, long? after, int size)
    {
        var (_, last, _) = await search.Rows(0, 0);
        var from = after ?? Math.Max(0, (before ?? last + 1) - 1 - size);
        var (rows, _, at) = await search.Rows(from, size);
        var (perMinute, folded) = await search.Ask(projection => (PerMinute(projection), projection.Event));
        return new(
            last,
            at,
            search.Place.Folder is { } folder ? BytesOf(folder.Journal) : null,
            Projection.Version,
            folded,
            Math.Max(0, last - folded),
            perMinute,
            [
                .. rows.Select(row =>
                    CandidateJson.Of(
                        row.Number,
                        row.Created,
                        EventSerializer.Read(search.Place.PersistenceId, row.Number, row.Manifest, row.Payload.Span)
                    )
                ),
            ]
        );
    }

    // Births and ends; other events come with them.
    static List<MinuteAnswer> PerMinute(Projection projection)
    {
        var counts = new Dictionary<long, int>();
        var oldest = long.MaxValue;
        for (var place = projection.Count - 1; place >= 0; place--)
        {
            Count(projection.BornTicks[place]);
            Count(projection.EndedTicks[place]);
            if (counts.Count > 2 * MinutesMax && projection.BornTicks[place] / TimeSpan.TicksPerMinute < oldest)
                break;
        }
        return
        [
            .. counts
                .OrderByDescending(pair => pair.Key)
                .Take(MinutesMax)
                .Reverse()
                .Select(pair => new MinuteAnswer(EvaluationRows.Time(pair.Key * TimeSpan.TicksPerMinute), pair.Value)),
        ];

        void Count(long ticks)
        {
            if (ticks == 0)
                return;
            var minute = ticks / TimeSpan.TicksPerMinute;
            counts[minute] = counts.GetValueOrDefault(minute) + 1;
            oldest = Math.Min(oldest, minute);
        }
    }

    static long? BytesOf(string journal)
    {
        var files = new[] { journal, journal + "-wal" }.Select(path => new FileInfo(path)).Where(file => file.Exists);
        return files.Sum(file => file.Length);
    }

    static async Task<ClusterAnswer> ClusterOf(WatchedSearches searches)
    {
        var (all, trouble) = await searches.All();
        var cluster = searches.Catalog.Cluster;
        // A cluster answers once for all its searches, and has nodes before it has one; on one machine each process
        // answers for its own.
        var reports = searches.Catalog.Reports is { } shared
            ? [(Name: "", Report: await shared.Get(), Reports: shared)]
            : await Task.WhenAll(
                all.Select(async search => (search.Place.Name, (await search.Report()).Report, search.Reports))
            );
        return new(
            cluster,
            DateTime.UtcNow,
            trouble ?? reports.Select(one => one.Report?.Trouble).FirstOrDefault(one => one is not null),
            [
                .. reports.SelectMany(one =>
                    (one.Report?.Nodes ?? []).Select(node => new NodeAnswer(
                        cluster is null ? one.Name : one.Reports.Heard(node.Address)?.Name ?? node.Name,
                        cluster is null ? "this machine" : node.Address,
                        node.Status,
                        node.Roles.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                        [.. node.Slots.Select(slot => SearchReports.Slot(node, slot, []))],
                        [.. node.Losses.Select(loss => new NodeLoss(loss.Cause, loss.Count))],
                        one.Reports.Heard(node.Address)?.At,
                        !SearchReports.HasAnswered(node)
                    ))
                ),
            ],
            [
                .. reports.SelectMany(one =>
                    (one.Report?.Searches ?? []).Select(search => new ClusterSearch(
                        search.Name,
                        search.State,
                        search.Space,
                        search.Events,
                        search.Ended,
                        search.Pending,
                        search.Budget,
                        search.Best,
                        search.Slots,
                        search.Detail
                    ))
                ),
            ]
        );
    }
}
