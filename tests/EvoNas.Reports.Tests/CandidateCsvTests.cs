namespace EvoNas.Reports.Tests;

public class CandidateCsvTests
{
    [Fact]
    public void ARowHasTheColumnsOfTheHead()
    {
        var head = CandidateCsv.Head(["madds", "top1"]).TrimEnd('\n').Split(',');

        Assert.Equal(20, head.Length);
        Assert.Equal(("birth", "endedAt", "top1"), (head[0], head[17], head[19]));
    }

    [Theory]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a b", "a b")]
    public void WhatWouldEndACellStandsInQuotes(string text, string cell) =>
        Assert.Equal(cell + "\n", CandidateCsv.Row([text]));

    [Fact]
    public void NumbersAreWrittenAsEveryProgramReadsThem() =>
        Assert.Equal("0.5,1000000,true,,1E-09\n", CandidateCsv.Row([0.5, 1_000_000L, true, null, 1e-9]));
}
