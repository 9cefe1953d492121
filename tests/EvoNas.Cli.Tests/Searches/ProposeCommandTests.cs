using System.Text.Json.Nodes;

namespace EvoNas.Cli.Tests.Searches;

/// <summary>Genotypes of the user's own, for searches that no process runs. The cube with the most z is the
/// best.</summary>
public class ProposeCommandTests
{
    static Some Ended(params string[] more)
    {
        var some = new Some();
        some.Said(["search", .. some.Search, "--name", "t", "--budget", "3", "--seed", "2", .. more]);
        return some;
    }

    [Fact]
    public void ASearchThatHasEndedKeepsAProposalAndEvaluatesItNextWithALargerBudget()
    {
        using var some = Ended();
        var said = some.Said("propose", "t", "2,2,2,2", "1110");

        Assert.Equal("t: 2 genotypes, kept until the budget is raised: evonas resume t --budget N\n", said);
        Assert.Equal(2, (int)some.Json("status", "t")["proposals"]!);
        Assert.Contains("2 proposed and waiting", some.Said("status", "t"));

        some.Said("resume", "t", "--budget", "6");
        Assert.Null(some.Json("status", "t")["proposals"]);
        Assert.Equal(("2,2,2,2", "proposed"), Of(some, 4));
        Assert.Equal(("1,1,1,0", "proposed"), Of(some, 5));
        Assert.Null(some.Json("lineage", "t", "show", "6")["origin"]);
        Assert.Equal(4, (int)some.Json("status", "t")["best"]!["birth"]!);
        Assert.Contains("a founder; proposed\n", some.Said("lineage", "t", "show", "4"));
        Assert.Contains("sound", some.Said("lineage", "t", "verify"));
    }

    [Fact]
    public void ScriptsReadWhatWasTaken()
    {
        using var some = Ended();

        var answer = some.Json("propose", "t", "2,2,2,2");

        Assert.Equal("t", (string?)answer["search"]);
        Assert.Equal(["2,2,2,2"], answer["proposed"]!.AsArray().Select(one => (string?)one));
    }

    [Theory]
    [InlineData("2,2,2,3", "'2,2,2,3' is no genotype of the space: ")]
    [InlineData("2,2,2", "'2,2,2' is no genotype of the space: ")]
    [InlineData("2,2,2,1 2,2,2,1", "2,2,2,1 is proposed twice.")]
    [InlineData("2,2,2,1 2,2,2,2", "2,2,2,2 was born or proposed already.")]
    public void OneThatCannotBeTakenIsRefusedWithAllOfItsRequest(string genotypes, string message)
    {
        using var some = Ended();
        some.Said("propose", "t", "2,2,2,2");

        var (code, _, error) = some.Run(["propose", "t", .. genotypes.Split(' ')]);

        Assert.Equal(2, code);
        Assert.Contains(message, error);
        Assert.Equal(1, (int)some.Json("status", "t")["proposals"]!);
    }

    [Fact]
    public void WhatWasBornIsRefused()
    {
        using var some = Ended();
        var born = (string)some.Json("lineage", "t", "show", "1")["genotype"]!;

        var (code, _, error) = some.Run("propose", "t", born);

        Assert.Equal(2, code);
        Assert.Contains($"{born} was born or proposed already.", error);
    }

    [Fact]
    public void ASearchThatDoesNotExistIsNamed()
    {
        using var some = Ended();

        var (code, _, error) = some.Run("propose", "tt", "2,2,2,2");

        Assert.Equal(2, code);
        Assert.Contains("There is no search called 'tt'", error);
    }

    static (string?, string?) Of(Some some, int birth)
    {
        JsonNode one = some.Json("lineage", "t", "show", $"{birth}");
        return ((string?)one["genotype"], (string?)one["origin"]);
    }
}
