using EvoNas.Actors;
using EvoNas.Genetics;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Tests.Support;

namespace EvoNas.Searches.Tests.Evaluations;

public class EvaluationTableTests
{
    [Theory]
    [InlineData("", "has no rows")]
    [InlineData("arch,score\n", "has no rows")]
    [InlineData("arch,acc\n00,1\n", "--metric: '*' has no column 'score'.")]
    [InlineData("key,score\n00,1\n", "--key: '*' has no column 'arch'.")]
    [InlineData("arch,score,score\n00,1,2\n", "*:1: two columns are called 'score'.")]
    [InlineData("# c\narch,score\n00,1\n01\n", "*:4: the row has 1 cells, the head 2.")]
    [InlineData("arch,score\n00,1\n01,good\n", "*:3: 'good' in column 'score' is not a finite number.")]
    [InlineData("arch,score\n00,1\n01,NaN\n", "*:3: 'NaN' in column 'score' is not a finite number.")]
    [InlineData("arch,score\n00,1\n00,2\n", "*:3: the key '00' appears twice.")]
    [InlineData("arch,score\n\"00,1\n", "*:2: a quoted cell is not closed on its line.")]
    public void WhatIsWrongIsToldWithItsLine(string text, string message)
    {
        using var some = new CubeFolder();
        File.WriteAllText(some.Table, text);

        var error = Assert.Throws<RequestException>(() => EvaluationTable.Read(some.Table, "arch", ["score"]));

        Assert.Contains(message.Replace("*", some.Table), error.Message);
    }

    [Fact]
    public void EveryColumnOfNumbersIsAMetric()
    {
        using var some = new CubeFolder();

        var found = Assert.IsType<Outcome.Trained>(
            EvaluationTable.Read(some.Table, "arch", ["mean"]).LookUp(1, new(1), Genotype.Of(2, 1, 0, 2))
        );

        Assert.Equal(85, found.Metrics["mean"]);
        Assert.Equal(5000, found.Metrics["flops"]);
        Assert.Null(found.Metrics["arch"]);
    }

    [Fact]
    public void OfSeveralRunsTheBirthDrawsOneAndAlwaysTheSame()
    {
        using var some = new CubeFolder();
        var table = EvaluationTable.Read(some.Table, "arch", ["run1", "run2", "run3"]);

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
            EvaluationTable.Read(some.Table, "arch", ["mean"]).LookUp(1, new(1), Genotype.Of(2, 1, 0))
        );

        Assert.Equal("The table has no row '210'.", failed.Detail);
    }
}
