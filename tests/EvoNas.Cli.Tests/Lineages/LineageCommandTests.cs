using System.Text.Json.Nodes;

namespace EvoNas.Cli.Tests.Lineages;

public class LineageCommandTests
{
    [Fact]
    public void TheLineOfTheBestLeadsFromAFounderToIt()
    {
        using var some = Searched();

        var line = some.Json("lineage", "cubes").AsArray();

        Assert.Null(line[0]!["parent"]);
        Assert.Equal((long?)some.Json("status", "cubes")["best"]!["birth"], (long?)line[^1]!["birth"]);
        for (var i = 1; i < line.Count; i++)
        {
            Assert.Equal((long?)line[i - 1]!["birth"], (long?)line[i]!["parent"]);
            Assert.Equal((double?)line[i]!["fitness"] - (double?)line[i - 1]!["fitness"], (double?)line[i]!["gain"]);
            Assert.NotNull(line[i]!["change"]!["decision"]);
        }
    }

    [Fact]
    public void TheTreeNamesTheBestAndItsFounder()
    {
        using var some = Searched();
        var line = some.Json("lineage", "cubes").AsArray();

        var tree = some.Said("lineage", "cubes");

        foreach (var one in line)
            Assert.Contains($"#{one!["birth"]} ", tree);
        Assert.True(some.Said("lineage", "cubes", "--depth", "5").Length > tree.Length);
    }

    [Fact]
    public void OneCandidateIsShownWithItsFamily()
    {
        using var some = Searched();

        var shown = some.Said("lineage", "cubes", "show", "best");

        Assert.Contains("genotype", shown);
        Assert.Contains("Ancestors", shown);
        Assert.Contains("mean", shown);
    }

    [Theory]
    [InlineData("0", "'cubes' has no birth 0; it has 1 to 60.")]
    [InlineData("61", "'cubes' has no birth 61; it has 1 to 60.")]
    [InlineData("x", "'x' is not a birth.")]
    public void ABirthThatIsNoneIsRefused(string birth, string message)
    {
        using var some = Searched();

        var (code, _, error) = some.Run("lineage", "cubes", "show", birth);

        Assert.Equal(2, code);
        Assert.StartsWith($"error: {message}", error);
    }

    [Fact]
    public void EventsAsJsonLinesHaveNumberTimeNameAndFields()
    {
        using var some = Searched();

        var events = some.Said("lineage", "cubes", "export", "--format", "jsonl")
            .TrimEnd('\n')
            .Split('\n')
            .Select(line => JsonNode.Parse(line)!)
            .ToArray(); // Each is an object.

        Assert.Equal(Enumerable.Range(1, events.Length), events.Select(one => (int)one["number"]!));
        Assert.Equal("begun", (string?)events[0]["event"]);
        Assert.Equal("finished", (string?)events[^1]["event"]);
        Assert.Equal(60, events.Count(one => (string?)one["event"] == "born" && one["genotype"] is not null));
        Assert.All(events, one => Assert.EndsWith("Z", (string?)one["time"]));
    }

    [Fact]
    public void CandidatesAsCsvHaveAColumnAMetric()
    {
        using var some = Searched();

        var lines = some.Said("lineage", "cubes", "export").TrimEnd('\n').Split('\n');

        Assert.StartsWith("birth,parent,genotype,", lines[0]);
        Assert.EndsWith("flops,mean,run1,run2,run3", lines[0]);
        Assert.Equal(61, lines.Length);
    }

    [Fact]
    public void AWholeJournalIsSound()
    {
        using var some = Searched();

        Assert.StartsWith("sound  cubes: ", some.Said("lineage", "cubes", "verify"));
        Assert.True((bool?)some.Json("lineage", "cubes", "verify")["sound"]);
    }

    [Fact]
    public void AFlippedBitIsFoundAndNothingIsReadBeyondIt()
    {
        using var some = Searched();
        var journal = Path.Combine(some.Home, "searches", "cubes", "search.db");
        var bytes = File.ReadAllBytes(journal);
        var at = bytes.AsSpan().LastIndexOf("\"fitness\":{\"value\":8"u8);
        bytes[at + 20] = (byte)'9';
        File.WriteAllBytes(journal, bytes);

        var (code, said, _) = some.Run("lineage", "cubes", "verify");
        var (exported, _, error) = some.Run("lineage", "cubes", "export");

        Assert.Equal(1, code);
        Assert.Contains("damaged  cubes", said);
        Assert.Equal(1, exported);
        Assert.Contains("does not agree with its checksum", error);
    }

    static Some Searched()
    {
        var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "60", "--seed", "2", "--name", "cubes"]);
        return some;
    }
}
