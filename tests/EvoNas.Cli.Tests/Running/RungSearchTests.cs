using System.Globalization;

namespace EvoNas.Cli.Tests.Running;

/// <summary>Searches whose candidates are trained in rungs, over a table with learning curves.</summary>
public class RungSearchTests
{
    [Fact]
    public void ASearchInRungsCountsFullTrainingsAndAnnouncesOneThatWasTrainedInFull()
    {
        using var some = new Some();

        var said = some.Said(Search(some, "--name", "r", "--budget", "10"));

        Assert.Contains("asha, rungs of 1, 3, 9, 27 epochs, population 20, tournament 10", said);
        var status = some.Json("status", "r");
        Assert.Equal(("asha", "finished"), ((string?)status["algorithm"], (string?)status["state"]));
        Assert.InRange((double)status["spent"]!, 0.9, 1); // A report has both.
        Assert.Matches(@"budget +(9\.\d|10\.0) of 10 full trainings", some.Said("status", "r"));
        Assert.Matches(@"rungs +\d+ after epoch 1, \d+ after 3, \d+ after 9, \d+ after 27", some.Said("status", "r"));
        var rungs = status["rungs"]!.AsArray();
        Assert.Equal([1, 3, 9, 27], rungs.Select(rung => (int)rung!["epoch"]!)); // A rung has both.
        Assert.Equal((long?)status["scored"], rungs.Sum(rung => (long)rung!["scored"]!));
        Assert.Contains("after epoch 1", some.Said("top", "r", "--once"));
        var best = some.Json("lineage", "r", "show", "best");
        Assert.Equal(3, (int?)best["rung"]);
        Assert.NotNull(best["promoted"]);
        Assert.Equal((double?)best["fitness"], (double?)status["best"]!["fitness"]); // It has scores.
        var csv = some.Said("lineage", "r", "export").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(",rung,promoted,fromEpoch", csv[0]);
        Assert.Equal((int?)status["births"] + 1, csv.Length);
        Assert.Contains("sound", some.Said("lineage", "r", "verify"));
        var line = some.Said("lineage", "r", "show", "best");
        Assert.Contains("on rung 3", line);
        Assert.Contains("on rung 1", line);
    }

    [Fact]
    public void EqualSeedsGiveEqualSearchesAndARaisedBudgetGoesOn()
    {
        using var some = new Some();
        some.Said(Search(some, "--name", "one", "--budget", "10"));
        some.Said(Search(some, "--name", "two", "--budget", "10"));
        Assert.Equal(Candidates(some, "one"), Candidates(some, "two"));

        some.Said("resume", "one", "--budget", "14");

        Assert.Matches(@"budget +(13\.\d|14\.0) of 14 full trainings", some.Said("status", "one"));
        Assert.Equal(Candidates(some, "two"), Candidates(some, "one")[..Candidates(some, "two").Length]);
    }

    [Fact]
    public void ASearchIsNotResumedWithOtherRungs()
    {
        using var some = new Some();
        some.Said(Search(some, "--name", "r", "--budget", "5"));

        var (code, _, error) = some.Run(Search(some, "--name", "r", "--budget", "8", "--rungs", "3"));

        Assert.Equal(2, code);
        Assert.Matches(@"evonas\.search\.rungs +begun with 4 +now asked for 3", error);
    }

    [Theory]
    [InlineData("--steps 100", "cuts a training into whole epochs; this one is measured by steps or seconds.")]
    [InlineData("--epochs 2.5", "cuts a training into whole epochs; this one has 2.5.")]
    [InlineData("--epochs 1", "A full training of 1 epoch has no rungs below it.")]
    [InlineData("--epochs 9 --rungs 4", "4 rungs with a reduction of 3 do not fit into a full training of 9 epochs")]
    public void ATrainingThatHasNoRungsIsRefused(string given, string message)
    {
        using var some = new Some();

        var (code, _, error) = some.Run(["search", "--algorithm", "asha", "--name", "r", .. given.Split(' ')]);

        Assert.Equal(2, code);
        Assert.Contains(message, error.Split('\n')[0]);
        Assert.Equal(2, some.Run("status", "r").Code);
    }

    static string[] Candidates(Some some, string name) =>
        [
            .. some.Said("lineage", name, "export")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(row => string.Join(',', row.Split(',')[..9])),
        ];

    // The more z, the better, and what is good is seen late.
    static string[] Search(Some some, params string[] more)
    {
        var rows = File.ReadLines(some.Table)
            .Where(row => char.IsAsciiDigit(row[0]))
            .Select(row => row.Split(','))
            .Select(cells => (Key: cells[0], Worth: double.Parse(cells[1], CultureInfo.InvariantCulture)))
            .Select(row =>
                $"{row.Key}"
                + string.Concat(
                    Enumerable.Range(1, 27).Select(epoch => $",{row.Worth - (row.Key[3] - '0') * (27 - epoch) / 9.0:R}")
                )
            );
        var head = string.Concat(Enumerable.Range(1, 27).Select(epoch => $",acc_{epoch}"));
        var table = some.Write("curves.csv", $"arch{head}\n" + string.Join('\n', rows) + "\n");
        return
        [
            "search",
            "--space",
            some.Space,
            "--evaluate",
            $"table:{table}",
            "--key",
            "arch",
            "--curve",
            "acc_{epoch}",
            "--algorithm",
            "asha",
            .. more,
        ];
    }
}
