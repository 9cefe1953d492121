using System.Net;
using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Dashboard.Tests;

/// <summary>What the API answers about searches on a disk.</summary>
public sealed class ApiTests : IDisposable
{
    const int Births = 400;

    readonly Some _some = new();

    public void Dispose() => _some.Dispose();

    [Fact]
    public async Task TheListHasEverySearchInNumbers()
    {
        _some.Write("day", Births);
        _some.Write("night", [new LineageEvent.Begun(Some.Settings())]);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var searches = (await client.Json("api/v1/searches"))["searches"]!.AsArray();

        Assert.Equal(["day", "night"], searches.Select(one => (string?)one!["name"]));
        var day = searches[0]!;
        Assert.Equal(
            (Births, "interrupted", "mnasnet"),
            ((int)day["births"]!, (string?)day["state"], (string?)day["space"])
        );
        Assert.Equal("7", (string?)day["seed"]);
        Assert.Equal(450, (double)day["perHour"]!, 1e-6);
        Assert.Equal(0, (int)searches[1]!["births"]!);
        Assert.Null(searches[1]!["best"]);
    }

    [Fact]
    public async Task ABrokenSearchIsAStateAndHidesNoOther()
    {
        _some.Write("day", 20);
        var broken = _some.Write("night", 20);
        await File.WriteAllTextAsync(broken.Journal, "no database");
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var searches = (await client.Json("api/v1/searches"))["searches"]!.AsArray();

        Assert.Equal(["interrupted", "broken"], searches.Select(one => (string?)one!["state"]));
        using var answer = await client.GetAsync("api/v1/searches/night/series");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task AllNumbersAgreeWithTheLineage()
    {
        _some.Write("day", Births);
        var lineage = Some.History(Births).Aggregate(Lineage.Empty, (was, happened) => was.Evolve(happened));
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var detail = await client.Json("api/v1/searches/day");

        Assert.Equal(lineage.Best!.Individual.Birth.Value, (long)detail["best"]!["birth"]!);
        Assert.Equal(lineage.Scored, (long)detail["scored"]!);
        Assert.Equal(
            lineage.Population.Members.Select(member => member.Birth.Value),
            detail["populationMembers"]!.AsArray().Select(member => (long)member!["birth"]!)
        );
        Assert.Equal(lineage.Events, (long)detail["projection"]!["event"]!);
        Assert.Equal("madds", (string?)detail["costMetric"]);
        var front = detail["front"]!.AsArray();
        Assert.Equal(lineage.Best.Individual.Birth.Value, (long)front[^1]!["birth"]!);
        Assert.NotEmpty(detail["decisions"]!.AsArray());
        var moment = await client.Json("api/v1/searches/day/at/300");
        var then = Some.History(Births).Take(300).Aggregate(Lineage.Empty, (was, happened) => was.Evolve(happened));
        Assert.Equal((then.Born, then.Scored), ((long)moment["births"]!, (long)moment["scored"]!));
        Assert.Equal(then.Best!.Individual.Birth.Value, (long)moment["best"]!["birth"]!);
        Assert.Equal(
            then.Population.Members.Select(member => member.Birth.Value),
            moment["population"]!.AsArray().Select(member => (long)member!["birth"]!)
        );
    }

    [Fact]
    public async Task ASeriesHasNoMorePointsThanPixelsAndLosesNoExtreme()
    {
        _some.Write("day", 2000);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var series = await client.Json("api/v1/searches/day/series?width=50&y=best,fitness,band,failures,madds");

        var cloud = series["fitness"]!;
        Assert.InRange((int)cloud["drawn"]!, 50, 100);
        var rows = await client.Json("api/v1/searches/day/evaluations?sort=-fitness&size=1");
        Assert.Equal((double)rows["rows"]![0]!["fitness"]!, cloud["y"]!.AsArray().Max(value => (double)value!));
        var best = series["best"]!["y"]!.AsArray().Select(value => (double)value!).ToArray();
        Assert.Equal(best.Order(), best);
        Assert.NotEmpty(series["band"]!["x"]!.AsArray());
        Assert.NotEmpty(series["failures"]!["birth"]!.AsArray());
        Assert.Equal((int)cloud["of"]!, (int)series["metrics"]!["madds"]!["of"]!);
        foreach (var axis in (string[])["hours", "clock"])
            Assert.Equal(axis, (string?)(await client.Json($"api/v1/searches/day/series?x={axis}"))["x"]);
    }

    [Fact]
    public async Task ColumnsAreReadWithoutParsing()
    {
        _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var all = await Columns(client, "names=fitness,outcome,slot,madds,decision");
        var row = (await client.Json("api/v1/searches/day/evaluations/17"))!;

        Assert.Equal(Births, all.Count);
        Assert.Equal(17, all.Whole("birth")[16]);
        Assert.Equal((float)(double)row["fitness"]!, all.Real("fitness")[16]);
        Assert.Equal((string?)row["slot"], all.Dictionary("slot")[all.Whole("slot")[16]]);
        Assert.Equal((float)(double)row["metrics"]!["madds"]!, all.Real("madds")[16]);
        var rest = await Columns(client, $"names=fitness&after={all.Event - 30}");
        Assert.InRange(rest.Count, 1, 30);
        Assert.Equal(Births, rest.Whole("birth")[^1]);
        var decision = (string)(await client.Json("api/v1/searches/day"))["decisions"]![0]!;
        var taken = await Columns(client, $"names={Uri.EscapeDataString("decision." + decision)}");
        Assert.NotEmpty(taken.Dictionary("decision." + decision));
        using var unknown = await client.GetAsync("api/v1/searches/day/columns?names=nonsense");
        Assert.Equal(HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    [Fact]
    public async Task PagesFollowOneAnotherWithoutGapOrRepetition()
    {
        _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);
        foreach (var sort in (string[])["birth", "-birth", "fitness", "-fitness", "-madds", "gain"])
        {
            var (births, cursor) = (new List<int>(), "");
            do
            {
                var page = await client.Json(
                    $"api/v1/searches/day/evaluations?size=37&sort={sort}&cursor={cursor}".Replace(
                        "&cursor=",
                        cursor == "" ? "" : "&cursor="
                    )
                );
                births.AddRange(page["rows"]!.AsArray().Select(row => (int)row!["birth"]!));
                cursor = (string?)page["next"];
            } while (cursor is not null);
            Assert.Equal(Enumerable.Range(1, Births), births.Order());
        }
    }

    [Fact]
    public async Task FiltersAllHold()
    {
        _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var page = await client.Json(
            "api/v1/searches/day/evaluations?size=500&filter=fitness>=0.75&filter=slot=slot-2&filter=outcome!=crash"
        );

        var rows = page["rows"]!.AsArray();
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Count, (int)page["total"]!);
        Assert.All(
            rows,
            row =>
            {
                Assert.True((double)row!["fitness"]! >= 0.75);
                Assert.Equal("slot-2", (string?)row["slot"]);
            }
        );
        Assert.Equal(
            [3, 5],
            (await client.Json("api/v1/searches/day/evaluations?births=5,3,5,9999"))["rows"]!
                .AsArray()
                .Select(row => (int)row!["birth"]!)
        );
        var decisions = await client.Json("api/v1/searches/day/decisions");
        foreach (var decision in decisions["decisions"]!.AsArray().Take(3))
        {
            var value = decision!["candidates"]![0]!;
            var filter = Uri.EscapeDataString($"decision.{decision["id"]}={value["value"]}");
            Assert.Equal(
                (int)value["count"]!,
                (int)(await client.Json($"api/v1/searches/day/evaluations?filter={filter}"))["total"]!
            );
        }
        foreach (
            var wrong in (string[])
                [
                    "filter=fitness",
                    "filter=nonsense>1",
                    "filter=fitness>x",
                    "sort=nonsense",
                    "size=501",
                    "size=x",
                    "cursor=x",
                    "filter=slot>1",
                ]
        )
        {
            using var answer = await client.GetAsync($"api/v1/searches/day/evaluations?{wrong}");
            Assert.Equal((wrong, HttpStatusCode.BadRequest), (wrong, answer.StatusCode));
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task OneCandidateShowsItsFamilyItsCurveAndItsNetwork()
    {
        _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var best = await client.Json("api/v1/searches/day/evaluations/best");
        var birth = (int)best["birth"]!;
        var line = (await client.Json($"api/v1/searches/day/evaluations/{birth}/ancestors"))["rows"]!.AsArray();
        var founder = (int)line[^1]!["birth"]!;
        var below = await client.Json($"api/v1/searches/day/evaluations/{founder}/descendants?depth=64&limit=5000");

        Assert.Equal(1, (int)best["rank"]!);
        Assert.NotEmpty(best["curve"]!.AsArray());
        Assert.NotEmpty(best["values"]!.AsArray());
        Assert.Equal($"evonas train --search day --birth {birth}", (string?)best["command"]);
        Assert.Null(line[^1]!["parent"]);
        for (var i = 0; i + 1 < line.Count; i++)
            Assert.Equal((int)line[i]!["parent"]!, (int)line[i + 1]!["birth"]!);
        Assert.Equal((int)below["total"]!, below["rows"]!.AsArray().Count);
        Assert.Contains(birth, below["rows"]!.AsArray().Select(row => (int)row!["birth"]!));
        Assert.Equal((int)line[^1]!["subtree"]!, (int)below["total"]!);
        Assert.True((bool)best["hasDrawing"]!);
        using var drawing = await client.GetAsync($"api/v1/searches/day/evaluations/{birth}/network.svg");
        Assert.Equal("image/svg+xml", drawing.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("<svg", await drawing.Content.ReadAsStringAsync());
        Assert.Contains("sandbox", string.Join("", drawing.Headers.GetValues("Content-Security-Policy")));
        foreach (var nobody in (string[])["0", "401", "-1", "x", "99999999999"])
        {
            using var answer = await client.GetAsync($"api/v1/searches/day/evaluations/{nobody}");
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task AggregatesAgreeWithTheEvents()
    {
        var events = Some.History(Births);
        _some.Write("day", events);
        _some.Write("night", Births / 2);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var failures = await client.Json("api/v1/searches/day/failures");
        var mutations = await client.Json("api/v1/searches/day/mutations");
        var compared = await client.Json("api/v1/searches/day/compare?with=night&x=slotHours");
        var curves = await client.Json("api/v1/searches/day/curves");

        var ruledOut = events.OfType<LineageEvent.RuledOut>().ToArray();
        Assert.Equal(ruledOut.Length, (int)failures["total"]!);
        Assert.Equal(ruledOut[^1].Detail, (string?)failures["recent"]![0]!["detail"]);
        Assert.Equal(
            events.OfType<LineageEvent.Born>().Count(born => born.Change is not null),
            mutations["decisions"]!.AsArray().Sum(one => (int)one!["tried"]!)
        );
        Assert.Equal(2, compared["searches"]!.AsArray().Count);
        Assert.Contains(
            "budget.evaluations",
            compared["differences"]!.AsArray().Select(one => (string?)one!["setting"])
        );
        Assert.Equal(
            events.OfType<LineageEvent.Scored>().Count(scored => scored.StoppedAtEpoch is null),
            (int)curves["of"]!
        );
    }

    [Fact]
    public async Task TheJournalIsTurnedBackAndForth()
    {
        var search = _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var newest = await client.Json("api/v1/searches/day/journal?size=10");
        var first = await client.Json("api/v1/searches/day/journal?after=0&size=2");

        var last = (long)newest["last"]!;
        Assert.Equal(Some.History(Births).Length, last);
        Assert.Equal(last, (long)newest["events"]![9]!["number"]!);
        Assert.Equal(["begun", "born"], first["events"]!.AsArray().Select(one => (string?)one!["event"]));
        Assert.Equal((last, 0), ((long)newest["folded"]!, (long)newest["lag"]!));
    }

    [Fact]
    public async Task WhatIsAppendedIsSeenByTheNextAnswer()
    {
        var events = Some.History(Births);
        var search = _some.Write("day", events.Take(500));
        var clock = new HandClock();
        await using var server = await _some.Open(clock: clock);
        using var client = Some.Client(server);
        using var before = await client.GetAsync("api/v1/searches/day/mutations");
        using var same = await client.Send(
            HttpMethod.Get,
            "api/v1/searches/day/mutations",
            null,
            ("If-None-Match", $"{before.Headers.ETag}")
        );
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        Rehearsal.WrittenJournal.Append(search.Journal, search.PersistenceId, events.Skip(500), first: 501);

        // What was read a moment ago is new enough.
        clock.Pass(TimeSpan.FromSeconds(1));
        using var after = await client.Send(
            HttpMethod.Get,
            "api/v1/searches/day/mutations",
            null,
            ("If-None-Match", $"{before.Headers.ETag}")
        );
        Assert.Equal($"\"1-{events.Length}\"", after.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task ASearchThatWasDeletedAndBegunAgainIsTheNewOne()
    {
        var search = _some.Write("day", 300);
        var clock = new HandClock();
        await using var server = await _some.Open(clock: clock);
        using var client = Some.Client(server);
        Assert.Equal(300, (int)(await client.Json("api/v1/searches/day/evaluations"))["of"]!);
        Assert.Equal(300, (int)(await client.Json("api/v1/searches"))["searches"]![0]!["births"]!);

        Directory.Delete(search.Folder, recursive: true);
        _some.Write("day", 50);

        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(50, (int)(await client.Json("api/v1/searches/day/evaluations"))["of"]!);
        Assert.Equal(50, (int)(await client.Json("api/v1/searches"))["searches"]![0]!["births"]!);
    }

    [Fact]
    public async Task NoCandidateOfTheFrontIsWorseThanAnother()
    {
        _some.Write("day", Births);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var front = (await client.Json("api/v1/searches/day?cost=parameters"))["front"]!.AsArray();

        var scored = Some.History(Births).OfType<LineageEvent.Scored>().ToArray();
        var expected = scored
            .Where(one =>
                !scored.Any(other =>
                    other.Metrics["parameters"] <= one.Metrics["parameters"]
                    && other.Fitness.Value >= one.Fitness.Value
                    && (
                        other.Metrics["parameters"] < one.Metrics["parameters"]
                        || other.Fitness.Value > one.Fitness.Value
                        || other.Birth.Value < one.Birth.Value
                    )
                )
            )
            .OrderBy(one => one.Metrics["parameters"])
            .Select(one => one.Birth.Value);
        Assert.Equal(expected, front.Select(point => (long)point!["birth"]!));
    }

    [Fact]
    public async Task HostileTextsComeBackAsTheyAre()
    {
        const string Evil = "</script><img src=x onerror=alert(1)>\u0000\u001b[31m\u202e\"'`${7*7}";
        _some.Write(
            "day",
            [
                new LineageEvent.Begun(Some.Settings() with { Space = Evil }),
                new LineageEvent.Born(new(1), null, Genetics.Genotype.Of(1)),
                new LineageEvent.Born(new(2), new(1), Genetics.Genotype.Of(2), 0, new(Evil, Evil, Evil)),
                new LineageEvent.Scored(new(1), new(0.5), Metrics.Of((Evil, 1)), [], null, new(1, Evil, 1, 1)),
                new LineageEvent.RuledOut(
                    new(2),
                    RuledOutReason.Crash,
                    new string('x', 100_000) + Evil,
                    new(1, Evil, 1, 2)
                ),
            ]
        );
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var rows = (await client.Json("api/v1/searches/day/evaluations"))["rows"]!;
        Assert.Equal(Evil, (string?)rows[1]!["change"]!["decision"]);
        Assert.Equal(1, (double)rows[0]!["metrics"]![Evil]!);
        var ruledOut = await client.Json("api/v1/searches/day/evaluations/2");
        Assert.InRange(((string?)ruledOut["failure"])!.Length, 60_000, 70_000);
        foreach (
            var path in (string[])
                [
                    "",
                    "/series",
                    "/decisions",
                    "/mutations",
                    "/failures",
                    "/journal",
                    "/at/5",
                    "/curves",
                    "/compare?with=day",
                ]
        )
        {
            using var answer = await client.GetAsync($"api/v1/searches/day{path}");
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
            // No browser takes it for a page, whatever it holds.
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
        var csv = await client.GetStringAsync("api/v1/searches/day/export");
        Assert.Contains('"' + Evil.Replace("\"", "\"\"") + '"', csv);
    }

    [Theory]
    [InlineData("..%2f..%2fetc")]
    [InlineData("..")]
    [InlineData("%5c..%5c")]
    [InlineData("day%00")]
    [InlineData("DAY")]
    [InlineData("%2e%2e")]
    public async Task ANameThatIsNoneOfTheListIsNotFound(string name)
    {
        _some.Write("day", 5);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        using var answer = await client.GetAsync($"api/v1/searches/{name}/series");

        Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.BadRequest]);
    }

    [Fact]
    public async Task OnlyTheSearchesThatAreNamedAreShown()
    {
        _some.Write("day", 5);
        _some.Write("night", 5);
        await using var server = await _some.Open(only: ["night"]);
        using var client = Some.Client(server);

        Assert.Single((await client.Json("api/v1/searches"))["searches"]!.AsArray());
        using var hidden = await client.GetAsync("api/v1/searches/day");
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
    }

    [Fact]
    public async Task WhereNoProcessRunsThereAreNoActors()
    {
        _some.Write("night", 5);
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        Assert.Empty((await client.Json("api/v1/actors"))["nodes"]!.AsArray());
        using var refused = await client.GetAsync($"api/v1/actors?watch={new string('x', 501)}");
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task TheDescriptionOfTheApiNamesEveryQuestion()
    {
        await using var server = await _some.Open();
        using var client = Some.Client(server);

        var paths = (await client.Json("openapi/v1.json"))["paths"]!.AsObject().Select(path => path.Key).ToArray();

        foreach (
            var path in (string[])
                [
                    "/api/v1/searches/{search}/series",
                    "/api/v1/searches/{search}/columns",
                    "/api/v1/events",
                    "/api/v1/searches/{search}/pause",
                ]
        )
            Assert.Contains(path, paths);
    }

    static async Task<ReadColumns> Columns(HttpClient client, string query)
    {
        using var answer = await client.GetAsync($"api/v1/searches/day/columns?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new(await answer.Content.ReadAsByteArrayAsync());
    }
}
