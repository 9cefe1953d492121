using EvoNas.Evolution;

namespace EvoNas.Tests.Evolution;

public class ObjectiveTests
{
    static (Fitness? Fitness, string? Why) Weigh(string objective, Metrics metrics, params string[] limits) =>
        (Objective.Parse(objective, limits).Weigh(metrics, out var why), why);

    [Theory]
    [InlineData("neg^0.5", "neg^0.5 is not a number where neg is -1.")]
    [InlineData("acc*flops^200", "flops^200 is infinite where flops is 500.")]
    [InlineData("acc*zero^-0.07", "zero^-0.07 is infinite where zero is 0.")]
    [InlineData("acc*(zero/80)^-1", "(zero/80)^-1 is infinite where zero is 0.")]
    [InlineData("big*big", "The objective is infinite, at its term big.")]
    [InlineData("acc + 10*big", "10*big is infinite where big is 1E+308.")]
    [InlineData("acc*latencyMs", "'latencyMs' was not measured.")]
    public void WhatHasNoValueIsToldWithTheTermsName(string objective, string why) =>
        Assert.Equal(
            (null, why),
            Weigh(objective, Metrics.Of(("acc", 0.5), ("neg", -1), ("flops", 500), ("zero", 0), ("big", 1e308)))
        );

    [Theory]
    [InlineData("top1", "latencyMs<=20 hard", "'latencyMs' of the limit latencyMs<=20 was not measured.")]
    [InlineData(
        "top1 - 3*loss",
        "margin>=1 hard",
        "The penalty of the limit margin>=1 is infinite where margin is -2."
    )]
    public void ALimitWithoutAValueIsToldToo(string objective, string limit, string why) =>
        Assert.Equal((null, why), Weigh(objective, Metrics.Of(("top1", 0.5), ("loss", 2), ("margin", -2)), limit));

    [Fact]
    public void WhatHasAValueIsWeighedAsItAlwaysWas()
    {
        var metrics = Metrics.Of(("top1", 0.5), ("latencyMs", 160), ("loss", 2));

        Assert.Equal(new Fitness(0.5 * Math.Pow(2, -0.07)), Weigh("top1 * (latencyMs/80)^-0.07", metrics).Fitness);
        Assert.Equal(new Fitness(0.5 - 0.2), Weigh("top1 - 0.1*loss", metrics).Fitness);
        Assert.Equal(new Fitness(0.25, Feasible: false), Weigh("top1", metrics, "latencyMs<=80 hard").Fitness);
        Assert.Equal(
            new Fitness(-1.5 * 2, Feasible: false),
            Weigh("top1 - loss", metrics, "latencyMs<=80 hard").Fitness
        );
    }

    [Theory]
    [InlineData("acc*(flops/0)^-0.07", "The objective divides flops by 0.")]
    [InlineData("acc^0", "The objective 'acc^0' is the same for every candidate.")]
    [InlineData("0*loss + 0*acc", "The objective '0*loss + 0*acc' is the same for every candidate.")]
    [InlineData("acc - acc", "The objective '1*acc - 1*acc' is the same for every candidate.")]
    [InlineData("acc*acc^-1", "The objective 'acc * acc^-1' is the same for every candidate.")]
    public void AnObjectiveThatTellsNoCandidatesApartHasAFault(string objective, string fault) =>
        Assert.Equal(fault, Objective.Parse(objective).Fault());

    [Theory]
    [InlineData("top1")]
    [InlineData("top1 * (latencyMs/80)^-0.07")]
    [InlineData("top1 - 0.1*loss")]
    [InlineData("0*loss + top1")]
    public void AnObjectiveThatTellsThemApartHasNone(string objective) =>
        Assert.Null(Objective.Parse(objective).Fault());

    [Theory]
    [InlineData("top1")]
    [InlineData("top1 * latencyMs^-0.07")]
    [InlineData("top1 * (latencyMs/80)^-0.07")]
    [InlineData("1*top1 - 0.1*loss")]
    [InlineData("\"val-acc\"")]
    [InlineData("\"val-acc\" * (\"test acc\"/80)^-0.07")]
    [InlineData("1*\"val-acc\" - 0.1*\"1st\"")]
    [InlineData("\"a \"\"b\"\"\" * \"x * y\"")]
    public void ItsTextIsReadAsItself(string text) => Assert.Equal(text, Objective.Parse(text).ToString());

    [Theory]
    [InlineData("\"val-acc\" - 0.1*\"test acc\"", "val-acc,test acc")]
    [InlineData("\"a \"\"b\"\"\"", "a \"b\"")]
    [InlineData("\"acc%\"*( \"a+b\" / 2 )", "acc%,a+b")]
    public void ANameInQuotesIsTakenAsItStands(string text, string names) =>
        Assert.Equal(names.Split(','), Objective.Parse(text).Terms.Select(term => term.Metric));

    [Theory]
    [InlineData("1st")]
    [InlineData("5")]
    [InlineData("acc%")]
    [InlineData("\"val-acc")]
    [InlineData("(1st/80)")]
    public void ANameThatIsNoIdentifierStandsInQuotes(string text)
    {
        var error = Assert.Throws<RequestException>(() => Objective.Parse(text));

        Assert.Equal($"'{text}' is no objective.", error.Message);
        Assert.EndsWith("A name that is no identifier stands in double quotes, as in \"val-acc\".", error.Hint);
    }

    [Fact]
    public void ALimitTakesANameInQuotesToo()
    {
        var limit = Assert.Single(Objective.ParseLimits(["\"val-acc\" >= 0.5 hard"]));

        Assert.Equal(new("val-acc", 0.5, AtLeast: true, Hard: true, Power: -1), limit);
        Assert.Equal("\"val-acc\">=0.5", limit.ToString());
    }

    [Theory]
    [InlineData("top1", "top1")]
    [InlineData("_a1", "_a1")]
    [InlineData("1st", "\"1st\"")]
    [InlineData("a\n", "\"a\n\"")]
    [InlineData("val-acc", "\"val-acc\"")]
    public void ANameIsWrittenAsItIsRead(string name, string written) => Assert.Equal(written, Objective.Written(name));
}
