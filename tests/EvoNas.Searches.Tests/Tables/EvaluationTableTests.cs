using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Searches.Spaces;
using EvoNas.Searches.Tables;
using EvoNas.Searches.Tests.Support;

namespace EvoNas.Searches.Tests.Tables;

public class EvaluationTableTests
{
    static readonly SearchSpace Pair = new("pair", [new Decision.Range("a", 1, 12), new Decision.Range("b", 1, 12)]);

    [Theory]
    [InlineData("", "has no rows")]
    [InlineData("arch,score\n", "has no rows")]
    [InlineData("arch,acc\n0000,1\n", "--metric: '*' has no column 'score'.")]
    [InlineData("key,score\n0000,1\n", "--key: '*' has no column 'arch'.")]
    [InlineData("arch,score,score\n0000,1,2\n", "*:1: two columns are called 'score'.")]
    [InlineData("# c\narch,score\n0000,1\n0001\n", "*:4: the row has 1 cells, the head 2.")]
    [InlineData("arch,score\n0000,1\n0001,good\n", "*:3: 'good' in column 'score' is not a finite number.")]
    [InlineData("arch,score\n0000,1\n0001,NaN\n", "*:3: 'NaN' in column 'score' is not a finite number.")]
    [InlineData("arch,score\n0000,1\n0001,\n", "*:3: '' in column 'score' is not a finite number.")]
    [InlineData("arch;score\n0000;0,5\n", "*:2: '0,5' in column 'score' has a decimal comma; write a point.")]
    [InlineData("arch,score\n0000,1\n0000,2\n", "*:3: the key '0000' appears twice.")]
    [InlineData("arch,score\n0000,1\n0-0-0-0,2\n", "*:3: the key '0-0-0-0' appears twice.")]
    [InlineData("arch,score\n\"0000,1\n", "*:2: a quoted cell is not closed on its line.")]
    [InlineData(
        "arch,score\n0,1\n1,2\n",
        "None of the 2 keys of '*' is a genotype of 'cubes'; the first that is none is"
    )]
    [InlineData("arch,score\rx,1\r", "The lines of '*' end in CR alone.")]
    [InlineData("arch,score\n\"0,0,0,0\",1\n\"x,y,z,x\",2\n", "*:3: the key '0,0,0,0' in line 2 has indices, and")]
    [InlineData("PK\u0003\u0004", "'*' is a workbook or a zip file.")]
    [InlineData("SQLite format 3\u0000", "'*' is a SQLite file.")]
    public void WhatIsWrongIsToldWithItsLine(string text, string message)
    {
        using var some = new CubeFolder();
        File.WriteAllText(some.Table, text);

        var error = Assert.Throws<RequestException>(() => Checked(some.Table, Cubes(some), "arch", "score"));

        Assert.Contains(message.Replace("*", some.Table), error.Message);
    }

    [Theory]
    [InlineData("111", "It may be 1,11 or 11,1; write commas between indices.")]
    [InlineData("110", "It may be 1,10 or 11,0; write commas between indices.")]
    public void AKeyOfSeveralGenotypesIsRefusedWithItsLine(string key, string reason)
    {
        using var some = new CubeFolder();
        var table = some.Write("pair.csv", $"arch,acc\n\"3,4\",1\n{key},7\n");

        var error = Assert.Throws<RequestException>(() => EvaluationTable.Read(table, Pair, "arch", ["acc"]));

        Assert.Equal($"{table}:3: the key '{key}' is ambiguous. {reason}", error.Message);
    }

