namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches of several objectives as a user sees them. Of the cubes each sum of digits, from 0 to 8, is a
/// point of the front of <c>mean, -flops</c>: 80 to 88 against 0 to 8,000. From the table's worst, (80, -8000), they
/// cover 7,000 + 6,000 + … + 1,000.</summary>
public class ParetoSearchTests
{
    const string Both = "mean, -flops";

    static string[] Search(Some some, params string[] more) =>
        ["search", .. some.Search, "--name", "t", "--budget", "81", "--objective", Both, .. more];

    [Fact]
    public void EveryViewNamesTheFrontAndItsHypervolume()
    {
        using var some = new Some();
        var said = some.Said(Search(some));

        Assert.Contains("maximises mean, -flops; nsga2, population 50, seed ", said);
        foreach (
            var view in new[] { said, some.Said("status", "t"), some.Said("lineage", "t"), some.Said("resume", "t") }
        )
        {
            Assert.Contains("Pareto front  9 candidates, hypervolume 28k", view);
            Assert.Contains(
                "The hypervolume is measured from (80, -8k), the worst value of each objective in the table.",
                view
            );
        }
        Assert.Contains("front     9 candidates, hypervolume 28k", some.Said("top", "t"));
        Assert.Contains("objective mean, -flops", some.Said("status", "t"));
        Assert.Contains("sound", some.Said("lineage", "t", "verify"));
    }

    [Fact]
    public void ScriptsReadTheFrontWithItsReferencePoint()
    {
        using var some = new Some();
        some.Said(Search(some));

        var front = some.Json("status", "t")["front"]!;
        Assert.Equal(28_000, (double)front["hypervolume"]!);
        Assert.Equal([80, -8_000], front["referencePoint"]!.AsArray().Select(value => (double)value!));
        Assert.Equal("table", (string?)front["referenceFrom"]);
        Assert.Equal(
            [88, 87, 86, 85, 84, 83, 82, 81, 80],
            front["members"]!.AsArray().Select(one => (double)one!["values"]![0]!)
        );
        Assert.Contains((long)front["knee"]!, front["members"]!.AsArray().Select(one => (long)one!["birth"]!));
    }

    [Fact]
    public void CsvSaysWhoIsOnTheFrontAndWhoWasTheSecondParent()
    {
        using var some = new Some();
        some.Said(Search(some));

        var lines = some.Said("lineage", "t", "export").Split('\n')[..^1].Select(line => line.Split(',')).ToArray();
        var (front, mate) = (Array.IndexOf(lines[0], "front"), Array.IndexOf(lines[0], "mate"));
        // A genotype stands in quotes, with three commas of its own.
        Assert.Equal(9, lines[1..].Count(cells => cells[front + 3] == "true"));
        Assert.Contains(lines[1..], cells => cells[mate + 3] != "");
    }

    [Fact]
    public void AReferencePointThatIsGivenIsKept()
    {
        using var some = new Some();
        var said = some.Said(Search(some, "--reference-point=79, -9000"));

        Assert.Contains("The hypervolume is measured from (79, -9k), as given with --reference-point.", said);
        var (code, _, error) = some.Run(Search(some, "--reference-point=79, -9001"));
        Assert.Equal(2, code);
        Assert.Contains("evonas.search.reference-point  begun with 79, -9000  now asked for 79, -9001", error);
        Assert.Equal(0, some.Run(Search(some, "--reference-point=79, -9000", "--algorithm", "auto")).Code);
    }

    [Fact]
    public void ARandomSearchHasAFrontToo()
    {
        using var some = new Some();
        Assert.Contains("random search", some.Said(Search(some, "--algorithm", "random")));
        Assert.Equal(9, some.Json("status", "t")["front"]!["members"]!.AsArray().Count);
    }

    [Fact]
    public void TheKneeIsACandidateAsTheBestIs()
    {
        using var some = new Some();
        some.Said(Search(some));

        var knee = (long)some.Json("status", "t")["front"]!["knee"]!;
        Assert.Equal(knee, (long)some.Json("lineage", "t", "show", "knee")["birth"]!);
        Assert.Equal(88, (double)some.Json("lineage", "t", "show", "best")["fitness"]!);
        some.Said(["search", .. some.Search, "--name", "one", "--budget", "5"]);
        var (code, _, error) = some.Run("lineage", "one", "show", "knee");
        Assert.Equal(2, code);
        Assert.StartsWith("error: 'one' has one objective: a knee is the middle of the front of several.", error);
    }

    [Fact]
    public void TheReportDrawsTheFrontOverTheSecondObjective()
    {
        using var some = new Some();
        some.Said(Search(some));
        var file = Path.Combine(some.Home, "t.html");
        some.Said("report", "t", "-o", file);

        var page = File.ReadAllText(file);
        Assert.Contains("t: fitness by flops", page);
        Assert.Contains(">Pareto front<", page);
        Assert.Contains("9 candidates, hypervolume 28k. The hypervolume is measured from (80, -8k)", page);
    }

    [Theory]
    [InlineData("mean, mean", null, "error: The objectives 'mean' and 'mean' order candidates alike.")]
    [InlineData("mean, -mean", null, "error: The objectives 'mean' and '-mean' contradict each other")]
    [InlineData("mean,", null, "error: Objective 2 of 'mean,' is empty.")]
    [InlineData("mean, speed", null, "error: There is no metric called 'speed'.")]
    [InlineData("mean", "--algorithm nsga2", "error: The algorithm nsga2 needs several objectives.")]
    [InlineData(Both, "--algorithm evolution", "error: The algorithm evolution searches for one objective, not for 2.")]
    [InlineData(Both, "--algorithm local", "error: The algorithm local searches for one objective, not for 2.")]
    [InlineData(Both, "--repeat-duplicates", "error: NSGA-II evaluates no genotype twice")]
    [InlineData(Both, "--tournament 3", "error: --tournament (evonas.search.tournament-size) does not fit")]
    [InlineData(Both, "--reference-point=1", "error: The reference point '1' has 1 number for 2 objectives")]
    [InlineData(Both, "--reference-point=1,x", "error: 'x' in the reference point '1,x' is not a number.")]
    [InlineData("mean", "--reference-point=1", "error: --reference-point (evonas.search.reference-point) belongs to")]
    public void WhatMakesNoSenseIsRefusedBeforeTheSearchExists(string objective, string? option, string message)
    {
        using var some = new Some();
        var (code, said, error) = some.Run([
            "search",
            .. some.Search,
            "--name",
            "t",
            "--objective",
            objective,
            .. option?.Split(' ') ?? [],
        ]);

        Assert.Equal((2, ""), (code, said));
        Assert.StartsWith(message, error);
        Assert.Equal(2, some.Run("status", "t").Code);
    }
}
