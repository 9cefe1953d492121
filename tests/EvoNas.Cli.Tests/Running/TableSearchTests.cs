namespace EvoNas.Cli.Tests.Running;

/// <summary>Tables as other programs write them, or of other spaces, as a new user would give them.</summary>
public class TableSearchTests
{
    [Fact]
    public void WhatSampleWritesIsATableOnceItHasAColumnOfScores()
    {
        using var some = new Some();
        var sampled = some.Said("sample", some.Space, "--count", "1000", "--csv").Split('\n')[..^1];
        var table = some.Write(
            "sampled.csv",
            $"{sampled[0]},acc\n" + string.Concat(sampled[1..].Distinct().Select((row, i) => $"{row},{i}\n"))
        );

        some.Said(Search(some, table, "genotype", "acc"));

        Assert.Equal((20, 0), Counts(some));
    }

    [Fact]
    public void WhatExportWritesIsATableAgain()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "500", "--name", "first"]);
        var table = some.Write("first.csv", some.Said("lineage", "first", "export"));

        some.Said(Search(some, table, "genotype", "fitness"));

        Assert.Equal((20, 0), Counts(some));
    }

    [Fact]
    public void ATableOfAnotherSpaceIsRefusedBeforeTheSearchExists()
    {
        using var some = new Some();
        var table = some.Write("five.csv", "arch,acc\n0,1\n1,2\n2,3\n3,4\n4,5\n");

        var (code, said, error) = some.Run([
            "search",
            "--name",
            "t",
            "--evaluate",
            $"table:{table}",
            "--key",
            "arch",
            "--metric",
            "acc",
        ]);

        Assert.Equal((2, ""), (code, said));
        Assert.StartsWith(
            $"error: None of the 5 keys of '{table}' is a genotype of 'regnet-x'; "
                + "the first that is none is '0' in line 2: ",
            error
        );
        Assert.Equal(2, some.Run("status", "t").Code);
    }

    [Fact]
    public void MissingRowsAreSaidOnceAndBirthsThatHitOneHaveTheReasonOnTheScreen()
    {
        using var some = new Some();
        var table = some.Write("few.csv", "arch,acc\n0000,1\n0001,2\n0002,3\n");

        var (code, said, error) = some.Run(Search(some, table, "arch", "acc"));

        Assert.Equal(0, code);
        Assert.Equal(
            $"warning: '{table}' has no row for 78 of the 81 genotypes of 'cubes': "
                + "a birth that is one of them is ruled out.",
            Assert.Single(error.Split('\n'), line => line.Contains("has no row for 78"))
        );
        var ruledOut = said.Split('\n').Where(line => line.Contains("ruled out")).ToArray();
        Assert.NotEmpty(ruledOut);
        Assert.All(
            ruledOut,
            line => Assert.Matches(@"  ruled out: invalid \(The table has no row for \d,\d,\d,\d\.\)  ", line)
        );
    }

    [Fact]
    public void WhereNothingWasScoredTheLineageSaysWhy()
    {
        using var some = new Some();
        var table = some.Write("one.csv", "arch,acc\n\"0,0,0,0\",1\n");
        some.Said(Search(some, table, "arch", "acc", budget: 2));

        var (code, _, error) = some.Run("lineage", "t");

        Assert.Equal(1, code);
        Assert.StartsWith(
            "error: 't' has no scored candidate: 2 of its births were ruled out, the last one as invalid: "
                + "The table has no row for ",
            error
        );
    }

    [Fact]
    public void ARuledOutBirthHasItsReasonInTheTree()
    {
        using var some = new Some();
        var half = File.ReadAllLines(some.Table).Where((line, i) => i < 2 || i % 2 == 0);
        var table = some.Write("half.csv", string.Join('\n', half));
        some.Said(Search(some, table, "arch", "mean", budget: 40));

        var tree = some.Said("lineage", "t", "--depth", "100");

        Assert.Matches(@"invalid The table has no row for \d,\d,\d,\d\.  ", tree);
    }

    [Theory]
    [InlineData("val-acc", "val-acc")]
    [InlineData("test acc", "test acc")]
    [InlineData("1st", "1st")]
    [InlineData("acc%", "acc%")]
    [InlineData("a,b", "a,b")]
    [InlineData("[red]", "[red]")]
    public void EveryColumnCanBeTheMetricOfASearchAndOfAPlan(string column, string metric)
    {
        using var some = new Some();
        var rows = File.ReadAllText(some.Table).Replace("mean", $"\"{column}\"");
        var table = some.Write("odd.csv", rows);

        some.Said(Search(some, table, "arch", metric));
        var plan = some.Json([
            "simulate",
            "plan",
            "--space",
            some.Space,
            "--table",
            table,
            "--metric",
            metric,
            "--budget",
            "81",
        ])[0]!; // There is one.

        Assert.Equal((20, 0), Counts(some));
        var best = some.Json("status", "t")["best"]!; // It has scores.
        Assert.Equal((double?)best["fitness"], (double?)best["metrics"]![column]);
        Assert.Equal(88, (double?)plan["improvements"]!.AsArray().Last()!["best"]);
        Assert.Contains(column, some.Said("lineage", "t", "show", "best"));
    }

    [Fact]
    public void ALimitOnAColumnWithACommaIsOneLimit()
    {
        using var some = new Some();
        var table = some.Write("odd.csv", File.ReadAllText(some.Table).Replace("flops", "\"flops,M\""));

        some.Said([.. Search(some, table, "arch", "mean"), "--limit", "\"flops,M\"<=5000 hard,mean>=80"]);

        Assert.Contains("with \"flops,M\"<=5000, mean>=80", some.Said("status", "t"));
    }

    [Fact]
    public void AnotherTableIsNotOneThatChanged()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);
        var other = some.Write("other.csv", "genotype,score\n0000,1\n");

        var (code, _, error) = some.Run("resume", "cubes", "--budget", "30", "--evaluate", $"table:{other}");

        Assert.Equal(2, code);
        Assert.StartsWith(
            $"error: '{other}' is another table than the 'cubes.csv' that the search was begun with.\n",
            error
        );
    }

    [Fact]
    public void TheSameTableElsewhereGoesOn()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);
        var moved = some.Write("moved.csv", File.ReadAllText(some.Table));
        File.Delete(some.Table);

        some.Said(["search", "--name", "cubes", "--budget", "30", "--evaluate", $"table:{moved}", "--key", "arch"]);

        Assert.Equal(30, (long?)some.Json("status", "cubes")["scored"]);
    }

    [Fact]
    public void OtherColumnsThanThoseOfTheSearchAreADifference()
    {
        using var some = new Some();
        some.Said(["search", .. some.Search, "--budget", "20", "--name", "cubes"]);

        var (code, _, error) = some.Run([.. Search(some, some.Table, "arch", "run1"), "--name", "cubes"]);

        Assert.Equal(2, code);
        Assert.Contains("was begun with other settings", error);
        Assert.Contains("[\"run1\"]", error);
    }

    static string[] Search(Some some, string table, string key, string metric, int budget = 20) =>
        [
            "search",
            .. table == some.Table ? Array.Empty<string>() : ["--name", "t"],
            "--space",
            some.Space,
            "--evaluate",
            $"table:{table}",
            "--key",
            key,
            "--metric",
            metric,
            "--budget",
            $"{budget}",
        ];

    static (long Scored, long RuledOut) Counts(Some some)
    {
        var status = some.Json("status", "t");
        return ((long)status["scored"]!, (long)status["ruledOut"]!); // A report has both.
    }
}
