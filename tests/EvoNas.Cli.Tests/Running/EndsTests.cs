using EvoNas.Evolution;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Storage.Sqlite;
using Serilog.Core;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches that end before their budget, whose births have no value, and that are refused at once.</summary>
public class EndsTests
{
    static string[] Table(Some some, string space, string table) =>
        [
            "--space",
            Write(some, "space.json", space),
            "--evaluate",
            $"table:{Write(some, "table.csv", table)}",
            "--key",
            "arch",
            "--metric",
            "acc",
        ];

    static string Write(Some some, string name, string text)
    {
        var path = Path.Combine(some.Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    static string Digits(int count) =>
        $$"""
            { "name": "line", "decisions": [ { "name": "a", "one_of": [{{string.Join(
                ',',
                Enumerable.Range(0, count)
            )}}] } ] }
            """;

    // A search whose limit nothing keeps, as its process left it.
    static async Task Barren(Some some, string name)
    {
        var table = Write(some, "limited.csv", "arch,acc,madds\n0,1,5\n1,2,5\n2,3,5\n");
        var settings = Write(
            some,
            "barren.conf",
            $$"""evonas.search { space = "{{Write(some, "line.json", Digits(3))}}", limits = ["madds<=1"] }"""
        );
        var effective = EffectiveSettings.Of(settings);
        var request = SearchRequest.ToBegin(effective, new($"table:{table}", "arch", ["acc"]), preset: null);
        var search = new Home(some.Home).At(name);
        Directory.CreateDirectory(search.Folder);
        Resumption.WriteDown(search, request, effective, "test");
        using var journal = SqliteJournalFile.Open(search.Journal);
        await using var host = await LocalSearch.Start(
            new()
            {
                Name = name,
                Space = request.Space.Decisions,
                Settings = request.Settings,
                KnownMetrics = genotype => Metrics.Of((Metrics.MultiplyAdds, 5 + genotype.Genes[0].Index)),
                Slots = [new("slot-1", (_, _, _, _) => throw new InvalidOperationException(), _ => { })],
            },
            journal.Place,
            Logger.None
        );
        Assert.Equal(FinishedReason.Limit, await host.Completion);
    }

    [Fact]
    public async Task ASearchWhoseLimitNothingKeepsSaysSoWhereverItIsLookedAt()
    {
        using var some = new Some();
        await Barren(some, "barren");
        const string Why = "none of 2,051 draws keeps madds<=1; the smallest had 5";

        var (code, _, error) = some.Run("resume", "barren");
        Assert.Equal(1, code);
        Assert.Contains($"error: 'barren' ended without a birth: {Why}.", error);
        Assert.Contains("hint: A search keeps its limits", error);

        Assert.Contains($"finished  {Why}", some.Said("status", "barren"));
        Assert.Contains(Why, some.Said("status"));
        Assert.Contains(Why, some.Said("top", "barren"));
        Assert.Contains("draws-spent", some.Said("lineage", "barren", "export", "--format", "jsonl"));
        Assert.Contains("sound", some.Said("lineage", "barren", "verify"));
        var status = some.Json("status", "barren");
        Assert.Equal(
            ("finished", "limit", Why),
            ((string?)status["state"], (string?)status["finished"], (string?)status["finishedDetail"])
        );
    }

    [Fact]
    public void ASearchThatNeverBeganIsNotResumedUnderOtherSettings()
    {
        using var some = new Some();
        var search = new Home(some.Home).At("early");
        Directory.CreateDirectory(search.Folder);
        SqliteJournalFile.Open(search.Journal).Dispose();

        var (code, said, error) = some.Run("resume", "early");

        Assert.Equal((2, ""), (code, said));
        Assert.Contains("error: 'early' never began.", error);
    }

    [Fact]
    public void EveryGenotypeOfASmallSpaceIsFoundHoweverRarelyItIsDrawn()
    {
        using var some = new Some();
        // A half of the space is drawn once in 900.
        var space = $$"""
            { "name": "skew", "decisions": [ { "name": "op", "one_of": [ {{string.Join(',', Enumerable.Range(0, 30))}},
              { "value": "rare", "decisions": [ { "name": "x", "one_of": [{{string.Join(
                ',',
                Enumerable.Range(0, 30)
            )}}] } ] } ] } ] }
            """;
        var rows = Enumerable
            .Range(0, 30)
            .Select(i => $"{i},{i}")
            .Concat(Enumerable.Range(0, 30).Select(i => $"30{i},{i}"));

        var said = some.Said([
            "search",
            .. Table(some, space, "arch,acc\n" + string.Join('\n', rows)),
            .. (string[])["--algorithm", "random", "--budget", "500", "--name", "skew"],
        ]);

        Assert.Contains("Finished: no genotype is left  skew: 60 evaluations, 60 scored", said);
    }

    [Theory]
    [InlineData("random", false, "Finished: no genotype is left  one: 1 evaluation, 1 scored")]
    [InlineData("evolution", false, "Finished: no genotype is left  one: 1 evaluation, 1 scored")]
    [InlineData("auto", false, "Finished: no genotype is left  one: 1 evaluation, 1 scored")]
    [InlineData("auto", true, "Finished  one: 30 evaluations, 30 scored")]
    [InlineData("random", true, "Finished  one: 30 evaluations, 30 scored")]
    [InlineData("evolution", true, "Finished  one: 30 evaluations, 30 scored")]
    public void ASpaceOfOnePointIsSearched(string algorithm, bool repeats, string end)
    {
        using var some = new Some();

        var said = some.Said([
            "search",
            .. Table(
                some,
                """{"name": "one", "decisions": [{"name": "a", "one_of": ["a"]}, {"name": "b", "one_of": [1]}]}""",
                "arch,acc\n00,1\n"
            ),
            .. (string[])["--algorithm", algorithm, "--budget", "30", "--population", "10", "--name", "one"],
            .. repeats ? ["--repeat-duplicates"] : Array.Empty<string>(),
        ]);

        Assert.Contains(end, said);
    }

    [Theory]
    // Fewer points than members; equal candidates; every choice has one candidate but one below a candidate.
    [InlineData("""{"name": "a", "one_of": [1, 2, 3]}""", "0,1 1,2 2,3", 3)]
    [InlineData("""{"name": "a", "one_of": ["a", "a"]}""", "0,1 1,2", 2)]
    [InlineData(
        """{"name": "a", "repeat": {"min": 0, "max": 1}, "decisions": [{"name": "k", "one_of": [3]}]}""",
        "0,1 10,2",
        2
    )]
    [InlineData("""{"name": "a", "float": {"min": 0.5, "max": 0.5, "step": 1}}""", "0,1", 1)]
    [InlineData("""{"name": "a", "many_of": [1, 2], "picks": 2, "sorted": true}""", "01,1", 1)]
    public void ADegenerateSpaceIsSearchedToItsEnd(string decision, string rows, int points)
    {
        using var some = new Some();
        foreach (
            var repeats in (string[][])
                [
                    [],
                    ["--repeat-duplicates"],
                ]
        )
        {
            var said = some.Said([
                "search",
                .. Table(
                    some,
                    $$"""{"name": "small", "decisions": [{{decision}}]}""",
                    "arch,acc\n" + rows.Replace(' ', '\n')
                ),
                .. (string[])["--budget", "25", "--population", "10", "--name", $"small{repeats.Length}"],
                .. repeats,
            ]);

            var births = repeats.Length == 0 ? points : 25;
            var evaluations = births == 1 ? "1 evaluation" : $"{births} evaluations";
            Assert.Contains($"small{repeats.Length}: {evaluations}, {births} scored", said);
        }
    }

    [Theory]
    [InlineData("neg^0.5", "neg^0.5 is not a number where neg is -1.")]
    [InlineData("acc*flops^200", "flops^200 is infinite where flops is 1000.")]
    [InlineData("acc*zero^-0.07", "zero^-0.07 is infinite where zero is 0.")]
    public void ABirthForWhichTheObjectiveHasNoValueIsRuledOutWithTheReason(string objective, string why)
    {
        using var some = new Some();

        var said = some.Said([
            "search",
            .. Table(some, Digits(3), "arch,acc,neg,flops,zero\n0,1,-1,1000,0\n1,2,-1,1000,0\n2,3,-1,1000,0\n"),
            .. (string[])["--objective", objective, "--name", "none", "--budget", "3"],
        ]);

        Assert.Contains("3 unscorable", said);
        Assert.DoesNotContain("E+300", said);
        Assert.Contains(why, some.Said("lineage", "none", "show", "1"));
        Assert.Contains("unscorable", some.Said("lineage", "none", "export", "--format", "jsonl"));
        Assert.Null(some.Json("status", "none")["best"]);
    }

    [Theory]
    [InlineData("acc*(flops/0)^-0.07", "The objective divides flops by 0.")]
    [InlineData("acc^0", "The objective 'acc^0' is the same for every candidate.")]
    [InlineData("acc - acc", "The objective '1*acc - 1*acc' is the same for every candidate.")]
    [InlineData("half", "table.csv:3: 'nan' in column 'half' is not a finite number.")]
    [InlineData("hafl", "There is no metric called 'hafl'.")]
    public void AnObjectiveThatCannotTellCandidatesApartIsRefusedAndNothingIsBegun(string objective, string why)
    {
        using var some = new Some();

        var (code, said, error) = some.Run([
            "search",
            .. Table(some, Digits(3), "arch,acc,flops,half\n0,1,5,1\n1,2,6,nan\n2,3,7,3\n"),
            .. (string[])["--objective", objective, "--name", "none", "--budget", "3"],
        ]);

        Assert.Equal((2, ""), (code, said));
        Assert.Contains(why, error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches", "none")));
    }

    [Theory]
    [InlineData("top1*madds^200", "madds^200 is infinite where madds is ")]
    [InlineData("top1*madds^-200", "madds^-200 is 0: the number is too small to be told from 0.")]
    public void AnObjectiveThatTheCostsAloneMakeTheSameForAllIsRefusedBeforeATraining(string objective, string why)
    {
        using var some = new Some();

        var (code, said, error) = some.Run(
            "search",
            "--space",
            "mnasnet",
            "--objective",
            objective,
            "--name",
            "none",
            "--budget",
            "3"
        );

        Assert.Equal((2, ""), (code, said));
        Assert.Contains(why, error);
        Assert.False(Directory.Exists(Path.Combine(some.Home, "searches", "none")));
    }

    [Fact]
    public void SamplesWithinALimitThatFewKeepAreFoundByWalksAndThatIsSaid()
    {
        using var some = new Some();

        var (code, said, error) = some.Run("sample", "mnasnet", "--count", "3", "--where", "madds<=60M", "--csv");

        Assert.Equal(0, code);
        Assert.All(
            said.TrimEnd('\n').Split('\n').Skip(1),
            line => Assert.InRange(long.Parse(line.Split("\",")[1].Split(',')[1]), 1, 60_000_000)
        );
        Assert.Equal(4, said.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("warning: none of 2,000 draws keeps madds<=60000000; the smallest had ", error);
        Assert.Contains("walking towards the limit from here on", error);
    }

    [Fact]
    public void SamplesWithinALimitThatNothingKeepsEndWithTheNearestValue()
    {
        using var some = new Some();

        var (code, _, error) = some.Run("sample", "mnasnet", "--count", "3", "--where", "madds<=1");

        Assert.Equal(1, code);
        Assert.Contains("error: None of 36,384 draws keeps madds<=1; the smallest had 43,6", error);
    }
}
