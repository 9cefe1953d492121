using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using EvoNas.Searches.Tables;
using EvoNas.Searches.Tests.Support;

namespace EvoNas.Searches.Tests.Tables;

/// <summary>Tables whose columns are the score after each epoch.</summary>
public class TableCurveTests
{
    const string Pattern = "acc_{epoch}";

    [Fact]
    public void TheScoreIsTheValueAfterTheEpochThatIsAskedFor()
    {
        using var some = new CubeFolder();
        var table = Read(some, "arch,acc_3,flops,acc_1,acc_2,acc_best\n0000,30,5,10,20,99\n");

        Assert.Equal(["flops", "acc_best", "score"], table.Metrics);
        Assert.Equal(("score", "acc_{epoch}"), (table.MainMetric, table.Curve));
        Assert.Equal([1, 2, 3], table.Epochs);
        Assert.Equal((10, "10"), Found(table, 1));
        Assert.Equal((20, "10,20"), Found(table, 2));
        Assert.Equal((30, "10,20,30"), Found(table, null));
    }

    // A curve has a value after every epoch.
    [Fact]
    public void AFewEpochsMakeNoCurve()
    {
        using var some = new CubeFolder();
        var table = Read(some, "arch,acc_1,acc_4,acc_12\n0000,10,20,30\n");

        Assert.Equal((20, ""), Found(table, 4));
    }

    [Theory]
    [InlineData("acc", "arch,acc\n0000,1\n", "--curve 'acc' has no place for the epoch, or several.")]
    [InlineData("{epoch}{epoch}", "arch,1\n0000,1\n", "'{epoch}{epoch}' has no place for the epoch, or several.")]
    [InlineData(Pattern, "arch,acc_1\n0000,1\n", "has one such column; a curve has at least two.")]
    [InlineData(Pattern, "arch,top1\n0000,1\n", "has no such column; a curve has at least two.")]
    [InlineData(Pattern, "arch,acc_1,acc_01\n0000,1,2\n", "are both of epoch 1 of --curve.")]
    [InlineData(Pattern, "arch,acc_1,acc_2\n0000,1,x\n", ":2: 'x' in column 'acc_2' is not a finite number.")]
    public void APatternThatNamesNoCurveIsRefused(string pattern, string rows, string message)
    {
        using var some = new CubeFolder();
        var path = some.Write("curves.csv", rows);

        var error = Assert.Throws<RequestException>(() => EvaluationTable.Read(path, Cubes(some), "arch", [], pattern));

        Assert.EndsWith(message, error.Message);
        Assert.NotNull(error.Hint ?? error.Message);
    }

    [Fact]
    public void TheJournalNamesTheCurveAndATableWithoutOneIsAsBefore()
    {
        using var some = new CubeFolder();
        var plan = new EvaluationPlan.Table(Read(some, "arch,acc_1,acc_2\n0000,1,2\n"));
        var plain = new EvaluationPlan.Table(EvaluationTable.Read(some.Table, Cubes(some), "arch", ["mean"]));

        var again = EvaluationPlan.FromJson(plan.ToJson(), Cubes(some), plan.Rows.Path);

        Assert.EndsWith(",\"metrics\":[],\"curve\":\"acc_{epoch}\"}", plan.ToJson());
        Assert.Equal(plan.ToJson(), again.ToJson());
        Assert.EndsWith(",\"metrics\":[\"mean\"]}", plain.ToJson());
    }

    [Fact]
    public void ASearchInRungsTakesThemFromTheColumns()
    {
        using var some = new CubeFolder();

        var settings = ToBegin(some, Options(some, 9)).Settings;

        Assert.Equal((Algorithm.Asha, false), (settings.Algorithm, settings.EarlyStopping));
        Assert.Equal((20, 10), (settings.PopulationSize, settings.TournamentSize));
        Assert.Equal([1, 3, 9], settings.Rungs!.Epochs);
        Assert.Equal("score", settings.Objective.ToString());
        var two = ToBegin(some, Options(some, 9), ("rungs", "2"), ("reduction", "4")).Settings;
        Assert.Equal([2, 9], two.Rungs!.Epochs);
        Assert.Equal("flops", ToBegin(some, Options(some, 9), ("metric", "flops")).Settings.Rungs!.Metric);
    }

    [Fact]
    public void RungsThatCannotBeAreRefused()
    {
        using var some = new CubeFolder();
        var plain = new TableOptions($"table:{some.Table}", "arch", ["mean"]);

        Refused("The algorithm asha needs the learning curves of the table.", plain);
        Refused("4 rungs with a reduction of 3 do not fit", Options(some, 9), ("rungs", "4"));
        Refused("There is no metric of the rungs called 'flop'.", Options(some, 9), ("metric", "flop"));
        Refused("Rungs stop candidates early by themselves", Options(some, 9), ("stopping", "true"));
        Refused("--rungs (evonas.search.rungs) does not fit", plain, ("algorithm", "auto"), ("rungs", "3"));
        Refused("The algorithm asha searches for one objective", Options(some, 9), ("objective", "score, -flops"));

        void Refused(string message, TableOptions table, params (string, string)[] given) =>
            Assert.StartsWith(message, Assert.Throws<RequestException>(() => ToBegin(some, table, given)).Message);
    }

    static TableOptions Options(CubeFolder some, int epochs)
    {
        var head = string.Concat(Enumerable.Range(1, epochs).Select(epoch => $",acc_{epoch}"));
        var rows = File.ReadLines(some.Table)
            .Skip(2)
            .Select(row => row.Split(','))
            .Select(cells =>
                $"{cells[0]},{cells[5]}" + string.Concat(Enumerable.Range(1, epochs).Select(epoch => $",{epoch}"))
            );
        var path = some.Write("curves.csv", $"arch,flops{head}\n" + string.Join('\n', rows) + "\n");
        return new($"table:{path}", "arch", [], Pattern);
    }

    static SearchRequest ToBegin(CubeFolder some, TableOptions table, params (string Name, string Text)[] given)
    {
        var settings = new Dictionary<string, Setting>
        {
            ["space"] = KnownSettings.Space,
            ["algorithm"] = KnownSettings.Algorithm,
            ["rungs"] = RungSettings.Rungs,
            ["reduction"] = RungSettings.Reduction,
            ["metric"] = RungSettings.Metric,
            ["stopping"] = KnownSettings.EarlyStopping,
            ["objective"] = KnownSettings.Objective,
        };
        IEnumerable<(string Name, string Text)> all = [("space", some.Space), ("algorithm", "asha"), .. given];
        return SearchRequest.ToBegin(
            EffectiveSettings.Of(
                null,
                [
                    .. all.GroupBy(one => one.Name)
                        .Select(one =>
                            (
                                settings[one.Key],
                                (HoconNode)new HoconNode.Text(new("test"), one.Last().Text, Quoted: true)
                            )
                        ),
                ]
            ),
            table,
            null
        );
    }

    static EvaluationTable Read(CubeFolder some, string rows) =>
        EvaluationTable.Read(some.Write("curves.csv", rows), Cubes(some), "arch", [], Pattern);

    static SearchSpace Cubes(CubeFolder some) => SpaceSource.Find(some.Space).Decisions;

    static (double Score, string Curve) Found(EvaluationTable table, int? epoch)
    {
        var found = Assert.IsType<Outcome.Trained>(table.LookUp(1, new(1), Genotype.Of(0, 0, 0, 0), epoch));
        return (found.Metrics["score"]!.Value, string.Join(',', found.Curve)); // It has one.
    }
}
