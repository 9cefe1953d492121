using System.Globalization;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches whose best candidates are evaluated again, as a user sees them. A cube's three runs are its mean
/// and one more or less.</summary>
public class FinalistsTests
{
    static string[] Search(Some some, params string[] more) =>
        [
            "search",
            "--space",
            some.Space,
            "--evaluate",
            $"table:{some.Table}",
            "--key",
            "arch",
            "--metric",
            "run1,run2,run3",
            "--name",
            "t",
            "--budget",
            "60",
            .. more,
        ];

    [Fact]
    public void EveryViewNamesTheWinnerWithItsMeanItsIntervalAndHowSureItIs()
    {
        using var some = new Some();
        var said = some.Said(Search(some, "--finalists", "3x6"));
        var winner = some.Json("status", "t")["winner"]!;
        var birth = (long)winner["birth"]!;

        Assert.Contains("It won: mean 8", said);
        Assert.Contains($"winner    #{birth} ", some.Said("status", "t"));
        Assert.Contains($"winner    #{birth}  mean 8", some.Said("top", "t"));
        foreach (var view in new[] { said, some.Said("status", "t"), some.Said("lineage", "t", "show", "best") })
            Assert.Matches(@"mean 8\S* ± \S+ of 6 more evaluations; P\(best\) \d+\.\d%; noise \d", view);
        Assert.Contains($"the line of #{birth}, ", some.Said("lineage", "t"));
        Assert.Contains("sound", some.Said("lineage", "t", "verify"));
    }

    [Fact]
    public void TheListOfSearchesShowsTheWinnerAndItsMean()
    {
        using var some = new Some();
        some.Said(Search(some, "--finalists", "3x6"));
        var status = some.Json("status", "t");
        var winner = status["winner"]!;

        var row = some.Said("status").Split('\n').Single(line => line.StartsWith("t ", StringComparison.Ordinal));

        var shown = ((double)winner["mean"]!).ToString("0.0000", CultureInfo.InvariantCulture);
        Assert.NotEqual((double)status["best"]!["fitness"]!, (double)winner["mean"]!);
        Assert.Contains($" {shown} ", row);
        var lineage = some.Said("lineage", "t", "show", $"{winner["birth"]}");
        Assert.Contains(row.Split(' ')[^1], lineage);
    }

    [Fact]
    public void ScriptsReadTheWinnerAndWhatItsIntervalIs()
    {
        using var some = new Some();
        some.Said(Search(some, "--finalists", "3x6"));

        var status = some.Json("status", "t");
        var winner = status["winner"]!;
        Assert.Equal(("3x6", 18, 60), ((string?)status["finalists"], (int)status["repeats"]!, (int)status["births"]!));
        Assert.InRange((double)winner["mean"]!, (double)winner["low"]!, (double)winner["high"]!);
        Assert.Equal(6, (int)winner["evaluations"]!);
        Assert.InRange((double)winner["probability"]!, 1.0 / 3, 1);
        Assert.InRange((double)winner["noise"]!, 0.3, 1.5);
    }

    // So that an export is a table again.
    [Fact]
    public void CsvHasARowACandidateWithTheMeanOfItsLaterEvaluations()
    {
        using var some = new Some();
        some.Said(Search(some, "--finalists", "3x6"));

        var lines = some.Said("lineage", "t", "export").Split('\n')[..^1].Select(line => line.Split(',')).ToArray();
        var place = Array.IndexOf(lines[0], "repeats");
        Assert.Equal("repeatMean", lines[0][place + 1]);
        Assert.Equal(42, lines.Length - 1);
        // A genotype stands in quotes, with three commas of its own.
        var repeated = lines[1..].Where(cells => cells[place + 3] != "0").ToArray();
        Assert.Equal(3, repeated.Length);
        Assert.All(repeated, cells => Assert.Equal("6", cells[place + 3]));
        Assert.All(
            repeated,
            cells => Assert.InRange(double.Parse(cells[place + 4], CultureInfo.InvariantCulture), 79, 90)
        );
    }

    [Fact]
    public void ASearchThatBeganWithoutFinalistsRefusesThem()
    {
        using var some = new Some();
        some.Said(Search(some));

        Assert.Null(some.Json("status", "t")["finalists"]);
        var (code, _, error) = some.Run(Search(some, "--finalists", "3x6"));
        Assert.Equal(2, code);
        Assert.Contains("evonas.search.finalists  begun with none  now asked for 3x6", error);
    }

    [Fact]
    public void MoreFinalistsThanTheBudgetBearsAreRefusedBeforeTheSearchExists()
    {
        using var some = new Some();

        var (code, _, error) = some.Run(Search(some, "--finalists", "10x6"));

        Assert.Equal(2, code);
        Assert.Contains("Finalists (10x6) take 60 evaluations, more than half of a budget of 60.", error);
        Assert.Equal(2, some.Run("status", "t").Code);
    }
}