    [Theory]
    [InlineData("{0},{1}")]
    [InlineData("{0}-{1}")]
    [InlineData("{0} {1}")]
    [InlineData("[{0}, {1}]")]
    [InlineData("[{0}.0, {1}.0]")]
    public void EveryGenotypeIsFoundUnderItsOwnKey(string form)
    {
        using var some = new CubeFolder();
        var pairs = Enumerable.Range(0, 144).Select(i => (A: i / 12, B: i % 12)).ToArray();
        var table = Checked(
            some.Write(
                "pairs.csv",
                "arch,acc\n"
                    + string.Concat(
                        pairs.Select(pair => $"\"{string.Format(form, pair.A, pair.B)}\",{100 * pair.A + pair.B}\n")
                    )
            ),
            Pair,
            "arch",
            "acc"
        );

        Assert.All(pairs, pair => Assert.Equal(100 * pair.A + pair.B, ScoreOf(table, Genotype.Of(pair.A, pair.B))));
        Assert.Empty(table.Fit.Warnings(table));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void WhatOtherProgramsWriteIsTheSameTable(string end)
    {
        using var some = new CubeFolder();
        var rows = File.ReadAllLines(some.Table)
            .Where(line => line[0] != '#')
            .Select(line => line.Split(','))
            .ToArray();
        (string Name, string Text)[] written =
        [
            ("semicolons", Text(';', cell => cell)),
            ("tabs", Text('\t', cell => cell)),
            ("quotes", Text(',', cell => $"\"{cell}\"")),
            ("mark", "\uFEFF" + Text(';', cell => $"\"{cell}\"")),
            ("excel", "sep=;" + end + Text(';', cell => cell) + ";;;;;" + end),
            ("blanks", Text(',', cell => $" {cell} ")),
            ("floats", Text(',', cell => double.TryParse(cell, out _) ? cell + ".0" : cell)),
            ("lost", Text(',', cell => cell.TrimStart('0') is { Length: > 0 } rest ? rest : "0")),
        ];

        Assert.All(
            written,
            one =>
            {
                var table = Checked(some.Write(one.Name + ".csv", one.Text), Cubes(some), "arch", "mean");

                Assert.Equal(81, table.Count);
                Assert.Equal(["mean", "run1", "run2", "run3", "flops"], table.Metrics);
                Assert.Equal(85, ScoreOf(table, Genotype.Of(2, 1, 0, 2)));
            }
        );

        string Text(char delimiter, Func<string, string> cell) =>
            string.Concat(rows.Select(row => string.Join(delimiter, row.Select(cell)) + end));
    }

    [Fact]
    public void AZippedTableIsTheSameTable()
    {
        using var some = new CubeFolder();
        var packed = Path.Combine(some.Home, "cubes.csv.gz");
        Pack(File.ReadAllBytes(some.Table), packed);

        var (plain, zipped) = (
            Checked(some.Table, Cubes(some), "arch", "mean"),
            Checked(packed, Cubes(some), "arch", "mean")
        );

        Assert.Equal(plain.Hash, zipped.Hash);
        Assert.Equal(81, zipped.Count);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void AZippedTableThatIsCutOffIsRefused(double share)
    {
        using var some = new CubeFolder();
        var packed = Path.Combine(some.Home, "cubes.csv.gz");
        Pack(File.ReadAllBytes(some.Table), packed);
        var bytes = File.ReadAllBytes(packed);
        File.WriteAllBytes(packed, bytes[..(int)(bytes.Length * share)]);

        var error = Assert.Throws<RequestException>(() => EvaluationTable.Read(packed, Cubes(some), "arch", ["mean"]));

        Assert.Contains("gzip file", error.Message);
    }

    [Fact]
    public void TheHashIsThatOfTheContents()
    {
        using var some = new CubeFolder();

        var table = EvaluationTable.Read(some.Table, Cubes(some), "arch", ["mean"]);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(some.Table))), table.Hash);
        Assert.Equal(table.Hash, TableLines.HashOf(some.Table));
    }

    [Theory]
    [InlineData(9, "The only key of")]
    [InlineData(8, "Only 8 of the 9 keys of")]
    public void ATableOfAnotherSpaceIsRefusedWithTheShareThatFits(int cubes, string message)
    {
        using var some = new CubeFolder();
        var rows = Enumerable.Range(0, cubes % 9).Select(i => $"000{i / 3}{i % 3},1\n"[1..]);
        var table = some.Write("other.csv", "arch,acc\n" + string.Concat(rows) + "3000,1\n");

        var error = Assert.Throws<RequestException>(() => Checked(table, Cubes(some), "arch", "acc"));

        Assert.StartsWith(message, error.Message);
        Assert.EndsWith(
            $"the first that is none is '3000' in line {2 + cubes % 9}: 'a' takes an index from 0 to 2, not '3'.",
            error.Message
        );
    }

    [Fact]
    public void FewRowsThatDoNotFitAndMissingOnesAreSaid()
    {
        using var some = new CubeFolder();
        var lines = File.ReadAllLines(some.Table);
        var path = some.Write("most.csv", string.Join('\n', lines[..^3]) + "\ntotal,1,1,1,1,1\n");

        var table = Checked(path, Cubes(some), "arch", "mean");

        Assert.Equal(78, table.Count);
        Assert.Equal(
            [
                $"1 of the 79 keys of '{path}' is left out: no genotype of 'cubes'. "
                    + "The first is 'total' in line 81: 'total' is no value of 'a'.",
                $"'{path}' has no row for 3 of the 81 genotypes of 'cubes': a birth that is one of them is ruled out.",
            ],
            table.Fit.Warnings(table)
        );
    }

    [Fact]
    public void OfASpaceWithARuleOnlyItsMembersAreMissed()
    {
        using var some = new CubeFolder();
        var ascending = new SearchSpace(
            "ascending",
            [new Decision.Range("a", 0, 2), new Decision.Range("b", 0, 2)],
            point => point["a"].Whole <= point["b"].Whole ? null : "a is above b"
        );
        var path = some.Write("some.csv", "arch,acc\n00,1\n01,2\n11,3\n10,4\n");

        var table = Checked(path, ascending, "arch", "acc");

        Assert.Contains("has no row for 3 of the 6 genotypes", Assert.Single(table.Fit.Warnings(table)));
    }

    [Theory]
    [InlineData("arch,acc\n0000,1\n12,2\n", "'12' is none of 'cubes': It has too few digits.")]
    [InlineData("arch,acc\n11,1\n12,2\n", "None of the 2 keys of")]
    public void ShortKeysAreFilledOnlyWhereASpreadsheetTookTheirZeros(string text, string message)
    {
        using var some = new CubeFolder();
        var rows = Enumerable.Range(0, 9).Select(i => $"21{i / 3}{i % 3},1\n");
        if (text.Contains("0000"))
            text += string.Concat(rows);

        var error = Assert.Throws<RequestException>(() =>
            Checked(some.Write("short.csv", text), Cubes(some), "arch", "acc")
        );

        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void DigitsThatMayHaveLostZerosAreRefusedWhereNoKeyBeginsWithOne()
    {
        using var some = new CubeFolder();
        var (lost, whole) = (some.Write("lost.csv", "arch,acc\n11,1\n"), some.Write("w.csv", "arch,acc\n11,1\n02,2\n"));

        var error = Assert.Throws<RequestException>(() => Checked(lost, Pair, "arch", "acc"));

        Assert.Equal(
            $"{lost}:2: the key '11' is 1,1, or another genotype whose leading zeros were lost.",
            error.Message
        );
        Assert.Equal(1, ScoreOf(Checked(whole, Pair, "arch", "acc"), Genotype.Of(1, 1)));
    }

    // What a search was begun with stays: only what would give another score is refused.
    [Fact]
    public void ASearchThatBeganKeepsATableThatANewOneMustNotBeginWith()
    {
        using var some = new CubeFolder();
        var path = some.Write("old.csv", "arch,acc\n0000,1\nx,2\ny,3\n11,4\n");

        var table = EvaluationTable.Read(path, Cubes(some), "arch", ["acc"]);

        Assert.Equal(1, ScoreOf(table, Genotype.Of(0, 0, 0, 0)));
        Assert.Throws<RequestException>(table.Fit.Check);
    }

    [Fact]
    public void ATextThatIsNotUtf8IsRefusedWithItsByte()
    {
        using var some = new CubeFolder();
        var path = some.Write("latin.csv", "");
        File.WriteAllBytes(path, [.. "arch,acc,note\n0000,1,caf"u8, 0xE9, (byte)'\n']);

        var error = Assert.Throws<RequestException>(() => Checked(path, Cubes(some), "arch", "acc"));

        Assert.Equal($"{path}:2: byte 25 of the file is not UTF-8.", error.Message);
    }

    [Fact]
    public void EveryColumnOfNumbersIsAMetricWhateverItsName()
    {
        using var some = new CubeFolder();
        var path = some.Write(
            "odd.csv",
            ",arch,val-acc,test acc,1st,acc%,note,\"a,b\"\n0,0000,1,2,3,4,x,5\n1,0001,6,7,8,9,5,9\n"
        );

        var table = EvaluationTable.Read(path, Cubes(some), "arch", ["val-acc"]);
        var found = Assert.IsType<Outcome.Trained>(table.LookUp(1, new(1), Genotype.Of(0, 0, 0, 0)));

        Assert.Equal(["val-acc", "test acc", "1st", "acc%", "a,b"], table.Metrics);
        Assert.Equal([1, 2, 3, 4, 5], table.Metrics.Select(name => found.Metrics[name]!.Value)); // It has them all.
        Assert.Equal($"{path}:2: 'x' in column 'note' is not a finite number.", table.FaultOf("note"));
        Assert.Null(table.FaultOf("val-acc"));
    }

    [Theory]
    [InlineData("a,b", "a,b")]
    [InlineData("\"a,b\",val-acc", "a,b|val-acc")]
    [InlineData("val-acc, test acc", "val-acc|test acc")]
    public void AMetricIsNamedAsTheHeadHasItOrInAList(string metric, string columns)
    {
        using var some = new CubeFolder();
        var path = some.Write("odd.csv", "arch,\"a,b\",val-acc,test acc\n0000,1,2,3\n");

        Assert.Equal(columns.Split('|'), EvaluationTable.Read(path, Cubes(some), "arch", [metric]).Drawn);
    }

    [Fact]
    public void EveryColumnOfNumbersIsAMetric()
    {
        using var some = new CubeFolder();

        var found = Assert.IsType<Outcome.Trained>(
            EvaluationTable.Read(some.Table, Cubes(some), "arch", ["mean"]).LookUp(1, new(1), Genotype.Of(2, 1, 0, 2))
        );

        Assert.Equal(85, found.Metrics["mean"]);
        Assert.Equal(5000, found.Metrics["flops"]);
        Assert.Null(found.Metrics["arch"]);
    }

    [Fact]
    public void OfSeveralRunsTheBirthDrawsOneAndAlwaysTheSame()
    {
        using var some = new CubeFolder();
        var table = EvaluationTable.Read(some.Table, Cubes(some), "arch", ["run1", "run2", "run3"]);

        var drawn = Enumerable.Range(1, 300).Select(birth => Score(birth)).ToArray();

        Assert.Equal([79, 80, 81], drawn.Distinct().Order());
        Assert.Equal(drawn, Enumerable.Range(1, 300).Select(birth => Score(birth)));
        Assert.Equal("score", table.MainMetric);

        double? Score(int birth) =>
            Assert.IsType<Outcome.Trained>(table.LookUp(5, new(birth), Genotype.Of(0, 0, 0, 0))).Metrics["score"];
    }

    [Fact]
    public void AGenotypeWithoutARowIsRuledOut()
    {
        using var some = new CubeFolder();

        var failed = Assert.IsType<Outcome.Failed>(
            EvaluationTable.Read(some.Table, Cubes(some), "arch", ["mean"]).LookUp(1, new(1), Genotype.Of(2, 1, 0))
        );

        Assert.Equal("The table has no row for 2,1,0.", failed.Detail);
    }

    // Lines that lie across the pieces in which a file is read.
    [Fact]
    public void ATableOfManyMegabytesIsReadWhole()
    {
        using var some = new CubeFolder();
        var space = new SearchSpace("large", [new Decision.Range("a", 0, 99_999), new Decision.Range("b", 0, 9_999)]);
        var text = new StringBuilder("arch,acc,note\n");
        for (var i = 0; i < 60_000; i++)
            text.Append($"{i}-{i % 7_001},{i},{new string('x', i % 91)}\n");
        var path = some.Write("large.csv", text.ToString());

        var table = Checked(path, space, "arch", "acc");

        Assert.Equal(60_000, table.Count);
        Assert.All(Enumerable.Range(0, 60_000), i => Assert.Equal(i, ScoreOf(table, Genotype.Of(i, i % 7_001))));
        Assert.False(table.Has(Genotype.Of(5, 6)));
    }

    static SearchSpace Cubes(CubeFolder some) => SpaceSource.Find(some.Space).Decisions;

    static EvaluationTable Checked(string path, SearchSpace space, string key, string metric)
    {
        var table = EvaluationTable.Read(path, space, key, [metric]);
        table.Fit.Check();
        return table;
    }

    static double? ScoreOf(EvaluationTable table, Genotype genotype) =>
        Assert.IsType<Outcome.Trained>(table.LookUp(1, new(1), genotype)).Metrics[table.MainMetric];

    static void Pack(byte[] bytes, string path)
    {
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        packed.Write(bytes);
    }
}
