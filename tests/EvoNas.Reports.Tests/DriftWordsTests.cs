using EvoNas.Lineages;

namespace EvoNas.Reports.Tests;

public class DriftWordsTests
{
    static Drift Of(params double[] again) => new(new(12), 0.9, [.. again]);

    [Fact]
    public void WhatIsAsUsualIsToldWithoutAWarning()
    {
        Assert.Null(DriftWords.Warning(Of(0.9, 0.9, 0.9, 0.9)));
        Assert.DoesNotContain("DRIFT", DriftWords.Of(Of(0.9, 0.9, 0.9, 0.9)), StringComparison.Ordinal);
        Assert.Null(DriftWords.ToJson(Of(0.9, 0.9, 0.9, 0.9))["offAgo"]);
    }

    [Fact]
    public void ADriftIsToldAtOnceAndStaysTold()
    {
        Assert.StartsWith("DRIFT: the last score is off by ", DriftWords.Warning(Of(0.9, 0.9, 0.9, 0.85)));
        Assert.StartsWith(
            "DRIFT: a score, 2 trainings ago, was off by ",
            DriftWords.Warning(Of(0.9, 0.9, 0.9, 0.85, 0.85, 0.85))
        );
        var json = DriftWords.ToJson(Of(0.9, 0.9, 0.9, 0.85, 0.85, 0.85));
        Assert.Equal(2, (int)json["offAgo"]!);
        Assert.False((bool)json["isOff"]!);
    }
}
