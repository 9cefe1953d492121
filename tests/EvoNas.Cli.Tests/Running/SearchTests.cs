using System.Text.Json.Nodes;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches over a table, from the first word to the last, as a person or a script would run them.</summary>
public class SearchTests
{
    [Fact]
    public void EndsByItsBudgetAndSaysWhatItFoundAndHowItCameToBe()
    {
        using var some = new Some();

        var said = some.Said(["search", .. some.Search, "--budget", "40", "--name", "cubes"]);

        Assert.Equal(40, said.Split('\n').Count(line => line.Contains("/40  #")));
        Assert.Contains("Finished  cubes: 40 evaluations, 40 scored", said);
        Assert.Contains("drawn at random", said);
        Assert.Contains("evonas lineage cubes", said);
        Assert.DoesNotContain("\u001b", said);
    }

    [Fact]
    public void StatusIsStableForScripts()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "30", "--name", "cubes"]);

        var status = some.Json("status", "cubes");

        Assert.Equal("cubes", (string?)status["name"]);
        Assert.Equal("finished", (string?)status["state"]);
        Assert.Equal(30, (long?)status["births"]);
        Assert.Equal(30, (long?)status["scored"]);
        Assert.Equal(0, (long?)status["ruledOut"]);
        Assert.Equal(0, (long?)status["pending"]);
        Assert.Equal(30, (long?)status["distinct"]);
        Assert.Equal((double?)status["best"]!["fitness"], (double?)status["best"]!["metrics"]!["mean"]);
        Assert.NotNull(status["best"]!["birth"]);
        Assert.NotNull(status["best"]!["genotype"]);
        Assert.Equal("cubes", (string?)Assert.Single(some.Json("status").AsArray())!["name"]);
    }

    [Fact]
    public void ASearchEndsWhenEveryGenotypeWasEvaluated()
    {
        using var some = new Some();

        var said = some.Said(["search", .. some.Search, "--budget", "500", "--name", "cubes"]);

        Assert.Contains("Finished: no genotype is left  cubes: 81 evaluations, 81 scored", said);
    }

    [Fact]
    public void EveryEventHasItsTime()
    {
        using var some = new Some();
        var before = DateTime.UtcNow;

        var said = some.Said(["search", .. some.Search, "--budget", "5", "--name", "cubes", "--json"]);

        var times = said.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!) // Every line is an object.
            .Where(line => line["number"] is not null)
            .Select(line =>
                DateTime.Parse((string)line["time"]!, null, System.Globalization.DateTimeStyles.AdjustToUniversal)
            )
            .ToArray();
        Assert.NotEmpty(times);
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], before, DateTime.UtcNow);
    }

    [Theory]
    [InlineData("--no-early-stopping", false)]
    [InlineData("--no-stop-hopeless", false)]
    [InlineData("--stop-hopeless", true)]
    public void EarlyStoppingIsAskedForByItsNameAndByItsFormerOne(string option, bool stops)
    {
        using var some = new Some();

        some.Said(["search", .. some.Search, "--budget", "5", "--name", "cubes", option]);

        var begun = some.Said("lineage", "cubes", "export", "--format", "jsonl").Split('\n')[0];
        // A search begins with its settings.
        Assert.Equal(stops, (bool?)JsonNode.Parse(begun)!["settings"]!["stopHopeless"]);
    }

    [Fact]
    public void TheSameSeedGivesTheSameSearch()
    {
        using var some = new Some();
        foreach (var name in (string[])["one", "two"])
            some.Said(["search", .. some.Search, "--budget", "50", "--seed", "7", "--name", name]);

        Assert.Equal(Genotypes("one"), Genotypes("two"));

        string[] Genotypes(string name) =>
            [
                .. JsonNode
                    .Parse(some.Said("lineage", name, "export", "--format", "json"))!
                    .AsArray()
                    .Select(one => $"{one!["parent"]} {one["genotype"]} {one["fitness"]}"),
            ];
    }

    [Fact]
    public void WithoutANameItGetsTheSpacesWithANumber()
    {
        using var some = new Some();
        for (var i = 0; i < 2; i++)
            some.Said(["search", .. some.Search, "--budget", "10"]);

        Assert.Equal(["cubes-1", "cubes-2"], some.Json("status").AsArray().Select(search => (string?)search!["name"]));
    }

    [Fact]
    public void AFinishedSearchGoesOnWhenItsBudgetIsRaised()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);

        some.Said("resume", "cubes", "--budget", "50");

        Assert.Equal(50, (long?)some.Json("status", "cubes")["scored"]);
        var (code, _, error) = some.Run("resume", "cubes", "--budget", "40");
        Assert.Equal(2, code);
        Assert.StartsWith(
            "error: The budget of 'cubes' is 50 evaluations; it can be raised, not lowered to 40.\n",
            error
        );
    }

    [Fact]
    public void TheSameNameAgainGoesOnAndOtherSettingsAreRefusedWithTheDifferences()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--seed", "3", "--name", "cubes"]);

        some.Said(["search", .. some.Search, "--budget", "30", "--seed", "3", "--name", "cubes"]);
        var (code, said, error) = some.Run([
            "search",
            .. some.Search,
            "--budget",
            "30",
            "--seed",
            "4",
            "--population",
            "12",
            "--name",
            "cubes",
        ]);

        Assert.Equal(30, (long?)some.Json("status", "cubes")["scored"]);
        Assert.Equal((2, ""), (code, said));
        Assert.Equal(
            """
            error: 'cubes' was begun with other settings.
            error:   evonas.search.seed             begun with 3   now asked for 4
            error:   evonas.search.population-size  begun with 20  now asked for 12
            hint: Go on as it began: evonas resume cubes. Or give the new search another name.

            """,
            error
        );
    }

    [Fact]
    public void ATableThatChangedIsRefused()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);
        File.AppendAllText(some.Table, "# more\n");

        var (code, _, error) = some.Run("resume", "cubes", "--budget", "30");

        Assert.Equal(2, code);
        Assert.Contains("has changed since the search began", error);
    }

    [Fact]
    public void EventsAsJsonLinesEndWithTheStatus()
    {
        using var some = new Some();

        var lines = some.Said(["search", .. some.Search, "--budget", "12", "--json"])
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonNode.Parse(line)!)
            .ToArray(); // Each is an object.

        Assert.Equal("begun", (string?)lines[0]["event"]);
        Assert.Equal(12, lines.Count(line => (string?)line["event"] == "scored"));
        Assert.Equal("finished", (string?)lines[^1]["status"]!["state"]);
    }

    [Fact]
    public void ALimitOnAMetricOfTheTableMakesCandidatesInfeasible()
    {
        using var some = new Some();

        some.Said(["search", .. some.Search, "--budget", "81", "--limit", "flops<=5000 hard", "--name", "cubes"]);

        var status = some.Json("status", "cubes");
        Assert.True((double)status["bestFeasible"]!["metrics"]!["flops"]! <= 5000); // Such cubes exist.
        Assert.True((bool?)status["bestFeasible"]!["feasible"]);
    }

    [Fact]
    public void ASmallSpaceIsExhausted()
    {
        using var some = new Some();

        Assert.Contains(
            "Finished: no genotype is left",
            some.Said(["search", .. some.Search, "--budget", "500", "--name", "cubes"])
        );
        Assert.Equal(81, (long?)some.Json("status", "cubes")["distinct"]);
    }

    [Fact]
    public void ASearchThatAnotherProcessRunsIsNotTouched()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);
        using var held = new FileStream(
            Path.Combine(some.Home, "searches", "cubes", "search.lock"),
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.None
        );

        var (code, _, error) = some.Run("resume", "cubes", "--budget", "40");

        Assert.Equal(1, code);
        Assert.Contains("is being written by", error);
    }
}
