using System.Text.Json;
using EvoNas.Actors.Monitors;
using EvoNas.Browser.Tests.Support;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;

namespace EvoNas.Browser.Tests;

/// <summary>Whatever a search, a worker or a node calls itself is text.</summary>
[Collection(nameof(Chromium))]
public sealed class HostileTextTests(Chromium chromium)
{
    const string Markup =
        "<img src=x onerror=\"window.struck=1\"><script>window.struck=1</script>\u202e\u0007\u001b[31m";

    static readonly string Long = Markup + new string('x', 1 << 20);

    [BrowserFact]
    public async Task MarkupControlCharactersAndLinesOfAMegabyteAreShownAsText()
    {
        await using var watched = new Watched();
        var search = watched.Write("day", Hostile());
        Directory.CreateDirectory(search.Logs);
        await File.WriteAllLinesAsync(
            Path.Combine(search.Logs, "evonas-20261101.jsonl"),
            [LogLine(Markup), LogLine(Long), "{\"@t\": <not JSON>"]
        );
        var node = new NodeReport(
            Markup,
            Markup,
            Markup,
            Markup,
            [new(Markup, "training", "day", 3, 1, Long, Markup, null, 1)],
            [new(Markup, 1)]
        );
        var actor = new ActorLine(
            $"/user/{Markup}",
            Markup,
            Markup,
            1,
            1,
            1,
            1,
            1,
            new(1, 1, 1, 1),
            Markup,
            1,
            Long,
            1,
            Markup,
            [new(Markup, 1, 1, Markup, 1)]
        );
        await watched.Start(
            new MadeUpCluster(watched.Home)
            {
                Report = new([node], [new("day", Markup, Markup, 5, 2, 1, 9, 0.5, Markup, 1, Long)], Long),
                Actors =
                [
                    new(
                        Markup,
                        Markup,
                        Markup,
                        null,
                        Long,
                        [actor],
                        1,
                        [new(Markup, 1, 1, 1, 1, 1, 1, new(1, 1, 1, 1), 1)],
                        [new(Markup, Markup, Markup, Markup, 1)],
                        [new(Markup, 1)]
                    ),
                ],
            }
        );
        await using var window = await chromium.Browser.NewContextAsync();
        var shown = await watched.Show(window);
        var wrong = new List<string>();
        foreach (
            var address in (string[])
                [
                    "/",
                    "/~cluster",
                    "/~actors",
                    $"/~actors?watch={Uri.EscapeDataString(actor.Path)}",
                    "/day/live",
                    "/day/front",
                    "/day/candidate/1",
                    "/day/candidate/2",
                    "/day/candidate/3",
                    "/day/lineage?of=3",
                    "/day/table",
                    "/day/space",
                    "/day/mutations",
                    "/day/journal",
                    $"/day/table?filter={Uri.EscapeDataString(Markup)}",
                    $"/{Uri.EscapeDataString(Markup)}/live",
                ]
        )
        {
            await shown.Go(address);
            if (await shown.Page.EvaluateAsync<bool>("() => window.struck === 1"))
                wrong.Add($"{address}: a script of the text ran");
            // The page's own pictures come from files.
            if (
                await shown.Page.EvaluateAsync<int>("() => document.querySelectorAll('img[src=x], main script').length")
                > 0
            )
                wrong.Add($"{address}: the text became elements");
            if (await shown.Page.EvaluateAsync<bool>("() => /[\\u0007\\u001b\\u202e]/.test(document.body.innerText)"))
                wrong.Add($"{address}: a control character is shown as it is");
            wrong.AddRange((await shown.Overflowing(1280)).Select(what => $"{address}: {what}"));
            if (await shown.Page.EvaluateAsync<int>("() => document.body.textContent.length") > 400_000)
                wrong.Add($"{address}: more text is laid out than anybody reads");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        // The search of that name does not exist, and the filter is none.
        shown.NothingWentWrong("404", "400");
    }

    static string LogLine(string message) =>
        JsonSerializer.Serialize(
            new Dictionary<string, object>
            {
                ["@t"] = "2026-11-01T00:00:00Z",
                ["@m"] = message,
                ["@x"] = message,
                ["Birth"] = 3,
                ["Slot"] = Markup,
            }
        );

    static IEnumerable<LineageEvent> Hostile()
    {
        var genotype = new Genotype([0, 1, 2]);
        yield return new LineageEvent.Begun(
            new()
            {
                Space = Markup,
                SpaceFingerprint = Markup,
                Seed = 1,
                PopulationSize = 2,
                TournamentSize = 1,
                Budget = new(9),
            }
        );
        var run = new Run(1, Markup, 1, 1);
        for (var birth = 1; birth <= 3; birth++)
            yield return new LineageEvent.Born(
                new(birth),
                birth == 1 ? null : new(1),
                genotype,
                0,
                birth == 1 ? null : new(Markup, Markup, Long)
            );
        yield return new LineageEvent.Scored(
            new(1),
            new(0.5, true),
            Metrics.Of((Metrics.Top1, 0.5), (Markup, 2)),
            [0.1, 0.5],
            null,
            run
        );
        yield return new LineageEvent.RuledOut(new(2), RuledOutReason.Crash, Markup, run);
        yield return new LineageEvent.RuledOut(new(3), RuledOutReason.Crash, Long, run);
    }
}
